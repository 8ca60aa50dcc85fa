import Foundation
import UserInput

/// A result in a journal: one line of JSON for one unit of work, which the key identifies.
package protocol JournalRecord: Codable, Sendable, Equatable {
  /// The identity of a unit.
  associatedtype Key: Hashable, Sendable, CustomStringConvertible
  /// The number of the layout that this code writes and reads.
  static var currentFormat: Int { get }
  /// A noun for one line in error messages, such as "one trial's record".
  static var noun: String { get }
  /// The number of the record's layout.
  var format: Int { get }
  /// The identity of the unit.
  var key: Key { get }
  /// How the unit ended.
  var status: TrialStatus { get }
  /// The first contradiction in the record, as half a sentence; nil for a valid record.
  var problem: String? { get }
  /// The settings that determine the result together with the key.
  var settings: [String?] { get }
  /// Returns a reader of lines, which may share between records what is the same in them.
  static func lineReader() -> (Data) throws -> Self
}

extension JournalRecord {
  /// Returns a general JSON reader.
  package static func lineReader() -> (Data) throws -> Self {
    let decoder = JSONDecoder()
    return { try decoder.decode(Self.self, from: $0) }
  }
}

extension TrialRecord {
  /// Returns a quick reader for lines in the exact form that this program writes, and a general one for others.
  package static func lineReader() -> (Data) throws -> TrialRecord {
    var quick = TrialRecordReader()
    let decoder = JSONDecoder()
    return { line in try quick.record(line) ?? quick.sharing(decoder.decode(TrialRecord.self, from: line)) }
  }
}

extension JournalRecord {
  /// Returns whether both records are of one unit with the same settings, so that the later one replaces the earlier
  /// one.
  package func hasSettings(of other: Self) -> Bool { key == other.key && settings == other.settings }
}

/// The records of one kind in a file: gzip members of JSON lines with a checksum each, or plain JSON lines.
///
/// `zcat` reads a journal to which no process writes. Earlier versions wrote plain lines without checksums.
package struct Journal<Record: JournalRecord>: Sendable {
  /// The file.
  package let file: URL

  /// Creates the journal in a file, which may not exist yet.
  package init(_ file: URL) { self.file = file }

  /// Returns the records in the order of the lines, and the damaged parts.
  ///
  /// The function reads the file once, as a stream. A line that is damaged or of another version is not an error: it is
  /// left out and reported.
  /// - Parameter reader: a reader of lines, which shares between records of several journals what is the same.
  /// - Throws: ``JournalError`` if the file cannot be read.
  package func read(with reader: (Data) throws -> Record = Record.lineReader()) throws -> JournalContents<Record> {
    var records: [Record] = []
    let damage = try scan(reader) { _, _, record in records.append(record) }
    return JournalContents(records: records, damage: damage)
  }

  /// Returns the records with the numbers of their lines, from 1, and the damaged parts.
  ///
  /// A line without a checksum is valid here; `unsealed` has its number.
  /// - Throws: ``JournalError`` if the file cannot be read.
  package func numbered() throws -> (
    records: [(line: Int, record: Record)], unsealed: [Int], damage: [JournalDamage]
  ) {
    var records: [(line: Int, record: Record)] = []
    var unsealed: [Int] = []
    let damage = try scan(Record.lineReader()) { number, line, record in
      records.append((number, record))
      if case .missing = JournalLine.check(line) { unsealed.append(number) }
    }
    return (records, unsealed, damage)
  }

  /// Calls a function with each valid line, without its newline, and its record.
  ///
  /// - Returns: the damaged parts.
  func read(_ body: (Data, Record) -> Void) throws -> [JournalDamage] {
    try scan(Record.lineReader()) { _, line, record in body(line, record) }
  }

  private func scan(
    _ reader: (Data) throws -> Record, _ body: (Int, Data, Record) -> Void
  ) throws -> [JournalDamage] {
    do {
      let handle = try FileHandle(forReadingFrom: file)
      defer { try? handle.close() }
      return try JournalScan(handle, of: file, findsEnd: false) { number, line in
        switch Self.record(line, reader) {
        case .success(let record):
          body(number, line, record)
          return nil
        case .failure(let error): return error.problem
        }
      }.damage
    } catch let error as JournalError {
      throw error
    } catch {
      throw JournalError(file, "cannot be read (\(SystemReason.text(of: error))), expected a journal")
    }
  }

  private static func record(
    _ line: Data, _ reader: (Data) throws -> Record
  ) -> Result<Record, LineError> {
    let newest = Record.currentFormat
    do {
      let record = try reader(line)
      guard record.format == newest else { return .failure(LineError(format: record.format, expected: newest)) }
      return record.problem.map { .failure(LineError(problem: $0)) } ?? .success(record)
    } catch {
      // A newer layout may lack or rename anything but its number. The number explains the error best.
      if let format = (try? JSONDecoder().decode(LineHeader.self, from: line))?.format, format != newest {
        return .failure(LineError(format: format, expected: newest))
      }
      return .failure(LineError(problem: decodingProblem(error, in: line) + "; expected \(Record.noun) as JSON"))
    }
  }
}

private struct LineHeader: Decodable {
  let format: Int
}

/// The problem of a line.
private struct LineError: Error {
  let problem: String

  init(problem: String) { self.problem = problem }

  init(format: Int, expected newest: Int) {
    let advice = format > newest ? "; it was written by a newer version" : ""
    problem = "record of format \(format), expected format \(newest)\(advice)"
  }
}

/// The content of journals.
package struct JournalContents<Record: JournalRecord>: Sendable {
  /// The valid records.
  package var records: [Record]
  /// The problems of the others.
  package var damage: [JournalDamage]

  /// Creates contents from their parts.
  package init(records: [Record] = [], damage: [JournalDamage] = []) {
    self.records = records
    self.damage = damage
  }
}

/// A part of a journal that cannot be read and is left out.
package struct JournalDamage: Sendable, Equatable, CustomStringConvertible {
  /// The journal.
  package let file: URL
  /// The line number, from 1, as in the output of `zcat`.
  package let line: Int
  /// The problem, as half a sentence.
  package let problem: String

  /// The file, the line and the problem in one line for the user.
  package var description: String { "\(file.relativePath):\(line): \(problem)".onOneLine() }

  /// Returns lines for the user: the first few of each file, and the number of the rest.
  package static func lines(_ damage: [JournalDamage]) -> [String] {
    let shown = 5
    var counts: [URL: Int] = [:]
    var lines: [String] = []
    for part in damage {
      counts[part.file, default: 0] += 1
      if counts[part.file, default: 0] <= shown { lines.append(part.description) }
    }
    for (file, count) in counts.sorted(by: { $0.key.path < $1.key.path }) where count > shown {
      lines.append("\(file.relativePath): \(count - shown) more damaged parts, which are left out")
    }
    return lines
  }
}

/// A journal that cannot be read or written.
package struct JournalError: Error, Equatable, CustomStringConvertible {
  /// The journal's path.
  package let file: String
  /// The problem and the expected state, as half a sentence.
  package let problem: String

  init(_ file: URL, _ problem: String) {
    self.file = file.path
    self.problem = problem
  }

  /// The file and the problem in one line for the user.
  package var description: String { "\(file): \(problem)" }
}
