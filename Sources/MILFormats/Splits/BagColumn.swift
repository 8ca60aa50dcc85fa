import MILBags
import UserInput

/// Finds the column of a split table that names bags, or groups of bags.
struct BagColumn {
  /// A column, and the matcher for the bags that it names.
  struct Choice {
    let column: Int
    let matcher: BagMatcher
  }

  private let table: SplitTable
  /// The matcher for bags in any column.
  let matcher: BagMatcher
  private let dataset: BagDataset

  /// Creates the search in a table.
  init(_ table: SplitTable, _ matcher: BagMatcher, _ dataset: BagDataset) {
    (self.table, self.matcher, self.dataset) = (table, matcher, dataset)
  }

  /// Names of columns of bags.
  private static let bagNames: Set = [
    "bag", "bagname", "bagid", "slide", "slideid", "slidename", "slidepath", "wsi", "wsiid", "imageid", "image",
    "filename",
    "file",
  ]
  /// Names of columns of anything with a name.
  private static let otherNames: Set = [
    "name", "sample", "sampleid", "caseid", "case", "patient", "patientid", "subject", "subjectid",
  ]
  /// Names of columns that may also be line counters.
  private static let counters: Set = ["", "id", "unnamed0", "index", "level0"]

  /// Whether a column with this name may contain bags.
  static func isKnown(_ title: String) -> Bool {
    let plain = ColumnNames.plain(title)
    return bagNames.contains(plain) || otherNames.contains(plain) || counters.contains(plain)
  }

  /// Finds the column that names bags: the one with the most names among those with the most specific titles.
  ///
  /// It returns nil if no column names any bag.
  ///
  /// - Throws: ``FoldError`` if two columns name equally many bags, but different ones.
  func column(except others: Set<Int>) throws -> Choice? {
    let columns = table.header.indices.filter { !others.contains($0) }
    func titled(_ names: Set<String>) -> [Int] {
      columns.filter { names.contains(ColumnNames.plain(table.header[$0])) }
    }
    let own =
      dataset.reading?.options.columns.bag.map { text in columns.filter { "name:" + table.header[$0] == text } } ?? []
    let tiers = [
      own, titled(Self.bagNames), titled(Self.otherNames), titled(Self.counters), Array(columns.prefix(1)), columns,
    ]
    // A column of bag names is more precise than one of groups, which several bags share.
    for isOfBags in [true, false] {
      for tier in tiers {
        let counts = tier.map { count($0, ofBags: isOfBags) }
        guard let most = counts.max(), most > 0 else { continue }
        let best = zip(tier, counts).filter { $0.1 == most }.map(\.0)
        // If another column names a bag in every line, a few names here are chance.
        if most * 2 < table.rows.count, tier != columns,
          tiers.joined().contains(where: { count($0, ofBags: isOfBags) == table.rows.count })
        {
          continue
        }
        return try choice(best)
      }
    }
    return nil
  }

  private func count(_ column: Int, ofBags: Bool) -> Int {
    let title = matcher.subject(titled: table.header[column])
    let texts = table.column(column)
    if ofBags, title == .groups, texts.contains(where: { matcher.group(named: $0) != nil }) { return 0 }
    return texts.count { ofBags ? matcher.bag(named: $0) != nil : matcher.bags(named: $0) != nil }
  }

  private func choice(_ columns: [Int]) throws -> Choice? {
    let choices = try columns.map { column in
      Choice(
        column: column,
        matcher: try matcher.reading(
          table.column(column), titled: table.header[column],
          at: "\(table.file), column \(table.header[column].isEmpty ? String(column + 1) : table.header[column])"))
    }
    guard let first = choices.first else { return nil }
    let texts = table.column(first.column).map { first.matcher.bags(named: $0) }
    let rival = choices.dropFirst().first { other in
      table.column(other.column).map { other.matcher.bags(named: $0) } != texts
    }
    guard let rival else { return first }
    func title(_ column: Int) -> String {
      table.header[column].isEmpty ? "column \(column + 1)" : ReadError.quoted(table.header[column].utf8)
    }
    throw FoldError(
      place: table.file,
      problem:
        "\(title(first.column)) and \(title(rival.column)) both name bags of data set \(dataset.name), other ones in "
        + "a line; expected one column called bag")
  }
}
