import Foundation
import MILBags
import UserInput

/// Reads folds or splits from a table.
///
/// The table has a line a bag, a line for each repetition and bag, or lists of bags under train, val and test.
struct SplitLayout {
  private let table: SplitTable
  private let dataset: BagDataset
  private let bags: BagColumn
  private let hasHeader: Bool

  private init(_ table: SplitTable, _ dataset: BagDataset, hasHeader: Bool = true) {
    self.table = table
    self.dataset = dataset
    self.hasHeader = hasHeader
    bags = BagColumn(table, BagMatcher(dataset), dataset)
  }

  /// Reads the folds or splits of a table with any layout, and returns the decisions.
  ///
  /// - Throws: ``FoldError`` with the file, line and bag that do not match the data set.
  static func read(_ table: SplitTable, for dataset: BagDataset) throws -> (folds: GivenFolds, notes: [String]) {
    var layout = SplitLayout(table, dataset)
    // Without a header, the first line names a bag, or has numbers and split words instead of column names.
    let isUnnamed = layout.roleColumns.isEmpty && layout.foldColumns.isEmpty && table.header.count >= 2
    let matcher = BagMatcher(dataset)
    let words = table.header.indices.filter {
      Double(table.header[$0]) != nil || SplitRole(word: table.header[$0]) != nil && !layout.holdsBags($0)
    }
    let namesBag = table.header.contains { matcher.bag(named: $0) != nil && Double($0) == nil }
    let isNumbered =
      !words.isEmpty && !table.header.contains { BagColumn.isKnown($0) } && !layout.areColumnsOfParts(words)
    if isUnnamed && (namesBag || isNumbered) || !isUnnamed && namesBag && table.header.count == 2 && !words.isEmpty {
      let names = table.header.indices.map { "column \($0 + 1)" }
      layout = SplitLayout(table.headerless(names), dataset, hasHeader: false)
    }
    return try layout.folds()
  }

  /// Whether a column's texts are bag names.
  private func holdsBags(_ column: Int) -> Bool {
    let matcher = BagMatcher(dataset)
    return table.column(column).contains { matcher.bag(named: $0) != nil }
  }

  /// Whether columns named by numbers contain parts of splits: one split each.
  private func areColumnsOfParts(_ columns: [Int]) -> Bool {
    columns.allSatisfy { Double(table.header[$0]) != nil && SplitWords.roles(of: table.column($0)) != nil }
  }

  /// Refuses a table whose bag labels differ from the data set's.
  private func checkLabels() throws {
    guard let label = table.header.firstIndex(where: { $0.lowercased() == "label" }),
      table.column(label).allSatisfy({ ["0", "1"].contains($0) }),
      let id = LongSplits.namesOfExport(table, bags) ?? (try? bags.column(except: [label]))
    else { return }
    for row in table.rows {
      guard let bag = id.matcher.bag(named: row.fields[id.column]), id.matcher.subject != .groups,
        row.fields[label] != String(dataset.labels[bag])
      else { continue }
      throw error(
        "bag \(dataset.bagNames[bag]) has label \(row.fields[label]), and \(dataset.labels[bag]) in data set "
          + "\(dataset.name); the folds are of other bags, or the column label is to be removed", line: row.line)
    }
  }

  private func folds() throws -> (folds: GivenFolds, notes: [String]) {
    guard !table.rows.isEmpty else { throw error("no line below the header, expected one for each bag") }
    try checkLabels()
    if let long = try LongSplits(table, bags, dataset) { return try long.folds() }
    let roles = roleColumns
    if !roles.isEmpty {
      let parts = Dictionary(grouping: roles) { $0.number ?? -1 }.sorted { $0.key < $1.key }.map(\.value)
      let columns = Set(roles.map(\.column))
      if areAnswers(columns), let id = try bags.column(except: columns) {
        return (.splits(try parts.map { try answered($0, id, of: parts.count) }), [said(id)] + parts.map(saidAnswers))
      }
      if roles.contains(where: { $0.role == .train }), parts.allSatisfy({ $0.count > 1 }) {
        return (.splits(try parts.map { try listed($0, of: parts.count) }), [])
      }
    }
    return try assigned()
  }

  private func said(_ id: BagColumn.Choice, _ others: [Int] = []) -> String {
    func title(_ column: Int) -> String {
      hasHeader && !table.header[column].isEmpty
        ? ReadError.quoted(table.header[column].utf8) : "column \(column + 1)"
    }
    let folds = others.isEmpty ? "" : ", folds or parts are \(others.map(title).joined(separator: ", "))"
    return "\(title(id.column)) names the \(id.matcher.subject == .groups ? "groups" : "bags")\(folds)"
  }

  /// Returns the note on the columns with yes and no, and the part of bags that have neither.
  private func saidAnswers(_ columns: [RoleColumn]) -> String {
    let parts = columns.map { role in
      let yes = table.column(role.column).first { Self.answers[$0.lowercased()] == true } ?? "true"
      return "\(ReadError.quoted(table.header[role.column].utf8)) \(yes.onOneLine(limit: 20)) is \(role.role.rawValue)"
    }
    let roles = columns.map(\.role)
    let rest = !roles.contains(.train) ? ", all others are train" : roles.count == 1 ? ", all others are test" : ""
    return parts.joined(separator: ", ") + rest
  }

  private func error(_ problem: String, line: Int? = nil) -> FoldError {
    FoldError(place: table.file + (line.map { ", line \($0)" } ?? ""), problem: problem)
  }

  // MARK: - Lists under train, val and test

  /// A column named after a part, with the number of its split if there are several.
  private struct RoleColumn {
    let column: Int
    let role: SplitRole
    let number: Int?
  }

  private var roleColumns: [RoleColumn] {
    var found: [RoleColumn] = []
    for (index, name) in table.header.enumerated() {
      guard let role = SplitRole(column: name) else { continue }
      let number = SplitRole.number(ofColumn: name)
      if !found.contains(where: { $0.role == role && $0.number == number }) {
        found.append(RoleColumn(column: index, role: role, number: number))
      }
    }
    return found
  }

  private func place(_ columns: [RoleColumn], of count: Int) -> String {
    count == 1 ? table.file : "\(table.file), \(columns.map { table.header[$0.column] }.joined(separator: ", "))"
  }

  private func listed(_ columns: [RoleColumn], of count: Int) throws -> GivenSplit {
    var builder = SplitBuilder(dataset, place: place(columns, of: count))
    func rows(_ column: Int) -> [(line: Int, fields: [String])] {
      // Shorter lists of a table end in blanks, which pandas writes as nan.
      table.rows.filter { row in
        !row.fields[column].isEmpty
          && (!MissingValues.isMissingName(row.fields[column].utf8)
            || bags.matcher.bags(named: row.fields[column]) != nil)
      }
    }
    let titles = columns.map { table.header[$0.column] }
    let matcher = try bags.matcher.reading(
      columns.flatMap { rows($0.column).map { [column = $0.column] in $0.fields[column] } },
      titled: titles.joined(separator: " "), at: "\(table.file), columns \(titles.joined(separator: ", "))")
    builder.notes += matcher.note.list
    for role in SplitRole.allCases {
      guard let column = columns.first(where: { $0.role == role })?.column else { continue }
      for row in rows(column) {
        let line = "line \(row.line)"
        let found = try matcher.require(
          row.fields[column], at: "\(table.file), \(line), column \(table.header[column])")
        try builder.assign(found, role, line: line, mayRepeat: false)
      }
    }
    return try builder.finished()
  }

  // MARK: - Yes and no under train, val and test

  static let answers = [
    "true": true, "false": false, "yes": true, "no": false, "1": true, "0": false, "1.0": true, "0.0": false,
  ]

  private func areAnswers(_ columns: some Sequence<Int>) -> Bool {
    !table.rows.isEmpty
      && columns.allSatisfy { column in table.column(column).allSatisfy { Self.answers[$0.lowercased()] != nil } }
  }

  private func answered(_ columns: [RoleColumn], _ id: BagColumn.Choice, of count: Int) throws -> GivenSplit {
    var builder = SplitBuilder(dataset, place: place(columns, of: count))
    for row in table.rows {
      let line = "line \(row.line)"
      let found = try id.matcher.require(row.fields[id.column], at: "\(table.file), \(line)")
      for role in SplitRole.allCases {
        guard let column = columns.first(where: { $0.role == role })?.column,
          Self.answers[row.fields[column].lowercased()] == true
        else { continue }
        try builder.assign(found, role, line: line, mayRepeat: true)
      }
    }
    let roles = columns.map(\.role)
    if !roles.contains(.train) { builder.assignRest(.train) } else if roles.count == 1 { builder.assignRest(.test) }
    return try builder.finished()
  }

  // MARK: - A line a bag

  static let foldWords: Set<String> = [
    "fold", "folds", "kfold", "split", "splits", "cv", "rep", "repeat", "repetition", "mode", "set", "subset", "part",
    "partition", "phase", "run", "round", "iter", "iteration", "trial", "draw",
  ]

  /// The columns whose names begin with a word for folds.
  private var foldColumns: [Int] {
    table.header.indices.filter { FoldColumns.isNamed(table.header[$0]) }
  }

  private func assigned() throws -> (folds: GivenFolds, notes: [String]) {
    let named = foldColumns
    guard let id = try bags.column(except: Set(named)) else {
      throw error(
        "no column names bags of data set \(dataset.name), whose bags are named like "
          + dataset.bagNames.prefix(3).joined(separator: ", ")
          + "; expected a column of bag names and one of folds a repetition, or columns train and test")
    }
    let rest = table.header.indices.filter { $0 != id.column && !BagColumn.isKnown(table.header[$0]) }
    let columns = named.isEmpty && (rest.count == 1 || areColumnsOfParts(rest)) ? rest : named
    guard !columns.isEmpty else {
      if table.header.count == 1 {
        throw error(
          "it lists bags and says nothing of them; expected a second column with the fold of each, or a folder with lists "
            + "called train.txt and test.txt, or fold_0.txt, fold_1.txt and so on, each with the bags that the fold tests"
        )
      }
      throw error(
        "no column of folds among \(table.header.joined(separator: ", ")); expected one called fold or split (of several "
          + "repetitions fold_1, fold_2 ...), or columns train and test")
    }
    let values = try assignedTexts(id, columns)
    let folds = try FoldColumns.folds(
      columns.indices.map { place in
        let title = table.header[columns[place]]
        return FoldColumns.Column(
          name: "\(table.file), column \(hasHeader ? title : String(columns[place] + 1))",
          title: hasHeader ? title : nil, values: values[place])
      }, for: dataset)
    return (folds, [said(id, columns)])
  }

  /// Returns the text of each bag in each of some columns.
  private func assignedTexts(_ id: BagColumn.Choice, _ columns: [Int]) throws -> [[String]] {
    var values = [[String?]](
      repeating: Array(repeating: nil, count: dataset.bagCount), count: columns.count)
    var lines = Array(repeating: 0, count: dataset.bagCount)
    for row in table.rows {
      for bag in try id.matcher.require(row.fields[id.column], at: "\(table.file), line \(row.line)") {
        for (place, column) in columns.enumerated() {
          let value = row.fields[column]
          if let old = values[place][bag], old != value {
            throw error(
              "bag \(dataset.bagNames[bag]) is in \(table.header[column]) \"\(value)\", and in \"\(old)\" in line "
                + "\(lines[bag]); a bag is in one fold", line: row.line)
          }
          values[place][bag] = value
        }
        lines[bag] = row.line
      }
    }
    if let bag = lines.firstIndex(of: 0) {
      let others = lines.count { $0 == 0 } - 1
      throw error(
        "bag \(dataset.bagNames[bag]) of data set \(dataset.name) has no line"
          + (others > 0 ? ", nor have \(others) others" : "")
          + "; add one with its fold, or with val to leave it out of a split")
    }
    return values.map { $0.map { $0 ?? "" } }
  }
}
