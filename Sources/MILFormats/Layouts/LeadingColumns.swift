import MILBags
import UserInput

/// The texts of some columns in the first lines of a table without header.
///
/// Within a column, each different text has a code from 0. Blanks around texts and invisible characters do not count.
struct LeadingColumns {
  /// The code of each line by column; nil for a line without the field.
  private var codes: [Int: [Int?]] = [:]
  private var texts: [Int: [[UInt8]]] = [:]
  /// The number of lines.
  private(set) var lineCount = 0

  /// The rows of each bag in some columns.
  struct Bags {
    /// The number of rows of each bag in order of appearance.
    fileprivate(set) var sizes: [Int] = []
    /// The code of each bag by column, for the columns that are the same in all rows of each bag.
    fileprivate(set) var values: [Int: [Int]] = [:]

    /// The number of rows behind the first of their bags.
    var repeats: Int { sizes.reduce(0, +) - sizes.count }
  }

  /// Reads columns from the current line on, at most ``HeaderlessText/lineLimit`` lines.
  ///
  /// - Throws: ``ReadError`` for a field with a quotation mark and no second one.
  init(_ start: TextScanner, _ columns: Set<Int>) throws {
    var text = start
    var known: [Int: [[UInt8]: Int]] = [:]
    let last = columns.max() ?? -1
    repeat {
      if text.hasOnlySeparators { continue }
      var column = 0
      while column <= last, !text.isAtLineEnd {
        let field = try text.text()
        if columns.contains(column) {
          let plain = Array(BagNames.trimmed(PlainText.visible(field) ?? field))
          let code = known[column]?[plain] ?? texts[column]?.count ?? 0
          if code == texts[column]?.count ?? 0 {
            texts[column, default: []].append(plain)
            known[column, default: [:]][plain] = code
          }
          codes[column, default: Array(repeating: nil, count: lineCount)].append(code)
        }
        column += 1
      }
      for absent in columns where absent >= column {
        codes[absent, default: Array(repeating: nil, count: lineCount)].append(nil)
      }
      lineCount += 1
    } while lineCount < HeaderlessText.lineLimit && text.nextLine()
  }

  /// Returns the text of a code.
  func text(_ code: Int, ofColumn column: Int) -> ArraySlice<UInt8> {
    guard let own = texts[column], own.indices.contains(code) else { return [] }
    return own[code][...]
  }

  /// Returns the codes of two columns in each line, up to the first line without one of them.
  func pairs(_ one: Int, _ two: Int) -> [(Int, Int)] {
    var result: [(Int, Int)] = []
    for (first, second) in zip(codes[one] ?? [], codes[two] ?? []) {
      guard let first, let second else { break }
      result.append((first, second))
    }
    return result
  }

  /// Returns the bags of a column of ids, with their values of other columns.
  func bags(_ bag: Int, _ columns: [Int]) -> Bags {
    var result = Bags()
    let ids = codes[bag] ?? []
    result.sizes = [Int](repeating: 0, count: texts[bag]?.count ?? 0)
    for case let id? in ids { result.sizes[id] += 1 }
    for column in columns {
      var values = [Int?](repeating: nil, count: result.sizes.count)
      let isConstant = zip(ids, codes[column] ?? []).allSatisfy { id, code in
        guard let id else { return true }
        guard let code, values[id] ?? code == code else { return false }
        values[id] = code
        return true
      }
      if isConstant { result.values[column] = values.compactMap(\.self) }
    }
    return result
  }
}
