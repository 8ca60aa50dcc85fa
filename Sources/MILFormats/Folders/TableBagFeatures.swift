import LinearAlgebra
import MILBags
import UserInput

/// Features of bags in the table of labels of a folder: clinical values or expressions of genes, a column for each.
struct TableBagFeatures {
  /// The names of the columns, in the order of the options.
  private(set) var names: [String] = []
  /// The features of each file; nil for those that the table does not name.
  private var ofFile: [Int: [Float]] = [:]
  private var table: LabelTable?

  /// Finds the columns that the options name; none if the table has none of them, as features of files may have these
  /// names.
  ///
  /// - Parameter used: columns with another role.
  /// - Throws: ``ReadError`` for a name without a column beside others that have one, and for a column in `used`.
  mutating func columns(in table: LabelTable, _ options: ReadOptions, except used: [Int]) throws -> [Int] {
    let header = table.table.header
    var (found, absent): ([Int], [String]) = ([], [])
    for text in options.columns.bagFeatures ?? [] {
      let exact = header.indices.filter { header[$0] == text }
      let start = text.hasSuffix("*") && exact.isEmpty ? text.dropLast() : nil
      let places =
        start.map { start in header.indices.filter { header[$0].hasPrefix(start) && !used.contains($0) } } ?? exact
      if places.isEmpty { absent.append(text) }
      found += places.filter { !found.contains($0) }
    }
    guard !found.isEmpty else { return [] }
    let option = ReadOption.bagFeatures.spelling
    if let text = absent.first {
      throw table.error(
        found: "\(option) \(text.onOneLine(limit: 40)), and no such column among \(table.list)",
        expected: "a column beside \(header[found[0]].onOneLine(limit: 40)), or the beginning of names and *")
    }
    self.table = table
    try refuse(used, among: found)
    names = found.map { header[$0] }
    if Set(names).count < names.count {
      throw table.error(
        found: "two columns of one name among \(names.joined(separator: ", "))", expected: "a name for each")
    }
    return found
  }

  /// Refuses features of bags that are columns with another role.
  func refuse(_ used: [Int], among found: [Int]) throws {
    guard let table, let other = found.first(where: used.contains) else { return }
    throw table.error(
      found:
        "\(ReadOption.bagFeatures.spelling) \(table.title(of: other)), a column of bags, labels, patients or folds",
      expected: "a column of other numbers")
  }

  /// Takes the features of a file from a line of the table.
  ///
  /// - Throws: ``ReadError`` for a field that is not a finite number.
  mutating func take(_ texts: [String], file: Int, line: Int) throws {
    guard !names.isEmpty, let table else { return }
    ofFile[file] = try zip(names, texts).map { name, text in
      guard let number = Float(BagNames.trimmed(text)), number.isFinite else {
        throw table.error(
          line: line,
          found: (text.isEmpty ? "an empty field" : ReadError.quoted(text.utf8))
            + " in column \(name.onOneLine(limit: 40))",
          expected:
            "a number, as \(ReadOption.bagFeatures.spelling) takes it for a feature of the bag; remove the line, "
            + "or write numbers for names and for what is not known")
      }
      return number
    }
  }

  /// Returns the bags with their features, and the decision; unchanged bags if the table has none.
  ///
  /// - Parameters:
  ///   - files: the files of each bag by its name.
  ///   - path: the folder, for errors.
  /// - Throws: ``ReadError`` for slides of a patient with different features, and for names that files have too.
  func settled(
    _ dataset: BagDataset, files: [String: [Int]], _ options: ReadOptions, path: String
  ) throws -> (dataset: BagDataset, decision: ReadDecision?) {
    guard !names.isEmpty, let table else {
      try requireNoneMissing(dataset, options, path)
      return (dataset, nil)
    }
    if let both = names.first(where: (dataset.featureNames ?? []).contains) {
      throw table.error(
        found: "a column \(both.onOneLine(limit: 40)), as in the files of features",
        expected: "another name for the feature of the bag")
    }
    let rows = try dataset.bagNames.map { name in
      let own = (files[name] ?? []).compactMap { ofFile[$0] }
      guard let first = own.first else {
        throw table.error(found: "no features of bag \(name.onOneLine(limit: 60))", expected: "a line for it")
      }
      guard let other = own.first(where: { $0 != first }) else { return first }
      let place = zip(first, other).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? 0
      throw table.error(
        found:
          "\(first[place]) and \(other[place]) in column \(names[place].onOneLine(limit: 40)) for slides of patient "
          + name.onOneLine(limit: 60), expected: "one value a patient")
    }
    let described = try dataset.describingBags(
      with: Matrix(rows: rows.count, columns: names.count, elements: rows.flatMap(\.self)), names: names)
    let some =
      names.shortList(6) { ReadError.quoted($0.utf8) }
    let verb = names.count == 1 ? "describes the bag, and comes last" : "describe the bag, and come last"
    return (
      described,
      ReadDecision(
        .columns, "\(some) of \(FolderListing.last(of: table.table.file)) \(verb)",
        option: ReadOption.bagFeatures.spelling)
    )
  }

  /// Refuses bags of a kept model that knows features of bags, if neither the files nor a table have these.
  private func requireNoneMissing(_ dataset: BagDataset, _ options: ReadOptions, _ path: String) throws {
    guard options.columns.areRemembered, dataset.featureNames == nil, let wanted = options.columns.bagFeatures,
      let count = options.knownFeatureCount, count == dataset.featureCount + wanted.count
    else { return }
    let list =
      wanted.shortList(6) { $0.onOneLine(limit: 40) }
    throw ReadError(
      file: path, found: "no features of bags, of which the model knows \(wanted.count)",
      expected:
        "\(ReadOption.labels.spelling) TABLE with a line a slide, and the columns \(list); --no-labels where it has "
        + "no labels")
  }
}
