import Containers
import Foundation
import MILBags
import UserInput

/// The column roles of text feature files with headers, by the same rules as for a table.
///
/// The first file decides; the columns of others are matched by name.
struct FileColumns {
  /// The names of the features, in order; nil if the first file has none.
  let names: [String]?
  /// The decisions.
  private(set) var decisions: [ReadDecision]
  /// The x and y columns of places.
  private let places: [String]
  private let header: [String]?
  private let first: String
  private var reordered = 0

  /// Reads the columns of the first file, which the others must match.
  ///
  /// - Throws: ``ReadError`` for options that match no column, and for a column with a name used for labels.
  init(_ file: FileArray?, _ options: ReadOptions, path: String) throws {
    first = file?.file ?? path
    guard let header = file?.header?.names else {
      (header, names, places, decisions) = (nil, nil, [], [])
      guard options.columns.coordinates.isEmpty || options.columns.areRemembered else {
        throw ReadError(
          file: path, found: "\(ReadOption.coordinateColumns.spelling), and files whose columns have no names",
          expected: "a call without, or files of text with a header")
      }
      return
    }
    self.header = header
    let roles = try ColumnRoles(ofFileOfABag: options.columns, names: header, file: first)
    func named(_ role: DelimitedRows.Role) -> [String] {
      header.indices.filter { roles.roles[$0] == role }.map { header[$0] }
    }
    (names, places, decisions) = (named(.feature), named(.across) + named(.down), roles.decisions)
    let used = named(.feature) + places
    if let twice = used.first(where: { name in header.count { $0 == name } > 1 }) {
      throw ReadError(
        file: first, at: .line(1), found: "two columns called \(ReadError.quoted(twice.utf8))",
        expected: "columns with names of their own, or \(ReadOption.ignoreColumn.spelling) #N that leaves one out")
    }
  }

  /// Selects the features and places of a file.
  ///
  /// - Throws: ``ReadError`` for a file that lacks a column of the first one.
  mutating func content(_ content: FeatureArrays.Content) throws -> FeatureArrays.Content {
    guard let array = content.features as? FileArray, array.header != nil || header != nil else { return content }
    guard let names, let header else {
      guard let others = array.header?.names else { return content }
      throw ReadError(
        file: array.file, at: .line(1), found: "a header, \(Self.listed(others))",
        expected: "none as in \(first), or the same header in all files; where the line is an instance, "
          + "\(ReadOption.header.spelling) no")
    }
    guard let own = array.header?.names else {
      throw ReadError(
        file: array.file, at: .line(1), found: "no header",
        expected: "that of \(first), \(Self.listed(header)); where that line is an instance, "
          + "\(ReadOption.header.spelling) no")
    }
    var result = content
    func columns(_ wanted: [String]) throws -> [Int] {
      try wanted.map { name in
        guard let column = own.firstIndex(of: name), own.lastIndex(of: name) == column || own == header else {
          let isTwice = own.contains(name)
          throw ReadError(
            file: array.file, at: .line(1),
            found: (isTwice ? "two columns " : "no column ") + ReadError.quoted(name.utf8)
              + " among \(Self.listed(own))",
            expected: "the columns of \(first), in any order" + Self.wayOut(own + header))
        }
        return column
      }
    }
    let extra = own.filter { !header.contains($0) && !ColumnNames.isBookkeeping($0) }
    guard extra.isEmpty else {
      throw ReadError(
        file: array.file, at: .line(1), found: "columns \(Self.listed(extra)), which \(first) has not",
        expected: "the same columns in all files" + Self.wayOut(own + header))
    }
    if own.filter(names.contains) != names { reordered += 1 }
    result.features = try array.selecting(columns: columns(names))
    if places.count == 2 { result.places = try array.selecting(columns: columns(places)) }
    return result
  }

  /// The decisions about all files.
  var all: [ReadDecision] {
    guard reordered > 0 else { return decisions }
    return decisions + [
      ReadDecision(.columns, "\(reordered) files have their columns in another order, and are matched by name")
    ]
  }

  /// Returns the option for first lines that are instances, if one of the names is a number or a missing value.
  private static func wayOut(_ names: [String]) -> String {
    let areNames = names.allSatisfy {
      TextLayout.number($0.utf8) == nil && ($0.isEmpty || !MissingValues.isMarker($0.utf8))
    }
    return areNames ? "" : "; where the first lines are instances, \(ReadOption.header.spelling) no"
  }

  private static func listed(_ names: [String]) -> String {
    names.shortList(6) { ReadError.quoted($0.utf8) }
  }
}
