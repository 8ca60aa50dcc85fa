import Containers
import LinearAlgebra
import MILBags
import UserInput

/// Detects rows of a flat layout that look like padding to equal bag sizes.
///
/// ``PaddedBags`` checks an array of bags x instances x features, before its rows become instances.
struct PaddingRows {
  private let dataset: BagDataset
  /// The single number of a uniform row, by row; nil if its numbers differ.
  private let uniform: [Float?]

  /// Returns the decisions on bags as they were read.
  ///
  /// - Throws: ``ReadError`` for uniform rows with the id -1 beside ids from 0 on.
  static func decisions(_ bags: ReadBags, file: String) throws -> [ReadDecision] {
    guard bags.dataset.featureCount > 1, bags.dataset.bagCount > 1 else { return [] }
    let rows = PaddingRows(bags.dataset)
    return try rows.ofNoBag(file: file) + rows.atEnds()
  }

  /// Returns the decisions on bags that are files, or some rows of each.
  ///
  /// - Parameter sizes: the sizes of all files.
  static func decisions(ofFiles bags: BagDataset, sizes: Set<Int>) -> [ReadDecision] {
    guard bags.featureCount > 1, bags.bagCount > 1 else { return [] }
    return PaddingRows(bags).atEnds(sizes: sizes)
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

  /// Returns the decision on the id -1 beside whole numbers from 0 on.
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

  /// Returns the decisions on uniform or repeated rows that occur only at the ends of bags.
  ///
  /// - Parameter sizes: the sizes of the bags, if the rows are a sample; those of the rows by default.
  private func atEnds(sizes known: Set<Int>? = nil) -> [ReadDecision] {
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
    let sizes = known ?? Set((0..<dataset.bagCount).map { dataset[sizeOfBag: $0] })
    var what: [String] = []
    if filled.count > 1, inner == 0 {
      what.append("\(filled.count) bags end in rows that hold one number throughout, as rows do nowhere else")
    }
    // If values are few, the last row may equal the one before by chance.
    if sizes.count == 1, repeated.count > 1, repeated.count < dataset.bagCount, filled.count < repeated.count {
      what.append("all bags have \(sizes.first ?? 0) instances, of which \(repeated.count) end in one row twice")
    }
    return what.map { ReadDecision(.bags, $0 + ", which looks like padding and is taken for instances") }
  }
}
