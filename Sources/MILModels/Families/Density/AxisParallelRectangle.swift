import Foundation
import LinearAlgebra
import MILBags
import UserInput

/// Axis-parallel rectangle by iterated discrimination: bounds on some features that include an instance of every
/// positive bag and none of negative bags.
///
/// Two phases alternate until the set of features is stable:
///
/// - grow: from an instance near all positive bags and far from negative ones, the rectangle includes one more bag at a
///   time. It takes the instance that widens it least, summed over the features; after each, all earlier choices are
///   repeated;
/// - discriminate: the feature that excludes the most instances of negative bags not yet excluded is chosen,
///   repeatedly. It excludes one that is `margin` beyond its bounds, or farther beyond them than beyond those of any
///   other feature.
///
/// Finally the bounds of each feature are widened until `outside` of a density of the chosen instances is beyond them.
/// The score of an instance is its distance within the bounds, at the feature with the smallest; that of a bag is its
/// largest.
///
/// Deviations: the first instance is the one that diverse density would start from. The density has Gaussians of
/// Silverman's width, since the article's derivation of its width from `tau` was not available. The margin, 1 Angstrom
/// there, is one standard deviation.
///
/// Sources: T. G. Dietterich, R. H. Lathrop, T. Lozano-Perez, Solving the multiple instance problem with axis-parallel
/// rectangles, Artificial Intelligence 89, 1997, doi:10.1016/S0004-3702(96)00034-3; for the width, B. W. Silverman,
/// Density estimation for statistics and data analysis, Chapman and Hall, 1986.
package struct RectangleModel: Model {
  /// The distance beyond a bound at which an instance is always excluded, in units of standardised features.
  package var margin = 1.0
  /// The share of the density beyond the two bounds of a feature.
  package var outside = 0.01
  /// The largest number of rounds of both phases.
  package var rounds = 10

  /// Creates a model with a margin of one deviation, and .01 of the density outside.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("margin", margin, in: 1e-9...1e9)
    try ConfigurationError.require("outside", outside, in: 1e-9...1)
    try ConfigurationError.require("rounds", rounds, in: 1...10_000)
  }

  /// The traits; scores are decision values.
  package var traits: ModelTraits {
    var traits = ModelTraits(
      scores: .decisions, trained: "features and their bounds, by growth and discrimination in turn")
    traits.isDeterministic = true
    traits.comparesAllInstances = true
    return traits
  }

  /// Grows and discriminates alternately.
  package func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    let instances = try training.finiteInstances()
    let bags = training.rowsOfBags
    let positive = bags.indices.filter { training.labels[$0] == 1 }.map { bags[$0] }
    let negative = bags.indices.filter { training.labels[$0] == 0 }.flatMap { Array(bags[$0]) }
    guard !positive.isEmpty else {
      return FittedRectangle(low: [], high: [], features: [], featureCount: training.featureCount, notes: [:])
    }
    let seed = ConceptSearch().starts(try ComparedBags(training, context.shared), training.labels)[0]
    let growth = RectangleGrowth(instances: instances, bags: positive, seed: seed)
    var features = Array(0..<training.featureCount)
    var rectangle = growth.grown(features)
    var turns = 0
    while turns < rounds {
      turns += 1
      let chosen = rectangle.discriminating(instances, negative, among: features, margin: margin)
      // With nothing to exclude, all features are equally good.
      let isSettled = chosen.isEmpty || chosen.count == features.count
      if !chosen.isEmpty { features = chosen }
      if isSettled { break }
      rectangle = growth.grown(features)
    }
    let bounds = features.map { feature in
      Rectangle.bounds(of: rectangle.rows.map { instances[$0, feature] }, outside: outside)
    }
    return FittedRectangle(
      low: bounds.map(\.low), high: bounds.map(\.high), features: features, featureCount: training.featureCount,
      notes: ["features": "\(features.count) of \(training.featureCount)", "rounds": "\(turns)"])
  }

  /// Restores the rectangle from a state.
  package func fitted(from state: ModelState) throws -> any FittedModel {
    let bounds = try state.doubles("bounds", columns: 3)
    let features = try (0..<bounds.rows).map { row in
      guard let feature = Int(exactly: bounds[row, 0]), (0..<state.featureCount).contains(feature) else {
        throw ModelError("array bounds: feature \(bounds[row, 0]) in row \(row + 1), expected one of the features")
      }
      return feature
    }
    return FittedRectangle(
      low: bounds.column(1), high: bounds.column(2), features: features, featureCount: state.featureCount, notes: [:])
  }

  /// Returns the memory for instances in double precision, a block of their distances, and those from bags to
  /// instances.
  package func memory(training: BagShape, scoring: BagShape) throws -> Double {
    ConceptSearch().memory(training: training, scoring: scoring)
  }
}

/// The growth of a rectangle over positive bags.
struct RectangleGrowth {
  let instances: Matrix<Double>
  let bags: [Range<Int>]
  /// The row of the first instance.
  let seed: Int

  /// Returns the rectangle of one instance of each bag, chosen greedily for a small sum of widths over some features.
  func grown(_ features: [Int]) -> Rectangle {
    guard let first = bags.firstIndex(where: { $0.contains(seed) }) else { return Rectangle(rows: [], instances) }
    var chosen: [(bag: Int, row: Int)] = [(first, seed)]
    var rest = Array(bags.indices.filter { $0 != first })
    while !rest.isEmpty {
      let rectangle = Rectangle(rows: chosen.map(\.row), instances)
      let steps = rest.enumerated().map { place, bag in (rectangle.best(bags[bag], instances, features), place) }
      guard let least = steps.min(by: { ($0.0.growth, $0.1) < ($1.0.growth, $1.1) }) else { break }
      chosen.append((rest.remove(at: least.1), least.0.row))
      // Repeats the earlier choices until none changes.
      for _ in 0..<10 {
        var isChanged = false
        for place in chosen.indices.dropFirst() {
          let others = chosen.indices.filter { $0 != place }.map { chosen[$0].row }
          let best = Rectangle(rows: others, instances).best(bags[chosen[place].bag], instances, features)
          if best.row != chosen[place].row { (chosen[place].row, isChanged) = (best.row, true) }
        }
        if !isChanged { break }
      }
    }
    return Rectangle(rows: chosen.map(\.row), instances)
  }
}

/// Bounds on features.
struct Rectangle {
  /// The rows of the included instances.
  let rows: [Int]
  private(set) var low: [Double]
  private(set) var high: [Double]

  /// Computes the tight bounds of some rows.
  init(rows: [Int], _ instances: Matrix<Double>) {
    self.rows = rows
    (low, high) = (
      Array(repeating: .infinity, count: instances.columns), Array(repeating: -.infinity, count: instances.columns)
    )
    instances.withUnsafeElements { elements in
      for row in rows {
        for k in low.indices {
          let value = elements[row * low.count + k]
          low[k] = min(low[k], value)
          high[k] = max(high[k], value)
        }
      }
    }
  }

  /// Returns the instance of a bag that widens the bounds least; ties go to the first.
  func best(_ bag: Range<Int>, _ instances: Matrix<Double>, _ features: [Int]) -> (growth: Double, row: Int) {
    var best = (growth: Double.infinity, row: bag.lowerBound)
    instances.withUnsafeElements { elements in
      for row in bag {
        var growth = 0.0
        for k in features { growth += beyond(elements[row * instances.columns + k], k) }
        if growth < best.growth { best = (growth, row) }
      }
    }
    return best
  }

  /// Returns the distance of a value beyond the bounds of a feature, 0 within.
  private func beyond(_ value: Double, _ feature: Int) -> Double {
    max(0, max(low[feature] - value, value - high[feature]))
  }

  /// Returns the features chosen to exclude instances of negative bags, ascending.
  func discriminating(
    _ instances: Matrix<Double>, _ negative: [Int], among features: [Int], margin: Double
  ) -> [Int] {
    // The positions of the instances excluded by each feature.
    var excluded = [[Int]](repeating: [], count: features.count)
    for (place, row) in negative.enumerated() {
      let distances = features.map { beyond(instances[row, $0], $0) }
      let most = distances.max() ?? 0
      guard most > 0 else { continue }
      for (k, distance) in distances.enumerated() where distance >= margin || distance == most {
        excluded[k].append(place)
      }
    }
    var isOpen = [Bool](repeating: true, count: negative.count)
    var chosen: [Int] = []
    while true {
      let counts = excluded.map { $0.count { isOpen[$0] } }
      guard let most = counts.max(), most > 0, let k = counts.firstIndex(of: most) else { break }
      chosen.append(features[k])
      for place in excluded[k] { isOpen[place] = false }
    }
    return chosen.sorted()
  }

  /// Returns bounds that include all values, with at most half of `outside` of a density of the values beyond each.
  ///
  /// The density is a Gaussian at each value, of width .9 n^-1/5 times their standard deviation.
  static func bounds(of values: [Double], outside: Double) -> (low: Double, high: Double) {
    guard let least = values.min(), let most = values.max() else { return (0, 0) }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    let width = 0.9 * deviation * pow(count, -0.2)
    guard width > 0 else { return (least, most) }
    func below(_ x: Double) -> Double {
      values.reduce(0) { $0 + 0.5 * erfc(($1 - x) / (width * 2.0.squareRoot())) } / count
    }
    func quantile(_ share: Double) -> Double {
      var (low, high) = (least - 40 * width, most + 40 * width)
      for _ in 0..<100 {
        let middle = (low + high) / 2
        if below(middle) < share { low = middle } else { high = middle }
      }
      return (low + high) / 2
    }
    return (min(least, quantile(outside / 2)), max(most, quantile(1 - outside / 2)))
  }
}

/// A fitted rectangle; without positive bags it has no features, and everything is outside.
private struct FittedRectangle: FittedModel {
  let low: [Double]
  let high: [Double]
  let features: [Int]
  let featureCount: Int
  let notes: [String: String]

  func predict(_ bags: BagDataset) throws -> [Double] {
    let instances = try bags.finiteInstances()
    return bags.rowsOfBags.map { rows in
      guard !features.isEmpty else { return -1 }
      return rows.map { row in
        features.indices.map { k in
          let value = instances[row, features[k]]
          return min(value - low[k], high[k] - value)
        }.min() ?? -1
      }.max() ?? -1
    }
  }

  var state: ModelState? {
    var state = ModelState(featureCount: featureCount)
    let rows = features.indices.flatMap { [Double(features[$0]), low[$0], high[$0]] }
    state.set("bounds", to: Matrix(rows: features.count, columns: 3, elements: rows))
    return state
  }

  var summary: FitSummary { FitSummary(parameters: 2 * features.count, notes: notes) }
}
