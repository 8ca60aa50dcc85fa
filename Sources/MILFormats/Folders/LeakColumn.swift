import Containers
import LinearAlgebra
import MILBags
import UserInput

/// Detects the label among the features of files with a bag each.
///
/// A suspect is the first or last column, constant within each bag, with values 0 and 1. DSMIL's own feature cache, for
/// example, repeats the bag label after each instance's features.
enum LeakColumn {
  /// The number of rows of a bag to check first.
  private static let probes = 4

  /// Returns the bags without ignored columns, and the decision on those.
  ///
  /// - Throws: ``ReadError`` that names the option, if the first or last column looks like the label.
  static func settled(
    _ bags: ReadBags, _ options: ReadOptions, path: String
  ) throws -> (bags: ReadBags, decision: ReadDecision?) {
    let dataset = bags.dataset
    let count = dataset.featureCount
    let names = dataset.featureNames
    // Named columns have already been left out by name.
    // A kept model may know the name of a column in a table of labels.
    let asked = options.columns.ignored.filter { text in
      Int(text.drop { $0 == "#" }) != nil || !options.columns.mayBeMissing(text)
    }
    let ignored = names == nil ? try columns(asked, count, .ignoreColumn, path) : []
    let kept =
      try names.map { names in
        Set(names.indices.filter { options.columns.kept.map(ColumnReference.name).contains(names[$0]) })
      } ?? columns(options.columns.kept, count, .keepColumn, path)
    let rest = (0..<count).filter { !ignored.contains($0) }
    guard let first = rest.first, let last = rest.last else {
      throw ReadError(file: path, found: "no feature left", expected: "fewer columns after --ignore-column")
    }
    for column in Set([last, first]).sorted(by: >)
    where rest.count > 1 && !kept.contains(column) {
      guard try isLabel(column, in: dataset) else { continue }
      let title = names.map { $0[column].onOneLine(limit: 40) } ?? String(column + 1)
      throw ReadError(
        file: path, at: .field("column \(title)"),
        found: "one value in all instances of each bag, 0 in some bags and 1 in others, which looks like the label",
        expected: "features without it: \(ReadOption.ignoreColumn.spelling) \(title) leaves the column out, "
          + "\(ReadOption.keepColumn.spelling) \(title) makes a feature of it")
    }
    var result = bags
    if names == nil { result.featureTitles = rest.map { String($0 + 1) } }
    guard !ignored.isEmpty else { return (result, nil) }
    result.dataset = dataset.selecting(features: rest)
    result.loss = bags.loss?.selecting(rest)
    let list = ignored.sorted().map { String($0 + 1) }.joined(separator: ", ")
    return (
      result, ReadDecision(.leftOut, "columns \(list) of the features", option: ReadOption.ignoreColumn.spelling)
    )
  }

  /// Parses columns given by position from 1.
  private static func columns(
    _ texts: [String], _ count: Int, _ option: ReadOption, _ path: String
  ) throws -> Set<Int> {
    Set(
      try texts.map { text in
        guard let place = Int(text.drop { $0 == "#" }), (1...count).contains(place) else {
          throw ReadError(
            file: path, found: "\(option.spelling) \(text)", expected: "the number of a feature from 1 to \(count)")
        }
        return place - 1
      })
  }

  /// Whether a column is constant within each bag, and both 0 and 1 occur.
  ///
  /// A few rows of each bag rule out nearly all features; only for the others are all rows checked.
  private static func isLabel(_ column: Int, in dataset: BagDataset) throws -> Bool {
    var values: [Float] = []
    for bag in dataset.labels.indices {
      let rows = dataset[rowsOfBag: bag]
      let step = max(1, rows.count / probes)
      let some = stride(from: rows.lowerBound, to: rows.upperBound, by: step).prefix(probes).map { $0..<$0 + 1 }
      let matrix = try dataset.source.instances(Array(some))
      let own = (0..<matrix.rows).map { matrix[$0, column] }
      guard let first = own.first, first == 0 || first == 1, own.allSatisfy({ $0 == first }) else { return false }
      values.append(first)
    }
    guard Set(values).count == 2 else { return false }
    for bag in dataset.labels.indices {
      let rows = dataset[rowsOfBag: bag]
      for start in stride(from: rows.lowerBound, to: rows.upperBound, by: 4096) {
        let matrix = try dataset.source.instances([start..<min(start + 4096, rows.upperBound)])
        guard (0..<matrix.rows).allSatisfy({ matrix[$0, column] == values[bag] }) else { return false }
      }
    }
    return true
  }
}
