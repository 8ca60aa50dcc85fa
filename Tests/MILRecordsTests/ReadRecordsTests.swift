import Foundation
import TestSupport
import Testing

@testable import MILRecords

@Suite("Records of a journal for programs")
struct ReadRecordsTests {
  @Test("A program reads the last record of each trial, from packed and plain journals")
  func reading() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("run.jsonl.gz")
      try write([record(fold: 1, status: .failed), record(fold: 2), record(fold: 1)], to: file)
      let plain = folder.appendingPathComponent("run.jsonl")
      try unpacked(file).text.write(to: plain)
      for journal in [file, plain] {
        let records = try TrialRecord.read(journal: journal)
        #expect(records == [record(fold: 2), record(fold: 1)] && records.map { $0.fold } == [2, 1])
        #expect(records.allSatisfy { $0.dataset == record().dataset && $0.model == record().model })
      }
    }
  }

  @Test("A damaged line is an error, or reported and left out")
  func damage() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("run.jsonl.gz")
      try write([record(fold: 1), record(fold: 2), record(fold: 3)], to: file)
      var lines = String(decoding: try unpacked(file).text, as: UTF8.self).split(separator: "\n").map(String.init)
      lines[1] = lines[1].replacing("\"fold\":2", with: "\"fold\":5")
      let plain = folder.appendingPathComponent("run.jsonl")
      try (lines.joined(separator: "\n") + "\n").write(to: plain, atomically: true, encoding: .utf8)
      let error = #expect(throws: JournalError.self) { try TrialRecord.read(journal: plain) }
      #expect(error?.description.hasPrefix("\(plain.path): line 2: ") == true)
      var reports: [String] = []
      let records = try TrialRecord.read(journal: plain) { reports.append($0) }
      #expect(records == [record(fold: 1), record(fold: 3)])
      #expect(reports.count == 1 && reports[0].contains("run.jsonl:2: "))
      #expect(throws: JournalError.self) { try TrialRecord.read(journal: folder.appendingPathComponent("none.jsonl")) }
    }
  }
}
