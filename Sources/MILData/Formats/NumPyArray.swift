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
  /// The sizes of its dimensions; none for a single value.
  package let shape: [Int]
  let isFortranOrder: Bool
  let content: Content

  enum Content: Sendable {
    case numbers(StoredNumbers)
    case text(NumPyText)
  }

  /// Whether a file begins like an array.
  static func hasHeader(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x93] + Array("NUMPY".utf8)) }

  /// Reads an array.
  ///
  /// - Throws: ``ReadError`` for a damaged header, a type that is not read, or fewer bytes than the shape calls for.
  package init(bytes: [UInt8], file: String, field: String = "the array") throws {
    func error(_ found: String, _ expected: String) -> ReadError {
      ReadError(file: file, at: .field(field), found: found, expected: expected)
    }
    guard bytes.count >= 10, Self.hasHeader(bytes) else {
      throw error(ReadError.quoted(bytes.prefix(6)), "the header of a NumPy array")
    }
    guard (1...3).contains(bytes[6]) else {
      throw error("version \(bytes[6]).\(bytes[7]) of the format", "version 1, 2 or 3")
    }
    let sizeBytes = bytes[6] == 1 ? 2 : 4
    guard bytes.count >= 8 + sizeBytes else { throw error("\(bytes.count) bytes", "a header") }
    let size = (0..<sizeBytes).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    let start = 8 + sizeBytes
    guard size <= bytes.count - start, size <= 1 << 20 else {
      throw error("a header of \(size) bytes", "at most the \(bytes.count - start) that follow")
    }
    var header = NumPyHeader(text: Array(bytes[start..<(start + size)]))
    guard let parsed = header.parse() else {
      if String(decoding: bytes[start..<(start + size)], as: UTF8.self).contains("'descr': [") {
        throw error(
          "a structured array, of several named fields",
          "one type for all, as numpy.lib.recfunctions.structured_to_unstructured(array) makes it, or a table as CSV")
      }
      throw error(
        "the header \(ReadError.quoted(bytes[start..<(start + size)]))",
        "one with descr (a simple type), fortran_order and shape")
    }
    let (isBigEndian, type) = try Self.type(parsed.type, error)
    var count = 1
    for length in parsed.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      count = product
      guard !overflow, length <= 1 << 48 else {
        throw error("shape \(parsed.shape.prefix(8))", "an array that fits in memory")
      }
    }
    let (needed, overflow) = count.multipliedReportingOverflow(by: type.size)
    let dataStart = start + size
    guard !overflow, needed <= bytes.count - dataStart else {
      throw error(
        "\(bytes.count - dataStart) bytes of data", "\(needed) for shape \(parsed.shape.prefix(8)) of \(parsed.type)")
    }
    let range = dataStart..<(dataStart + needed)
    switch type {
    case .number(let kind):
      content = .numbers(StoredNumbers(bytes: bytes, range: range, kind: kind, isBigEndian: isBigEndian))
    case .text(let unit, let length):
      content = .text(
        NumPyText(bytes: bytes, range: range, unit: unit, length: length, count: count, isBigEndian: isBigEndian))
    }
    self.file = file
    self.field = field
    shape = parsed.shape
    isFortranOrder = parsed.isFortranOrder
  }

  private enum ElementType {
    case number(StoredNumbers.Kind)
    /// Text of `length` characters of `unit` bytes each.
    case text(unit: Int, length: Int)

    var size: Int {
      switch self {
      case .number(let kind): kind.size
      case .text(let unit, let length): unit * length
      }
    }
  }

  /// The byte order and type that a descriptor such as `<f8` names.
  private static func type(
    _ descriptor: String, _ error: (String, String) -> ReadError
  ) throws -> (isBigEndian: Bool, type: ElementType) {
    let numbers: [String: StoredNumbers.Kind] = [
      "f2": .half, "f4": .single, "f8": .double, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64, "u1": .uint8,
      "u2": .uint16, "u4": .uint32, "u8": .uint64, "b1": .uint8,
    ]
    let order = descriptor.first.flatMap { "<>|=".contains($0) ? $0 : nil }
    let name = String(descriptor.dropFirst(order == nil ? 0 : 1))
    if let kind = numbers[name] { return (order == ">", .number(kind)) }
    if let letter = name.first, letter == "U" || letter == "S", let length = Int(name.dropFirst()),
      (0...1 << 20).contains(length)
    {
      return (order == ">", .text(unit: letter == "U" ? 4 : 1, length: length))
    }
    let isPickled = name.hasPrefix("O")
    throw error(
      "type \(ReadError.quoted(descriptor.utf8))" + (isPickled ? " (pickled objects)" : ""),
      "numbers (f2 to f8, i1 to i8, u1 to u8, b1) or text (U, S)"
        + (isPickled ? "; pickles can run code and are not read, array.astype(str) or astype(float) needs none" : ""))
  }

  /// The number of elements.
  var count: Int { shape.reduce(1, *) }

  /// Whether it holds text.
  package var isText: Bool { if case .text = content { true } else { false } }

  /// Type and shape, for errors.
  var summary: String {
    (isText ? "text" : "numbers") + " of shape (" + shape.map(String.init).joined(separator: ", ") + ")"
  }

  /// An error about the array.
  func error(found: String? = nil, expected: String) -> ReadError {
    ReadError(file: file, at: .field(field), found: found ?? summary, expected: expected)
  }

  /// Whether all dimensions but one have the size 1.
  private var isList: Bool { shape.count { $0 != 1 } <= 1 }

  /// The numbers of an array with one dimension that counts.
  package func list() throws -> [Double] {
    guard case .numbers(let numbers) = content, isList else { throw error(expected: "one number an entry") }
    return numbers.doubles
  }

  /// The entries of an array with one dimension that counts, as text; numbers must be whole.
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

  /// The numbers as single precision, in blocks of rows, so that they need not all be there at once.
  ///
  /// - Parameter body: is called with the first row of each block and its values, in the order of ``rows()``.
  func forEachBlockOfRows(_ body: (_ firstRow: Int, _ values: [Float]) throws -> Void) throws {
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

  /// The numbers as single precision, the first dimension being the rows and all others, in C order, the columns.
  package func rows() throws -> (count: Int, columns: Int, values: [Float]) {
    guard case .numbers(let numbers) = content, shape.count >= 2, count > 0 else {
      throw error(expected: "numbers of shape (instances, features)")
    }
    let columns = count / shape[0]
    guard isFortranOrder else { return (shape[0], columns, numbers.floats) }
    if shape.count == 2 { return (shape[0], columns, numbers.transposed(rows: shape[0], columns: columns)) }
    // The reverse of the shape in C order; the strides of each dimension in the result.
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

/// Text of fixed length as it lies in an array.
struct NumPyText: Sendable {
  let bytes: [UInt8]
  let range: Range<Int>
  let unit: Int
  let length: Int
  let count: Int
  let isBigEndian: Bool

  /// The texts without the zeros that pad them.
  ///
  /// - Parameters:
  ///   - encoding: what texts of bytes are in; UTF-8 without it. Texts of characters have no need of it.
  ///   - error: makes an error about the array of what was found and what was expected.
  /// - Throws: that error for bytes or codes that are no text, since two such ids could be taken for one.
  func strings(
    encoding: ReadOptions.Encoding?, _ error: (_ found: String, _ expected: String) -> ReadError
  ) throws -> [String] {
    guard length > 0 else { return [String](repeating: "", count: min(count, 1 << 24)) }
    return try (0..<count).map { index in
      let start = range.lowerBound + index * unit * length
      if unit == 4 { return try characters(at: start, index, error) }
      let own = bytes[start..<(start + length)].prefix { $0 != 0 }
      guard let encoding, encoding != .utf8 else {
        if let text = String(validating: own, as: UTF8.self) { return text }
        let byte = own.first { $0 >= 0x80 } ?? 0
        throw error(
          "entry \(index + 1) with the byte 0x\(String(byte, radix: 16)), which is no UTF-8",
          "text in UTF-8; --encoding latin-1 or windows-1252 says what it is in")
      }
      return String(decoding: try TextEncoding.utf8(Array(own), encoding, file: "").bytes, as: UTF8.self)
    }
  }

  /// The text of 32-bit codes at `start`.
  private func characters(
    at start: Int, _ index: Int, _ error: (_ found: String, _ expected: String) -> ReadError
  ) throws -> String {
    var text = String.UnicodeScalarView()
    for place in stride(from: start, to: start + 4 * length, by: 4) {
      let code = (0..<4).reduce(UInt32(0)) {
        $0 | UInt32(bytes[place + $1]) << UInt32(isBigEndian ? 24 - 8 * $1 : 8 * $1)
      }
      guard code != 0 else { break }
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
struct NumPyHeader {
  private let text: [UInt8]
  private var position = 0

  init(text: [UInt8]) { self.text = text }

  /// The entries; nil for anything but a dictionary of exactly these with values of the right kind.
  mutating func parse() -> (type: String, isFortranOrder: Bool, shape: [Int])? {
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

  /// Moves behind `token`, and blanks before it; false when something else stands there.
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
      // Python 2 wrote long numbers with an L.
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
