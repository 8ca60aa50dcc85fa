import Foundation
import LinearAlgebra
import MILBags
import UserInput

/// Diverse density: the point near an instance of every positive bag and far from all instances of negative bags.
///
/// The loss over target t and scales s is - sum_{positive bags} log(1 - prod_i (1 - p_i)) - sum_{negative bags} sum_i
/// log(1 - p_i), with p_i = exp(-sum_k s_k^2 (x_ik - t_k)^2) of instance i.
///
/// Deviations: the authors start from every instance of positive bags; this model starts from the best instance of each
/// of the ten best bags, see `starts`. Descent is by limited-memory BFGS.
///
/// Source: O. Maron, T. Lozano-Perez, A framework for multiple-instance learning, NIPS 10, 1998, pp. 570-576.
package struct DiverseDensityModel: Model {
  /// The settings of the search for the point.
  package var search = ConceptSearch()

  /// Creates a model with ten starts.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws { try search.validate() }

  /// The traits; scores are probabilities.
  package var traits: ModelTraits { .concept }

  /// Descends from each start and keeps the lowest point.
  package func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    let bags = try ComparedBags(training, context.shared)
    let density = NoisyOrDensity(instances: bags.instances.vectors, bags: bags.bags, labels: training.labels)
    return try search.best(of: search.starts(bags, training.labels)) { row in
      let start = Concept(at: bags.instances.vectors.row(row), scale: search.scale)
      let found = LimitedMemoryDescent(limit: search.steps).minimum(from: start.numbers) {
        density.cost(Concept(numbers: $0))
      }
      return (Concept(numbers: found.point), found.value, found.steps)
    }
  }

  /// Restores the point from a state.
  package func fitted(from state: ModelState) throws -> any FittedModel { try FittedConcept(from: state) }

  /// Returns the memory for instances in double precision, a block of their distances, and those from bags to
  /// instances.
  package func memory(training: BagShape, scoring: BagShape) throws -> Double {
    search.memory(training: training, scoring: scoring)
  }
}

/// EM-DD: diverse density in which each bag is represented by its instance nearest to the target.
///
/// The instance of each bag with the largest p is chosen, then t and s minimise - sum_{positive bags} log p -
/// sum_{negative bags} log(1 - p) on these. The two steps alternate until the loss decreases by less than one percent,
/// at most ten times.
///
/// Deviations: the authors start from all instances of a few random positive bags. This model starts from the best
/// instance of each of the ten best bags, so nothing is random; the point with the highest likelihood on the training
/// bags is kept. Descent is by limited-memory BFGS. A bag is predicted positive from a probability of one half on.
///
/// Source: Q. Zhang, S. A. Goldman, EM-DD: an improved multiple-instance learning technique, NIPS 14, 2001, pp.
/// 1073-1080.
package struct ExpectedDensityModel: Model {
  /// The settings of the search for the point.
  package var search = ConceptSearch()
  /// The largest number of choices of instances.
  package var rounds = 10

  /// Creates a model with ten starts and ten rounds.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try search.validate()
    try ConfigurationError.require("rounds", rounds, in: 1...10_000)
  }

  /// The traits; scores are probabilities.
  package var traits: ModelTraits { .concept }

  /// Alternates from each start and keeps the point with the highest likelihood.
  package func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    let bags = try ComparedBags(training, context.shared)
    let instances = bags.instances.vectors
    return try search.best(of: search.starts(bags, training.labels)) { row in
      var concept = Concept(at: instances.row(row), scale: search.scale)
      var (least, steps) = (Double.infinity, 0)
      var best = concept
      for _ in 0..<rounds {
        let distances = concept.distances(instances)
        let chosen = bags.bags.map { rows in
          rows.reduce(rows.lowerBound) { distances[$1] < distances[$0] ? $1 : $0 }
        }
        let density = ChosenDensity(
          instances: instances.selectingRows(chosen.map { $0..<($0 + 1) }), labels: training.labels)
        let found = LimitedMemoryDescent(limit: search.steps).minimum(from: concept.numbers) {
          density.cost(Concept(numbers: $0))
        }
        steps += found.steps
        concept = Concept(numbers: found.point)
        let isSettled = !(found.value < 0.99 * least)
        if found.value < least { (best, least) = (concept, found.value) }
        if isSettled { break }
      }
      return (best, least, steps)
    }
  }

  /// Restores the point from a state.
  package func fitted(from state: ModelState) throws -> any FittedModel { try FittedConcept(from: state) }

  /// Returns the memory for instances in double precision, a block of their distances, and those from bags to
  /// instances.
  package func memory(training: BagShape, scoring: BagShape) throws -> Double {
    search.memory(training: training, scoring: scoring)
  }
}

extension ModelTraits {
  /// The traits of models with a point and scales.
  fileprivate static var concept: ModelTraits {
    var traits = ModelTraits(trained: "a point and a scale a feature, by gradient from several instances")
    traits.isDeterministic = true
    traits.comparesAllInstances = true
    return traits
  }
}

extension ConceptSearch {
  /// Returns the concept with the lowest cost of all starts; ties go to the first.
  fileprivate func best(
    of starts: [Int], _ descend: (_ row: Int) -> (concept: Concept, cost: Double, steps: Int)
  ) throws -> FittedConcept {
    var best: (concept: Concept, cost: Double, start: Int)?
    var steps = 0
    for (place, row) in starts.enumerated() {
      let found = descend(row)
      steps += found.steps
      if found.cost.isFinite, found.cost < best?.cost ?? .infinity { best = (found.concept, found.cost, place) }
    }
    guard let best else {
      throw ModelError("the likelihood is not a number, expected features that are standardised or small")
    }
    let notes = [
      "start": "\(best.start + 1) of \(starts.count)", "cost": "\(Float(best.cost))", "iterations": "\(steps)",
    ]
    return FittedConcept(
      concept: best.concept, summary: FitSummary(parameters: best.concept.numbers.count, notes: notes))
  }
}

/// The negative log likelihood of all bags if a single instance can make a bag positive.
struct NoisyOrDensity {
  let instances: Matrix<Double>
  let bags: [Range<Int>]
  let labels: [Int]

  /// Returns the cost and its gradient.
  func cost(_ concept: Concept) -> (value: Double, gradient: [Double]) {
    let distances = concept.distances(instances)
    var slopes = [Double](repeating: 0, count: distances.count)
    var value = 0.0
    for (bag, rows) in bags.enumerated() {
      // Minus the log of the product of 1 - p.
      var absence = 0.0
      for row in rows {
        let (own, slope) = absenceCost(distances[row])
        absence += own
        slopes[row] = slope
      }
      guard labels[bag] == 1 else {
        value += absence
        continue
      }
      let (presence, factor) = absenceCost(absence)
      value += presence
      for row in rows { slopes[row] *= factor }
    }
    return (value, concept.slope(instances, slopes))
  }
}

/// The negative log likelihood of bags represented by one instance each.
struct ChosenDensity {
  let instances: Matrix<Double>
  let labels: [Int]

  /// Returns the cost and its gradient.
  func cost(_ concept: Concept) -> (value: Double, gradient: [Double]) {
    let distances = concept.distances(instances)
    var value = 0.0
    let slopes = distances.enumerated().map { row, distance in
      guard labels[row] == 0 else {
        value += distance
        return 1.0
      }
      let (own, slope) = absenceCost(distance)
      value += own
      return slope
    }
    return (value, concept.slope(instances, slopes))
  }
}
