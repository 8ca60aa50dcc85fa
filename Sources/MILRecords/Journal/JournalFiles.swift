import Foundation
import UserInput

/// The names of journals and the journals in a folder.
package enum JournalFiles {
  /// The suffix of the name of a journal of trials.
  package static let suffix = ".jsonl.gz"

  /// The suffix of the name of a decompressed journal, or of one that an earlier version wrote.
  package static let plainSuffix = ".jsonl"

  /// The name of the journal that comes with the project: a finished run for comparison.
  package static let referenceName = "reference.jsonl.gz"

  /// The name of the journal of audits, which must not end like journals of trials: these are found by their suffix.
  package static let auditName = "trials.ndjson.gz"

  /// Returns whether this is the name of a journal of trials.
  package static func isJournal(_ name: String) -> Bool { name.hasSuffix(suffix) || name.hasSuffix(plainSuffix) }

  /// Returns whether this is the name of a journal that comes with the project.
  package static func isReference(_ file: URL) -> Bool {
    [referenceName, plain(referenceName)].contains(file.lastPathComponent)
  }

  /// Returns the journals of the user's own runs directly in `folder`, sorted by name; empty if there is no such
  /// folder.
  ///
  /// The result does not include the reference journal: a reproduction runs every trial itself.
  /// - Throws: ``JournalError`` if the folder cannot be read.
  package static func own(in folder: URL) throws -> [URL] {
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      return names.filter(isJournal).sorted().map(folder.appendingPathComponent).filter { !isReference($0) }
    } catch {
      throw JournalError(folder, "cannot be listed (\(SystemReason.text(of: error))), expected a folder of journals")
    }
  }

  /// Returns the reference journal in `folder`, if there is one.
  package static func reference(in folder: URL) -> URL? {
    [referenceName, plain(referenceName)].map(folder.appendingPathComponent).first {
      FileManager.default.fileExists(atPath: $0.path)
    }
  }

  /// Returns whether a writer, on this machine or on one that shares its locks, has a journal open.
  package static func isBeingWritten(_ file: URL) -> Bool { JournalLock.isHeld(file) }

  /// Returns the journals of audits in `folder`, an older uncompressed one first.
  package static func audits(in folder: URL) -> [URL] {
    [plain(auditName), auditName].map(folder.appendingPathComponent).filter {
      FileManager.default.fileExists(atPath: $0.path)
    }
  }

  /// Returns the name without the suffix of compressed files.
  private static func plain(_ name: String) -> String { String(name.dropLast(".gz".count)) }
}
