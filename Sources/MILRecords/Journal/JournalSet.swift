import Foundation

/// Several journals as one: each is read once, and appended records are added.
package struct JournalSet<Record: JournalRecord>: Sendable {
  /// The files, in the order of their names.
  package private(set) var files: [URL]
  /// The damaged parts of the files, which are left out.
  package let damage: [JournalDamage]
  private var records: [[Record]]

  /// Reads journals.
  ///
  /// - Throws: ``JournalError`` if a file cannot be read.
  package init(reading files: [URL] = []) throws {
    self.files = files.sorted(by: Self.isBefore)
    let contents = try self.files.map { try Journal<Record>($0).read() }
    (records, damage) = (contents.map(\.records), contents.flatMap(\.damage))
  }

  /// Adds records that were appended to one of the files or written to a new file.
  package mutating func append(_ more: [Record], to file: URL) {
    if more.isEmpty { return }
    if let index = files.firstIndex(where: { $0.lastPathComponent == file.lastPathComponent }) {
      records[index] += more
    } else {
      let index = files.firstIndex { Self.isBefore(file, $0) } ?? files.count
      files.insert(file, at: index)
      records.insert(more, at: index)
    }
  }

  private static func isBefore(_ left: URL, _ right: URL) -> Bool {
    (left.lastPathComponent, left.path) < (right.lastPathComponent, right.path)
  }

  /// The records, one for each unit and its settings, in the order of the journals' names and lines.
  ///
  /// Of several records of one unit with the same settings, the last one in a file counts. Of several files, a finished
  /// record counts before an unfinished one, then the last file. Clocks decide nothing: a wrong clock would win for
  /// ever.
  package var union: [Record] {
    var found: [Record.Key: [(file: Int, index: Int, place: Int)]] = [:]
    var place = 0
    for (file, own) in records.enumerated() {
      for (index, record) in own.enumerated() {
        place += 1
        // Indices save the memory of copies: there may be millions of records.
        var known = found[record.key] ?? []
        if let other = known.firstIndex(where: { records[$0.file][$0.index].hasSettings(of: record) }) {
          let before = records[known[other].file][known[other].index]
          let isLost = before.status == .finished && record.status != .finished
          if isLost, known[other].file != file { continue }
          known.remove(at: other)
        }
        known.append((file, index, place))
        found[record.key] = known
      }
    }
    return found.values.flatMap { $0 }.sorted { $0.place < $1.place }.map { records[$0.file][$0.index] }
  }
}
