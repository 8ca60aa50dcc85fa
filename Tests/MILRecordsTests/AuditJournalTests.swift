import Foundation
import TestSupport
import Testing

@testable import MILRecords

@Suite("Journals of audits")
struct AuditJournalTests {
  private func record(seed: Int, testAUC: Double? = 0.5) -> AuditRecord {
    let key = AuditKey(
      model: "attention", test: "synthetic/two-concepts", minimumSize: 45, trainingBags: 10, testBags: 20, seed: seed)
    var record = AuditRecord(
      key: key, configuration: "{}", isStandardised: true, version: "0.1.0", core: "Haswell")
    (record.status, record.trainingAUC, record.testAUC, record.seconds) = (.finished, 0.75, testAUC, 1.5)
    return record
  }

  @Test("Records are read back as they were written, the last of each run counting, after those of a plain journal")
  func roundTrip() throws {
    try withTemporaryFolder { folder in
      #expect(JournalFiles.audits(in: folder).isEmpty)
      let older = [record(seed: 4), record(seed: 1, testAUC: 0.125)]
      let lines = try older.map { String(decoding: try $0.json(), as: UTF8.self) + "\n" }.joined()
      try Data(lines.utf8).write(to: folder.appendingPathComponent("trials.ndjson"))
      let writer = try JournalWriter<AuditRecord>(folder.appendingPathComponent(JournalFiles.auditName))
      let newer = [record(seed: 2), record(seed: 1), record(seed: 2, testAUC: 0.25)]
      try newer.forEach(writer.append)
      var found = try JournalSet<AuditRecord>(reading: JournalFiles.audits(in: folder))
      #expect(found.union == [older[0], newer[1], newer[2]] && found.damage.isEmpty)
      // Appended records count as if they had been read.
      found.append(
        [record(seed: 4, testAUC: 1), record(seed: 5)], to: folder.appendingPathComponent(JournalFiles.auditName))
      #expect(found.union == [newer[1], newer[2], record(seed: 4, testAUC: 1), record(seed: 5)])
    }
  }

  @Test("A line that is no record is told with its number, and so is a newer layout")
  func damage() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("trials.ndjson")
      let line = String(decoding: try record(seed: 1).json(), as: UTF8.self)
      for (second, part) in [
        ("{}", "the key \"format\" is missing; expected one run of an audit as JSON"),
        (line.replacing("\"format\":1", with: "\"format\":9"), "record of format 9, expected format 1"),
      ] {
        try Data("\(line)\n\(second)\n".utf8).write(to: file)
        let found = try Journal<AuditRecord>(file).read()
        #expect(found.records == [record(seed: 1)])
        #expect(found.damage.map(\.line) == [2] && found.damage[0].problem.contains(part), "\(found.damage)")
      }
    }
  }
}
