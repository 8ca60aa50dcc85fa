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
    let reader = Record.lineReader()
    let contents = try self.files.map { try Journal<Record>($0).read(with: reader) }
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

  /// All records, also those that others replace.
  var all: some Sequence<Record> { records.joined() }

  /// The records, one for each unit and its settings, in the order of the journals' names and lines.
  ///
  /// Of several records of one unit with the same settings, the last one in a file counts. Of several files, a finished
  /// record counts before an unfinished one, then the last file. Clocks decide nothing: a wrong clock would win for
  /// ever.
  package var union: [Record] {
    // Places in place of copies save memory: there may be millions of records.
    var places: [(file: Int, index: Int)] = []
    var isKept: [Bool] = []
    var last: [Record.Key: Int] = [:]
    /// The place of the previous record of the same unit, or -1.
    var previous: [Int] = []
    for (file, own) in records.enumerated() {
      for (index, record) in own.enumerated() {
        let key = record.key
        var other = last[key] ?? -1
        while other >= 0, !isKept[other] || !records[places[other].file][places[other].index].hasSettings(of: record) {
          other = previous[other]
        }
        if other >= 0 {
          let before = records[places[other].file][places[other].index]
          let isLost = before.status == .finished && record.status != .finished
          if isLost, places[other].file != file { continue }
          isKept[other] = false
        }
        previous.append(last[key] ?? -1)
        last[key] = places.count
        places.append((file, index))
        isKept.append(true)
      }
    }
    return places.indices.filter { isKept[$0] }.map { records[places[$0].file][places[$0].index] }
  }
}
