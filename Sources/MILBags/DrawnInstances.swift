import LinearAlgebra

extension BagDataset {
  /// Returns the same bags with at most `limit` instances each, drawn without replacement; shorter bags stay whole.
  ///
  /// Each bag has its own random stream, so its draw does not depend on the other bags. Drawn instances keep their
  /// order.
  ///
  /// - Parameters:
  ///   - limit: the largest number of instances of a bag, 1 or more.
  ///   - seed: the seed of the draw.
  ///   - numbers: the number that selects the random stream of each bag.
  package func drawing(atMost limit: Int, seed: UInt64, numbers: [Int]) -> BagDataset {
    guard largestBagSize > limit else { return self }
    let rows = labels.indices.map { bag -> [Int] in
      let all = self[rowsOfBag: bag]
      guard all.count > limit else { return Array(all) }
      var generator = RandomGenerator(seed: Seed.derive(from: seed, ["bag", String(numbers[bag])]))
      return generator.permutation(of: all.count).prefix(limit).sorted().map { all.lowerBound + $0 }
    }
    return selecting(instances: rows)
  }

  /// Returns some instances of each bag, given by their rows in ascending order; instances in memory are copied.
  private func selecting(instances rows: [[Int]]) -> BagDataset {
    let table = table.selecting(instances: rows)
    let ranges = rows.flatMap(\.ranges)
    guard let matrix = source.matrix else { return replacing(table, SelectedInstances(ranges, of: source)) }
    return replacing(table, MatrixSource(all: matrix.selectingRows(ranges)))
  }
}

extension [Int] {
  /// Ascending numbers as ranges of consecutive numbers.
  fileprivate var ranges: [Range<Int>] {
    var ranges: [Range<Int>] = []
    for number in self {
      if let last = ranges.last, last.upperBound == number {
        ranges[ranges.count - 1] = last.lowerBound..<number + 1
      } else {
        ranges.append(number..<number + 1)
      }
    }
    return ranges
  }
}
