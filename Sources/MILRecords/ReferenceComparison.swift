import Foundation

/// The comparison of the user's own run with the run that comes with the project, trial by trial.
///
/// On a CPU of the same family, every score is the same to the last bit. Other kernels add in another order, and
/// training amplifies the difference.
package struct ReferenceComparison: Sendable, Equatable {
  /// The number of trials in both runs with the same data, folds, configuration and protocol settings.
  package let shared: Int
  /// The number of these trials in which every score is the same to the last bit.
  package let identical: Int
  /// The largest difference between two scores.
  package let largestDifference: Double
  /// The number of test bags with different predictions.
  package let changedDecisions: Int
  /// The number of all test bags of the shared trials.
  package let decisions: Int

  /// Compares the records of two journals.
  package init(_ own: [TrialRecord], with reference: [TrialRecord]) {
    let known = Dictionary(reference.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
    var (shared, identical, changed, decisions, largest) = (0, 0, 0, 0, 0.0)
    for record in own {
      guard let other = known[record.key], record.bags == other.bags, record.status == other.status,
        // The code may differ: the question is whether it results in the same scores.
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

  /// One sentence for the user; nil if there is nothing to compare.
  package var sentence: String? {
    guard shared > 0 else { return nil }
    if identical == shared { return "all \(shared) trials give the reference run's scores, bit for bit" }
    return "\(identical) of \(shared) trials give the reference run's scores bit for bit; \(changedDecisions) of "
      + "\(decisions) test bags are called differently, the largest difference of a score is "
      + String(format: "%.2g", largestDifference)
  }
}
