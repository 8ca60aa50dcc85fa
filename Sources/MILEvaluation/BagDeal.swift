import LinearAlgebra
import MILBags

/// Bags in an order drawn from a seed, so that their positions reveal nothing, with the original order.
///
/// Files often list the bags of one label before those of the other.
struct BagDeal {
  /// The bags in the drawn order; the instances of each keep theirs.
  let bags: BagDataset
  /// The original position of each bag, in the order of ``bags``.
  let order: [Int]
  private let original: BagDataset

  /// Draws an order; each part of a trial gets its own.
  ///
  /// - Parameter keepsOrder: whether to keep the original order instead. In matrix products the position of a row
  ///   decides the last bit of its result. Models whose committed results must be reproduced bit for bit therefore get
  ///   bags in the data set's order; their contract forbids them to use it.
  init(of bags: BagDataset, seed: UInt64, part: String, keepsOrder: Bool = false) {
    original = bags
    guard !keepsOrder else {
      order = Array(0..<bags.bagCount)
      self.bags = bags
      return
    }
    var generator = RandomGenerator(seed: Seed.derive(from: seed, ["bag order", part]))
    order = generator.permutation(of: bags.bagCount)
    self.bags = bags.selecting(bags: order)
  }

  /// Returns values, `columns` of them per dealt bag, in the original order of the bags.
  func restored(_ values: [Double], columns: Int = 1) -> [Double] {
    // Another number of values is an error of the model, which the caller reports.
    guard values.count == order.count * columns else { return values }
    var result = values
    for (place, bag) in order.enumerated() {
      for column in 0..<columns { result[bag * columns + column] = values[place * columns + column] }
    }
    return result
  }

  /// Returns values, one per dealt instance, in the original order of the instances.
  func restored(ofInstances values: [Double]) -> [Double] {
    guard values.count == bags.instanceCount else { return values }
    var result = values
    for (place, bag) in order.enumerated() {
      for (row, dealt) in zip(original[rowsOfBag: bag], bags[rowsOfBag: place]) { result[row] = values[dealt] }
    }
    return result
  }
}
