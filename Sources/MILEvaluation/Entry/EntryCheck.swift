import Foundation
import MILRecords

/// Checks a journal of results by others before it becomes part of the published results.
///
/// The check reads the journal, compares its folds, data and labels with those here, and runs a sample of its trials
/// again. It writes nothing.
package struct EntryCheck: Sendable {
  /// The runner whose data, folds and models the entry is compared with.
  package var runner: ExperimentRunner
  /// The largest number of trials to run again.
  package var sample = 10
  /// The seed of the sample.
  package var seed: UInt64 = 2018
  /// The largest recorded time of a trial to run again, in seconds.
  package var longest = Double.infinity

  /// Creates a check with the data, folds and models of a runner.
  package init(_ runner: ExperimentRunner) {
    self.runner = runner
    self.runner.results = nil
  }

  /// Checks a journal, plain or compressed.
  ///
  /// - Throws: ``/MILRecords/JournalError`` if the file cannot be read.
  package func check(_ file: URL) async throws -> EntryReport {
    var (entry, available) = try inspected(file)
    let repeated = await repeatSample(of: &entry, available)
    return EntryReport(
      file: file.relativePath, records: entry.recordCount,
      cells: entry.cells.map {
        EntryReport.Cell(
          dataset: $0.key.dataset, model: $0.key.model, protocol: $0.key.protocol, records: $0.lines.count)
      }, findings: entry.findings, remarks: entry.remarks, repeated: repeated, isSound: entry.findings.isEmpty)
  }

  /// Returns the findings of a check that runs no trial again.
  ///
  /// - Throws: ``/MILRecords/JournalError`` if the file cannot be read.
  package func findings(in file: URL) throws -> [EntryFinding] { try inspected(file).entry.findings }

  /// Checks everything but the results of trials; returns the entry and the names of the available data sets.
  private func inspected(_ file: URL) throws -> (entry: Entry, available: Set<String>) {
    let content = try Journal<TrialRecord>(file).numbered()
    var entry = Entry(file, content.records)
    entry.checkLines(content.damage, unsealed: content.unsealed)
    entry.checkSettings()
    entry.checkModels(in: runner.registry)
    entry.checkCompleteness()
    entry.checkResults()
    var available: Set<String> = []
    for dataset in entry.datasets where entry.checkData(of: dataset, runner) { available.insert(dataset) }
    return (entry, available)
  }
}

/// The records of an entry, and the findings so far.
struct Entry {
  /// A record with the number of its line and the settings of its protocol; nil if these cannot be read.
  struct Line {
    let number: Int
    let record: TrialRecord
    let settings: ProtocolSettings?
  }

  let file: URL
  /// The lines, without those of data sets that were not available to the author.
  let lines: [Line]
  /// The number of valid records, with those of unavailable data sets.
  let recordCount: Int
  /// The lines of each cell, sorted by cell.
  let cells: [(key: CellKey, lines: [Line])]
  private(set) var findings: [EntryFinding] = []
  private(set) var remarks: [String] = []

  init(_ file: URL, _ records: [(line: Int, record: TrialRecord)]) {
    self.file = file
    recordCount = records.count
    var known: [String: ProtocolSettings?] = [:]
    func settings(_ text: String) -> ProtocolSettings? {
      if let found = known[text] { return found }
      let found = try? JSONDecoder().decode(ProtocolSettings.self, from: Data(text.utf8))
      known[text] = found
      return found
    }
    lines = records.filter { $0.record.status != .unavailable }.map { line, record in
      Line(number: line, record: record, settings: settings(record.protocolSettings))
    }
    cells = Dictionary(grouping: lines, by: \.record.cell).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    let missing = records.filter { $0.record.status == .unavailable }.map(\.record)
    let reasons = Dictionary(missing.map { ($0.dataset, $0.message ?? "no reason") }) { first, _ in first }
    for (dataset, reason) in reasons.sorted(by: { $0.key < $1.key }) {
      remarks.append("\(dataset): the author had no data, so it is not part of the entry (\(reason))")
    }
  }

  /// The names of the data sets, sorted.
  var datasets: [String] { Set(lines.map(\.record.dataset)).sorted() }

  mutating func find(
    _ check: EntryFinding.Check, at place: String, _ found: String, expected: String, wayOut: String
  ) {
    findings.append(EntryFinding(check: check, place: place, found: found, expected: expected, wayOut: wayOut))
  }

  mutating func remark(_ line: String) { if !remarks.contains(line) { remarks.append(line) } }

  /// Returns the place of a line.
  func place(_ line: Line) -> String { place(number: line.number) }

  func place(number: Int) -> String { "\(file.relativePath):\(number)" }

  /// Returns the place of a cell.
  func place(_ cell: CellKey) -> String { "\(cell.dataset), \(cell.model), \(cell.protocol)" }

  /// Notes damaged lines and lines without a checksum.
  mutating func checkLines(_ damage: [JournalDamage], unsealed: [Int]) {
    for part in damage {
      find(
        .lines, at: place(number: part.line), part.problem, expected: "one trial's record with its checksum",
        wayOut: "copy the journal again from where it was written, or run the trial again")
    }
    if let first = unsealed.first {
      find(
        .lines, at: place(number: first), "no checksum in lines \(unsealed.ranges)", expected: "one in each line",
        wayOut: "\"milbench pack NEW.jsonl.gz \(file.relativePath)\" adds them")
    }
    if lines.isEmpty {
      find(
        .lines, at: file.relativePath, "no valid record of a trial", expected: "the journal of a run",
        wayOut: "\"milbench run\" and the Python package write journals")
    }
  }
}
