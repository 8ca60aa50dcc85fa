import Foundation

extension TrialRecord {
  /// Returns the trials of a journal, one record for each trial and its settings, of which the last counts.
  ///
  /// ```swift
  /// let records = try TrialRecord.read(journal: URL(fileURLWithPath: "runs/musk/journal.jsonl.gz"))
  /// let accuracy = [Metric].standard[0].value(Outcomes(records.filter { $0.status == .finished }))
  /// ```
  ///
  /// - Parameters:
  ///   - journal: a file of JSON lines, gzip or plain.
  ///   - report: called with the file, line and problem of each damaged part, which is left out; if nil, the first one
  ///     is an error.
  /// - Throws: an error that names the file and the problem, if it cannot be read or, without `report`, is damaged.
  public static func read(journal: URL, reportingDamage report: ((String) -> Void)? = nil) throws -> [TrialRecord] {
    let journals = try JournalSet<TrialRecord>(reading: [journal])
    if let report {
      JournalDamage.lines(journals.damage).forEach(report)
    } else if let first = journals.damage.first {
      throw JournalError(first.file, "line \(first.line): \(first.problem)")
    }
    return journals.union
  }
}
