/// Numbers as they lie in a file: a type, a byte order and a range of bytes.
struct StoredNumbers: Sendable {
  /// The types of numbers a file can hold.
  enum Kind {
    case int8, uint8, int16, uint16, int32, uint32, int64, uint64
    case half, single, double

    /// The bytes of a number.
    var size: Int {
      switch self {
      case .int8, .uint8: 1
      case .int16, .uint16, .half: 2
      case .int32, .uint32, .single: 4
      case .double, .int64, .uint64: 8
      }
    }
  }

  let bytes: [UInt8]
  let range: Range<Int>
  let kind: Kind
  let isBigEndian: Bool

  /// The number of whole numbers in the range.
  var count: Int { range.count / kind.size }

  /// The numbers with the given positions.
  func selecting(_ positions: Range<Int>) -> StoredNumbers {
    let start = range.lowerBound
    return StoredNumbers(
      bytes: bytes, range: (start + positions.lowerBound * kind.size)..<(start + positions.upperBound * kind.size),
      kind: kind, isBigEndian: isBigEndian)
  }

  /// All numbers in the order of the file, each converted with one rounding at most.
  var doubles: [Double] {
    var result: [Double] = []
    result.reserveCapacity(count)
    forEach { value in result.append(value) }
    return result
  }

  /// All numbers in the order of the file, rounded to single precision.
  var floats: [Float] {
    var result: [Float] = []
    result.reserveCapacity(count)
    forEach { value in result.append(Float(value)) }
    return result
  }

  /// The numbers as ids, exactly: 64-bit integers with all their bits.
  ///
  /// - Throws: ``NotWhole`` for a fraction, and for a floating-point number beyond which neighbours are one number.
  func identifiers() throws(NotWhole) -> BagIdentifiers {
    var whole: [Int] = []
    whole.reserveCapacity(count)
    var large: [String]?
    switch kind {
    case .int64: forEachPattern { whole.append(Int(Int64(bitPattern: $0))) }
    case .uint64:
      forEachPattern { whole.append(Int(truncatingIfNeeded: $0)) }
      if whole.contains(where: { $0 < 0 }) { large = whole.map { String(UInt64(bitPattern: Int64($0))) } }
    case .half, .single, .double:
      let limit: Double = kind == .half ? 0x1p11 : kind == .single ? 0x1p24 : 0x1p53
      var misfit: NotWhole?
      forEach { value in
        if let number = Int(exactly: value), abs(value) <= limit {
          whole.append(number)
        } else if misfit == nil {
          misfit = NotWhole(position: whole.count, value: value, limit: limit)
        }
      }
      if let misfit { throw misfit }
    default: forEach { value in whole.append(Int(value)) }
    }
    return large.map { .texts($0) } ?? .numbers(whole)
  }

  /// A number that is no id.
  struct NotWhole: Error {
    /// Its position, from 0.
    let position: Int
    let value: Double
    /// The largest number up to which the type holds all whole numbers.
    let limit: Double

    /// What was found and expected, for errors.
    var found: String { "bag number \(value) of instance \(position + 1)" }
    var expected: String {
      abs(value) > limit
        ? "at most \(Int(limit)), beyond which this type of number makes one id of several; save ids as int64 or text"
        : "a whole number"
    }
  }

  /// The numbers of a matrix that lies column after column, rounded to single precision, row after row.
  func transposed(rows: Int, columns: Int) -> [Float] {
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

  /// The value of a half-precision number (IEEE 754 binary16), which is exact.
  private static func half(_ bits: UInt16) -> Double {
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
