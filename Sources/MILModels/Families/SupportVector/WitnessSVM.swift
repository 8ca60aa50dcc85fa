import LinearAlgebra
import UserInput

/// The sharing of error costs among the instances of a negative bag in MI-SVM.
package enum ErrorTerms: String, Codable, Sendable, CaseIterable {
  /// One error term per negative bag, that of its highest instance: the weights of its instances sum to at most C.
  case bag
  /// An error term for each instance, as in many implementations: the weight of each is at most C.
  case instance
}

/// MI-SVM: a machine on one witness for each positive bag and all instances of negative bags.
///
/// minimise 1/2 |w|^2 + C sum_bags error, where the error of a positive bag is that of its witness and the error of a
/// negative bag that of its highest instance. The first witness of a bag is the mean of its instances. After each
/// training it is the instance with the highest decision value, until no witness changes.
///
/// Source: S. Andrews, I. Tsochantaridis, T. Hofmann, Support vector machines for multiple-instance learning, NIPS 15,
/// 2002, pp. 561-568.
package struct WitnessSVM: SupportVectorModel {
  /// The parameters of the machine.
  package var machine = MachineConfiguration()
  /// The sharing of error costs among the instances of a negative bag.
  package var slack = ErrorTerms.bag
  /// The largest number of trainings.
  package var rounds = 50
  /// The number of further starts from random witnesses; the one with the lowest objective is kept.
  package var restarts = 0

  /// Creates the default settings.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try machine.validate()
    try ConfigurationError.require("rounds", rounds, in: 1...10_000)
    try ConfigurationError.require("restarts", restarts, in: 0...1000)
  }

  /// The description of alternating weights and witnesses.
  var trained: String {
    "a weight for each witness and each instance of negative bags, by the machine's dual problem, in turn with the "
      + "witness of each positive bag"
  }

  var drawsStarts: Bool { restarts > 0 }

  func train(_ bags: TrainingBags, seed: UInt64) throws -> TrainedMachine {
    let rows = try bags.instanceKernels()
    let samples = WitnessSamples(bags, slack)
    var generator = RandomGenerator(seed: Seed.derive(from: seed, ["restarts"]))
    return try bestStart(restarts) { start in
      var witnesses = samples.means
      if start > 0 {
        witnesses = samples.candidates.map { $0.lowerBound + generator.integer(below: $0.count) }
      }
      var solver = bags.solver(samples.problem(witnesses), rows)
      var progress = Alternation(limit: rounds)
      var solution = try solver.solve()
      while true {
        let changed = samples.highest(solution.decisions)
        progress.count(solution, isSettled: changed == witnesses)
        if progress.isOver { break }
        for (old, new) in zip(witnesses, changed) where old != new { solver.replace(old, by: new) }
        witnesses = changed
        solution = try solver.solve()
      }
      return bags.trained(rows, samples.rows, solution, progress)
    }
  }
}

/// The samples of MI-SVM: the mean and the instances of each positive bag, one of which is active at a time, and all
/// instances of negative bags.
private struct WitnessSamples {
  private(set) var rows: [Int] = []
  private(set) var means: [Int] = []
  private(set) var candidates: [Range<Int>] = []
  private var labels: [Double] = []
  private var groups: [Range<Int>] = []
  /// The cost of errors of each sample, that of its bag.
  private var prices: [Double] = []

  init(_ bags: TrainingBags, _ slack: ErrorTerms) {
    let ofBags = bags.prices
    for (place, label) in bags.labels.enumerated() {
      let first = rows.count
      if label > 0 {
        rows.append(bags.meanRow(place))
        means.append(first)
      }
      rows += bags.instanceRows(place)
      if label > 0 { candidates.append((first + 1)..<rows.count) }
      labels += Array(repeating: label, count: rows.count - first)
      prices += Array(repeating: ofBags[place], count: rows.count - first)
      if label < 0, slack == .bag {
        groups.append(first..<rows.count)
      } else {
        groups += (first..<rows.count).map { $0..<($0 + 1) }
      }
    }
  }

  /// Returns the problem in which the given samples represent the positive bags.
  func problem(_ witnesses: [Int]) -> DualProblem {
    let chosen = Set(witnesses)
    let caps = groups.map { labels[$0.lowerBound] < 0 || chosen.contains($0.lowerBound) ? prices[$0.lowerBound] : 0 }
    return DualProblem(labels: labels, rows: rows, groups: groups, caps: caps)
  }

  /// Returns the instance of each positive bag with the highest decision value; ties go to the first.
  func highest(_ decisions: [Double]) -> [Int] {
    candidates.map { bag in
      bag.reduce(bag.lowerBound) { decisions[$1] > decisions[$0] ? $1 : $0 }
    }
  }
}
