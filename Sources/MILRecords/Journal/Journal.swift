import Foundation
import UserInput

/// A result that stands in a journal: one line of JSON, of a unit of work that its key identifies.
package protocol JournalRecord: Codable, Sendable, Equatable {
  /// What identifies the unit.
  associatedtype Key: Hashable, Sendable, CustomStringConvertible
  /// The number of the layout that this code writes and reads.
  static var currentFormat: Int { get }
  /// What a line holds, for errors, such as "one trial's record".
  static var noun: String { get }
  /// The number of the record's layout.
  var format: Int { get }
  /// What identifies the unit.
  var key: Key { get }
  /// How the unit ended.
  var status: TrialStatus { get }
  /// What contradicts itself in the record, as half a sentence; nil for a sound one.
  var problem: String? { get }
  /// What the result follows from beside its key.
  var settings: [String?] { get }
  /// A reader of lines as this program writes them, which gives nil for lines that are written in another way; nil where
  /// lines are left to a reader of any JSON.
  static func lineReader() -> ((Data) -> Self?)?
}

extension JournalRecord {
  /// None.
  public static func lineReader() -> ((Data) -> Self?)? { nil }
}

extension TrialRecord {
  /// A reader of the lines of trials.
  public static func lineReader() -> ((Data) -> TrialRecord?)? {
    var reader = TrialRecordReader()
    return { reader.record($0) }
  }
}

extension JournalRecord {
  /// Whether both are of one unit with the same settings, so that the later one takes the place of the other.
  package func hasSettings(of other: Self) -> Bool { key == other.key && settings == other.settings }
}

/// The records of one kind in a file: gzip members of JSON lines with a checksum each, or plain JSON lines.
///
/// `zcat` reads a journal that is not being written to. Plain lines without checksums are what earlier versions wrote.
package struct Journal<Record: JournalRecord>: Sendable {
  /// The file.
  package let file: URL

  /// The journal in a file, which need not be there yet.
  package init(_ file: URL) { self.file = file }

  /// The records in the order of the lines, and what is damaged.
  ///
  /// The file is read once, in a stream. A line that is damaged, or of another version, is no error; it is left out and
  /// told.
  /// - Throws: ``JournalError`` for a file that cannot be read.
  package func read() throws -> JournalContents<Record> {
    var records: [Record] = []
    let damage = try read { _, record in records.append(record) }
    return JournalContents(records: records, damage: damage)
  }

  /// Calls a function with each line that can be read, without its newline, and its record.
  ///
  /// - Returns: what is damaged.
  func read(_ body: (Data, Record) -> Void) throws -> [JournalDamage] {
    let decoder = JSONDecoder()
    let quick = Record.lineReader()
    do {
      let handle = try FileHandle(forReadingFrom: file)
      defer { try? handle.close() }
      return try JournalScan(handle, of: file, findsEnd: false) { _, line in
        switch Self.record(line, quick, decoder) {
        case .success(let record):
          body(line, record)
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
    _ line: Data, _ quick: ((Data) -> Record?)?, _ decoder: JSONDecoder
  ) -> Result<Record, LineError> {
    let newest = Record.currentFormat
    do {
      let record = try quick?(line) ?? decoder.decode(Record.self, from: line)
      guard record.format == newest else { return .failure(LineError(format: record.format, expected: newest)) }
      return record.problem.map { .failure(LineError(problem: $0)) } ?? .success(record)
    } catch {
      // A newer layout may lack or rename anything but its number, which explains the trouble better than the rest.
      if let format = (try? decoder.decode(LineHeader.self, from: line))?.format, format != newest {
        return .failure(LineError(format: format, expected: newest))
      }
      return .failure(LineError(problem: decodingProblem(error, in: line) + "; expected \(Record.noun) as JSON"))
    }
  }
}

private struct LineHeader: Decodable {
  let format: Int
}

/// What is wrong with a line.
private struct LineError: Error {
  let problem: String

  init(problem: String) { self.problem = problem }

  init(format: Int, expected newest: Int) {
    let advice = format > newest ? "; it was written by a newer version" : ""
    problem = "record of format \(format), expected format \(newest)\(advice)"
  }
}

/// What journals hold.
package struct JournalContents<Record: JournalRecord>: Sendable {
  /// The records that can be read.
  package var records: [Record]
  /// What is wrong with the others.
  package var damage: [JournalDamage]

  /// Contents from their parts.
  package init(records: [Record] = [], damage: [JournalDamage] = []) {
    self.records = records
    self.damage = damage
  }
}

/// A part of a journal that cannot be read and is left out.
package struct JournalDamage: Sendable, Equatable, CustomStringConvertible {
  /// The journal.
  package let file: URL
  /// The line, from 1, as `zcat` gives them.
  public let line: Int
  /// What was found, as half a sentence.
  package let problem: String

  /// One line for the user.
  package var description: String { "\(file.relativePath):\(line): \(problem)".onOneLine() }

  /// The lines for the user: of each file the first few, and how many more there are.
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
  /// What was found and what was expected, as half a sentence.
  package let problem: String

  init(_ file: URL, _ problem: String) {
    self.file = file.path
    self.problem = problem
  }

  /// One line for the user.
  package var description: String { "\(file): \(problem)" }
}
