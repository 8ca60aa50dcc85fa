import MILBags
import UserInput

/// A table with a line for each repetition and bag, as `folds export` writes it, or for each split and bag.
struct LongSplits {
  private let table: SplitTable
  private let dataset: BagDataset
  private let id: BagColumn.Choice
  /// The column of repetitions or splits.
  private let round: Int
  /// The column of folds or parts.
  private let value: Int
  private let areParts: Bool

  private static let repetitions: Set = ["repetition", "repeat", "rep", "round", "iteration", "run"]
  private static let folds: Set = ["fold", "kfold", "cv", "splitid", "foldid"]

  /// Returns the name column of a table by `folds export`, in which the column `bag` counts the bags; nil for others.
  static func namesOfExport(_ table: SplitTable, _ bags: BagColumn) -> BagColumn.Choice? {
    let plain = table.header.map(ColumnNames.plain)
    guard plain.contains("repetition"), plain.contains("fold") else { return nil }
    return plain.firstIndex(of: "name").map { BagColumn.Choice(column: $0, matcher: bags.matcher) }
  }

  /// Creates the reader of a table with this layout; nil for others.
  init?(_ table: SplitTable, _ bags: BagColumn, _ dataset: BagDataset) throws {
    let plain = table.header.map(ColumnNames.plain)
    let repetition = plain.firstIndex(where: Self.repetitions.contains)
    let fold = plain.firstIndex(where: Self.folds.contains)
    let parts = table.header.indices.first { column in
      column != repetition && column != fold && SplitWords.roles(of: table.column(column)) != nil
        && Set(table.column(column)).count > 1
    }
    guard
      let pair = repetition.flatMap({ round in (parts ?? fold).map { (round, $0) } })
        ?? fold.flatMap({ fold in
          parts.map { (fold, $0) }
        })
    else { return nil }
    let exported = Self.namesOfExport(table, bags)
    guard let id = try exported ?? bags.column(except: Set([pair.0, pair.1])) else { return nil }
    // With one line a bag, the columns are separate repetitions.
    let texts = table.column(id.column)
    guard exported != nil || Set(texts).count < texts.count else { return nil }
    (self.table, self.dataset, self.id, (round, value)) = (table, dataset, id, pair)
    areParts = pair.1 == parts
  }

  /// Reads the folds or splits.
  ///
  /// - Throws: ``FoldError`` with the invalid line and bag.
  func folds() throws -> (folds: GivenFolds, notes: [String]) {
    let title = table.header[round].onOneLine(limit: 40)
    func error(_ problem: String, line: Int? = nil) -> FoldError {
      FoldError(place: table.file + (line.map { ", line \($0)" } ?? ""), problem: problem)
    }
    var order: [String] = []
    var values: [String: [String?]] = [:]
    for row in table.rows {
      let round = row.fields[round]
      if values[round] == nil {
        values[round] = Array(repeating: nil, count: dataset.bagCount)
        order.append(round)
      }
      for bag in try id.matcher.require(row.fields[id.column], at: "\(table.file), line \(row.line)") {
        if let old = values[round]?[bag] {
          throw error(
            "bag \(dataset.bagNames[bag]) is in \(table.header[value]) \(old) of \(title) \(round) already; remove one of the "
              + "two lines", line: row.line)
        }
        values[round]?[bag] = row.fields[value]
      }
    }
    let columns = try order.map { round in
      let found = values[round] ?? []
      if let bag = found.firstIndex(where: { $0 == nil }) {
        throw error("bag \(dataset.bagNames[bag]) has no line in \(title) \(round); add one")
      }
      return FoldColumns.Column(
        name: "\(table.file), \(title) \(round)", title: areParts ? table.header[value] : "fold",
        values: found.map { $0 ?? "" })
    }
    guard !columns.isEmpty else { throw error("no line below the header, expected one for each repetition and bag") }
    let note =
      "\(ReadError.quoted(table.header[id.column].utf8)) names the bags, \(ReadError.quoted(title.utf8)) the "
      + "\(areParts ? "splits" : "repetitions")"
    return (try FoldColumns.folds(columns, for: dataset), [note])
  }
}
