import MILBags
import UserInput

/// Reads the elements of a MATLAB 5 file from untrusted bytes.
package struct MATReader {
  package static let matrixType: UInt32 = 14
  package static let compressedType: UInt32 = 15
  /// The deepest allowed nesting of cells and structures: real files nest a few levels, attacks on a parser more.
  private static let depthLimit = 32
  /// The types of numbers by code.
  private static let kinds: [UInt32: StoredNumbers.Kind] = [
    1: .int8, 2: .uint8, 3: .int16, 4: .uint16, 5: .int32, 6: .uint32, 7: .single, 9: .double, 12: .int64, 13: .uint64,
  ]

  package let bytes: [UInt8]
  package let isBigEndian: Bool
  package let file: String
  /// The file offset of the compressed element whose content `bytes` is; nil if the bytes are the file itself.
  package let elementStart: Int?
  /// The encoding of single-byte texts.
  package var encoding: ReadOptions.Encoding?

  /// Creates an error at a byte.
  package func error(at position: Int, found: String, expected: String) -> ReadError {
    ReadError(file: file, at: .byte(position, inElementAt: elementStart), found: found, expected: expected)
  }

  /// Reads the 32 bits at `position`, which must lie within the bytes.
  private func word(at position: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[position + $1]) << UInt32(isBigEndian ? 24 - 8 * $1 : 8 * $1) }
  }

  /// Reads the tag at `position` and advances past the element and its padding.
  ///
  /// - Returns: the type of the element and the range of its data.
  package func element(at position: inout Int, end: Int) throws -> (type: UInt32, data: Range<Int>) {
    let start = position
    guard end - start >= 8 else {
      throw error(at: start, found: "\(end - start) bytes", expected: "the 8 bytes of a tag")
    }
    let first = word(at: start)
    if first >> 16 != 0 {
      // A small element: type and size in four bytes, the data in the next four.
      guard first >> 16 <= 4 else {
        throw error(at: start, found: "a small element of \(first >> 16) bytes", expected: "at most 4")
      }
      position = start + 8
      return (first & 0xffff, (start + 4)..<(start + 4 + Int(first >> 16)))
    }
    let size = Int(word(at: start + 4))
    guard size <= end - start - 8 else {
      throw error(
        at: start, found: "an element of \(size) bytes", expected: "at most the \(end - start - 8) that follow")
    }
    let dataEnd = start + 8 + size
    // Compressed elements are not padded; the padding of the last element may be missing.
    position = first == Self.compressedType ? dataEnd : min(start + 8 + (size + 7) & ~7, end)
    return (first, (start + 8)..<dataEnd)
  }

  /// Reads the parts of a matrix element: flags, dimensions, name, then the content that its class requires.
  package func matrix(_ range: Range<Int>, depth: Int) throws -> (name: String, value: MATValue) {
    guard depth <= Self.depthLimit else {
      throw error(at: range.lowerBound, found: "more than \(Self.depthLimit) nested levels", expected: "fewer")
    }
    // An empty cell or field may be written as an element without content.
    guard !range.isEmpty else { return ("", .numeric(empty)) }
    var position = range.lowerBound
    let end = range.upperBound
    let flags = try element(at: &position, end: end)
    guard flags.type == 6, flags.data.count == 8 else {
      throw error(at: range.lowerBound, found: "an element of type \(flags.type)", expected: "the array flags")
    }
    let flagBits = word(at: flags.data.lowerBound)
    let arrayClass = flagBits & 0xff
    // Opaque objects have no dimensions; a function handle holds a workspace.
    if arrayClass == 16 || arrayClass == 17 {
      let name = arrayClass == 17 ? try characters(&position, end) : ""
      return (name, .unsupported(arrayClass == 16 ? "function handle" : "opaque object"))
    }
    let dimensionsStart = position
    let dimensions = try integers(&position, end, of: "dimensions", atMost: 32)
    guard dimensions.count >= 2, dimensions.allSatisfy({ $0 >= 0 }) else {
      throw error(
        at: dimensionsStart, found: "dimensions \(dimensions.prefix(8))", expected: "at least two, none negative")
    }
    let count = try product(dimensions, at: dimensionsStart)
    let name = try characters(&position, end)
    let body = position..<end
    let value: MATValue =
      switch arrayClass {
      case 1: .cell(dimensions: dimensions, elements: try matrices(&position, end, count: count, depth: depth))
      case 2, 3: try structure(body, isObject: arrayClass == 3, dimensions: dimensions, count: count, depth: depth)
      case 4: .text(try text(body, dimensions: dimensions, count: count))
      case 5: .sparse(try sparse(body, dimensions: dimensions))
      case 6...15: .numeric(try numeric(body, flags: flagBits, dimensions: dimensions, count: count))
      default: .unsupported("array of class \(arrayClass)")
      }
    return (name, value)
  }

  private var empty: MATNumeric {
    MATNumeric(dimensions: [0, 0], isLogical: false, isComplex: false, storage: storage(0..<0, .double))
  }

  private func storage(_ range: Range<Int>, _ kind: StoredNumbers.Kind) -> StoredNumbers {
    StoredNumbers(bytes: bytes, range: range, kind: kind, isBigEndian: isBigEndian)
  }

  private func product(_ factors: [Int], at position: Int) throws -> Int {
    if factors.contains(0) { return 0 }
    return try factors.reduce(1) { product, factor in
      let (result, overflow) = product.multipliedReportingOverflow(by: factor)
      guard !overflow else {
        throw error(at: position, found: "dimensions \(factors.prefix(8))", expected: "an array that fits in memory")
      }
      return result
    }
  }

  /// Reads an element of numbers.
  private func numbers(_ position: inout Int, _ end: Int, of part: String) throws -> StoredNumbers {
    let start = position
    let (type, data) = try element(at: &position, end: end)
    guard let kind = Self.kinds[type], data.count % kind.size == 0 else {
      throw error(at: start, found: "\(data.count) bytes of type \(type)", expected: "numbers: the \(part)")
    }
    return storage(data, kind)
  }

  /// Reads an element of whole numbers.
  private func integers(_ position: inout Int, _ end: Int, of part: String, atMost limit: Int = .max) throws -> [Int] {
    let start = position
    let numbers = try numbers(&position, end, of: part)
    guard numbers.count <= limit else {
      throw error(at: start, found: "\(numbers.count) numbers", expected: "at most \(limit): the \(part)")
    }
    return try numbers.doubles.map { value in
      guard let whole = Int(exactly: value) else {
        throw error(at: start, found: "\(value)", expected: "whole numbers: the \(part)")
      }
      return whole
    }
  }

  /// Reads an element of single-byte characters.
  private func characters(_ position: inout Int, _ end: Int) throws -> String {
    let (_, data) = try element(at: &position, end: end)
    return String(decoding: bytes[data].prefix { $0 != 0 }, as: UTF8.self)
  }

  private func matrices(_ position: inout Int, _ end: Int, count: Int, depth: Int) throws -> [MATValue] {
    guard count <= (end - position) / 8 else {
      throw error(
        at: position, found: "\(end - position) bytes for \(count) elements", expected: "at least 8 bytes each")
    }
    var values: [MATValue] = []
    values.reserveCapacity(count)
    for _ in 0..<count {
      let start = position
      let (type, data) = try element(at: &position, end: end)
      guard type == Self.matrixType else {
        throw error(at: start, found: "an element of type \(type)", expected: "an array")
      }
      values.append(try matrix(data, depth: depth + 1).value)
    }
    return values
  }

  private func structure(
    _ range: Range<Int>, isObject: Bool, dimensions: [Int], count: Int, depth: Int
  ) throws -> MATValue {
    var position = range.lowerBound
    let className = isObject ? try characters(&position, range.upperBound) : nil
    let lengthStart = position
    let lengths = try integers(&position, range.upperBound, of: "length of field names", atMost: 1)
    guard lengths.count == 1, lengths[0] > 0 else {
      throw error(at: lengthStart, found: "\(lengths.prefix(4))", expected: "the length of the field names")
    }
    let namesStart = position
    let (_, data) = try element(at: &position, end: range.upperBound)
    guard data.count % lengths[0] == 0 else {
      throw error(
        at: namesStart, found: "\(data.count) bytes of field names", expected: "a multiple of \(lengths[0])")
    }
    let fieldNames = stride(from: data.lowerBound, to: data.upperBound, by: lengths[0]).map { start in
      String(decoding: bytes[start..<(start + lengths[0])].prefix { $0 != 0 }, as: UTF8.self)
    }
    let values = try matrices(
      &position, range.upperBound, count: try product([count, fieldNames.count], at: namesStart), depth: depth)
    return .structure(
      MATStructure(className: className, dimensions: dimensions, fieldNames: fieldNames, values: values))
  }

  private func numeric(_ range: Range<Int>, flags: UInt32, dimensions: [Int], count: Int) throws -> MATNumeric {
    var position = range.lowerBound
    let real = try numbers(&position, range.upperBound, of: "values of an array")
    guard real.count == count else {
      throw error(
        at: range.lowerBound, found: "\(real.count) numbers", expected: "\(count) for dimensions \(dimensions)")
    }
    return MATNumeric(
      dimensions: dimensions, isLogical: flags & 0x200 != 0, isComplex: flags & 0x800 != 0, storage: real)
  }

  private func text(_ range: Range<Int>, dimensions: [Int], count: Int) throws -> MATText {
    var position = range.lowerBound
    // MATLAB writes no data for an empty text.
    if count == 0, range.isEmpty { return MATText(dimensions: dimensions, units: []) }
    let (type, data) = try element(at: &position, end: range.upperBound)
    let units: [UInt16]
    switch type {
    case 1, 2, 16:
      // Some programs declare UTF-8 for bytes of another encoding.
      if let encoding, encoding != .utf8, encoding != .utf16 {
        guard let text = encoding.text(of: bytes[data]) else {
          throw error(
            at: range.lowerBound, found: "text that is no \(encoding.rawValue)",
            expected: EncodingEvidence(bytes[data]).expectationOfArrays)
        }
        units = Array(text.utf16)
      } else if type != 16 {
        units = bytes[data].map { UInt16($0) }
      } else if let text = String(validating: bytes[data], as: UTF8.self) {
        units = Array(text.utf16)
      } else {
        throw error(
          at: range.lowerBound, found: "text that is no UTF-8",
          expected: EncodingEvidence(bytes[data]).expectationOfArrays)
      }
    case 4, 17:
      units = stride(from: data.lowerBound, to: data.upperBound - 1, by: 2).map { place in
        let pair = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
        return isBigEndian ? pair.0 << 8 | pair.1 : pair.1 << 8 | pair.0
      }
    default:
      throw error(at: range.lowerBound, found: "text of type \(type)", expected: "8-bit or 16-bit characters")
    }
    guard units.count == count else {
      throw error(at: range.lowerBound, found: "\(units.count) characters", expected: "\(count)")
    }
    let text = MATText(dimensions: dimensions, units: units)
    guard !units.contains(where: { (0xd800...0xdfff).contains($0) }) || text.isValid else {
      throw error(
        at: range.lowerBound, found: "a lone half of a surrogate pair", expected: "text of Unicode characters")
    }
    return text
  }

  private func sparse(_ range: Range<Int>, dimensions: [Int]) throws -> MATSparse {
    var position = range.lowerBound
    let rowOfEntry = try integers(&position, range.upperBound, of: "row numbers of a sparse matrix")
    let columnStarts = try integers(&position, range.upperBound, of: "column starts of a sparse matrix")
    let values = try numbers(&position, range.upperBound, of: "values of a sparse matrix").doubles
    guard dimensions.count == 2, columnStarts.count - 1 == dimensions[1],
      let matrix = MATSparse(
        checking: dimensions[0], columnStarts: columnStarts, rowOfEntry: rowOfEntry, values: values)
    else {
      throw error(
        at: range.lowerBound, found: "row numbers and column starts that disagree",
        expected: "those of a sparse matrix of dimensions \(dimensions.prefix(8))")
    }
    return matrix
  }
}
