import Foundation
import Subprocesses
import UserInput

/// What a command says when a signal such as Ctrl-C ends it: what is kept, and how to go on.
enum StoppedWork {
  /// Of trials that go to journals.
  ///
  /// - Parameters:
  ///   - results: the folder of the journals.
  ///   - fresh: the option by which the call runs trials again that journals hold; nil without it.
  static func keeps(trialsIn results: URL, fresh: String? = nil) {
    say(
      "trials that have finished are in the journals in \(results.pathFromHere); the same call"
        + (fresh.map { " without \($0)" } ?? "") + " goes on from there")
  }

  /// Of an evaluation without a folder.
  static func keepsNoTrials() {
    say(
      "nothing is kept of this evaluation; with --output FOLDER trials that have finished are, and the same call goes on "
        + "from there")
  }

  /// Of work whose file is written at its end.
  ///
  /// - Parameters:
  ///   - file: the file as it was named; nil where nothing is written.
  ///   - hint: what makes the work shorter.
  static func writesAtTheEnd(_ file: String?, hint: String? = nil) {
    let kept = file.map { "\($0) is not written" } ?? "nothing is written"
    say("\(kept); the same call begins anew" + (hint.map { ", and \($0)" } ?? ""))
  }

  /// Says no more: what was to be written is written.
  static func end() { EndingWords.clear() }

  /// Sets the line.
  static func say(_ words: String) { EndingWords.set("stopped: \(words)".onOneLine()) }
}
