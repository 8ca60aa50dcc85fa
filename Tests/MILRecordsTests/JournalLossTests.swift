import Foundation
import TestSupport
import Testing

@testable import MILRecords

@Suite("Journals that somebody takes away while a run writes to them")
struct JournalLossTests {
  /// Appends a record, changes the journal, appends two more; returns the errors, and the records that a next run
  /// reads.
  private func lose(_ change: (URL) throws -> Void) throws -> (messages: [String?], next: [TrialRecord]) {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("runs/journal.jsonl.gz")
      let writer = try JournalWriter<TrialRecord>(file)
      try writer.append(record(fold: 1))
      try writer.finish()
      try change(file)
      let messages = [2, 3].map { fold in message { try writer.append(record(fold: fold)) } }
      #expect(message { try writer.finish() } != nil)
      return (
        messages, try JournalSet<TrialRecord>(reading: JournalFiles.own(in: file.deletingLastPathComponent())).selected
      )
    }
  }

  @Test("A journal, or its folder, that is removed or renamed is an error, and the next run reads all its records")
  func removed() throws {
    let changes: [(URL) throws -> Void] = [
      { try FileManager.default.removeItem(at: $0) },
      { try FileManager.default.removeItem(at: $0.deletingLastPathComponent()) },
      { try FileManager.default.moveItem(at: $0, to: $0.deletingPathExtension()) },
    ]
    for change in changes {
      let (messages, next) = try lose(change)
      #expect(
        messages.allSatisfy { $0?.contains("the journal was removed or renamed while this run wrote to it") == true })
      #expect(messages.allSatisfy { $0?.contains("/journal-rescued-") == true && $0?.contains("run again") == true })
      #expect(messages[0] == messages[1])
      #expect(next.map(\.fold) == [1, 2, 3])
    }
  }

  @Test("A journal that another file takes the place of is an error, and nothing of either is lost")
  func replaced() throws {
    let (messages, next) = try lose { file in
      try Data((record(fold: 9).json() + Data("\n".utf8))).write(to: file, options: .atomic)
    }
    #expect(messages.allSatisfy { $0?.contains("was replaced by another file") == true })
    #expect(next.map(\.fold) == [1, 2, 3, 9])
  }

  @Test("A journal that is cut is an error, and the records in hand are kept")
  func cut() throws {
    let (messages, next) = try lose { file in
      let handle = try FileHandle(forWritingTo: file)
      try handle.truncate(atOffset: 0)
      try handle.close()
    }
    #expect(messages.allSatisfy { $0?.contains("was cut while this run wrote to it, so records are missing") == true })
    #expect(next.map(\.fold) == [2, 3])
  }

  @Test("Where no file can be made beside the journal, its records go to the temporary folder")
  func elsewhere() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("runs/journal.jsonl.gz")
      let writer = try JournalWriter<TrialRecord>(file)
      try writer.append(record(fold: 1))
      try FileManager.default.removeItem(at: file.deletingLastPathComponent())
      // A file replaces the folder.
      try Data().write(to: file.deletingLastPathComponent())
      let text = try #require(message { try writer.append(record(fold: 2)) })
      #expect(text.contains("append that file to the journal"))
      let place = try #require(text.split(separator: " ").first { $0.contains("-rescued-") }?.dropLast())
      let kept = URL(fileURLWithPath: String(place))
      defer { try? FileManager.default.removeItem(at: kept) }
      #expect(try JournalSet<TrialRecord>(reading: [kept]).selected.map(\.fold) == [1, 2])
    }
  }
}
