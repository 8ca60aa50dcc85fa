import Foundation
import Testing

@testable import MILRecords

@Suite("The quick reader of trials")
struct TrialRecordReaderTests {
  /// The finished runs that come with the project.
  private static let journals: [URL] = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../results").standardized
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: root.path)) ?? []
    return paths.filter { $0.hasSuffix("/reference.jsonl.gz") }.sorted().map { root.appending(path: $0) }
  }()

  @Test(
    "Every line of the finished runs is read as by a reader of any JSON, and none is left to it", arguments: journals)
  func finishedRuns(journal: URL) throws {
    var reader = TrialRecordReader()
    let handle = try FileHandle(forReadingFrom: journal)
    defer { try? handle.close() }
    var (lines, left, wrong) = (0, 0, 0)
    let decoder = JSONDecoder()
    _ = try JournalScan(handle, of: journal) { number, line in
      lines += 1
      let quick = reader.record(line)
      if quick == nil { left += 1 }
      // A general JSON reader is slow.
      if number % 40 == 1, let quick, (try? decoder.decode(TrialRecord.self, from: line)) != quick { wrong += 1 }
      return nil
    }
    #expect(lines > 0 && left == 0 && wrong == 0, "\(lines) lines, \(left) left over, \(wrong) read otherwise")
  }

  @Test("What is no line of this program is left to the other reader")
  func strange() throws {
    let record = sampleRecord()
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let line = String(decoding: try encoder.encode(record), as: UTF8.self)
    var reader = TrialRecordReader()
    #expect(reader.record(Data(line.utf8)) == record)
    #expect(reader.record(JournalLine.sealed(Data(line.utf8))) == record)
    for (old, new) in [
      ("\"fold\":1", "\"fold\": 1"), ("\"fold\":1", "\"fold\":1.0"), ("\"fold\":1", "\"fold\":01"),
      ("\"fold\":1", "\"fold\":null"), ("\"fold\":1", "\"fold\":1,\"fold\":2"), ("\"fold\":1,", ""),
      ("\"threshold\":0.5", "\"threshold\":0x1p3"), ("\"threshold\":0.5", "\"threshold\":1e999"),
      ("\"threshold\":0.5", "\"threshold\":.5"), ("\"version\":\"", "\"version\":\"\\u0041"),
      ("\"version\":\"", "\"unknown\":1,\"version\":\""), ("\"version\":\"", "\"version\":\"\u{1}"),
    ] {
      let changed = line.replacing(old, with: new)
      try #require(changed != line, "\(old)")
      #expect(reader.record(Data(changed.utf8)) == nil, "\(new)")
    }
    for cut in stride(from: 0, to: line.utf8.count, by: 7) {
      #expect(reader.record(Data(line.utf8.prefix(cut))) == nil)
    }
    #expect(reader.record(Data((line + " ").utf8)) == nil)
    #expect(reader.record(Data([0x7b, 0xff, 0xfe])) == nil)
  }

  private func sampleRecord() -> TrialRecord {
    var record = TrialRecord(
      experiment: "a/b", dataset: "s\"\\\n/ü", dataHash: "1", model: "m[a=1]", configuration: "{\"a\":1}",
      protocol: "clean", protocolSettings: "{}", repetition: 2, fold: 1, foldsHash: "f", status: .finished, seed: "ff",
      version: "0.1.0", core: "C")
    (record.bags, record.labels, record.scores) = ([0, 5], [0, 1], [-0.0, 0.1 + 0.2])
    (record.correctByEpoch, record.lossByEpoch, record.ended) = ([1], [0.1, 1e-30], 1.5e9)
    record.threshold = 0.5
    record.notes = ["a": "b", "c": ","]
    record.chosen = ["c": .number(0.1), "kernel": .text("rbf")]
    record.outputs = [[1, 2.5], [-3e-7, 4]]
    (record.called, record.message, record.metric) = ([1, 0], "m", "r2")
    (record.events, record.times) = ([true, false], [1, 2])
    return record
  }
}
