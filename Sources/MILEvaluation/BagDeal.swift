import LinearAlgebra
import MILData

/// Bags in an order drawn from a seed, so that nothing can be read off their places, and the way back.
///
/// Files often hold the bags of one label before those of the other.
struct BagDeal {
  /// The bags in the drawn order; the instances of each stay in theirs.
  let bags: BagDataset
  /// Where each bag was, in the order of ``bags``.
  let order: [Int]
  private let original: BagDataset

  /// Draws an order; bags of another part of the same trial get another one.
  init(of bags: BagDataset, seed: UInt64, part: String) {
    var generator = RandomGenerator(seed: Seed.derive(from: seed, ["bag order", part]))
    order = generator.permutation(of: bags.bagCount)
    original = bags
    self.bags = bags.selecting(bags: order)
  }

  /// Values, one a bag as dealt, in the order that the bags had.
  func restored(_ values: [Double]) -> [Double] {
    // Another number of values is a mistake of the model, which the caller tells.
    guard values.count == order.count else { return values }
    var result = values
    for (place, bag) in order.enumerated() { result[bag] = values[place] }
    return result
  }

  /// Values, one an instance as dealt, in the order that the instances had.
  func restored(ofInstances values: [Double]) -> [Double] {
    guard values.count == bags.instanceCount else { return values }
    var result = values
    for (place, bag) in order.enumerated() {
      for (row, dealt) in zip(original[rowsOfBag: bag], bags[rowsOfBag: place]) { result[row] = values[dealt] }
    }
    return result
  }
}
