import LinearAlgebra
import UserInput

/// Instances of which each carries the id of its bag, gathered into bags in order of first appearance.
///
/// The instances of a bag need not follow each other. A list with one entry a bag (labels, groups) is in the order of
/// first appearance too, where that is also the order of the ids; otherwise the user says which order it has.
struct NumberedBags {
  /// The bags' ids as text, in order of first appearance.
  let names: [String]
  /// The bag of each instance, a position in ``names``.
  let bagOfRow: [Int]
  /// The first place of each bag in ``rowOrder``, and the number of instances at the end.
  let offsets: [Int]
  /// The instances, bag after bag; nil where they stand so already.
  let rowOrder: [Int]?
  /// The bags in the order of their ids: as numbers, or as NumPy sorts text.
  private let sortedBags: [Int]
  /// Whether the order of first appearance is one in which the ids ascend.
  private let isInOrder: Bool

  /// Bags from the id that each instance carries.
  init(_ ids: BagIdentifiers) {
    switch ids {
    case .numbers(let numbers):
      let (firsts, bagOfRow) = Self.grouped(numbers)
      self.init(
        bagOfRow, names: firsts.map(String.init), sorted: firsts.indices.sorted { firsts[$0] < firsts[$1] },
        isInOrder: zip(firsts, firsts.dropFirst()).allSatisfy { $0 < $1 })
    case .texts(let texts):
      let (firsts, bagOfRow) = Self.grouped(texts)
      let pairs = zip(firsts, firsts.dropFirst())
      self.init(
        bagOfRow, names: firsts,
        sorted: firsts.indices.sorted { BagIdentifiers.precedesByCode(firsts[$0], firsts[$1]) },
        isInOrder: pairs.allSatisfy { BagIdentifiers.precedesNaturally($0, $1) }
          || pairs.allSatisfy { BagIdentifiers.precedesByCode($0, $1) })
    }
  }

  private init(_ bagOfRow: [Int], names: [String], sorted: [Int], isInOrder: Bool) {
    var sizes = [Int](repeating: 0, count: names.count)
    for bag in bagOfRow { sizes[bag] += 1 }
    var offsets = [0]
    for size in sizes { offsets.append(offsets[offsets.count - 1] + size) }
    self.names = names
    self.bagOfRow = bagOfRow
    self.offsets = offsets
    self.isInOrder = isInOrder
    sortedBags = sorted
    if zip(bagOfRow, bagOfRow.dropFirst()).allSatisfy({ $0 <= $1 }) {
      rowOrder = nil
    } else {
      var next = offsets
      var order = [Int](repeating: 0, count: bagOfRow.count)
      for (row, bag) in bagOfRow.enumerated() {
        order[next[bag]] = row
        next[bag] += 1
      }
      rowOrder = order
    }
  }

  private static func grouped<ID: Hashable>(_ ids: [ID]) -> (firsts: [ID], bagOfRow: [Int]) {
    var places: [ID: Int] = [:]
    var firsts: [ID] = []
    var bagOfRow: [Int] = []
    bagOfRow.reserveCapacity(ids.count)
    var last: (id: ID, bag: Int)?
    for id in ids {
      if let last, last.id == id {
        bagOfRow.append(last.bag)
        continue
      }
      let bag = places[id] ?? firsts.count
      if bag == firsts.count {
        places[id] = bag
        firsts.append(id)
      }
      bagOfRow.append(bag)
      last = (id, bag)
    }
    return (firsts, bagOfRow)
  }

  /// The place of each bag's entry in a list with one entry a bag; nil where the user has to say it.
  ///
  /// - Parameter wanted: the order that the user says.
  func places(_ wanted: ReadOptions.BagOrder?) -> [Int]? {
    switch wanted {
    case .appearance: return Array(names.indices)
    case .sorted:
      var places = [Int](repeating: 0, count: names.count)
      for (place, bag) in sortedBags.enumerated() { places[bag] = place }
      return places
    case nil: return isInOrder ? Array(names.indices) : nil
    }
  }

  /// A list with one entry a bag, made from one with an entry for each instance.
  ///
  /// - Throws: ``Contradiction`` when instances of one bag have different entries.
  func perBag<Element: Equatable>(ofRows list: [Element]) throws(Contradiction) -> [Element] {
    let result = names.indices.map { list[rowOrder?[offsets[$0]] ?? offsets[$0]] }
    for (row, bag) in bagOfRow.enumerated() where list[row] != result[bag] {
      throw Contradiction(bag: bag, row: row)
    }
    return result
  }

  /// An instance that has another entry than the first of its bag.
  struct Contradiction: Error {
    let bag: Int
    let row: Int
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
