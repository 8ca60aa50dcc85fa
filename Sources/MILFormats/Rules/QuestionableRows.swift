import LinearAlgebra
import MILBags
import UserInput

/// Detects rows or columns that a spreadsheet may have added: totals, dates as numbers, several instances in one row.
enum QuestionableRows {
  /// The names of summary rows below a table.
  static let summaries: Set = [
    "total", "totals", "sum", "sums", "mean", "means", "average", "averages", "avg", "median", "std", "sd", "min",
    "max",
    "count", "grand total", "subtotal", "summe", "gesamt", "mittelwert",
  ]

  /// Whether a row with this id summarises the rows above it.
  static func isSummary(_ id: some Sequence<UInt8>) -> Bool {
    summaries.contains(String(decoding: Array(id), as: UTF8.self).lowercased().filter { $0 != ":" && $0 != "*" })
  }

  /// Returns the decisions on bags as they were read.
  static func decisions(_ bags: BagDataset) -> [ReadDecision] {
    summaryRow(bags) + dates(bags) + wide(bags)
  }

  private static func summaryRow(_ bags: BagDataset) -> [ReadDecision] {
    guard bags.bagCount > 2, let name = bags.bagNames.last, isSummary(name.utf8),
      bags[sizeOfBag: bags.bagCount - 1] == 1
    else { return [] }
    return [
      ReadDecision(
        .bags,
        "the last bag is called \(ReadError.quoted(name.utf8)), as a row is that sums up a table: it is no bag then, "
          + "and to be removed from the file")
    ]
  }

  /// Words in the names of date columns.
  private static let days: Set = [
    "visit", "day", "when", "birth", "dob", "born", "birthday", "admission", "admitted", "discharge", "discharged",
    "surgery", "diagnosed", "collected", "scanned", "acquired", "recorded", "created", "exam", "examination", "biopsy",
    "datum", "dated",
  ]

  /// Returns the decision on columns of whole numbers that are Excel's day counts from 1900, for the years 1954 to
  /// 2064.
  private static func dates(_ bags: BagDataset) -> [ReadDecision] {
    let names = bags.featureNames ?? []
    let found = names.indices.filter { column in
      let words = names[column].lowercased().split { !$0.isLetter }.map(String.init)
      return words.contains(where: days.contains)
        && (0..<bags.instanceCount).allSatisfy { row in
          let value = bags.instances[row, column]
          return value == value.rounded() && (20_000...60_000).contains(value)
        }
    }
    guard !found.isEmpty else { return [] }
    let shown = found.prefix(6).map { ReadError.quoted(names[$0].utf8) }.joined(separator: ", ")
    return [
      ReadDecision(
        .columns, "\(shown) may hold dates as Excel numbers days from 1900 on, and are taken for features",
        option: "--ignore-column")
    ]
  }

  /// Returns the decision on column names that repeat those of one instance, if all bags have one row.
  private static func wide(_ bags: BagDataset) -> [ReadDecision] {
    guard let names = bags.featureNames, names.count >= 4, bags.bagCount > 1, bags.instanceCount == bags.bagCount else {
      return []
    }
    let pairs = names.compactMap { name -> (String, String)? in
      guard let place = name.firstIndex(where: { "_.-: ".contains($0) }) else { return nil }
      let rest = name[name.index(after: place)...]
      return rest.isEmpty || place == name.startIndex ? nil : (String(name[..<place]), String(rest))
    }
    let (left, right) = (Set(pairs.map(\.0)), Set(pairs.map(\.1)))
    guard pairs.count == names.count, Set(names).count == names.count, left.count > 1, right.count > 1,
      left.count * right.count == names.count,
      let count = isCounted(left) ? left.count : isCounted(right) ? right.count : nil
    else { return [] }
    return [
      ReadDecision(
        .bags,
        "every bag has one row, and names of columns repeat \(count) times, as \(ReadError.quoted(names[0].utf8)): if a row "
          + "holds \(count) instances, it is to be \(count) rows with \(names.count / count) features, as "
          + "pandas.wide_to_long makes them")
    ]
  }

  /// Whether texts are one word followed by 1, 2, 3 ... or 0, 1, 2 ....
  private static func isCounted(_ texts: Set<String>) -> Bool {
    let numbers = texts.compactMap { text in Int(text.drop { !$0.isNumber }) }.sorted()
    let stems = Set(texts.map { $0.prefix { !$0.isNumber } })
    guard stems.count == 1, numbers.count == texts.count, let first = numbers.first, first <= 1 else { return false }
    return numbers == Array(first..<first + numbers.count)
  }
}
