import ArgumentParser
import MILRecords

/// Trials of a command that have no result, because they failed or their training diverged.
///
/// Figures leave such trials out, so a command with any of them must not exit successfully. A diverged trial counts as
/// a failed one: in either case, a script that waits for results has none.
struct UnfinishedTrials: ErrorWithExitCode, CustomStringConvertible {
  /// The text of `--help` on the exit codes of commands that run trials.
  static let help = """
    Exit codes: 0 where every trial finished; 3 where trials failed or diverged, which figures leave out; 74 where \
    standard output cannot be written; 64 for a mistake in the call; 1 for every other error, such as a model that does \
    not apply to the data.
    """

  private let failed: Int
  private let diverged: Int
  private let all: Int

  /// Ends a command that has such trials, after its last output.
  ///
  /// - Parameter statuses: the status of each of its trials, including those taken from journals.
  static func refuse(_ statuses: [TrialStatus]) throws {
    let unfinished = UnfinishedTrials(
      failed: statuses.count { $0 == .failed }, diverged: statuses.count { $0 == .diverged }, all: statuses.count)
    if unfinished.failed + unfinished.diverged > 0 { throw unfinished }
  }

  var exitCode: ExitCode { .unfinishedTrials }

  var description: String {
    let parts = [(failed, "failed"), (diverged, "diverged")].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    let figures = failed + diverged < all ? "figures are of the others" : "there are no figures"
    return "of \(all) trials, \(parts.joined(separator: " and ")); \(figures)"
  }
}

extension ExitCode {
  /// Trials failed or diverged.
  static let unfinishedTrials = ExitCode(3)
}
