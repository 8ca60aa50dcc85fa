import MILBags
import UserInput

/// Converts columns with one text a bag to folds: fold numbers or names, or the words train, val and test.
enum FoldColumns {
  /// A column: a repetition of folds, or a split.
  struct Column {
    /// The place, for errors.
    let name: String
    /// The column's title; nil if it has none.
    var title: String?
    /// The text of each bag, in the data set's order.
    let values: [String]
    /// The decision about it.
    var note: String?
    /// Whether the user named the column.
    var isAsked = false

    /// Whether its title refers to folds, so that numbers are fold numbers.
    var saysFolds: Bool {
      title.map { FoldColumns.words.contains(String($0.lowercased().prefix(while: \.isLetter))) } ?? false
    }
  }

  /// First words of titles that refer to folds and nothing else.
  static let words: Set = ["fold", "folds", "kfold", "cv", "cvfold", "rep", "repeat", "repetition", "testfold"]

  /// Whether a column with this title contains folds or splits.
  static func isNamed(_ title: String) -> Bool {
    SplitLayout.foldWords.contains(String(title.lowercased().prefix(while: \.isLetter)))
  }

  /// Titles of training and test parts.
  private static let parts: Set = ["split", "splits", "set", "subset", "mode", "phase", "part", "partition"]

  /// Returns the folds of columns.
  ///
  /// Whole numbers are folds in their order, and other texts in order of first appearance. -1 is a bag that no fold
  /// tests. If there are words such as `train` and `test`, each column is a split.
  /// - Throws: ``FoldError`` for a bag without a text, and for columns of different kinds.
  static func folds(_ columns: [Column], for dataset: BagDataset) throws -> GivenFolds {
    for column in columns {
      guard column.values.count == dataset.bagCount else {
        throw FoldError(
          place: column.name,
          problem: "\(column.values.count) folds for the \(dataset.bagCount) bags of \(dataset.name)")
      }
      if let bag = column.values.firstIndex(where: { isMissing($0) }) {
        let value = column.values[bag]
        throw FoldError(
          place: column.name,
          problem:
            "bag \(dataset.bagNames[bag]) has no fold\(value.isEmpty ? "" : " but \(ReadError.quoted(value.utf8))"); "
            + "expected a fold, or -1 for a bag that is only trained on")
      }
      try refuseLabelName(column)
    }
    let columns = try columns.map(worded)
    for column in columns { try refuseLabels(column, dataset) }
    let areSplits = columns.map { column in
      SplitWords.roles(of: column.values) != nil || column.values.contains { SplitRole(word: $0) != nil }
    }
    for column in columns.indices where !areSplits[column] { try refuseWords(columns[column]) }
    if areSplits.contains(true), let other = areSplits.firstIndex(of: false) {
      throw FoldError(
        place: columns[other].name,
        problem: "it holds folds, while another column holds train and test; expected one kind")
    }
    return areSplits.first == true
      ? .splits(try columns.map { try split($0, dataset) }) : .folds(try columns.map { try numbers($0, dataset) })
  }

  /// Whether a text is -1, which marks a bag that no fold tests beside numbers and names alike.
  private static func isInNoFold(_ text: String) -> Bool { Double(text) == -1 }

  /// Whether a text marks a missing fold.
  static func isMissing(_ text: String) -> Bool {
    text.allSatisfy(\.isWhitespace) || MissingValues.isMissingName(text.utf8)
  }

  private static func notFolds(_ found: String, _ column: Column) -> FoldError {
    FoldError(
      place: column.name, problem: "\(found), not folds; expected a column of folds, called fold or split")
  }

  /// Refuses a column with a name used for labels.
  private static func refuseLabelName(_ column: Column) throws {
    guard let title = column.title, !column.saysFolds, SplitWords.roles(of: column.values) == nil else { return }
    let plain = ColumnNames.plain(title)
    if ColumnNames.isLabel(title) || ColumnNames.label.contains(plain) || ColumnNames.diagnoses.contains(plain) {
      throw notFolds("\(ReadError.quoted(title.utf8)) is the name of labels", column)
    }
  }

  /// Refuses a column whose values coincide with the classes of the bags.
  private static func refuseLabels(_ column: Column, _ dataset: BagDataset) throws {
    guard !column.saysFolds, SplitWords.roles(of: column.values) == nil else { return }
    var meaning: [String: Int] = [:]
    let areLabels = zip(column.values, dataset.labels).allSatisfy { text, label in
      defer { meaning[text] = label }
      return meaning[text].map { $0 == label } ?? true
    }
    let hasNumbers = column.values.allSatisfy { Double($0) != nil }
    let hasTitleOfParts = column.title.map(isOfParts) ?? !column.isAsked
    guard areLabels, Set(meaning.values).count > 1, meaning.count == Set(meaning.values).count,
      !(hasNumbers && hasTitleOfParts)
    else { return }
    throw notFolds("its values are the labels of the bags", column)
  }

  /// Refuses fractions, and texts that may be either folds or parts.
  private static func refuseWords(_ column: Column) throws {
    let distinct = Set(column.values.filter { !isInNoFold($0) })
    let numbers = distinct.compactMap(Double.init)
    if numbers.count == distinct.count {
      guard let fraction = column.values.first(where: { Double($0).map { $0 != $0.rounded() } ?? false }) else {
        return try refuseMeasures(column, numbers)
      }
      throw FoldError(
        place: column.name,
        problem: "it holds fractions such as \(fraction), not folds; expected whole numbers or names")
    }
    let isOfFolds = column.saysFolds && distinct.allSatisfy(SplitWords.mayNameFold)
    let isOfAnswers = distinct.allSatisfy { SplitLayout.answers[$0.lowercased()] != nil }
    guard distinct.count == 2, !isOfFolds || isOfAnswers,
      !(column.title == nil && distinct.allSatisfy { $0.contains(where: \.isNumber) })
    else { return }
    let shown = distinct.sorted().map { ReadError.quoted($0.utf8) }.joined(separator: " and ")
    let near = distinct.sorted().lazy.compactMap { text in
      Spelling.nearest(to: text, in: ["train", "test", "val"]).first.map {
        "; is \(ReadError.quoted(text.utf8)) \($0)?"
      }
    }.first
    throw FoldError(
      place: column.name,
      problem: "\(shown) may be two folds, or a part that is trained on and one that is tested\(near ?? ""); expected "
        + SplitWords.wayOut)
  }

  /// Refuses numbers that are not consecutive in a column not named after folds: ages, years, sizes.
  private static func refuseMeasures(_ column: Column, _ numbers: [Double]) throws {
    guard let title = column.title, !column.saysFolds, !isOfParts(title), !column.isAsked,
      let low = numbers.filter({ $0 != -1 }).min(), let high = numbers.max(),
      !(low == 0 || low == 1) || high - low + 1 > Double(numbers.count)
    else { return }
    throw FoldError(
      place: column.name,
      problem:
        "\(numbers.count) different numbers from \(Int(low)) to \(Int(high)) under \(ReadError.quoted(title.utf8)), "
        + "which is not called fold; expected a column of folds, called fold or split")
  }

  /// Whether a title refers to training and test parts.
  private static func isOfParts(_ title: String) -> Bool { parts.contains(stem(ColumnNames.plain(title))) }

  /// Replaces 1 and 0 by words in a column whose name they answer, such as `train`.
  ///
  /// - Throws: ``FoldError`` if the numbers may be folds or parts, because of the column's name or without one.
  private static func worded(_ column: Column) throws -> Column {
    let answers = column.values.map { SplitLayout.answers[$0.lowercased()] }
    if let title = column.title, let role = SplitRole(column: title), !answers.contains(nil), Set(answers).count == 2 {
      let other = role == .train ? SplitRole.test : .train
      let words = answers.map { $0 == true ? role.rawValue : other.rawValue }
      let (yes, no) = (
        zip(column.values, answers).first { $1 == true }?.0, zip(column.values, answers).first { $1 == false }?.0
      )
      return Column(
        name: column.name, title: title, values: words,
        note: "\(yes ?? "1") under \(title.onOneLine(limit: 40)) is \(role.rawValue), \(no ?? "0") is \(other.rawValue)"
      )
    }
    let numbers = Set(column.values.map { Double($0) ?? .nan })
    // Numbers from 1 are parts only if the column's name refers to parts.
    let isOfParts = column.title.map(Self.isOfParts) ?? false
    let codes: [Set<Double>] = isOfParts ? [[0, 1], [0, 1, 2], [1, 2], [1, 2, 3]] : [[0, 1], [0, 1, 2]]
    // If the user names the column as one of folds, that decides, unless its title refers to parts.
    guard !column.saysFolds, isOfParts || !column.isAsked, codes.contains(numbers) else { return column }
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
    let words = SplitWords.roles(of: column.values) ?? [:]
    builder.notes = [column.note, SplitWords.note(words)].compactMap(\.self)
    let roles = try column.values.enumerated().map { bag, value in
      guard let role = words[value] ?? SplitRole(word: value) else {
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
      guard !isInNoFold(text) else { return 0 }
      let place = places[text] ?? places.count + 1
      places[text] = place
      return place
    }
  }
}

extension PredefinedFolds {
  /// Creates folds from columns of a data set's own file.
  ///
  /// - Parameters:
  ///   - columns: the text of each bag, `columns[repetition][bag]`.
  ///   - source: the place of the columns, such as `columns fold_1, fold_2 of b.csv`.
  ///   - dataset: the bags of the texts.
  /// - Throws: `FoldError` with the invalid bag.
  package static func given(
    columns: [[String]], source: String, for dataset: BagDataset
  ) throws -> PredefinedFolds {
    let titles = dataset.reading?.options.columns.folds ?? []
    let named = columns.enumerated().map { index, values in
      let title = titles.indices.contains(index) ? titles[index] : ""
      return FoldColumns.Column(
        name: columns.count == 1 ? source : "\(source), repetition \(index + 1)",
        title: ColumnReference(title).isName ? ColumnReference.name(in: title) : nil, values: values, isAsked: true)
    }
    return try PredefinedFolds(given: FoldColumns.folds(named, for: dataset), source, source, dataset)
  }

  /// Creates the user's own folds, identified by their hash.
  package init(
    given folds: GivenFolds, _ place: String, _ source: String, _ dataset: BagDataset, notes said: [String] = []
  ) throws {
    let (assignment, notes) = try folds.assignment(for: dataset, place: place, source: source)
    self.init(
      name: "given-\(assignment.hash.prefix(12))", folds: assignment, labels: dataset.labels, notes: said + notes)
  }
}
