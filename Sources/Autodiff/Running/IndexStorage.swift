/// A block of whole numbers, initially zero, for positions that a step computes.
final class IndexStorage {
  /// The first number; valid while the object lives.
  let baseAddress: UnsafeMutablePointer<Int32>
  /// The number of numbers.
  let count: Int

  init(count: Int) {
    self.count = count
    baseAddress = .allocate(capacity: max(count, 1))
    baseAddress.initialize(repeating: 0, count: max(count, 1))
  }

  deinit { baseAddress.deallocate() }
}
