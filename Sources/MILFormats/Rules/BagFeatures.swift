import LinearAlgebra
import MILBags
import UserInput

/// Settles which features describe a bag instead of its instances: those that the user names.
///
/// Such features, clinical values or expressions of genes, are columns with one value in all instances of a bag. They
/// become the last features, in the order in which they are named.
enum BagFeatures {
  /// Returns the bags with the named features last, the names, and the decision; the bags unchanged if none are named.
  ///
  /// - Parameters:
  ///   - dataset: the bags.
  ///   - columns: the columns of the options, with the names or, followed by `*`, the beginnings of names.
  ///   - file: the file, for errors.
  /// - Throws: ``ReadError`` for a name that no feature has, and for a feature that varies within a bag.
  static func settled(
    _ dataset: BagDataset, _ columns: CSVColumns, file: String
  ) throws -> (dataset: BagDataset, names: [String]?, decision: ReadDecision?) {
    guard let wanted = columns.bagFeatures, !wanted.isEmpty else { return (dataset, nil, nil) }
    guard dataset.imageShape == nil else {
      throw ReadError(
        file: file, found: "\(ReadOption.bagFeatures.spelling), and features that are pixels of images",
        expected: "a call without")
    }
    guard let names = dataset.featureNames else {
      // A kept model's features come in its own order, with those of bags last.
      if columns.areRemembered, wanted.count < dataset.featureCount {
        return (try dataset.describingBags(by: wanted.count), wanted, nil)
      }
      throw ReadError(
        file: file, found: "\(ReadOption.bagFeatures.spelling), and features without names",
        expected: "names of features, in a header line or in an array of names, or of columns of the table after "
          + ReadOption.labels.spelling)
    }
    var chosen: [Int] = []
    for text in wanted {
      let places = try places(of: text, among: names, columns, file)
      // A kept model reports missing features itself.
      guard let places else { return (dataset, wanted, nil) }
      chosen += places.filter { !chosen.contains($0) }
    }
    guard chosen.count < names.count else {
      throw ReadError(
        file: file, found: "\(ReadOption.bagFeatures.spelling) for all \(names.count) features",
        expected: "at least one feature of instances; a bag with one vector is a bag of one instance without it")
    }
    try requireOneValue(of: chosen, in: dataset, names, file)
    let ofBags = Set(chosen)
    let rest = names.indices.filter { !ofBags.contains($0) }
    let moved = try dataset.selecting(features: rest + chosen).describingBags(by: chosen.count)
    let listed = chosen.map { names[$0] }
    let some = listed.shortList(6) { ReadError.quoted($0.utf8) }
    let decision = ReadDecision(
      .columns,
      "\(chosen.count) of \(names.count) features describe the bag, and come last: \(some)",
      option: ReadOption.bagFeatures.spelling)
    return (moved, listed, decision)
  }

  /// Returns the features that a text names; nil for a remembered name that no feature has.
  private static func places(
    of text: String, among names: [String], _ columns: CSVColumns, _ file: String
  ) throws -> [Int]? {
    let exact = names.indices.filter { names[$0] == text }
    if exact.count == 1 { return exact }
    let start = text.hasSuffix("*") ? text.dropLast() : nil
    let begun = exact.isEmpty ? start.map { start in names.indices.filter { names[$0].hasPrefix(start) } } ?? [] : []
    if !begun.isEmpty { return begun }
    if columns.mayBeMissing(text), exact.isEmpty { return nil }
    throw ReadError.noSingleFeature(
      text, of: .bagFeatures, among: names, expected: "the name of a feature, or the beginning of names and *",
      file: file)
  }

  /// Checks that features have one value in each bag: in all of its instances, or of bags on disk in the first and
  /// last.
  private static func requireOneValue(
    of features: [Int], in dataset: BagDataset, _ names: [String], _ file: String
  ) throws {
    for bag in 0..<dataset.bagCount {
      let rows = dataset[rowsOfBag: bag]
      let matrix: Matrix<Float>
      let checked: Range<Int>
      if let all = dataset.source.matrix {
        (matrix, checked) = (all, rows)
      } else {
        let ends = rows.count > 1 ? [rows.prefix(1), rows.suffix(1)] : [rows]
        matrix = try dataset.source.instances(ends.map { $0.startIndex..<$0.endIndex })
        checked = 0..<matrix.rows
      }
      for feature in features {
        let first = matrix[checked.lowerBound, feature]
        let other = checked.first { matrix[$0, feature] != first && !(matrix[$0, feature].isNaN && first.isNaN) }
        guard let other else { continue }
        throw ReadError(
          file: file, at: .field("column \(names[feature].onOneLine(limit: 40))"),
          found: "\(first) and \(matrix[other, feature]) in bag \(ReadError.quoted(dataset.bagNames[bag].utf8))",
          expected:
            "one value in all instances of a bag; without \(ReadOption.bagFeatures.spelling) it is a feature of "
            + "instances")
      }
    }
  }
}

extension ReadError {
  /// Returns the error about a name that no feature has, or several have.
  ///
  /// - Parameters:
  ///   - name: the name after the option.
  ///   - option: the option that names a feature.
  ///   - names: the names of the features.
  ///   - expected: what the option takes.
  ///   - file: the file.
  static func noSingleFeature(
    _ name: String, of option: ReadOption, among names: [String], expected: String, file: String
  ) -> ReadError {
    let quoted = ReadError.quoted(name.utf8)
    let count = names.count { $0 == name }
    if count > 0 {
      return ReadError(
        file: file, found: "\(count) features called \(quoted)", expected: "one, so that \(option.spelling) can name it"
      )
    }
    let nearest =
      Spelling.nearest(to: name, in: names).first.map { "; did you mean \(ReadError.quoted($0.utf8))?" } ?? ""
    return ReadError(
      file: file, found: "\(option.spelling) \(name.onOneLine(limit: 40)), and no feature \(quoted)",
      expected: "\(expected); \(ReadOption.keepColumn.spelling) makes a feature of a column that was left out\(nearest)"
    )
  }
}
