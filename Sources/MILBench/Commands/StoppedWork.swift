import Foundation
import Output
import Subprocesses
import UserInput

/// The line that a command prints when a signal such as Ctrl-C ends it: what is kept, and how to continue.
enum StoppedWork {
  /// Sets the line for trials that go to journals.
  ///
  /// - Parameters:
  ///   - results: the folder of the journals.
  ///   - fresh: the option of the call that runs trials in journals again; nil without it.
  static func keeps(trialsIn results: URL, fresh: String? = nil) {
    say(
      "trials that have finished are in the journals in \(results.pathFromHere); the same call"
        + (fresh.map { " without \($0)" } ?? "") + " goes on from there")
  }

  /// Sets the line for an evaluation without a folder.
  static func keepsNoTrials() {
    say(
      "nothing is kept of this evaluation; with --output FOLDER trials that have finished are, and the same call goes on "
        + "from there")
  }

  /// Sets the line for work that writes its file at the end.
  ///
  /// - Parameters:
  ///   - file: the file as the user named it; nil if nothing is written.
  ///   - hint: a way to shorten the work.
  static func writesAtTheEnd(_ file: String?, hint: String? = nil) {
    let kept = file.map { "\($0) is not written" } ?? "nothing is written"
    say("\(kept); the same call begins anew" + (hint.map { ", and \($0)" } ?? ""))
  }

  /// Sets the line for the import of a data set.
  static func imports(_ name: String) { say("\(name) is not imported; the same call begins anew") }

  /// Sets the line for a report, whose files are written one after the other.
  static func writesReports() {
    say("tables and pages that are written are whole, the others are as they were; the same call writes all")
  }

  /// Removes the line, after all output is written.
  static func end() { EndingWords.clear() }

  /// Sets the line; on a terminal it is broken at the width.
  static func say(_ words: String) {
    EndingWords.set(TableOptions.lines("stopped: \(words)".onOneLine(), within: StandardError.terminalColumns))
  }
}
