import LinearAlgebra
import MILRecords

extension BagDataset {
  /// The SHA-256 digest, in hexadecimal, of the input of a model: the identity of the data in journals and fold files.
  ///
  /// The hash covers the counts of bags, instances and features, the offsets and the bag labels as 64-bit numbers,
  /// lowest byte first. The features follow as 32-bit floating-point numbers, row after row. Names, groups and instance
  /// labels do not count, so that a set read from two file formats has one fingerprint.
  ///
  /// If the features are not in memory and take more than a gibibyte, only three instances of each bag are hashed: the
  /// first, the middle and the last.
  ///
  /// The number of features that describe bags, if there are any, follows the other counts, and then -1 if a feature
  /// divides instances into two sets.
  ///
  /// Targets that are numbers or times are hashed in place of labels, as 64-bit floating-point numbers.
  /// - Throws: the errors of reading features that are not in memory.
  package var fingerprint: String {
    get throws {
      if let knownFingerprint { return knownFingerprint }
      var digest = SHA256()
      let counts =
        [bagCount, instanceCount, featureCount] + (bagFeatureCount > 0 ? [bagFeatureCount] : [])
        + (hasTwoSets ? [-1] : [])
      digest.update(
        (counts + offsets + targets.numbersToHash).flatMap { number in
          stride(from: 0, to: 64, by: 8).map { UInt8(truncatingIfNeeded: number >> $0) }
        })
      func add(_ instances: Matrix<Float>) {
        for start in stride(from: 0, to: instances.count, by: 1 << 14) {
          digest.update(instances.littleEndianBytes(at: start..<min(start + (1 << 14), instances.count)))
        }
      }
      let isLarge = !isInMemory && Double(instanceCount) * Double(featureCount) * 4 > 0x1p30
      guard isLarge else {
        try source.forEachBlock(add)
        return digest.finish()
      }
      for bag in labels.indices {
        let rows = self[rowsOfBag: bag]
        let some = Set([rows.lowerBound, (rows.lowerBound + rows.upperBound) / 2, rows.upperBound - 1]).sorted()
        add(try source.instances(some.map { $0..<$0 + 1 }))
      }
      return digest.finish()
    }
  }
}

extension BagDataset {
  /// The same bags, which know their fingerprint from here on.
  ///
  /// - Throws: as ``fingerprint``.
  package func knowingFingerprint() throws -> BagDataset {
    var result = self
    result.knownFingerprint = try fingerprint
    return result
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
