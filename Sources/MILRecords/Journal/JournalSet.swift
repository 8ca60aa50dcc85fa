import Foundation

/// Journals that are read as one, each of them once, with what is appended to them since.
package struct JournalSet<Record: JournalRecord>: Sendable {
  /// The files, in the order of their names.
  package private(set) var files: [URL]
  /// What is damaged in them and left out.
  package let damage: [JournalDamage]
  private var records: [[Record]]

  /// Reads journals.
  ///
  /// - Throws: ``JournalError`` for a file that cannot be read.
  package init(reading files: [URL] = []) throws {
    self.files = files.sorted(by: Self.isBefore)
    let contents = try self.files.map { try Journal<Record>($0).read() }
    (records, damage) = (contents.map(\.records), contents.flatMap(\.damage))
  }

  /// Adds records that were appended to one of the files, or to one that is new.
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

  /// The records, one a unit and its settings, in the order of the journals' names and lines.
  ///
  /// Of several records of one unit with the same settings the last one in a file counts; of those in several files a
  /// finished one comes before one that did not finish, then the last. Clocks decide nothing: one that was set wrong would
  /// win for ever.
  package var union: [Record] {
    var found: [Record.Key: [(file: Int, index: Int, place: Int)]] = [:]
    var place = 0
    for (file, own) in records.enumerated() {
      for (index, record) in own.enumerated() {
        place += 1
        // The places of records and not these themselves, of which there may be millions.
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
