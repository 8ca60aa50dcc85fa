import Foundation
import TestSupport
import Testing

@testable import MILRecords

@Suite("Journals")
struct JournalTests {
  @Test("What is appended is read back, sorted by key")
  func appendAndRead() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("new/run.jsonl.gz")
      let writer = try JournalWriter<TrialRecord>(file)
      let records = [record(fold: 10), record(fold: 2), record(fold: 1, status: .failed)]
      for record in records { try writer.append(record) }
      #expect(try JournalSet<TrialRecord>(reading: [file]).selected == records.reversed())
    }
  }

  @Test("A file that is no journal is left alone", arguments: ["bag,label\nno newline at the end", "a,b\n", "[]\n"])
  func foreignFile(text: String) throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("bags.csv")
      for content in [Data(text.utf8), try Deflater(level: 9).member(of: Data(text.utf8))] {
        try content.write(to: file)
        #expect(
          message { _ = try JournalWriter<TrialRecord>(file) }
            == "\(file.path): is no packed journal, expected JSON lines in gzip")
        #expect(try Data(contentsOf: file) == content)
      }
    }
  }

  @Test("A journal whose lines end in CRLF, or that begins with a mark of the order of bytes, is read")
  func lineEnds() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("run.jsonl.gz")
      do {
        let writer = try JournalWriter<TrialRecord>(file)
        for fold in 1...3 { try writer.append(record(fold: fold)) }
      }
      var lines: [Data] = []
      _ = try Journal<TrialRecord>(file).read { line, _ in lines.append(line) }
      for mark in [Data(), Data([0xef, 0xbb, 0xbf])] {
        let text = mark + lines.reduce(Data()) { $0 + $1 + Data("\r\n".utf8) }
        let plain = folder.appendingPathComponent("run.jsonl")
        try text.write(to: plain)
        let found = try contents(plain)
        #expect(found.records == (1...3).map { record(fold: $0) } && found.damage.isEmpty)
        guard mark.isEmpty else { continue }
        try Deflater(level: 9).member(of: text).write(to: file)
        #expect(try contents(file).records == found.records)
        try JournalWriter<TrialRecord>(file).append(record(fold: 4))
        #expect(try contents(file).records.count == 4)
      }
    }
  }

  @Test("A second writer is refused until the first is gone")
  func lock() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("run.jsonl.gz")
      var first: JournalWriter<TrialRecord>? = try JournalWriter<TrialRecord>(file)
      try first?.append(record())
      #expect(
        message { _ = try JournalWriter<TrialRecord>(file) }
          == "\(file.path): another run is writing to it, expected to be its only writer")
      first = nil
      try JournalWriter<TrialRecord>(file).append(record(fold: 2))
      #expect(try JournalSet<TrialRecord>(reading: [file]).selected.count == 2)
    }
  }

  @Test("Records appended from several tasks at once are all there")
  func concurrent() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("milresults-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("run.jsonl.gz")
    let writer = try JournalWriter<TrialRecord>(file)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for fold in 1...64 { group.addTask { try writer.append(record(fold: fold)) } }
      try await group.waitForAll()
    }
    #expect(try JournalSet<TrialRecord>(reading: [file]).selected.map(\.fold) == Array(1...64))
  }

  /// Returns a record with this number of correctly predicted bags.
  private func called(_ right: Int, ended: Double? = nil) -> TrialRecord {
    var record = record(correct: [right], ended: ended)
    record.scores = record.labels.enumerated().map { ($0 < right) == ($1 == 1) ? 0.9 : 0.1 }
    return record
  }

  @Test("Of several records of one trial in one file the last counts, whatever they say of their time")
  func lastCounts() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a.jsonl.gz")
      let writer = try JournalWriter<TrialRecord>(file)
      try writer.append(called(1, ended: 20))
      try writer.append(called(2, ended: 10))
      #expect(try JournalSet<TrialRecord>(reading: [file]).selected.map(\.correctByEpoch) == [[2]])
    }
  }

  /// Returns the records of one trial in the union of two journals.
  private func union(_ records: [TrialRecord]...) throws -> [TrialRecord] {
    try withTemporaryFolder { folder in
      let files = records.indices.map { folder.appendingPathComponent("\($0).jsonl.gz") }
      for (file, records) in zip(files, records) {
        let writer = try JournalWriter<TrialRecord>(file)
        for record in records { try writer.append(record) }
      }
      return try JournalSet<TrialRecord>(reading: files).selected
    }
  }

  @Test("Of records in several files a finished one counts before one that is not, and equal results are one")
  func acrossFiles() throws {
    let done = called(4)
    for other in [record(status: .failed), record(status: .diverged, ended: 9)] {
      #expect(try union([done], [other]) == [done])
      #expect(try union([other], [done]) == [done])
    }
    #expect(try union([done], [done]) == [done])
    var later = done
    later.ended = 99
    #expect(try union([done], [later]).count == 1)
  }

  @Test("The clock decides nothing: the record that stands last counts", arguments: [nil, 0, 4e9])
  func clocks(_ wrong: Double?) throws {
    let old = called(1, ended: wrong)
    let new = called(2, ended: 1e9)
    #expect(try union([old, new]) == [new])
    #expect(try union([old], [new]) == [new])
    var changed = new
    changed.protocolSettings = #"{"folds":2,"seed":7}"#
    #expect(try union([old, changed]) == [changed])
    #expect(try union([old], [changed]) == [changed])
  }

  @Test("A malformed line is left out and told with its number and what is wrong", arguments: malformed)
  func malformedLine(_ line: String, _ expected: String) throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("run.jsonl.gz")
      let sound = try record().json()
      try (sound + Data("\n\(line)\n".utf8) + sound + Data("\n".utf8)).write(to: file)
      let found = try contents(file)
      #expect(found.records == [record(), record()] && found.damage.count == 1)
      let text = found.damage.first?.description
      #expect(text?.hasPrefix("\(file.path):2: ") == true, "got \(text ?? "no error")")
      #expect(text?.contains(expected) == true, "got \(text ?? "no error")")
      #expect(text?.contains("\n") == false)
    }
  }

  static let malformed: [(String, String)] = [
    ("", "expected one trial's record as JSON"),
    ("{", "expected one trial's record as JSON"),
    ("[]", "expected one trial's record as JSON"),
    (#"{"format":1}"#, "the key \"experiment\" is missing"),
    (#"{"format":2,"runs":[]}"#, "record of format 2, expected format 1; it was written by a newer version"),
    (#"{"format":0}"#, "record of format 0, expected format 1"),
    (changed(#""fold":1"#, #""fold":"one""#), "fold: no whole number there"),
    (changed(#""fold":1"#, #""fold":1e400"#), "expected one trial's record as JSON"),
    (changed(#""labels":[1,0,1,0]"#, #""labels":[1,0,null,0]"#), "labels[2]: no whole number there"),
    (changed(#""labels":[1,0,1,0]"#, #""labels":[1,0,1]"#), "3 labels for 4 bags"),
    (
      changed(#""status":"finished""#, #""status":"done""#),
      "status: \"done\" is none of the values that may stand there"
    ),
    (#"{"format":1,"dataset""#, "line 1, column 22"),
    (changed(#""correctByEpoch":[1,2,3]"#, #""correctByEpoch":[1,2,1]"#), "correctByEpoch ends with 1"),
  ]

  private static func changed(_ part: String, _ replacement: String) -> String {
    guard let line = try? record().json(), let text = String(data: line, encoding: .utf8) else { return "" }
    return text.replacing(part, with: replacement)
  }

  @Test("Bytes that are no text are told, and no trap")
  func binary() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("run.jsonl.gz")
      try Data([0xFF, 0x00, 0xC3, 0x0A, 0x0A]).write(to: file)
      #expect(try contents(file).damage.map(\.line) == [1, 2])
    }
  }

  @Test("A missing file is an error, a missing folder has no journals, an empty file no records")
  func missing() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("none.jsonl.gz")
      #expect(
        message { _ = try JournalSet<TrialRecord>(reading: [file]).selected }?.hasPrefix("\(file.path): cannot be read")
          == true)
      #expect(try JournalFiles.own(in: folder.appendingPathComponent("none")) == [])
      try Data().write(to: file)
      #expect(try JournalSet<TrialRecord>(reading: [file]).selected == [])
      #expect(try JournalFiles.own(in: folder).map(\.lastPathComponent) == ["none.jsonl.gz"])
    }
  }

  @Test("Journals in a folder are sorted by name and told from other files by their extension")
  func listing() throws {
    try withTemporaryFolder { folder in
      for name in ["b.jsonl.gz", "a.jsonl.gz", "a.jsonl", "reference.jsonl", "reference.jsonl.gz", "table.csv"] {
        try Data().write(to: folder.appendingPathComponent(name))
      }
      #expect(try JournalFiles.own(in: folder).map(\.lastPathComponent) == ["a.jsonl", "a.jsonl.gz", "b.jsonl.gz"])
    }
  }

  @Test("A record that contradicts itself does not reach the file")
  func refused() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("run.jsonl.gz")
      let writer = try JournalWriter<TrialRecord>(file)
      var bad = record()
      bad.scores = []
      #expect(
        message { try writer.append(bad) }
          == "record of musk1, attention, clean, repetition 1, fold 1: 0 scores for 4 bags")
      #expect(try Data(contentsOf: file).isEmpty)
    }
  }
}
