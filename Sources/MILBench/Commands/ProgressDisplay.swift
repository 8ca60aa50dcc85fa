import Foundation
import MILEvaluation
import MILRecords
import Output
import Synchronization

/// Shows the progress of a run on standard error: one updated line on a terminal, otherwise one every few seconds.
package final class ProgressDisplay: Sendable {
  private let isQuiet: Bool
  private let isTerminal = StandardError.replacesLines
  private let lastShown = Mutex<ContinuousClock.Instant?>(nil)
  /// Problems and announcements are reported once for each data set and model, not for each of their trials.
  private let told = Mutex<Set<[String]>>([])

  init(isQuiet: Bool) { self.isQuiet = isQuiet }

  func show(_ progress: RunProgress) {
    if let last = progress.last, last.status != .finished {
      tell("\(last.key): \(last.status.rawValue): \(last.message ?? "")", once: last.key, last.message ?? "")
    }
    guard !isQuiet else { return }
    let isLast = progress.ran == progress.pending
    let isDue = lastShown.withLock { shown in
      let now = ContinuousClock.now
      if let shown, !isLast, shown.duration(to: now) < (isTerminal ? .milliseconds(100) : .seconds(5)) { return false }
      shown = now
      return true
    }
    guard isDue else { return }
    if isTerminal {
      let columns = StandardError.terminalColumns
      let line = "\(Self.bar(progress, within: columns))\(Self.line(progress))".cut(to: columns)
      printToStandardError(line, terminator: isLast ? "\n" : "", replacesLine: true)
    } else {
      printToStandardError(Self.line(progress))
    }
  }

  /// Shows the expected cost of a trial; the first trial of a data set and model stands for all of them.
  func announce(_ text: String, of trial: TrialKey) {
    if !isQuiet { tell("\(trial.dataset) \(trial.model): \(text)", once: trial, "announcement") }
  }

  private func tell(_ line: String, once trial: TrialKey, _ topic: String) {
    let isNew = told.withLock { $0.insert([trial.dataset, trial.model, trial.protocol, topic]).inserted }
    if isNew { printToStandardError(line, replacesLine: isTerminal) }
  }

  /// Formats the share of the trials that are done, as a bar with two blanks: `[######--------------]  `.
  ///
  /// - Parameters:
  ///   - progress: the trials that are done, and all.
  ///   - columns: the terminal's width; the bar is empty if it would leave too little room for the line.
  package static func bar(_ progress: RunProgress, within columns: Int?) -> String {
    let width = 20
    guard progress.total > 0, (columns ?? 80) >= 80 else { return "" }
    let filled = min(max(width * progress.done / progress.total, 0), width)
    return "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled) + "]  "
  }

  /// Formats the progress, with what a narrow terminal cuts at the end:
  /// `120/900 trials  4 min 10 s left  musk1 mi-net-bag .887 so far`.
  static func line(_ progress: RunProgress) -> String {
    var parts = ["\(progress.done)/\(progress.total) trials"]
    if let seconds = progress.secondsLeft, progress.ran < progress.pending { parts.append("\(text(seconds)) left") }
    if let last = progress.last {
      let accuracy = progress.scoreSoFar.map { String(format: " %.3f so far", $0) } ?? ""
      parts.append("\(last.dataset) \(last.model)\(accuracy)")
    }
    return parts.joined(separator: "  ")
  }

  /// Formats a duration for people.
  static func text(_ seconds: Double) -> String {
    guard seconds < 1e9 else { return "years" }
    let seconds = Int(seconds.rounded(.up))
    switch seconds {
    case ..<60: return "\(seconds) s"
    case ..<3600: return "\(seconds / 60) min \(seconds % 60) s"
    default: return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    }
  }
}

extension String {
  /// Returns the text without what does not fit into a terminal's line; a longer line could not be replaced.
  ///
  /// - Parameter columns: the terminal's width; nil for any width.
  package func cut(to columns: Int?) -> String {
    // The last column stays empty: some terminals begin a new line after it.
    guard let columns, count >= columns else { return self }
    return prefix(max(columns - 4, 0)) + "..."
  }
}
