import LinearAlgebra
import UserInput

/// mi-SVM: a machine on instances, whose labels in positive bags are determined with it.
///
/// Instances of negative bags are negative. Those of positive bags start positive; after each training they take the
/// sign of their decision value (0 counts as positive). If a positive bag has no positive instance left, its highest
/// one becomes positive again. The two steps alternate until no label changes. Each round starts from the weights of
/// the one before.
///
/// Source: S. Andrews, I. Tsochantaridis, T. Hofmann, Support vector machines for multiple-instance learning, NIPS 15,
/// 2002, pp. 561-568.
package struct InstanceLabelSVM: SupportVectorModel {
  /// The parameters of the machine.
  package var machine = MachineConfiguration()
  /// The largest number of trainings.
  package var rounds = 50
  /// The number of further starts from random labels; the one with the lowest objective is kept.
  package var restarts = 0

  /// Creates the default settings.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try machine.validate()
    try ConfigurationError.require("rounds", rounds, in: 1...10_000)
    try ConfigurationError.require("restarts", restarts, in: 0...1000)
  }

  /// The description of alternating weights and labels.
  var trained: String {
    "a weight for each training instance, by the machine's dual problem, in turn with the labels of instances of "
      + "positive bags"
  }

  var drawsStarts: Bool { restarts > 0 }

  func train(_ bags: TrainingBags, seed: UInt64) throws -> TrainedMachine {
    let rows = try bags.instanceKernels()
    let samples = InstanceSamples(bags)
    var generator = RandomGenerator(seed: Seed.derive(from: seed, ["restarts"]))
    return try bestStart(restarts) { start in
      var labels = samples.labels
      if start > 0 {
        for bag in samples.positiveBags {
          let kept = generator.integer(below: bag.count)
          for k in bag { labels[k] = k == bag.lowerBound + kept || generator.uniform() < 0.5 ? 1 : -1 }
        }
      }
      let problem = DualProblem(
        labels: labels, rows: samples.rows, caps: samples.prices)
      var solver = bags.solver(problem, rows)
      var progress = Alternation(limit: rounds)
      var solution = try solver.solve()
      while true {
        let changed = samples.imputedLabels(solution.decisions)
        progress.count(solution, isSettled: changed == solver.problem.labels)
        if progress.isOver { break }
        solver.relabel(changed)
        solution = try solver.solve()
      }
      return bags.trained(rows, samples.rows, solution, progress)
    }
  }
}

/// The single-instance baseline: each instance has its bag's label.
///
/// Source: S. Ray, M. Craven, Supervised versus multiple instance learning: an empirical comparison, ICML 2005,
/// doi:10.1145/1102351.1102439.
package struct SingleInstanceSVM: SupportVectorModel {
  /// The parameters of the machine.
  package var machine = MachineConfiguration()

  /// Creates the default settings.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws { try machine.validate() }

  /// The description of the weights of the dual problem on instances.
  var trained: String { "a weight for each training instance, by the machine's dual problem" }

  func train(_ bags: TrainingBags, seed: UInt64) throws -> TrainedMachine {
    let rows = try bags.instanceKernels()
    let samples = InstanceSamples(bags)
    let problem = DualProblem(
      labels: samples.labels, rows: samples.rows, caps: samples.prices)
    var solver = bags.solver(problem, rows)
    let solution = try solver.solve()
    return bags.trained(rows, samples.rows, solution, Alternation(single: solution)).trained
  }
}

/// The instances of training bags as samples, bag after bag.
struct InstanceSamples {
  /// The label of each sample's bag.
  private(set) var labels: [Double] = []
  /// The row of the instance kernels of each sample.
  private(set) var rows: [Int] = []
  /// The cost of errors of each sample, that of its bag.
  private(set) var prices: [Double] = []
  /// The samples of each positive bag.
  private(set) var positiveBags: [Range<Int>] = []

  init(_ bags: TrainingBags) {
    let ofBags = bags.prices
    for (place, label) in bags.labels.enumerated() {
      let first = rows.count
      rows += bags.instanceRows(place)
      labels += Array(repeating: label, count: rows.count - first)
      prices += Array(repeating: ofBags[place], count: rows.count - first)
      if label > 0 { positiveBags.append(first..<rows.count) }
    }
  }

  /// Returns the labels by decision values, with at least one positive in each positive bag.
  func imputedLabels(_ decisions: [Double]) -> [Double] {
    var result = labels
    for bag in positiveBags {
      var highest = bag.lowerBound
      for k in bag {
        result[k] = decisions[k] >= 0 ? 1 : -1
        if decisions[k] > decisions[highest] { highest = k }
      }
      result[highest] = 1
    }
    return result
  }
}
