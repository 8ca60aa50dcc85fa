import Dispatch
import Synchronization

/// The number of cores that one unit of work may use.
///
/// Trials run in parallel, one per core; a fit that runs alone may use all cores. The number changes no bit of a
/// result, since large work is divided into parts that follow from its shape alone. See
/// ``BLASScalar/product(transposeA:transposeB:m:n:k:alpha:a:lda:b:ldb:beta:c:ldc:)``.
package enum Cores {
  /// The number of cores of the current unit of work; 1 unless its caller sets more.
  @TaskLocal package static var inside = 1

  /// Runs `work` on the cores of ``inside``, which together take the numbers 0 ..< parts, each once.
  ///
  /// A core that is late takes fewer parts, for example because it also reads the next bag.
  /// - Parameters:
  ///   - parts: the number of parts.
  ///   - work: called once on each core, with a function that returns its next part; nil after the last.
  package static func share(_ parts: Int, _ work: (_ next: () -> Int?) -> Void) {
    let taken = Atomic<Int>(0)
    @Sendable func next() -> Int? {
      let part = taken.wrappingAdd(1, ordering: .relaxed).oldValue
      return part < parts ? part : nil
    }
    let cores = min(inside, parts)
    if cores <= 1 { return work(next) }
    withoutActuallyEscaping(work) { work in
      nonisolated(unsafe) let shared = work
      // Work inside of a part stays on its core.
      DispatchQueue.concurrentPerform(iterations: cores) { _ in $inside.withValue(1) { shared(next) } }
    }
  }

  /// Calls `body` with consecutive ranges that cover 0 ..< count, on the cores of ``inside`` if the work is large.
  ///
  /// - Parameters:
  ///   - count: the number of items, such as rows.
  ///   - cost: the number of elements read or written per item.
  ///   - body: called once for each range; ranges must not depend on each other.
  package static func divide(_ count: Int, cost: Int = 1, _ body: (_ range: Range<Int>) -> Void) {
    guard isLarge(count, cost: cost) else { return body(0..<count) }
    // Ranges start at multiples of 64, so that vectors of elements stay whole.
    let length = max(64, (count / min(32, max(1, count * cost / smallestPart)) + 63) / 64 * 64)
    share((count + length - 1) / length) { next in
      while let part = next() { body(part * length..<min((part + 1) * length, count)) }
    }
  }

  /// Returns whether ``divide(_:cost:_:)`` divides the work: less would not take longer than waking another core.
  package static func isLarge(_ count: Int, cost: Int = 1) -> Bool { count * cost >= 1 << 18 }

  /// The number of elements of the smallest part.
  private static var smallestPart: Int { 1 << 16 }
}
