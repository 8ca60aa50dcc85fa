import Foundation
import Synchronization
import UserInput

/// A journal that cannot be read or written.
public struct JournalError: Error, Equatable, CustomStringConvertible {
  /// The journal's path.
  public let file: String
  /// The line, from 1, where one is at fault.
  public let line: Int?
  /// What was found and what was expected, as half a sentence.
  public let problem: String

  init(_ file: URL, line: Int? = nil, _ problem: String) {
    self.file = file.path
    self.line = line
    self.problem = problem
  }

  /// One line for the user.
  public var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(problem)" }
}

/// Reads journals: files of JSON lines, one a trial.
public enum JournalReader {
  /// The name extension of journals.
  public static let pathExtension = "jsonl"

  /// The name of the journal that comes with the project: a finished run to compare one's own with.
  public static let referenceName = "reference.jsonl"

  /// The journals of runs made here, directly in `folder`, sorted by name; none when there is no such folder.
  ///
  /// The reference journal is not among them: a reproduction runs every trial itself.
  /// - Throws: ``JournalError`` when the folder cannot be read.
  public static func journals(in folder: URL) throws -> [URL] {
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      return names.filter { $0.hasSuffix("." + pathExtension) && $0 != referenceName }.sorted()
        .map(folder.appendingPathComponent)
    } catch {
      throw JournalError(folder, "cannot be listed (\(SystemReason.text(of: error))), expected a folder of journals")
    }
  }

  /// The reference journal in `folder`, if there is one.
  public static func reference(in folder: URL) -> URL? {
    let file = folder.appendingPathComponent(referenceName)
    return FileManager.default.fileExists(atPath: file.path) ? file : nil
  }

  /// The union of the journals' records, sorted by key.
  ///
  /// Of several records of one trial in one file the last counts. Of records in several files, a finished one comes
  /// before one that did not finish with the same settings; otherwise the one that ended later counts, and one that says
  /// when it ended comes before one that does not. Equal results are one. A last line without a newline was torn when its
  /// writer was stopped and is skipped.
  ///
  /// - Throws: ``JournalError`` for a file that cannot be read, for any other line that is not a sound record, and for
  ///   records of two files of which none of this tells the one that counts.
  public static func read(_ journals: [URL]) throws -> [TrialRecord] {
    var records: [TrialKey: (record: TrialRecord, journal: URL)] = [:]
    let ordered = journals.sorted { ($0.lastPathComponent, $0.path) < ($1.lastPathComponent, $1.path) }
    for journal in ordered {
      let own = Dictionary(try read(journal).map { ($0.key, $0) }, uniquingKeysWith: { $1 })
      for (key, record) in own.sorted(by: { $0.key < $1.key }) {
        guard let known = records[key] else {
          records[key] = (record, journal)
          continue
        }
        guard let isNewer = counts(record, before: known.record) else {
          throw JournalError(
            journal,
            "its record of \(key) is another than that in \(known.journal.path), and neither says when it ended; "
              + "remove the one that is out of date")
        }
        if isNewer { records[key] = (record, journal) }
      }
    }
    return records.values.map(\.record).sorted { $0.key < $1.key }
  }

  /// Whether a record counts rather than another of the same trial in another file; nil when nothing tells.
  private static func counts(_ record: TrialRecord, before other: TrialRecord) -> Bool? {
    let isSameSetting = record.hasSettings(of: other)
    if isSameSetting, (record.status == .finished) != (other.status == .finished) { return record.status == .finished }
    if record.ended != other.ended { return (record.ended ?? -.infinity) > (other.ended ?? -.infinity) }
    let isSameResult =
      record.status == other.status && record.bags == other.bags && record.scores == other.scores
      && record.correctByEpoch == other.correctByEpoch
    return isSameSetting && isSameResult ? false : nil
  }

  private static func read(_ journal: URL) throws -> [TrialRecord] {
    let data: Data
    do {
      data = try Data(contentsOf: journal)
    } catch {
      throw JournalError(journal, "cannot be read (\(SystemReason.text(of: error))), expected a journal")
    }
    let decoder = JSONDecoder()
    var records: [TrialRecord] = []
    for (index, line) in completeLines(of: data).enumerated() {
      do {
        records.append(try record(line, decoder))
      } catch {
        throw JournalError(journal, line: index + 1, error.problem)
      }
    }
    return records
  }

  /// The lines of a journal; a last one without a newline was torn when its writer was stopped and is left out.
  static func completeLines(of data: Data) -> [Data] {
    guard let end = data.lastIndex(of: newline) else { return [] }
    return data[..<end].split(separator: newline, omittingEmptySubsequences: false)
  }

  private struct LineError: Error {
    let problem: String
  }

  private static func record(_ line: Data, _ decoder: JSONDecoder) throws(LineError) -> TrialRecord {
    struct Header: Decodable {
      let format: Int
    }
    let newest = TrialRecord.currentFormat
    do {
      let record = try decoder.decode(TrialRecord.self, from: line)
      guard record.format == newest else { throw unreadable(format: record.format) }
      if let problem = record.problem { throw LineError(problem: problem) }
      return record
    } catch let error as LineError {
      throw error
    } catch {
      // A newer layout may lack or rename anything but its number, which explains the trouble better than the rest.
      if let format = (try? decoder.decode(Header.self, from: line))?.format, format != newest {
        throw unreadable(format: format)
      }
      throw LineError(problem: decodingProblem(error) + "; expected one trial's record as JSON")
    }
  }

  private static func unreadable(format: Int) -> LineError {
    let newest = TrialRecord.currentFormat
    let advice = format > newest ? "; it was written by a newer version" : ""
    return LineError(problem: "record of format \(format), expected format \(newest)\(advice)")
  }
}

/// Appends records to a journal of which it is the only writer.
///
/// Each record is one write, so that a run that is killed leaves at most one torn line, which the next writer cuts away
/// and every reader skips.
public final class JournalWriter: Sendable {
  private let file: URL
  private let handle: Mutex<FileHandle>

  /// A writer at the end of `file`, which is created when missing, together with its folder.
  ///
  /// - Throws: ``JournalError`` when the file cannot be opened or another writer has it open.
  public init(_ file: URL) throws {
    try? FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    let descriptor = open(file.path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw JournalError(file, "cannot be opened for appending (\(lastSystemError()))") }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno == EWOULDBLOCK ? "another run is writing to it" : "it cannot be locked (\(lastSystemError()))"
      throw JournalError(file, "\(reason), expected to be its only writer")
    }
    do {
      try cutTornLine(handle)
    } catch CocoaError.fileReadCorruptFile {
      throw JournalError(file, "its last line is no record, expected a journal")
    } catch {
      throw JournalError(file, "its last line cannot be checked (\(SystemReason.text(of: error)))")
    }
    self.file = file
    self.handle = Mutex(handle)
  }

  /// Writes `record` as the journal's last line.
  ///
  /// - Throws: ``InvalidRecordError`` for a record whose parts contradict each other, ``JournalError`` when writing
  ///   fails; the journal is then as before.
  public func append(_ record: TrialRecord) throws { try append(line: record.jsonLine()) }

  /// Writes `record` as the journal's last line; a journal of audits holds no trials.
  ///
  /// - Throws: ``JournalError`` when writing fails; the journal is then as before.
  public func append(_ record: AuditRecord) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try append(line: encoder.encode(record))
  }

  private func append(line content: Data) throws {
    let line = content + [newline]
    try handle.withLock { [line] handle in
      do {
        let end = try handle.seekToEnd()
        do {
          try handle.write(contentsOf: line)
        } catch {
          try? handle.truncate(atOffset: end)
          throw error
        }
      } catch {
        throw JournalError(file, "a record cannot be written (\(SystemReason.text(of: error)))")
      }
    }
  }
}

private let newline = UInt8(ascii: "\n")

private func lastSystemError() -> String {
  SystemReason.text(ofError: errno)
}

/// Cuts away what follows the file's last newline, which is looked for in blocks from the end.
private func cutTornLine(_ handle: FileHandle) throws {
  let blockSize: UInt64 = 1 << 16
  let end = try handle.seekToEnd()
  var start = end
  var tornLine: UInt64 = 0
  while start > 0 {
    let blockEnd = start
    start -= min(blockSize, start)
    try handle.seek(toOffset: start)
    let block = try handle.read(upToCount: Int(blockEnd - start)) ?? Data()
    if let last = block.lastIndex(of: newline) {
      tornLine = start + UInt64(last - block.startIndex) + 1
      break
    }
  }
  guard tornLine < end else { return }
  try handle.seek(toOffset: tornLine)
  // A file that some other program wrote must not lose anything.
  guard try handle.read(upToCount: 1)?.first == UInt8(ascii: "{") else { throw CocoaError(.fileReadCorruptFile) }
  try handle.truncate(atOffset: tornLine)
}
