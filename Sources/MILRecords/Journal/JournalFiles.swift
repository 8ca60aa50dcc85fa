import Foundation
import UserInput

/// Where journals are, by their names.
package enum JournalFiles {
  /// How the name of a journal of trials ends.
  package static let suffix = ".jsonl.gz"

  /// How the name of a journal ends that an earlier version wrote, or somebody unpacked.
  package static let plainSuffix = ".jsonl"

  /// The name of the journal that comes with the project: a finished run to compare one's own with.
  package static let referenceName = "reference.jsonl.gz"

  /// The name of the journal of audits; not that of journals of trials, which are looked for by their ending.
  package static let auditName = "trials.ndjson.gz"

  /// Whether this is the name of a journal of trials.
  package static func isJournal(_ name: String) -> Bool { name.hasSuffix(suffix) || name.hasSuffix(plainSuffix) }

  /// Whether this is the name of a journal that comes with the project.
  package static func isReference(_ file: URL) -> Bool {
    [referenceName, plain(referenceName)].contains(file.lastPathComponent)
  }

  /// The journals of runs made here, directly in `folder`, sorted by name; none when there is no such folder.
  ///
  /// The reference journal is not among them: a reproduction runs every trial itself.
  /// - Throws: ``JournalError`` when the folder cannot be read.
  package static func own(in folder: URL) throws -> [URL] {
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      return names.filter(isJournal).sorted().map(folder.appendingPathComponent).filter { !isReference($0) }
    } catch {
      throw JournalError(folder, "cannot be listed (\(SystemReason.text(of: error))), expected a folder of journals")
    }
  }

  /// The reference journal in `folder`, if there is one.
  package static func reference(in folder: URL) -> URL? {
    [referenceName, plain(referenceName)].map(folder.appendingPathComponent).first {
      FileManager.default.fileExists(atPath: $0.path)
    }
  }

  /// Whether a writer, on this machine or on one that shares its locks, has a journal open.
  package static func isBeingWritten(_ file: URL) -> Bool { JournalLock.isHeld(file) }

  /// The journals of audits in `folder`, an older plain one first.
  package static func audits(in folder: URL) -> [URL] {
    [plain(auditName), auditName].map(folder.appendingPathComponent).filter {
      FileManager.default.fileExists(atPath: $0.path)
    }
  }

  /// The name without the ending of packed files.
  private static func plain(_ name: String) -> String { String(name.dropLast(".gz".count)) }
}
