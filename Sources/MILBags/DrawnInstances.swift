import LinearAlgebra

extension BagDataset {
  /// The same bags with at most so many instances each, drawn without replacement; shorter bags stay whole.
  ///
  /// Each bag has a random stream of its own, so what is drawn of it does not depend on the other bags. Drawn instances keep
  /// their order.
  ///
  /// - Parameters:
  ///   - limit: the largest number of instances of a bag, 1 or more.
  ///   - seed: what is drawn by.
  ///   - numbers: the number of each bag, by which its stream goes.
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

  /// Some instances of each bag, given by their rows in ascending order; those in memory are copied.
  private func selecting(instances rows: [[Int]]) -> BagDataset {
    let table = table.selecting(instances: rows)
    let ranges = rows.flatMap(\.ranges)
    guard let matrix = source.matrix else { return replacing(table, SelectedInstances(ranges, of: source)) }
    return replacing(table, MatrixSource(all: matrix.selectingRows(ranges)))
  }
}

extension [Int] {
  /// Ascending numbers as ranges of such that follow each other.
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
