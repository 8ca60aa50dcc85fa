import Foundation

/// Reads folds or splits out of a table: a line a bag, or lists of bags under train, val and test.
struct SplitLayout {
  private let table: SplitTable
  private let dataset: BagDataset
  private let matcher: BagMatcher
  private var hasHeader = true

  private init(_ table: SplitTable, _ dataset: BagDataset) {
    self.table = table
    self.dataset = dataset
    matcher = BagMatcher(dataset)
  }

  /// The folds or splits of a table, whatever its layout.
  ///
  /// - Throws: ``FoldError`` with file, line and bag for what does not fit the data set.
  static func read(_ table: SplitTable, for dataset: BagDataset) throws -> GivenFolds {
    var layout = SplitLayout(table, dataset)
    // Without a header the first line names a bag.
    if layout.roleColumns.isEmpty, layout.foldColumns.isEmpty, let first = table.header.first,
      layout.matcher.bag(named: first) != nil, table.header.count >= 2
    {
      let names = ["bag"] + (1..<table.header.count).map { "fold \($0)" }
      layout = SplitLayout(table.headerless(names), dataset)
      layout.hasHeader = false
    }
    return try layout.folds()
  }

  /// Refuses a table that says another label of a bag than the data set does.
  private func checkLabels() throws {
    guard let label = table.header.firstIndex(where: { $0.lowercased() == "label" }),
      let id = table.header.firstIndex(where: { $0.lowercased() == "name" }) ?? idColumn(except: [label]),
      table.column(label).allSatisfy({ ["0", "1"].contains($0) })
    else { return }
    for row in table.rows {
      guard let bag = matcher.bag(named: row.fields[id]), row.fields[label] != String(dataset.labels[bag]) else {
        continue
      }
      throw error(
        "bag \(dataset.bagNames[bag]) has label \(row.fields[label]), and \(dataset.labels[bag]) in data set "
          + "\(dataset.name); the folds are of other bags, or the column label is to be removed", line: row.line)
    }
  }

  private func folds() throws -> GivenFolds {
    try checkLabels()
    let lowered = table.header.map { $0.lowercased() }
    if let repetition = lowered.firstIndex(of: "repetition"), let fold = lowered.firstIndex(of: "fold") {
      return try exported(repetition: repetition, fold: fold)
    }
    let roles = roleColumns
    if !roles.isEmpty {
      if let id = idColumn(except: Set(roles.values)), areAnswers(roles.values) {
        return .splits([try answered(roles, id: id)])
      }
      if roles[.train] != nil, roles.count > 1 { return .splits([try listed(roles)]) }
    }
    return try assigned()
  }

  private func error(_ problem: String, line: Int? = nil) -> FoldError {
    FoldError(place: table.file + (line.map { ", line \($0)" } ?? ""), problem: problem)
  }

  // MARK: - Lists under train, val and test

  /// The columns whose names are those of parts.
  private var roleColumns: [SplitRole: Int] {
    var found: [SplitRole: Int] = [:]
    for (index, name) in table.header.enumerated() {
      if let role = SplitRole(column: name), found[role] == nil { found[role] = index }
    }
    return found
  }

  private func listed(_ roles: [SplitRole: Int]) throws -> GivenSplit {
    var builder = SplitBuilder(dataset, place: table.file)
    for role in SplitRole.allCases {
      guard let column = roles[role] else { continue }
      for row in table.rows where !row.fields[column].isEmpty {
        let line = "line \(row.line)"
        let bags = try matcher.require(
          row.fields[column], at: "\(table.file), \(line), column \(table.header[column])")
        try builder.assign(bags, role, line: line, mayRepeat: false)
      }
    }
    return try builder.finished()
  }

  // MARK: - Yes and no under train, val and test

  private static let answers = [
    "true": true, "false": false, "yes": true, "no": false, "1": true, "0": false, "1.0": true, "0.0": false,
  ]

  private func areAnswers(_ columns: some Sequence<Int>) -> Bool {
    !table.rows.isEmpty
      && columns.allSatisfy { column in table.column(column).allSatisfy { Self.answers[$0.lowercased()] != nil } }
  }

  private func answered(_ roles: [SplitRole: Int], id: Int) throws -> GivenSplit {
    var builder = SplitBuilder(dataset, place: table.file)
    for row in table.rows {
      let line = "line \(row.line)"
      let bags = try matcher.require(row.fields[id], at: "\(table.file), \(line)")
      for role in SplitRole.allCases {
        guard let column = roles[role], Self.answers[row.fields[column].lowercased()] == true else { continue }
        try builder.assign(bags, role, line: line, mayRepeat: true)
      }
    }
    if roles[.train] == nil { builder.assignRest(.train) } else if roles.count == 1 { builder.assignRest(.test) }
    return try builder.finished()
  }

  // MARK: - A line a bag

  private static let idNames: Set<String> = [
    "", "bag", "name", "bag_name", "bag_id", "bagid", "slide", "slide_id", "slideid", "id", "image_id", "image", "wsi",
    "filename", "file", "slide_path", "unnamed: 0", "sample", "sample_id", "case_id", "case", "patient", "patient_id",
  ]

  private static let foldWords: Set<String> = [
    "fold", "folds", "kfold", "split", "splits", "cv", "rep", "repeat", "repetition", "mode", "set", "subset", "part",
    "partition", "phase", "run", "round", "iter", "iteration", "trial", "draw",
  ]

  /// The column that names bags: the one of a known name, or else of any, with the most names of bags, or else of groups.
  private func idColumn(except others: Set<Int>) -> Int? {
    let columns = table.header.indices.filter { !others.contains($0) }
    let known = columns.filter { Self.idNames.contains(table.header[$0].lowercased()) }
    for candidates in [known, Array(columns.prefix(1)), columns] {
      for isName in [true, false] {
        let counts = candidates.map { column in
          table.column(column).count {
            isName ? matcher.bag(named: $0) != nil : matcher.bags(named: $0) != nil
          }
        }
        if let most = counts.max(), most > 0, let place = counts.firstIndex(of: most) { return candidates[place] }
      }
    }
    return nil
  }

  /// The columns whose names begin with a word for folds.
  private var foldColumns: [Int] {
    table.header.indices.filter { index in
      Self.foldWords.contains(String(table.header[index].lowercased().prefix { $0.isLetter }))
    }
  }

  private func assigned() throws -> GivenFolds {
    let named = foldColumns
    guard let id = idColumn(except: Set(named)) else {
      throw error(
        "no column names bags of data set \(dataset.name), whose bags are named like "
          + dataset.bagNames.prefix(3).joined(separator: ", ")
          + "; expected a column of bag names and one of folds a repetition, or columns train and test")
    }
    let rest = table.header.indices.filter { $0 != id && !Self.idNames.contains(table.header[$0].lowercased()) }
    let columns = named.isEmpty && rest.count == 1 ? rest : named
    guard !columns.isEmpty else {
      throw error(
        "no column of folds among \(table.header.joined(separator: ", ")); expected one called fold or split (of several "
          + "repetitions fold_1, fold_2 ...), or columns train and test")
    }
    var values = [[String?]](
      repeating: Array(repeating: nil, count: dataset.bagCount), count: columns.count)
    var lines = Array(repeating: 0, count: dataset.bagCount)
    for row in table.rows {
      for bag in try matcher.require(row.fields[id], at: "\(table.file), line \(row.line)") {
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
    return try FoldColumns.folds(
      columns.indices.map { place in
        let title = table.header[columns[place]]
        return FoldColumns.Column(
          name: "\(table.file), column \(hasHeader ? title : String(columns[place] + 1))",
          title: hasHeader ? title : nil,
          values: values[place].map { $0 ?? "" })
      }, for: dataset)
  }

  // MARK: - What `folds export` writes

  /// A line for each repetition and bag, with the bag's name.
  private func exported(repetition: Int, fold: Int) throws -> GivenFolds {
    let lowered = table.header.map { $0.lowercased() }
    guard let id = lowered.firstIndex(of: "name") ?? idColumn(except: [repetition, fold]) else {
      throw error("columns repetition and fold, but none of bag names; expected a column name")
    }
    var order: [String] = []
    var values: [String: [String?]] = [:]
    for row in table.rows {
      let round = row.fields[repetition]
      if values[round] == nil {
        values[round] = Array(repeating: nil, count: dataset.bagCount)
        order.append(round)
      }
      for bag in try matcher.require(row.fields[id], at: "\(table.file), line \(row.line)") {
        if let old = values[round]?[bag] {
          throw error(
            "bag \(dataset.bagNames[bag]) is in fold \(old) of repetition \(round) already; remove one of the two lines",
            line: row.line)
        }
        values[round]?[bag] = row.fields[fold]
      }
    }
    let columns = try order.map { round in
      let found = values[round] ?? []
      if let bag = found.firstIndex(where: { $0 == nil }) {
        throw error("bag \(dataset.bagNames[bag]) has no line in repetition \(round); add one with its fold")
      }
      return FoldColumns.Column(
        name: "\(table.file), repetition \(round)", title: "fold", values: found.map { $0 ?? "" })
    }
    guard !columns.isEmpty else { throw error("no line below the header, expected one for each repetition and bag") }
    return try FoldColumns.folds(columns, for: dataset)
  }
}
