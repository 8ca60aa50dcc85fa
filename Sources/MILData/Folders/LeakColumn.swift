import LinearAlgebra
import UserInput

/// Finds the label among the features of files a bag: a last column that is constant within each bag, and 0 or 1.
///
/// DSMIL's own cache of features, for one, repeats the label of the bag behind the features of each instance.
enum LeakColumn {
  /// The rows of a bag that are looked at first.
  private static let probes = 4

  /// The bags without the columns that are to be left out.
  ///
  /// - Throws: ``ReadError`` naming the option, where the last column looks like the label.
  static func settled(
    _ dataset: BagDataset, _ options: ReadOptions, path: String
  ) throws -> (dataset: BagDataset, decision: ReadDecision?) {
    let count = dataset.featureCount
    let ignored = try columns(options.columns.ignored, count, .ignoreColumn, path)
    let kept = try columns(options.columns.kept, count, .keepColumn, path)
    let rest = (0..<count).filter { !ignored.contains($0) }
    guard let last = rest.last else {
      throw ReadError(file: path, found: "no feature left", expected: "fewer columns after --ignore-column")
    }
    if !kept.contains(last), rest.count > 1, try isLabel(last, in: dataset) {
      throw ReadError(
        file: path, at: .field("column \(last + 1)"),
        found: "one value in all instances of each bag, 0 in some bags and 1 in others, which looks like the label",
        expected: "features without it: \(ReadOption.ignoreColumn.spelling) \(last + 1) leaves the column out, "
          + "\(ReadOption.keepColumn.spelling) \(last + 1) makes a feature of it")
    }
    guard !ignored.isEmpty else { return (dataset, nil) }
    let list = ignored.sorted().map { String($0 + 1) }.joined(separator: ", ")
    return (
      dataset.selecting(features: rest),
      ReadDecision(.leftOut, "columns \(list) of the features", option: ReadOption.ignoreColumn.spelling)
    )
  }

  /// Columns by their positions from 1, as options write them.
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

  /// Whether a column is constant within each bag and 0 or 1 over all, and has both where there are several bags.
  ///
  /// Some rows of each bag tell nearly all features; where they do not, all rows are looked at.
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
