/// A block of whole numbers, all zero at first, for positions that a step works out.
final class IndexStorage {
  /// The first number; valid as long as the object lives.
  let baseAddress: UnsafeMutablePointer<Int32>
  /// How many numbers there are.
  let count: Int

  init(count: Int) {
    self.count = count
    baseAddress = .allocate(capacity: max(count, 1))
    baseAddress.initialize(repeating: 0, count: max(count, 1))
  }

  deinit { baseAddress.deallocate() }
}
