import Foundation

/// How a run of one's own compares with the run that came with the project, trial by trial.
///
/// On a CPU of the same family every score is the same to the last bit; other kernels add up in another order, which
/// training amplifies.
package struct ReferenceComparison: Sendable, Equatable {
  /// The trials that both have, run with the same data, folds, configuration and protocol settings.
  package let shared: Int
  /// Those of them whose every score is the same to the last bit.
  package let identical: Int
  /// The largest difference of a score.
  package let largestDifference: Double
  /// The test bags that are called differently, and all test bags.
  package let changedDecisions: Int
  /// All test bags of the shared trials.
  public let decisions: Int

  /// Compares two journals' records.
  package init(_ own: [TrialRecord], with reference: [TrialRecord]) {
    let known = Dictionary(reference.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
    var (shared, identical, changed, decisions, largest) = (0, 0, 0, 0, 0.0)
    for record in own {
      guard let other = known[record.key], record.bags == other.bags, record.status == other.status,
        // Of whatever code: that it gives the same scores is the question.
        record.settings.dropLast() == other.settings.dropLast()
      else { continue }
      shared += 1
      identical += record.scores == other.scores ? 1 : 0
      decisions += record.scores.count
      for (mine, theirs) in zip(record.scores, other.scores) {
        largest = max(largest, abs(mine - theirs))
        changed += (mine >= record.threshold) == (theirs >= other.threshold) ? 0 : 1
      }
    }
    self.shared = shared
    self.identical = identical
    self.decisions = decisions
    changedDecisions = changed
    largestDifference = largest
  }

  /// One sentence for the user; nil where there is nothing to compare.
  package var sentence: String? {
    guard shared > 0 else { return nil }
    if identical == shared { return "all \(shared) trials give the reference run's scores, bit for bit" }
    return "\(identical) of \(shared) trials give the reference run's scores bit for bit; \(changedDecisions) of "
      + "\(decisions) test bags are called differently, the largest difference of a score is "
      + String(format: "%.2g", largestDifference)
  }
}
