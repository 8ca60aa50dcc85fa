/// A list of pairs, in the form that a pass reads.
@usableFromInline
struct PairPointers {
  /// The first pair of each instance as a target and, at the end, the number of pairs.
  @usableFromInline let starts: UnsafeMutablePointer<Int>
  /// The source of each pair, a row of the batch.
  @usableFromInline let sources: UnsafeMutablePointer<Int32>

  init(starts: UnsafeMutablePointer<Int>, sources: UnsafeMutablePointer<Int32>) {
    self.starts = starts
    self.sources = sources
  }
}

/// Memory for a list of pairs.
final class PairMemory {
  let pointers: PairPointers

  /// Allocates memory for the given numbers of instances and pairs; the list is empty at first.
  init(instances: Int, pairs: Int) {
    pointers = PairPointers(starts: .allocate(capacity: instances + 1), sources: .allocate(capacity: max(pairs, 1)))
    pointers.starts.initialize(repeating: 0, count: instances + 1)
    pointers.sources.initialize(repeating: 0, count: max(pairs, 1))
  }

  deinit {
    pointers.starts.deallocate()
    pointers.sources.deallocate()
  }
}
