/// Ranks of values, and mean ranks of models over data sets.
package enum Ranks {
  /// Returns the rank of each value, 1 for the smallest; ties share the mean of their ranks.
  package static func ascending(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var first = 0
    while first < order.count {
      var end = first + 1
      while end < order.count, values[order[end]] == values[order[first]] { end += 1 }
      for place in first..<end { ranks[order[place]] = Double(first + 1 + end) / 2 }
      first = end
    }
    return ranks
  }

  /// Returns the mean rank of each model over data sets, 1 for the best.
  ///
  /// - Parameter table: one row for each data set, one figure for each model, larger ones better; all rows of one
  ///   length.
  package static func averages(_ table: [[Double]]) -> [Double] {
    guard let models = table.first?.count else { return [] }
    var sums = [Double](repeating: 0, count: models)
    for row in table {
      for (model, rank) in ascending(row.map { -$0 }).enumerated() { sums[model] += rank }
    }
    return sums.map { $0 / Double(table.count) }
  }
}
