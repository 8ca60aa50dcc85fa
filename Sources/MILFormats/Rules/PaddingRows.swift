import Containers
import LinearAlgebra
import MILBags
import UserInput

/// Says which rows of a flat layout look as if they only filled bags up to one size.
///
/// An array of bags x instances x features is looked at by ``PaddedBags``, before its rows become instances.
struct PaddingRows {
  private let dataset: BagDataset
  /// The number that a row holds throughout, by row; nil where numbers differ.
  private let uniform: [Float?]

  /// What is to be said of bags as they were read.
  ///
  /// - Throws: ``ReadError`` where rows without content have the id -1 beside ids from 0 on.
  static func decisions(_ bags: ReadBags, file: String) throws -> [ReadDecision] {
    guard bags.dataset.featureCount > 1, bags.dataset.bagCount > 1 else { return [] }
    let rows = PaddingRows(bags.dataset)
    return try rows.ofNoBag(file: file) + rows.atEnds
  }

  private init(_ dataset: BagDataset) {
    self.dataset = dataset
    let columns = dataset.featureCount
    uniform = dataset.instances.withUnsafeElements { values in
      (0..<dataset.instanceCount).map { row in
        let first = values[row * columns]
        let isUniform = (row * columns..<(row + 1) * columns).allSatisfy {
          values[$0] == first || (first.isNaN && values[$0].isNaN)
        }
        return isUniform ? first : nil
      }
    }
  }

  /// The id -1 beside whole numbers from 0 on.
  private func ofNoBag(file: String) throws -> [ReadDecision] {
    let numbers = dataset.bagNames.map { Double($0) }
    guard let bag = numbers.firstIndex(of: -1),
      numbers.indices.allSatisfy({ $0 == bag || numbers[$0].map { $0 >= 0 && $0 == $0.rounded() } == true })
    else { return [] }
    let rows = dataset[rowsOfBag: bag]
    guard rows.allSatisfy({ uniform[$0] != nil }), let first = uniform[rows.lowerBound] else {
      return [
        ReadDecision(
          .bags,
          "the id \(dataset.bagNames[bag]) beside ids from 0 on is taken for a bag; where it marks rows of no bag, "
            + "they are to be removed")
      ]
    }
    throw ReadError(
      file: file, at: .field("bag \(dataset.bagNames[bag])"),
      found:
        "\(rows.count) rows that hold \(StoredNumbers.text(of: Double(first))) throughout, with an id beside ids from 0 on "
        + "that looks like that of padding",
      expected: "rows of instances alone, as X[bag >= 0] and the like for the other arrays give them; another id where "
        + "it is a bag")
  }

  /// Rows at the ends of bags that hold one number throughout or repeat the row before, and stand nowhere else.
  private var atEnds: [ReadDecision] {
    var filled: [Int] = []
    var repeated: [Int] = []
    var inner = 0
    for bag in 0..<dataset.bagCount {
      let rows = dataset[rowsOfBag: bag]
      let end = rows.reversed().prefix { uniform[$0] != nil }.count
      inner += rows.dropLast(end).count { uniform[$0] != nil }
      if end > 0, end < rows.count { filled.append(bag) }
      if rows.count > 1, dataset.instances.row(rows.upperBound - 1) == dataset.instances.row(rows.upperBound - 2) {
        repeated.append(bag)
      }
    }
    let sizes = Set((0..<dataset.bagCount).map { dataset[sizeOfBag: $0] })
    var what: [String] = []
    if filled.count > 1, inner == 0 {
      what.append("\(filled.count) bags end in rows that hold one number throughout, as rows do nowhere else")
    }
    // By chance the last of few values is that before it, too.
    if sizes.count == 1, repeated.count > 1, repeated.count < dataset.bagCount, filled.count < repeated.count {
      what.append("all bags have \(sizes.first ?? 0) instances, of which \(repeated.count) end in one row twice")
    }
    return what.map { ReadDecision(.bags, $0 + ", which looks like padding and is taken for instances") }
  }
}
