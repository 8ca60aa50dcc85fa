#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A block of scalars aligned to 64 bytes, the memory behind ``Matrix`` and behind a graph's buffers.
///
/// The alignment keeps results bit-identical between runs: a vectorised loop splits its work by its start address, so
/// another address may change the order of a sum.
///
/// Large blocks have their own pages, which return to the system with the block. Freed heap memory would stay with the
/// process in pieces that the next trial cannot use.
///
/// `@unchecked Sendable`, the only use of it in the project: ``Matrix`` writes to a block only while it holds the
/// single reference to it. A block shared between tasks is therefore never written.
@usableFromInline
package final class AlignedStorage<Scalar: BLASScalar>: @unchecked Sendable {
  /// The number of scalars the block holds.
  package let count: Int
  /// The first scalar; valid while the object lives.
  @usableFromInline package let baseAddress: UnsafeMutablePointer<Scalar>

  /// The smallest size in bytes of a block with its own pages.
  private static var pagedBytes: Int { 1 << 16 }
  /// The smallest size in bytes of a block for which the system may use large pages.
  private static var hugeBytes: Int { 1 << 22 }
  /// The bytes of these pages; 0 for a block in the heap.
  private let pages: Int

  /// Creates a block of `count` scalars, all zero.
  package init(count: Int) {
    precondition(count >= 0, "a block cannot hold \(count) scalars")
    // All operands of BLAS are in blocks, so this sets the library up before the first call of it.
    BLASLibrary.setUp()
    self.count = count
    let bytes = count * MemoryLayout<Scalar>.stride
    if bytes >= Self.pagedBytes,
      let mapped = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), mapped != MAP_FAILED
    {
      #if os(Linux)
        // In pages of two megabytes the first use of a bag's block takes a quarter of the time.
        if bytes >= Self.hugeBytes { madvise(mapped, bytes, MADV_HUGEPAGE) }
      #endif
      // New pages are zero, which is 0 in every scalar type.
      pages = bytes
      baseAddress = mapped.bindMemory(to: Scalar.self, capacity: count)
      return
    }
    pages = 0
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Scalar>.stride, alignment: 64)
    baseAddress = raw.bindMemory(to: Scalar.self, capacity: max(count, 1))
    baseAddress.initialize(repeating: 0, count: max(count, 1))
  }

  deinit {
    if pages > 0 {
      munmap(baseAddress, pages)
    } else {
      UnsafeMutableRawPointer(baseAddress).deallocate()
    }
  }

  /// Returns a new block with the same scalars.
  @usableFromInline package func copy() -> AlignedStorage {
    let result = AlignedStorage(count: count)
    result.baseAddress.update(from: baseAddress, count: count)
    return result
  }
}

extension AlignedStorage: Equatable {
  /// Returns whether two blocks have equal scalars.
  @usableFromInline
  package static func == (left: AlignedStorage, right: AlignedStorage) -> Bool {
    left === right
      || (left.count == right.count && (0..<left.count).allSatisfy { left.baseAddress[$0] == right.baseAddress[$0] })
  }
}
