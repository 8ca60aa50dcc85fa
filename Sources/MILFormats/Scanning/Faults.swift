import MILBags
import UserInput

/// Collects the faults of a text, to report them together.
struct Faults {
  /// A fault of one field of a feature, with the spelling of its column after `--ignore-column`.
  struct OfColumn {
    let error: ReadError
    let title: String
  }

  private static let shown = 5
  private static let shownColumns = 8
  private static let limit = 1000
  /// The faults to show, and whether each is the first of its kind.
  private var first: [(error: ReadError, isFirst: Bool)] = []
  /// The kinds of faults: a column with text, or what was expected.
  private var kinds: Set<String> = []
  /// The titles of columns with text among the features, in the order of their first faults.
  private var columns: [String] = []
  private var count = 0

  /// Whether there are no faults yet.
  var isEmpty: Bool { count == 0 }

  /// Records a fault; rethrows any error that is not about the file's content.
  mutating func add(_ error: any Error) throws {
    guard let error = error as? ReadError else { throw error }
    try add(error, kind: error.expected)
  }

  /// Records a fault of a feature's field.
  mutating func add(_ fault: OfColumn) throws {
    // A missing value says nothing of its column.
    let isText = !fault.error.expected.contains(MissingValues.wayOut)
    if isText, !columns.contains(fault.title) { columns.append(fault.title) }
    try add(fault.error, kind: isText ? "column " + fault.title : MissingValues.wayOut)
  }

  /// Records a fault; the first of a kind takes the place of a later one of another.
  private mutating func add(_ error: ReadError, kind: String) throws {
    count += 1
    let isFirst = kinds.insert(kind).inserted
    if first.count == Self.shown, isFirst, let later = first.lastIndex(where: { !$0.isFirst }) {
      first.remove(at: later)
    }
    if first.count < Self.shown { first.append((error, isFirst)) }
    if count >= Self.limit { try check() }
  }

  /// Throws the recorded faults: the first in full, the place and finding of the others, and the columns with text.
  func check() throws {
    guard let error = first.first?.error else { return }
    guard count > 1 else { throw error }
    let others = first.dropFirst().map { "\($0.error.location): found \($0.error.found)" }
    let number = count >= Self.limit ? "at least \(count)" : "\(count)"
    let more = count > first.count ? " ..." : ""
    throw ReadError(
      file: error.file, at: error.place, found: error.found,
      expected: error.expected + listedColumns + "; the first of \(number) faults, then "
        + others.joined(separator: "; ") + more)
  }

  /// The option that leaves out all columns with text; empty for fewer than two.
  private var listedColumns: String {
    guard columns.count > 1 else { return "" }
    let shown = columns.prefix(Self.shownColumns).map { title in
      let title = title.onOneLine(limit: 40)
      return ReadOption.ignoreColumn.spelling + " " + (title.contains(" ") ? "'\(title)'" : title)
    }
    let more = columns.count > Self.shownColumns ? " and so on" : ""
    return "; \(columns.count) columns have text in place of numbers, which \(shown.joined(separator: " "))\(more) "
      + "leaves out"
  }
}
