/// A value in a MATLAB 5 file.
package indirect enum MATValue: Sendable {
  /// Numbers or logical values.
  case numeric(MATNumeric)
  /// Characters.
  case text(MATText)
  /// A cell array: its dimensions, and its elements column after column.
  case cell(dimensions: [Int], elements: [MATValue])
  /// A struct array or an object.
  case structure(MATStructure)
  /// A sparse matrix.
  case sparse(MATSparse)
  /// A value of a class that is not read (function handles, opaque objects); its description.
  case unsupported(String)

  /// What the value is, for errors: class and dimensions.
  package var summary: String {
    func sized(_ kind: String, _ dimensions: [Int]) -> String {
      kind + " " + dimensions.map(String.init).joined(separator: " x ")
    }
    return switch self {
    case .numeric(let value): sized(value.isComplex ? "complex" : "numeric", value.dimensions)
    case .text(let value): sized("char", value.dimensions)
    case .cell(let dimensions, _): sized("cell", dimensions)
    case .structure(let value): sized(value.className.map { "object of class \($0)" } ?? "struct", value.dimensions)
    case .sparse(let value): sized("sparse", [value.rows, value.columns])
    case .unsupported(let kind): kind
    }
  }
}

/// A struct array or an object of a MATLAB file.
package struct MATStructure: Sendable {
  /// The class of an object; nil for a struct.
  package let className: String?
  /// The dimensions of the array of structures.
  package let dimensions: [Int]
  /// The fields' names.
  package let fieldNames: [String]
  /// The values, all fields of the first structure first.
  package let values: [MATValue]

  /// The value of a field of the first structure; nil when there is none.
  package subscript(field: String) -> MATValue? {
    guard let index = fieldNames.firstIndex(of: field), index < values.count else { return nil }
    return values[index]
  }
}

/// A full array of numbers, column after column, in whatever type the file stores them.
package struct MATNumeric: Sendable {
  /// The sizes of the array's dimensions; at least two.
  package let dimensions: [Int]
  /// Whether the numbers are logical values.
  package let isLogical: Bool
  /// Whether there is an imaginary part, which is not kept.
  package let isComplex: Bool
  let storage: MATStorage

  /// The number of elements.
  package var count: Int { storage.count }
  /// The number of rows.
  package var rows: Int { dimensions[0] }
  /// The number of columns; further dimensions are laid side by side.
  package var columns: Int { rows == 0 ? 0 : count / rows }
  /// All elements, column after column.
  package var doubles: [Double] { storage.doubles }

  /// All elements as single precision, row after row.
  func rowMajorFloats() -> [Float] {
    storage.transposed(rows: rows, columns: columns)
  }
}

/// A sparse matrix in compressed columns.
package struct MATSparse: Sendable {
  /// The number of rows.
  package let rows: Int
  /// The number of columns.
  package let columns: Int
  /// Where each column's entries begin, and at the end their number: `columns + 1` ascending numbers.
  package let columnStarts: [Int]
  /// The row of each entry, from 0.
  package let rowOfEntry: [Int]
  /// The value of each entry.
  package let values: [Double]

  /// All elements as single precision, row after row; nil when there are so few entries that it would be a trap.
  func rowMajorFloats() -> [Float]? {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard !overflow, count <= Inflate.limit(forCompressed: 12 * values.count) / 4 else { return nil }
    var result = [Float](repeating: 0, count: count)
    for column in 0..<columns {
      for entry in columnStarts[column]..<columnStarts[column + 1] {
        result[rowOfEntry[entry] * columns + column] = Float(values[entry])
      }
    }
    return result
  }
}

/// An array of characters, column after column.
package struct MATText: Sendable {
  /// The sizes of the array's dimensions; at least two.
  package let dimensions: [Int]
  /// The characters as UTF-16, one unit an element.
  package let units: [UInt16]

  /// The rows as text, without the blanks that pad them to one length.
  package var rows: [String] {
    guard !units.isEmpty else { return [] }
    let count = dimensions[0]
    let columns = units.count / count
    return (0..<count).map { row in
      var line = (0..<columns).map { units[$0 * count + row] }
      while let last = line.last, last == 0x20 || last == 0 { line.removeLast() }
      return String(decoding: line, as: UTF16.self)
    }
  }
}

/// Numbers as they lie in a file: a type, a byte order and a range of bytes.
struct MATStorage: Sendable {
  /// The types of numbers a file can hold, by their code.
  enum Kind: UInt32 {
    case int8 = 1
    case uint8, int16, uint16, int32, uint32, single
    case double = 9
    case int64 = 12
    case uint64

    /// The bytes of a number.
    var size: Int {
      switch self {
      case .int8, .uint8: 1
      case .int16, .uint16: 2
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

  /// All numbers in the order of the file, each converted with one rounding at most.
  var doubles: [Double] {
    var result: [Double] = []
    result.reserveCapacity(count)
    forEach { value in result.append(value) }
    return result
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
}
