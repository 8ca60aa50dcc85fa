import LinearAlgebra
import MILBags
import UserInput

/// Settles which feature divides the instances of each bag into two sets: the one that the user names.
///
/// An example are the patches of two stains of one patient. The feature becomes the last one of instances, before those
/// of bags.
enum InstanceSets {
  /// Returns the bags with the named feature last, its name, and the decision; the bags unchanged if none is named.
  ///
  /// - Parameters:
  ///   - dataset: the bags, with features of bags last.
  ///   - columns: the columns of the options.
  ///   - file: the file, for errors.
  /// - Throws: ``ReadError`` for a name that no feature has, and for other values than 0 and 1.
  static func settled(
    _ dataset: BagDataset, _ columns: CSVColumns, file: String
  ) throws -> (dataset: BagDataset, name: String?, decision: ReadDecision?) {
    guard let wanted = columns.set, !dataset.hasTwoSets else { return (dataset, columns.set, nil) }
    let option = ReadOption.setColumn.spelling
    guard dataset.imageShape == nil else {
      throw ReadError(
        file: file, found: "\(option), and features that are pixels of images", expected: "a call without")
    }
    let ofInstances = dataset.featureCount - dataset.bagFeatureCount
    guard let names = dataset.featureNames else {
      // A kept model's features come in its own order.
      if columns.areRemembered, ofInstances > 1 { return (try dataset.dividingInstances(), wanted, nil) }
      throw ReadError(
        file: file, found: "\(option), and features without names",
        expected: "names of features, in a header line or in an array of names")
    }
    let places = names.indices.filter { names[$0] == wanted }
    if places.isEmpty, columns.mayBeMissing(wanted) { return (dataset, wanted, nil) }
    guard let place = places.first, places.count == 1 else {
      throw ReadError.noSingleFeature(
        wanted, of: .setColumn, among: names, expected: "the name of a feature", file: file)
    }
    guard place < ofInstances, ofInstances > 1 else {
      throw ReadError(
        file: file, at: .field("column \(wanted.onOneLine(limit: 40))"),
        found: place < ofInstances ? "the only feature of instances" : "a feature that describes bags",
        expected: "a feature of instances that divides them, and another one")
    }
    let counts = try sizes(of: place, in: dataset, columns, file)
    let rest = names.indices.filter { $0 != place }
    let order = rest.prefix(ofInstances - 1) + [place] + rest.dropFirst(ofInstances - 1)
    let decision = ReadDecision(
      .columns,
      "\(ReadError.quoted(wanted.utf8)) divides instances into two sets: \(counts.first) with 0 in the first, \(counts.second) with 1 in the second",
      option: option)
    return (try dataset.selecting(features: Array(order)).dividingInstances(), wanted, decision)
  }

  /// Returns the numbers of instances of both sets.
  ///
  /// - Throws: ``ReadError`` for another value than 0 and 1, and, unless a kept model asks, if one of them is missing.
  private static func sizes(
    of feature: Int, in dataset: BagDataset, _ columns: CSVColumns, _ file: String
  ) throws -> (first: Int, second: Int) {
    var (first, second) = (0, 0)
    var other: Float?
    try dataset.source.forEachBlock { block in
      for row in 0..<block.rows {
        switch block[row, feature] {
        case 0: first += 1
        case 1: second += 1
        case let value: other = other ?? value
        }
      }
    }
    guard other == nil, columns.areRemembered || (first > 0 && second > 0) else {
      throw ReadError(
        file: file, at: .field("column \((columns.set ?? "").onOneLine(limit: 40))"),
        found: other.map { "\($0)" } ?? "\(first > 0 ? 0 : 1) in all instances",
        expected: "0 for instances of the first set and 1 for those of the second")
    }
    return (first, second)
  }
}
