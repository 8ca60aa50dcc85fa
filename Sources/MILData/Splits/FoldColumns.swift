/// Turns columns with a text a bag into folds: fold numbers or names, or the words train, val and test.
enum FoldColumns {
  /// One column, which is a repetition of folds or a split.
  struct Column {
    /// Where it stands, for errors.
    let name: String
    /// What the column is called, where it has a name.
    var title: String?
    /// The text of each bag, in the data set's order.
    let values: [String]
    /// What was decided about it.
    var note: String?

    /// Whether its title says that it holds folds, so that numbers are these.
    var saysFolds: Bool {
      title.map { FoldColumns.words.contains(String($0.lowercased().prefix(while: \.isLetter))) } ?? false
    }
  }

  /// The words by which a title begins that says folds and nothing else.
  private static let words: Set = ["fold", "folds", "kfold", "cv", "cvfold", "rep", "repeat", "repetition"]
  /// Titles of parts to train and to test on.
  private static let parts: Set = ["split", "splits", "set", "subset", "mode", "phase", "part", "partition"]

  /// The folds that columns give.
  ///
  /// Whole numbers are folds in their order, -1 a bag that no fold tests; other texts are folds in the order in which they
  /// first appear; where words such as `train` and `test` stand, each column is a split.
  /// - Throws: ``FoldError`` for a bag without a text, and for columns of different kinds.
  static func folds(_ columns: [Column], for dataset: BagDataset) throws -> GivenFolds {
    for column in columns {
      guard column.values.count == dataset.bagCount else {
        throw FoldError(
          place: column.name,
          problem: "\(column.values.count) folds for the \(dataset.bagCount) bags of \(dataset.name)")
      }
      if let bag = column.values.firstIndex(where: { $0.allSatisfy(\.isWhitespace) }) {
        throw FoldError(
          place: column.name,
          problem: "bag \(dataset.bagNames[bag]) has no fold; expected a fold, or -1 for a bag that is only trained on")
      }
    }
    let columns = try columns.map(worded)
    let areSplits = columns.map { column in column.values.contains { SplitRole(word: $0) != nil } }
    if areSplits.contains(true), let other = areSplits.firstIndex(of: false) {
      throw FoldError(
        place: columns[other].name,
        problem: "it holds folds, while another column holds train and test; expected one kind")
    }
    return areSplits.first == true
      ? .splits(try columns.map { try split($0, dataset) }) : .folds(try columns.map { try numbers($0, dataset) })
  }

  /// A column in which 1 and 0 answer to its name, such as `train`, with words in their place.
  ///
  /// - Throws: ``FoldError`` for one whose numbers may be folds or parts, by its name or for want of one.
  private static func worded(_ column: Column) throws -> Column {
    let numbers = Set(column.values.map { Double($0) ?? .nan })
    if numbers == [0, 1], let title = column.title, let role = SplitRole(column: title) {
      let other = role == .train ? SplitRole.test : .train
      let words = column.values.map { Double($0) == 1 ? role.rawValue : other.rawValue }
      return Column(
        name: column.name, title: title, values: words,
        note: "1 under \(title.onOneLine(limit: 40)) is \(role.rawValue), 0 is \(other.rawValue)")
    }
    // Numbers from 1 on are parts only where the column is called so.
    let isOfParts = column.title.map { parts.contains(stem(ColumnNames.plain($0))) } ?? false
    let codes: [Set<Double>] = isOfParts ? [[0, 1], [0, 1, 2], [1, 2], [1, 2, 3]] : [[0, 1], [0, 1, 2]]
    guard !column.saysFolds, codes.contains(numbers) else { return column }
    let shown = numbers.sorted().map { String(Int($0)) }
    throw FoldError(
      place: column.name,
      problem:
        "the numbers \(shown.dropLast().joined(separator: ", ")) and \(shown[shown.count - 1]) may be folds or train and "
        + "test; expected the words train, val and test, or a column called fold (in JSON {\"fold\": {...}})")
  }

  private static func stem(_ title: String) -> String { String(title.prefix { !$0.isNumber }) }

  private static func split(_ column: Column, _ dataset: BagDataset) throws -> GivenSplit {
    var builder = SplitBuilder(dataset, place: column.name)
    builder.notes = column.note.map { [$0] } ?? []
    let roles = try column.values.enumerated().map { bag, value in
      guard let role = SplitRole(word: value) else {
        throw FoldError(
          place: column.name,
          problem: "bag \(dataset.bagNames[bag]) has \"\(value)\", expected train, val or test as others have")
      }
      return role
    }
    for (bag, role) in roles.enumerated() {
      try builder.assign([bag], role, line: "bag \(bag + 1)", mayRepeat: true)
    }
    return try builder.finished()
  }

  private static func numbers(_ column: Column, _ dataset: BagDataset) throws -> [Int] {
    let whole = column.values.compactMap { text in Double(text).flatMap { Int(exactly: $0) } }
    if whole.count == column.values.count {
      if let bag = whole.firstIndex(where: { $0 < -1 }) {
        throw FoldError(
          place: column.name,
          problem: "bag \(dataset.bagNames[bag]) has fold \(whole[bag]), expected a number from 0 or 1, or -1")
      }
      let places = Dictionary(
        uniqueKeysWithValues: zip(Set(whole).subtracting([-1]).sorted(), 1...))
      return whole.map { places[$0] ?? 0 }
    }
    var places: [String: Int] = [:]
    return column.values.map { text in
      let place = places[text] ?? places.count + 1
      places[text] = place
      return place
    }
  }
}

extension PredefinedFolds {
  /// The folds that columns of a data set's own file name.
  ///
  /// - Parameters:
  ///   - columns: the text of each bag, `columns[repetition][bag]`.
  ///   - source: where they stand, such as `columns fold_1, fold_2 of b.csv`.
  ///   - dataset: the bags that the texts are of.
  /// - Throws: ``FoldError`` naming the bag that does not fit.
  public static func given(
    columns: [[String]], source: String, for dataset: BagDataset
  ) throws -> PredefinedFolds {
    let titles = dataset.reading?.options.columns.folds ?? []
    let named = columns.enumerated().map { index, values in
      let title = titles.indices.contains(index) ? titles[index] : ""
      return FoldColumns.Column(
        name: columns.count == 1 ? source : "\(source), repetition \(index + 1)",
        title: title.hasPrefix("name:") ? String(title.dropFirst(5)) : nil, values: values)
    }
    return try PredefinedFolds(given: FoldColumns.folds(named, for: dataset), source, source, dataset)
  }

  /// Folds of the user's own, known by their hash.
  init(
    given folds: GivenFolds, _ place: String, _ source: String, _ dataset: BagDataset, notes said: [String] = []
  ) throws {
    let (assignment, notes) = try folds.assignment(for: dataset, place: place, source: source)
    self.init(
      name: "given-\(assignment.hash.prefix(12))", folds: assignment, labels: dataset.labels, notes: said + notes)
  }
}
