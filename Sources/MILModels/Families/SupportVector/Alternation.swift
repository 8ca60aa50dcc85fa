import MILBags

/// The progress of alternating training and labelling.
struct Alternation {
  private let limit: Int
  private var rounds = 0
  private var iterations = 0
  private var unsolvedRounds = 0
  private var isSettled = false

  /// Creates the progress before the first of at most `limit` rounds.
  init(limit: Int) { self.limit = limit }

  /// Creates the progress of a machine with fixed samples, which takes a single round.
  init(single solution: DualSolution) {
    self.init(limit: 1)
    count(solution, isSettled: true)
  }

  /// Whether no further round follows.
  var isOver: Bool { isSettled || rounds >= limit }

  /// Counts a round; `isSettled` if it left nothing to change.
  mutating func count(_ solution: DualSolution, isSettled: Bool) {
    rounds += 1
    iterations += solution.iterations
    if !solution.isOptimal { unsolvedRounds += 1 }
    self.isSettled = isSettled
  }

  /// The notes on the rounds for the journal.
  var notes: [String: String] {
    var notes = [
      "rounds": isSettled ? "\(rounds)" : "\(rounds), stopped while still changing", "iterations": "\(iterations)",
    ]
    if unsolvedRounds > 0 { notes["unsolved"] = "\(unsolvedRounds) rounds ended before the tolerance was met" }
    return notes
  }
}

/// Returns the result with the lowest objective of a first start and `restarts` more.
func bestStart(
  _ restarts: Int, _ run: (_ start: Int) throws -> (objective: Double, trained: TrainedMachine)
) rethrows -> TrainedMachine {
  var best = try run(0)
  var bestStart = 0
  guard restarts > 0 else { return best.trained }
  for start in 1...restarts {
    let other = try run(start)
    if other.objective < best.objective { (best, bestStart) = (other, start) }
  }
  best.trained.notes["start"] = "\(bestStart) of 0 to \(restarts) has the lowest objective, \(Float(best.objective))"
  return best.trained
}

extension TrainingBags {
  /// Returns the machine of a solution whose samples are rows of the instance kernels.
  func trained(
    _ kernels: KernelRows, _ rows: [Int], _ solution: DualSolution,
    _ progress: Alternation
  ) -> (objective: Double, trained: TrainedMachine) {
    let kernel = kernel(features: dataset.featureCount)
    // The instance kernels always come from vectors.
    let vectors = kernels.vectors ?? dataset.instancesAndMeans
    let machine = SupportVectorMachine(
      kernel: kernel, vectors: vectors, rows: rows, coefficients: solution.coefficients, bias: solution.bias)
    let notes = progress.notes.merging(["kernels": memoryNote]) { $1 }
    return (solution.objective, TrainedMachine(machine: machine, score: .largestInstance, notes: notes))
  }
}
