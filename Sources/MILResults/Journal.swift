import Foundation
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

  /// The records of the journals that belong together, one a trial, sorted by key; see ``RecordSelection``.
  ///
  /// - Throws: ``JournalError`` for a file that cannot be read and for any line that is not a sound record.
  public static func read(_ journals: [URL]) throws -> [TrialRecord] { RecordSelection(try all(journals)).records }

  /// The union of the journals' records, one a trial and its settings, in the order of the journals' names and lines.
  ///
  /// Of several records of one trial with the same settings the last one in a file counts; of those in several files a
  /// finished one comes before one that did not finish, then the last. Clocks decide nothing: one that was set wrong would
  /// win for ever. A last line without a newline was torn when its writer was stopped and is skipped.
  ///
  /// - Throws: ``JournalError`` for a file that cannot be read and for any other line that is not a sound record.
  public static func all(_ journals: [URL]) throws -> [TrialRecord] {
    let ordered = journals.sorted { ($0.lastPathComponent, $0.path) < ($1.lastPathComponent, $1.path) }
    var found: [TrialKey: [(record: TrialRecord, place: Int, file: Int)]] = [:]
    var place = 0
    for (file, journal) in ordered.enumerated() {
      for record in try read(journal) {
        place += 1
        var known = found[record.key] ?? []
        if let index = known.firstIndex(where: { $0.record.hasSettings(of: record) }) {
          let isLost = known[index].record.status == .finished && record.status != .finished
          if isLost, known[index].file != file { continue }
          known.remove(at: index)
        }
        known.append((record, place, file))
        found[record.key] = known
      }
    }
    return found.values.flatMap { $0 }.sorted { $0.place < $1.place }.map(\.record)
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

private let newline = UInt8(ascii: "\n")
