import LinearAlgebra
import MILBags

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
  ///
  /// - Parameter keepsOrder: whether the order stays as it is after all. In matrix products the place of a row decides the
  ///   last bit of its result, so that models whose committed results must keep their bits get bags in the data set's
  ///   order; a contract holds them to read nothing off it.
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

  /// Values, `columns` of them a bag as dealt, in the order that the bags had.
  func restored(_ values: [Double], columns: Int = 1) -> [Double] {
    // Another number of values is a mistake of the model, which the caller tells.
    guard values.count == order.count * columns else { return values }
    var result = values
    for (place, bag) in order.enumerated() {
      for column in 0..<columns { result[bag * columns + column] = values[place * columns + column] }
    }
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
