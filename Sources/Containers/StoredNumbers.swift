/// Numbers as stored in a file: a type, a byte order and a byte range.
package struct StoredNumbers: Sendable {
  /// The types of numbers a file can hold.
  package typealias Kind = ElementType

  package let bytes: [UInt8]
  package let range: Range<Int>
  package let kind: Kind
  package let isBigEndian: Bool

  /// The number of complete numbers in the range.
  package var count: Int { range.count / kind.size }

  /// Returns the numbers at the given positions.
  package func selecting(_ positions: Range<Int>) -> StoredNumbers {
    let start = range.lowerBound
    return StoredNumbers(
      bytes: bytes, range: (start + positions.lowerBound * kind.size)..<(start + positions.upperBound * kind.size),
      kind: kind, isBigEndian: isBigEndian)
  }

  /// All numbers in the file's order, each converted with one rounding at most.
  package var doubles: [Double] {
    var result: [Double] = []
    result.reserveCapacity(count)
    forEach { value in result.append(value) }
    return result
  }

  /// All numbers in the file's order, rounded to single precision.
  package var floats: [Float] {
    var result: [Float] = []
    result.reserveCapacity(count)
    forEach { value in result.append(Float(value)) }
    return result
  }

  /// The magnitude from which neighbouring whole numbers can share one value of this type; nil for integer types, which
  /// are exact.
  package var exactLimit: Double? {
    switch kind {
    case .half: 0x1p11
    case .bfloat16: 0x1p8
    case .single: 0x1p24
    case .double: 0x1p53
    default: nil
    }
  }

  /// All numbers as text in the file's order: whole numbers with all their digits, others as Swift writes them.
  package var texts: [String] {
    var result: [String] = []
    result.reserveCapacity(count)
    switch kind {
    case .int64: forEachPattern { result.append(String(Int64(bitPattern: $0))) }
    case .uint64: forEachPattern { result.append(String($0)) }
    default: forEach { result.append(Self.text(of: $0)) }
    }
    return result
  }

  /// Formats a number; a whole one has no point.
  package static func text(of number: Double) -> String { Int(exactly: number).map(String.init) ?? String(number) }

  /// Returns the numbers of a column-major matrix, rounded to single precision, row after row.
  package func transposed(rows: Int, columns: Int) -> [Float] {
    var result = [Float](repeating: 0, count: count)
    var row = 0
    var column = 0
    forEach { value in
      result[row &* columns &+ column] = Float(value)
      row &+= 1
      if row == rows {
        row = 0
        column &+= 1
      }
    }
    return result
  }

  /// Whether numbers of the type may lose precision in single precision.
  package var mayLosePrecision: Bool {
    switch kind {
    case .double, .int32, .uint32, .int64, .uint64: true
    default: false
    }
  }

  /// Calls `body` with each number, in the file's order.
  package func forEachNumber(_ body: (Double) -> Void) { forEach(body) }

  /// Calls `body` with each number.
  @inline(__always)
  private func forEach(_ body: (Double) -> Void) {
    switch kind {
    case .int8: forEachPattern { body(Double(Int8(truncatingIfNeeded: $0))) }
    case .uint8: forEachPattern { body(Double(UInt8(truncatingIfNeeded: $0))) }
    case .int16: forEachPattern { body(Double(Int16(truncatingIfNeeded: $0))) }
    case .uint16: forEachPattern { body(Double(UInt16(truncatingIfNeeded: $0))) }
    case .int32: forEachPattern { body(Double(Int32(truncatingIfNeeded: $0))) }
    case .uint32: forEachPattern { body(Double(UInt32(truncatingIfNeeded: $0))) }
    case .half: forEachPattern { body(Self.half(UInt16(truncatingIfNeeded: $0))) }
    case .bfloat16: forEachPattern { body(Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0) << 16))) }
    case .single: forEachPattern { body(Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0)))) }
    case .double: forEachPattern { body(Double(bitPattern: $0)) }
    case .int64: forEachPattern { body(Double(Int64(bitPattern: $0))) }
    case .uint64: forEachPattern { body(Double($0)) }
    }
  }

  /// Calls `body` with each number's bit pattern in the lower bits.
  @inline(__always)
  private func forEachPattern(_ body: (UInt64) -> Void) {
    let size = kind.size
    var place = range.lowerBound
    for _ in 0..<count {
      var pattern: UInt64 = 0
      for byte in 0..<size {
        let shift = isBigEndian ? size &- 1 &- byte : byte
        pattern |= UInt64(bytes[place &+ byte]) &<< UInt64(truncatingIfNeeded: 8 &* shift)
      }
      body(pattern)
      place &+= size
    }
  }

  /// Returns the exact value of a half-precision number (IEEE 754 binary16).
  package static func half(_ bits: UInt16) -> Double {
    let fraction = Double(bits & 0x3ff)
    let magnitude: Double
    switch bits >> 10 & 0x1f {
    case 0: magnitude = fraction * 0x1p-24
    case 31: magnitude = fraction == 0 ? .infinity : .nan
    case let exponent: magnitude = (1024 + fraction) * Double(sign: .plus, exponent: Int(exponent) - 25, significand: 1)
    }
    return bits >> 15 == 0 ? magnitude : -magnitude
  }
}
