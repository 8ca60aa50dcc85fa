import LinearAlgebra

/// Instances of which each carries the number of its bag, gathered into bags in ascending order of the numbers.
///
/// Numbers may begin anywhere and have gaps, and the instances of a bag need not follow each other. A list with one
/// entry a bag (labels, folds) is in ascending order of the numbers too.
struct NumberedBags {
  /// The distinct numbers, ascending.
  let numbers: [Int]
  /// The bag of each instance, a position in ``numbers``.
  let bagOfRow: [Int]
  /// The first place of each bag in ``rowOrder``, and the number of instances at the end.
  let offsets: [Int]
  /// The instances, bag after bag; nil where they stand so already.
  let rowOrder: [Int]?

  /// Bags from the number that each instance carries.
  init(_ numberOfRow: [Int]) {
    let isAscending = zip(numberOfRow, numberOfRow.dropFirst()).allSatisfy { $0 <= $1 }
    var numbers: [Int] = []
    for number in isAscending ? numberOfRow : numberOfRow.sorted() where number != numbers.last {
      numbers.append(number)
    }
    var sizes = [Int](repeating: 0, count: numbers.count)
    let bagOfRow = numberOfRow.map { number in
      var range = numbers.startIndex..<numbers.endIndex
      while range.count > 1 {
        let middle = range.lowerBound + range.count / 2
        range = number < numbers[middle] ? range.lowerBound..<middle : middle..<range.upperBound
      }
      sizes[range.lowerBound] += 1
      return range.lowerBound
    }
    var offsets = [0]
    for size in sizes { offsets.append(offsets[offsets.count - 1] + size) }
    self.numbers = numbers
    self.bagOfRow = bagOfRow
    self.offsets = offsets
    if isAscending {
      rowOrder = nil
    } else {
      var next = offsets
      var order = [Int](repeating: 0, count: numberOfRow.count)
      for (row, bag) in bagOfRow.enumerated() {
        order[next[bag]] = row
        next[bag] += 1
      }
      rowOrder = order
    }
  }

  /// A list with one entry a bag, made from one with an entry for each bag or for each instance.
  ///
  /// - Throws: ``Misfit`` when the list has neither length, or when instances of one bag have different entries.
  func perBag<Element: Equatable>(_ list: [Element]) throws(Misfit) -> [Element] {
    if list.count == numbers.count { return list }
    guard list.count == bagOfRow.count else { throw .length }
    let result = numbers.indices.map { list[rowOrder?[offsets[$0]] ?? offsets[$0]] }
    for (row, bag) in bagOfRow.enumerated() where list[row] != result[bag] {
      throw .contradiction(bag: bag, row: row)
    }
    return result
  }

  /// Why a list does not give one entry a bag.
  enum Misfit: Error {
    /// It has neither an entry for each bag nor one for each instance.
    case length
    /// An instance has another entry than the first of its bag.
    case contradiction(bag: Int, row: Int)
  }

  /// A list with one entry an instance, bag after bag.
  func ordered<Element>(_ list: [Element]) -> [Element] {
    rowOrder.map { order in order.map { list[$0] } } ?? list
  }

  /// Features row after row, as they stand in the file, as a matrix bag after bag.
  func matrix(columns: Int, features: [Float]) -> Matrix<Float> {
    rowOrder.map { Matrix(columns: columns, elements: features, rowOrder: $0) }
      ?? Matrix(rows: bagOfRow.count, columns: columns, elements: features)
  }
}
