import CKernels

/// The type of the numbers of an array in a file.
package enum ElementType: String, Sendable, CaseIterable {
  case int8, uint8, int16, uint16, int32, uint32, int64, uint64
  /// IEEE 754 binary16.
  case half = "float16"
  /// The upper half of a single-precision number.
  case bfloat16
  case single = "float32"
  case double = "float64"

  /// The size of a number in bytes.
  package var size: Int {
    switch self {
    case .int8, .uint8: 1
    case .int16, .uint16, .half, .bfloat16: 2
    case .int32, .uint32, .single: 4
    case .double, .int64, .uint64: 8
    }
  }

  /// Converts numbers to single precision, each rounded once.
  ///
  /// - Parameters:
  ///   - bytes: the numbers as stored in a file, at any address.
  ///   - isBigEndian: whether the highest byte of each comes first.
  ///   - target: the result, with as many values as there are numbers.
  package func floats(
    _ bytes: UnsafeRawBufferPointer, isBigEndian: Bool, into target: UnsafeMutableBufferPointer<Float>
  ) {
    guard let source = bytes.baseAddress, let out = target.baseAddress, bytes.count == target.count * size else {
      return
    }
    switch self {
    case .half where !isBigEndian: ck_widen_half(target.count, source, out)
    case .bfloat16 where !isBigEndian: ck_widen_bfloat16(target.count, source, out)
    default: convert(bytes, isBigEndian, target)
    }
  }

  /// Converts numbers to double precision, each rounded once at most; see ``floats(_:isBigEndian:into:)``.
  package func doubles(
    _ bytes: UnsafeRawBufferPointer, isBigEndian: Bool, into target: UnsafeMutableBufferPointer<Double>
  ) {
    guard bytes.count == target.count * size else { return }
    convert(bytes, isBigEndian, target)
  }

  private func convert<Target: BinaryFloatingPoint>(
    _ bytes: UnsafeRawBufferPointer, _ isBigEndian: Bool, _ target: UnsafeMutableBufferPointer<Target>
  ) {
    @inline(__always)
    func each<Pattern: FixedWidthInteger>(_ type: Pattern.Type, _ value: (Pattern) -> Target) {
      let width = MemoryLayout<Pattern>.size
      for index in target.indices {
        let pattern = bytes.loadUnaligned(fromByteOffset: index &* width, as: Pattern.self)
        target[index] = value(isBigEndian ? Pattern(bigEndian: pattern) : Pattern(littleEndian: pattern))
      }
    }
    switch self {
    case .int8: each(Int8.self) { Target($0) }
    case .uint8: each(UInt8.self) { Target($0) }
    case .int16: each(Int16.self) { Target($0) }
    case .uint16: each(UInt16.self) { Target($0) }
    case .int32: each(Int32.self) { Target($0) }
    case .uint32: each(UInt32.self) { Target($0) }
    case .int64: each(Int64.self) { Target($0) }
    case .uint64: each(UInt64.self) { Target($0) }
    case .half: each(UInt16.self) { Target(StoredNumbers.half($0)) }
    case .bfloat16: each(UInt16.self) { Target(Float(bitPattern: UInt32($0) << 16)) }
    case .single: each(UInt32.self) { Target(Float(bitPattern: $0)) }
    case .double: each(UInt64.self) { Target(Double(bitPattern: $0)) }
    }
  }
}
