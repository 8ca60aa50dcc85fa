import MILBags
import UserInput

/// An array of NumPy's `.npy` format: numbers or text, of either byte order, in C or Fortran order.
///
/// Source: R. Kern, A simple file format for NumPy arrays, NumPy enhancement proposal 1, 2007, with the versions 2 and
/// 3 of the header.
package struct NumPyArray: Sendable {
  /// The file, for errors.
  package let file: String
  /// The array's place in the file, for errors: the member of an archive.
  package let field: String
  /// The sizes of its dimensions; empty for a single value.
  package let shape: [Int]
  package let isFortranOrder: Bool
  package let content: Content

  package enum Content: Sendable {
    case numbers(StoredNumbers)
    case text(NumPyText)
  }

  /// Whether a file begins like an array.
  package static func hasHeader(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x93] + Array("NUMPY".utf8)) }

  /// Reads an array.
  ///
  /// - Throws: `ReadError` for a damaged header, an unsupported type, or fewer bytes than the shape requires.
  package init(bytes: [UInt8], file: String, field: String = "the array") throws {
    let layout = try NumPyLayout(beginning: bytes, byteCount: bytes.count, file: file, field: field)
    let range = layout.data
    switch layout.type {
    case .number(let kind):
      content = .numbers(
        StoredNumbers(bytes: bytes, range: range, kind: kind, isBigEndian: layout.isBigEndian))
    case .text(let unit, let length):
      content = .text(
        NumPyText(
          bytes: bytes, range: range, unit: unit, length: length, count: layout.shape.reduce(1, *),
          isBigEndian: layout.isBigEndian))
    }
    self.file = file
    self.field = field
    shape = layout.shape
    isFortranOrder = layout.isFortranOrder
  }

  /// Creates an array in C order from the values of another container.
  package init(shape: [Int], content: Content, file: String, field: String) {
    (self.shape, self.content, self.file, self.field, isFortranOrder) = (shape, content, file, field, false)
  }

  /// The number of elements.
  package var count: Int { shape.reduce(1, *) }

  /// Whether it holds text.
  package var isText: Bool { if case .text = content { true } else { false } }

  /// Type and shape, for errors.
  package var summary: String {
    (isText ? "text" : "numbers") + " of shape (" + shape.map(String.init).joined(separator: ", ") + ")"
  }

  /// Creates an error about the array.
  package func error(found: String? = nil, expected: String) -> ReadError {
    ReadError(file: file, at: .field(field), found: found ?? summary, expected: expected)
  }

  /// Whether all dimensions but one have the size 1.
  private var isList: Bool { shape.count { $0 != 1 } <= 1 }

  /// Returns the numbers of an array with at most one dimension other than 1.
  package func list() throws -> [Double] {
    guard case .numbers(let numbers) = content, isList else { throw error(expected: "one number an entry") }
    return numbers.doubles
  }

  /// Returns the entries of an array with at most one dimension other than 1, as text; numbers must be whole.
  package func names() throws -> [String] {
    guard case .text(let text) = content, isList else {
      return try list().map { number in
        guard let whole = Int(exactly: number) else {
          throw error(found: "\(number)", expected: "whole numbers or text")
        }
        return String(whole)
      }
    }
    return try text.strings(encoding: nil) { error(found: $0, expected: $1) }
  }

  /// Visits the numbers in single precision in blocks of rows, so that not all are in memory at once.
  ///
  /// - Parameter body: a closure that receives the first row of each block and its values, in the order of ``rows()``.
  package func forEachBlockOfRows(_ body: (_ firstRow: Int, _ values: [Float]) throws -> Void) throws {
    guard case .numbers(let numbers) = content, shape.count >= 2, count > 0, !isFortranOrder else {
      return try body(0, rows().values)
    }
    let columns = count / shape[0]
    let step = max(1, (1 << 18) / columns)
    for first in stride(from: 0, to: shape[0], by: step) {
      let block = first * columns..<min(first + step, shape[0]) * columns
      try body(first, numbers.selecting(block).floats)
    }
  }

  /// Returns the numbers in single precision: the first dimension as rows, all others as columns in C order.
  package func rows() throws -> (count: Int, columns: Int, values: [Float]) {
    guard case .numbers(let numbers) = content, shape.count >= 2, count > 0 else {
      throw error(expected: "numbers of shape (instances, features)")
    }
    let columns = count / shape[0]
    guard isFortranOrder else { return (shape[0], columns, numbers.floats) }
    if shape.count == 2 { return (shape[0], columns, numbers.transposed(rows: shape[0], columns: columns)) }
    // Iterates over the reversed shape in C order, with each dimension's stride in the result.
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    var index = [Int](repeating: 0, count: shape.count)
    var target = 0
    var result = [Float](repeating: 0, count: count)
    for value in numbers.floats {
      result[target] = value
      for axis in shape.indices {
        index[axis] += 1
        target += strides[axis]
        guard index[axis] == shape[axis] else { break }
        target -= shape[axis] * strides[axis]
        index[axis] = 0
      }
    }
    return (shape[0], columns, result)
  }
}

/// Fixed-length text as stored in an array.
package struct NumPyText: Sendable {
  package let bytes: [UInt8]
  package let range: Range<Int>
  package let unit: Int
  package let length: Int
  package let count: Int
  package let isBigEndian: Bool

  /// Decodes the texts, without the zeros that pad them.
  ///
  /// - Parameters:
  ///   - encoding: the encoding of byte texts, UTF-8 by default. Unicode texts do not need it.
  ///   - error: creates an error about the array from the found and the expected text.
  /// - Throws: that error for bytes or codes that are not text, since two such ids could become one.
  package func strings(
    encoding: ReadOptions.Encoding?, _ error: (_ found: String, _ expected: String) -> ReadError
  ) throws -> [String] {
    guard length > 0 else { return [String](repeating: "", count: min(count, 1 << 24)) }
    return try (0..<count).map { index in
      let start = range.lowerBound + index * unit * length
      if unit == 4 { return try characters(at: start, index, error) }
      // Zeros fill up short texts; another zero is part of one.
      let all = bytes[start..<(start + length)]
      let own = all[..<(all.lastIndex { $0 != 0 }.map { $0 + 1 } ?? all.startIndex)]
      guard !own.contains(0) else { throw Self.zeroInside(index, error) }
      guard let encoding, encoding != .utf8 else {
        if let text = String(validating: own, as: UTF8.self) { return text }
        let byte = own.first { $0 >= 0x80 } ?? 0
        throw error(
          "entry \(index + 1) with the byte 0x\(String(byte, radix: 16)), which is no UTF-8",
          EncodingEvidence(bytes[range]).expectationOfArrays)
      }
      guard let text = encoding == .utf16 ? String(validating: own, as: UTF8.self) : encoding.text(of: own) else {
        throw error(
          "entry \(index + 1) with bytes that are no \(encoding.rawValue)",
          EncodingEvidence(bytes[range]).expectationOfArrays)
      }
      return text
    }
  }

  /// The error about a zero between characters, which texts that are compared up to it would lose.
  private static func zeroInside(
    _ index: Int, _ error: (_ found: String, _ expected: String) -> ReadError
  ) -> ReadError {
    error(
      "entry \(index + 1) with a zero byte inside",
      "text; bytes that are no text are written as such by [b.hex() for b in ids.tolist()]")
  }

  /// Decodes the text of 32-bit codes at `start`.
  private func characters(
    at start: Int, _ index: Int, _ error: (_ found: String, _ expected: String) -> ReadError
  ) throws -> String {
    var text = String.UnicodeScalarView()
    var isAtEnd = false
    for place in stride(from: start, to: start + 4 * length, by: 4) {
      let code = (0..<4).reduce(UInt32(0)) {
        $0 | UInt32(bytes[place + $1]) << UInt32(isBigEndian ? 24 - 8 * $1 : 8 * $1)
      }
      guard code != 0 else {
        isAtEnd = true
        continue
      }
      guard !isAtEnd else { throw Self.zeroInside(index, error) }
      guard let scalar = Unicode.Scalar(code) else {
        throw error(
          "entry \(index + 1) with the code U+\(String(code, radix: 16, uppercase: true)), which is no character",
          "text of Unicode characters")
      }
      text.append(scalar)
    }
    return String(text)
  }
}

/// The header of an array: a Python dictionary of three entries.
package struct NumPyHeader {
  private let text: [UInt8]
  private var position = 0

  package init(text: [UInt8]) { self.text = text }

  /// Parses the entries; nil for anything but a dictionary of exactly these, with values of the right type.
  package mutating func parse() -> (type: String, isFortranOrder: Bool, shape: [Int])? {
    var type: String?
    var isFortranOrder: Bool?
    var shape: [Int]?
    guard take("{") else { return nil }
    while !take("}") {
      guard let key = quoted(), take(":") else { return nil }
      switch key {
      case "descr": type = quoted()
      case "fortran_order": isFortranOrder = take("True") ? true : take("False") ? false : nil
      case "shape": shape = tuple()
      default: return nil
      }
      if !take(",") {
        guard take("}") else { return nil }
        break
      }
    }
    guard let type, let isFortranOrder, let shape else { return nil }
    return (type, isFortranOrder, shape)
  }

  /// Advances past `token` and any blanks before it; returns false if something else follows.
  private mutating func take(_ token: String) -> Bool {
    while position < text.count, text[position] <= 0x20 { position += 1 }
    guard text[position...].starts(with: token.utf8) else { return false }
    position += token.utf8.count
    return true
  }

  private mutating func quoted() -> String? {
    guard let quote: UInt8 = take("'") ? 0x27 : take("\"") ? 0x22 : nil,
      let end = text[position...].firstIndex(of: quote)
    else { return nil }
    defer { position = end + 1 }
    return String(decoding: text[position..<end], as: UTF8.self)
  }

  private mutating func tuple() -> [Int]? {
    guard take("(") else { return nil }
    var numbers: [Int] = []
    while !take(")") {
      // Python 2 wrote long integers with an L.
      let digits = text[position...].prefix { (0x30...0x39).contains($0) }
      guard let number = Int(String(decoding: digits, as: UTF8.self)), numbers.count < 32 else { return nil }
      position += digits.count
      numbers.append(number)
      _ = take("L")
      if !take(",") {
        guard take(")") else { return nil }
        break
      }
    }
    return numbers
  }
}
