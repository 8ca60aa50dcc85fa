import Foundation
import LinearAlgebra
import MILBags
import MILExperiments
import MILRecords
import TestSupport
import Testing

@testable import MILEvaluation

@Suite("Entries to the leaderboard")
struct EntryTests {
  /// Returns the records of a run: six of the model `constant` (two repetitions of three folds), then six of a network.
  private static func records(_ runner: ExperimentRunner? = nil) async throws -> [TrialRecord] {
    try await (runner ?? makeRunner([madeBags()])).run(madeExperiment()).records
  }

  /// Returns the report on a journal of these records, for an author whose data are here.
  private static func report(
    _ records: [TrialRecord], sample: Int = 0, runner: ExperimentRunner? = nil
  ) async throws -> EntryReport {
    try await withTemporaryFolder { folder in
      let file = folder.appending(path: "entry.jsonl.gz")
      try write(records, to: file)
      var check = try EntryCheck(runner ?? makeRunner([madeBags()]))
      check.sample = sample
      return try await check.check(file)
    }
  }

  @Test("The findings without a sample are those of the check")
  func findingsAlone() async throws {
    var records = try await Self.records()
    records.removeLast()
    let report = try await Self.report(records)
    let found = try TestSupport.withTemporaryFolder { folder in
      let file = folder.appending(path: "entry.jsonl.gz")
      try write(records, to: file)
      return try EntryCheck(makeRunner([madeBags()])).findings(in: file)
    }
    #expect(!found.isEmpty && found.map(\.check) == report.findings.map(\.check))
  }

  /// Returns the report on a journal of this text.
  private static func report(text: String) async throws -> EntryReport {
    try await withTemporaryFolder { folder in
      let file = folder.appending(path: "entry.jsonl")
      try Data(text.utf8).write(to: file)
      var check = try EntryCheck(makeRunner([madeBags()]))
      check.sample = 0
      return try await check.check(file)
    }
  }

  /// Returns the lines of a journal of these records, with or without checksums.
  private static func journalLines(_ records: [TrialRecord], sealed: Bool = true) throws -> String {
    try TestSupport.withTemporaryFolder { folder in
      let file = folder.appending(path: "entry.jsonl.gz")
      try write(records, to: file)
      guard sealed else { return try plainLines(file) }
      var text = ""
      _ = try JournalScan(FileHandle(forReadingFrom: file), of: file) { _, line in
        text += String(decoding: line, as: UTF8.self) + "\n"
        return nil
      }
      return text
    }
  }

  @Test("The journal of a run is sound, packed and plain, and a seeded sample gives the same bits")
  func sound() async throws {
    let records = try await Self.records()
    let report = try await Self.report(records, sample: 5)
    #expect(report.isSound && report.findings == [] && report.remarks == [], "\(report.findings) \(report.remarks)")
    #expect(report.records == 12 && report.cells.map(\.records) == [6, 6])
    #expect(report.cells.map(\.model) == ["constant", smallNetwork])
    #expect(report.repeated == EntryReport.Repeated(seed: 2018, candidates: 12, same: 5))
    let plain = try await Self.report(text: Self.journalLines(records))
    #expect(plain.isSound && plain.records == 12 && plain.repeated.count == 0)
    let json = try #require(
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any])
    #expect(json["isSound"] as? Bool == true && (json["findings"] as? [Any])?.isEmpty == true)
  }

  /// A fault: a change to sound records, and the finding that it leads to.
  struct Fault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let checks: [EntryFinding.Check]
    /// The end of the place of the first finding, and a part of its line.
    let place: String, part: String
    let change: @Sendable (inout [TrialRecord]) -> Void

    init(
      _ name: String, _ checks: [EntryFinding.Check], at place: String, _ part: String,
      _ change: @escaping @Sendable (inout [TrialRecord]) -> Void
    ) {
      (testDescription, self.checks, self.place, self.part, self.change) = (name, checks, place, part, change)
    }
  }

  private static let cell = "made, constant, clean"

  /// Changes the records of the model `constant`.
  private static func constant(
    _ change: @escaping @Sendable (inout TrialRecord) -> Void
  ) -> @Sendable (inout [TrialRecord]) -> Void {
    { records in for index in 0..<6 { change(&records[index]) } }
  }

  private static let faults: [Fault] = [
    Fault("two configurations", [.settings], at: cell, "2 configurations, as in lines 1 and 2 (x not set and 1)") {
      $0[1].configuration = #"{"x":1}"#
    },
    Fault(
      "another standardisation", [.settings, .settings], at: cell, #"standardisation "all" with epsilon"#
    ) { records in
      for index in records.indices {
        records[index].protocolSettings = records[index].protocolSettings.replacing("\"training\"", with: "\"all\"")
      }
    },
    Fault("unreadable settings", [.settings], at: ":1", "protocolSettings {}", constant { $0.protocolSettings = "{}" }),
    Fault(
      "an unknown protocol", [.settings], at: "made, constant, best", "unknown protocol \"best\"",
      { records in
        records = records.prefix(6).map { record in
          var record = record
          record.protocol = "best"
          return record
        }
      }),
    Fault(
      "the id of a model of milbench", [.models], at: ":1", "model id constant with code of another program",
      constant { $0.code = "0123" }),
    Fault(
      "the id of a model of milbench for a program", [.models], at: ":1", "model id constant with an external program",
      constant { $0.configuration = #"{"external":{"name":"x"}}"# }),
    Fault(
      "the title of a model of milbench", [.models], at: ":1", "model oracle with the title \"Majority class\"",
      constant { $0.model = "oracle" }),
    Fault(
      "parameters that the id does not have", [.models], at: ":1",
      "another configuration than the id has here (x 1 and not set)", constant { $0.configuration = #"{"x":1}"# }),
    Fault("a missing trial", [.completeness], at: cell, "1 of 6 trials missing: fold 2 of repetition 2") {
      $0.remove(at: 4)
    },
    Fault("a repeated trial", [.completeness], at: ":13", "again, after line 1, expected each trial once") {
      $0.append($0[0])
    },
    Fault("a fold that does not exist", [.completeness, .completeness], at: ":3", "fold 4, expected 1 to 3") {
      $0[2].fold = 4
    },
    Fault("a failed trial", [.results], at: ":1", "a failed trial (no memory)") { records in
      (records[0].status, records[0].message, records[0].scores) = (.failed, "no memory", [])
    },
    Fault("a threshold that is not a probability", [.results], at: ":1", "threshold 1.5, expected 0 to 1") { records in
      records[0].threshold = 1.5
      records[0].correctByEpoch = [records[0].labels.count { $0 == 0 }]
    },
    Fault("other data", [.data], at: ":1", "data hash 0 of made in 12 records") { records in
      for index in records.indices { records[index].dataHash = "0" }
    },
    Fault("other data in one record", [.data, .data], at: ":4", "data hash 0 of made, expected") {
      $0[3].dataHash = "0"
    },
    Fault("other folds", [.folds], at: ":1", "folds hash 0 in 3 records of repetition 1 of made") { records in
      for index in 0..<3 { records[index].foldsHash = "0" }
    },
    Fault("test bags in another order", [.folds], at: ":1", "those of fold 1 of repetition 1") { records in
      records[0].bags.reverse()
      records[0].labels.reverse()
      records[0].scores.reverse()
    },
    Fault("a wrong label", [.labels], at: ":1", "1 of 4 test labels are not those of made, first: bag") { records in
      let threshold = records[0].threshold
      records[0].labels[0] = 1 - records[0].labels[0]
      let right = zip(records[0].scores, records[0].labels).count { ($0 >= threshold ? 1 : 0) == $1 }
      records[0].correctByEpoch = [right]
    },
  ]

  @Test("Each fault has a finding with its place, what was found and what was expected", arguments: faults)
  func fault(_ fault: Fault) async throws {
    var records = try await Self.records()
    fault.change(&records)
    let report = try await Self.report(records)
    #expect(!report.isSound && report.findings.map(\.check) == fault.checks, "\(report.findings)")
    let first = try #require(report.findings.first)
    #expect(first.place.hasSuffix(fault.place) && first.description.contains(fault.part), "\(first)")
    #expect(!first.expected.isEmpty && !first.wayOut.isEmpty)
  }

  @Test("A changed last bit is found by running the trial again, and only if it is in the sample")
  func bits() async throws {
    var records = try await Self.records()
    records[7].scores[0] = records[7].scores[0].nextUp
    let report = try await Self.report(records, sample: 12)
    #expect(report.findings.map(\.check) == [.repetition] && report.repeated.same == 11, "\(report.findings)")
    #expect(report.findings[0].place.hasSuffix(":8") && report.repeated.different == 1)
    #expect(try await Self.report(records).isSound)
  }

  @Test("Damaged lines, lines without a checksum and an empty file are findings")
  func lines() async throws {
    let records = try await Self.records()
    let damaged = try Self.journalLines(records).replacing(
      "\"repetition\":2", with: "\"repetition\":1", maxReplacements: 1)
    var report = try await Self.report(text: damaged)
    #expect(report.findings.map(\.check) == [.lines, .completeness], "\(report.findings)")
    #expect(report.findings[0].place.hasSuffix("entry.jsonl:4") && report.findings[0].found.contains("checksum"))
    report = try await Self.report(text: Self.journalLines(records, sealed: false))
    #expect(report.findings.map(\.check) == [.lines] && report.findings[0].found == "no checksum in lines 1-12")
    report = try await Self.report(text: "")
    #expect(report.findings.map(\.check) == [.lines] && report.findings[0].found == "no valid record of a trial")
  }

  @Test("A model without results on one of the data sets is a finding")
  func uneven() async throws {
    let runner = try makeRunner([madeBags(), madeBags("more", seed: 4)])
    var experiment = madeExperiment(repeats: 1)
    experiment.datasets = ["made", "more"]
    let all = try await runner.run(experiment).records
    #expect(try await Self.report(all, runner: runner).isSound)
    let report = try await Self.report(
      all.filter { $0.dataset == "made" || $0.model != "constant" }, runner: runner)
    #expect(report.findings.map(\.check) == [.completeness], "\(report.findings)")
    #expect(report.findings[0].place == "more, constant, clean" && report.findings[0].found == "no trials")
  }

  @Test("Without the data, saved folds are compared, and the entry says what was not")
  func withoutData() async throws {
    try await withTemporaryFolder { folder in
      var records = try await Self.records(makeRunner([madeBags()], results: folder))
      var runner = try makeRunner([])
      let blind = try await Self.report(records, sample: 5, runner: runner)
      #expect(blind.isSound && blind.repeated.count == 0 && blind.repeated.candidates == 0)
      #expect(
        blind.remarks == [
          "made: data and labels not compared, since there are no data here: no file of made",
          "made: folds not compared, since there are neither data nor saved folds here",
          "made: not run again, since there are no data here",
        ])
      runner.finished = [folder]
      #expect(try await Self.report(records, runner: runner).remarks.count == 2)
      records[9].foldsHash = "0"
      let report = try await Self.report(records, runner: runner)
      #expect(report.findings.map(\.check) == [.folds] && report.findings[0].place.hasSuffix(":10"))
    }
  }

  @Test("The records of another program are judged without its model")
  func strangers() async throws {
    let report = try await Self.report(
      [1, 2].map { record(dataset: "made", model: "pythia", fold: $0) }, sample: 5)
    #expect(report.findings.map(\.check) == [.settings, .data], "\(report.findings)")
    #expect(report.remarks == ["pythia: not run again, since there is no model pythia here"])
    var runner = try makeRunner([])
    runner.findDataset = { throw DatasetError(dataset: $0, problem: "no such name in the catalogue") }
    let unknown = try await Self.report([record(dataset: "hospital", model: "pythia")], runner: runner)
    #expect(unknown.findings.map(\.check) == [.settings, .data])
    #expect(unknown.findings[1].found == "data set hospital: no such name in the catalogue")
  }
}
