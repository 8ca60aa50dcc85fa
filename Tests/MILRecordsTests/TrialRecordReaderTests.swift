import Foundation
import TestSupport
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

  @Test("Numbers of any length are those of the general reader, bit for bit")
  func numbers() {
    var texts = ["0.0", "-0.0", "0.1", "123456789012345678", "0.000000000000000001", "9007199254740993.0", "1e-45"]
    // Halfway between two floats, and just above and below.
    texts += ["16777217.0", "1.000000059604644775390625", "0.50000002980232239", "0.50000002980232238"]
    // The digits of a multiplicative generator.
    var state: UInt64 = 1
    for round in 0..<10_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let digits = String(state).prefix(1 + round % 19)
      let whole = Int(state >> 32) % [1, 10, 1000, 100_000][round % 4]
      texts.append("\(round % 3 == 0 ? "-" : "")\(whole).\(digits)")
    }
    for text in texts {
      let line = Array("\(text)]".utf8)
      line.withUnsafeBufferPointer { bytes in
        var (double, float) = (LineParser(bytes), LineParser(bytes))
        #expect(double.double()?.bitPattern == Double(text).flatMap { $0.isFinite ? $0 : nil }?.bitPattern, "\(text)")
        #expect(float.float()?.bitPattern == Float(text).flatMap { $0.isFinite ? $0 : nil }?.bitPattern, "\(text)")
        #expect(double.place == text.utf8.count && float.place == text.utf8.count, "\(text)")
      }
    }
  }

  @Test("Records of one repetition share what is the same in them, in several files and in lines of another form")
  func sharing() throws {
    try withTemporaryFolder { folder in
      let first = folder.appendingPathComponent("a.jsonl.gz")
      try write((1...3).map { record(fold: $0) }, to: first)
      let plain = try plainLines(first).split(separator: "\n").map { $0.replacing("\"fold\":", with: "\"fold\": ") }
      let second = folder.appendingPathComponent("b.jsonl")
      let others = plain.map { $0 + "\n" }.joined()
      try Data(others.replacing("\"repetition\":1", with: "\"repetition\":2").utf8).write(to: second)
      let records = try JournalSet<TrialRecord>(reading: [first, second]).union
      try #require(records.count == 6)
      for group in [records[..<3], records[3...]] {
        #expect(group.allSatisfy { $0.origin === group.first?.origin })
      }
      #expect(records[0].origin !== records[3].origin)
      var changed = records[0]
      changed.dataset = "other"
      #expect(records[1].dataset != "other" && changed.fold == records[0].fold && changed != records[0])
    }
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
