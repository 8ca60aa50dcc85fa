import Foundation
import LinearAlgebra
import MILBags
import UserInput

/// A point and a scale per feature: p(x) = exp(-sum_k s_k^2 (x_k - t_k)^2) is the probability that instance x is
/// positive.
struct Concept: Sendable, Equatable {
  /// The elements of t, then those of s.
  var numbers: [Double]

  /// The number of features.
  var width: Int { numbers.count / 2 }
  /// t.
  var target: ArraySlice<Double> { numbers[..<width] }
  /// s.
  var scales: ArraySlice<Double> { numbers[width...] }

  /// Creates a concept at an instance with equal scales.
  init(at instance: [Double], scale: Double) { numbers = instance + instance.map { _ in scale } }

  /// Creates a concept from its numbers.
  init(numbers: [Double]) { self.numbers = numbers }

  /// Returns sum_k s_k^2 (x_k - t_k)^2 for each row.
  func distances(_ instances: Matrix<Double>) -> [Double] {
    let (target, scales) = (Array(target), scales.map { $0 * $0 })
    return instances.withUnsafeElements { elements in
      (0..<instances.rows).map { row in
        let start = row * scales.count
        var sum = 0.0
        for k in scales.indices {
          let difference = elements[start + k] - target[k]
          sum += scales[k] * difference * difference
        }
        return sum
      }
    }
  }

  /// Returns the gradient of a function in t and s, from its derivative in the distance of each row.
  func slope(_ instances: Matrix<Double>, _ slopes: [Double]) -> [Double] {
    let width = width
    var (first, second) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
    let target = Array(target)
    instances.withUnsafeElements { elements in
      for row in slopes.indices where slopes[row] != 0 {
        let (start, slope) = (row * width, slopes[row])
        for k in 0..<width {
          let difference = elements[start + k] - target[k]
          first[k] += slope * difference
          second[k] += slope * difference * difference
        }
      }
    }
    let scales = Array(scales)
    return (0..<width).map { -2 * scales[$0] * scales[$0] * first[$0] }
      + (0..<width).map { 2 * scales[$0] * second[$0] }
  }
}

/// The lower limit of distances, so that a negative instance at the target has a finite log likelihood.
let leastConceptDistance = 1e-10

/// Returns -log(1 - exp(-q)) of a distance q, and its derivative.
func absenceCost(_ distance: Double) -> (value: Double, slope: Double) {
  let q = max(distance, leastConceptDistance)
  return (-log(-expm1(-q)), distance > leastConceptDistance ? -1 / expm1(q) : 0)
}

/// Parameters of models that search for a point of diverse density.
package struct ConceptSearch: Codable, Sendable, Equatable {
  /// The number of starts: the best instances of this many positive bags.
  package var starts = 10
  /// The scale of each feature at the start.
  package var scale = 0.1
  /// The largest number of steps of a descent.
  package var steps = 100

  /// Creates a search with ten starts and scales of .1.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("starts", starts, in: 1...100_000)
    try ConfigurationError.require("scale", scale, in: 1e-9...1e9)
    try ConfigurationError.require("steps", steps, in: 1...1_000_000)
  }

  /// Returns the rows to start from, best first: the best instance of each positive bag. It has the highest likelihood
  /// of all bags, each represented by its nearest instance. Without positive bags it returns the first row.
  func starts(_ bags: ComparedBags, _ labels: [Int]) -> [Int] {
    let square = scale * scale
    var best: [(cost: Double, row: Int)] = []
    for (bag, label) in labels.enumerated() where label == 1 {
      let costs = bags.bags[bag].map { row in
        let cost = labels.indices.reduce(0.0) { sum, other in
          let distance = square * Double(bags.distances[other][row])
          return sum + (labels[other] == 1 ? distance : absenceCost(distance).value)
        }
        return (cost: cost, row: row)
      }
      if let least = costs.min(by: { ($0.cost, $0.row) < ($1.cost, $1.row) }) { best.append(least) }
    }
    best.sort { ($0.cost, $0.row) < ($1.cost, $1.row) }
    return best.isEmpty ? [0] : best.prefix(starts).map(\.row)
  }

  /// Returns the approximate bytes of a fit and the scoring after it.
  func memory(training: BagShape, scoring: BagShape) -> Double {
    3 * (training.bytes + scoring.bytes)
      + 4 * Double(training.instances + scoring.instances) * Double(training.bags + scoring.bags + 400)
  }
}

/// A fitted concept: the score of a bag is the largest probability of its instances.
struct FittedConcept: FittedModel {
  let concept: Concept
  let summary: FitSummary

  init(concept: Concept, summary: FitSummary) { (self.concept, self.summary) = (concept, summary) }

  /// Restores the concept from a state.
  init(from state: ModelState) throws {
    let width = state.featureCount.multipliedReportingOverflow(by: 2).partialValue
    self.init(
      concept: Concept(numbers: try state.doubles("concept", rows: 1, columns: width).elements), summary: FitSummary())
  }

  func predict(_ bags: BagDataset) throws -> [Double] {
    let distances = concept.distances(try bags.finiteInstances())
    return bags.rowsOfBags.map { rows in exp(-(distances[rows].min() ?? .infinity)) }
  }

  var state: ModelState? {
    var state = ModelState(featureCount: concept.width)
    state.set("concept", to: concept.numbers)
    return state
  }
}
