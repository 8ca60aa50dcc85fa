import LinearAlgebra
import MILResults

extension BagDataset {
  /// The SHA-256 digest, in hexadecimal, of what a model sees: the identity of the data in journals and fold files.
  ///
  /// Hashed are, as 64-bit numbers with the lowest byte first, the counts of bags, instances and features, the
  /// offsets and the bag labels, and then the features as 32-bit floating-point numbers, row after row. Names,
  /// groups and instance labels do not count, so that one set read from two file formats has one fingerprint.
  ///
  /// Of targets that are numbers or times, these are hashed in the place of labels, as 64-bit floating-point numbers.
  /// - Throws: what reading features throws, where they are not in memory.
  public var fingerprint: String {
    get throws {
      var digest = SHA256()
      digest.update(
        ([bagCount, instanceCount, featureCount] + offsets + targets.numbersToHash).flatMap { number in
          stride(from: 0, to: 64, by: 8).map { UInt8(truncatingIfNeeded: number >> $0) }
        })
      try source.forEachBlock { instances in
        for start in stride(from: 0, to: instances.count, by: 1 << 14) {
          digest.update(instances.littleEndianBytes(at: start..<min(start + (1 << 14), instances.count)))
        }
      }
      return digest.finish()
    }
  }
}

extension Targets {
  fileprivate var numbersToHash: [Int] {
    func bits(_ value: Double) -> Int { Int(bitPattern: UInt(value.bitPattern)) }
    switch self {
    case .classes(let labels, _): return labels
    case .numbers(let values): return values.map(bits)
    case .survival(let times, let events): return times.map(bits) + events.map { $0 ? 1 : 0 }
    }
  }
}
