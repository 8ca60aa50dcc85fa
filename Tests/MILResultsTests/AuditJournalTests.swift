import Foundation
import MILResults
import Testing
import UserInput

@Suite("Journals of audits")
struct AuditJournalTests {
  private func withFile<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let file = FileManager.default.temporaryDirectory.appending(path: "audit-\(UUID().uuidString).ndjson")
    defer { try? FileManager.default.removeItem(at: file) }
    return try body(file)
  }

  private func record(seed: Int, testAUC: Double? = 0.5) -> AuditRecord {
    let key = AuditKey(
      model: "attention", test: "synthetic/two-concepts", minimumSize: 45, trainingBags: 10, testBags: 20, seed: seed)
    var record = AuditRecord(
      key: key, configuration: "{}", isStandardised: true, version: "0.1.0", core: "Haswell")
    (record.status, record.trainingAUC, record.testAUC, record.seconds) = (.finished, 0.75, testAUC, 1.5)
    return record
  }

  @Test("Records are read back as they were written, the last of each run counting, and a torn line is skipped")
  func roundTrip() throws {
    try withFile { file in
      #expect(try AuditJournal.read(file).isEmpty)
      let first = [record(seed: 2), record(seed: 1), record(seed: 2, testAUC: 0.25)]
      try first.forEach(JournalWriter(file).append)
      let handle = try FileHandle(forWritingTo: file)
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("{\"format\":1,".utf8))
      try handle.close()
      #expect(try AuditJournal.read(file) == [first[2], first[1]])
      try JournalWriter(file).append(record(seed: 3))
      #expect(try AuditJournal.read(file) == [first[2], first[1], record(seed: 3)])
    }
  }

  @Test("A line that is no record is told with its number, and so is a newer layout")
  func damage() throws {
    try withFile { file in
      try JournalWriter(file).append(record(seed: 1))
      let line = try String(contentsOf: file, encoding: .utf8)
      for (second, part) in [
        ("{}\n", "line 2: the key \"format\" is missing"),
        (line.replacing("\"format\":1", with: "\"format\":9"), "line 2: record of format 9, expected format 1"),
      ] {
        try Data((line + second).utf8).write(to: file)
        let error = #expect(throws: DocumentError.self) { try AuditJournal.read(file) }
        #expect(error?.description.contains(part) == true, "\(String(describing: error))")
      }
    }
  }
}
