import MILBags
import UserInput

/// The header of a `.npy` file: the type, number and place of its elements.
package struct NumPyLayout {
  /// The type of an element.
  package enum ElementType: Equatable {
    case number(StoredNumbers.Kind)
    /// Text of `length` characters of `unit` bytes each.
    case text(unit: Int, length: Int)

    package var size: Int {
      switch self {
      case .number(let kind): kind.size
      case .text(let unit, let length): unit * length
      }
    }
  }

  /// The types of numbers by name.
  package static let numbers: [String: StoredNumbers.Kind] = [
    "f2": .half, "f4": .single, "f8": .double, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64, "u1": .uint8,
    "u2": .uint16, "u4": .uint32, "u8": .uint64, "b1": .uint8,
  ]

  /// The remark on the type of objects.
  private static let objects = " (pickled objects)"

  /// Whether an error is about an array of objects.
  package static func isOfObjects(_ error: any Error) -> Bool {
    (error as? ReadError)?.found.hasSuffix(objects) == true
  }

  /// The way to save objects without a pickle.
  package static let wayOutOfObjects =
    "pickles can run code and are not read, array.astype(str) or astype(float) needs none; a list of matrices x, one a "
    + "bag, is saved by numpy.savez('bags.npz', X=numpy.concatenate(list(x)), sizes=[len(m) for m in x], y=labels)"

  package let shape: [Int]
  package let isFortranOrder: Bool
  package let isBigEndian: Bool
  package let type: ElementType
  /// The byte range of the elements.
  package let data: Range<Int>

  /// Returns the size of the file up to the end of the header, at most, from its first twelve bytes.
  package static func headerLength(beginning bytes: [UInt8]) -> Int {
    guard bytes.count == 12 else { return bytes.count }
    let sizeBytes = bytes[6] == 1 ? 2 : 4
    return 8 + sizeBytes + (0..<sizeBytes).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
  }

  /// Parses a header.
  ///
  /// - Parameters:
  ///   - bytes: the beginning of the file, with the whole header.
  ///   - byteCount: the size of the file in bytes.
  ///   - file: its name, for errors.
  ///   - field: the array's place in the file, for errors.
  /// - Throws: `ReadError` for a damaged header, an unsupported type, or fewer bytes than the shape requires.
  package init(beginning bytes: [UInt8], byteCount: Int, file: String, field: String) throws {
    func error(_ found: String, _ expected: String) -> ReadError {
      ReadError(file: file, at: .field(field), found: found, expected: expected)
    }
    guard bytes.count >= 10, NumPyArray.hasHeader(bytes) else {
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
          "arrays of one type each: numpy.savez('bags.npz', bag=a['bag'], y=a['label'], "
            + "X=numpy.lib.recfunctions.structured_to_unstructured(a[['f1', 'f2']])) with the fields of a, or a table as CSV, "
            + "pandas.DataFrame(a).to_csv('bags.csv', index=False)")
      }
      throw error(
        "the header \(ReadError.quoted(bytes[start..<(start + size)]))",
        "one with descr (a simple type), fortran_order and shape")
    }
    (isBigEndian, type) = try Self.type(parsed.type, error)
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
    guard !overflow, needed <= byteCount - dataStart else {
      throw error(
        "\(byteCount - dataStart) bytes of data", "\(needed) for shape \(parsed.shape.prefix(8)) of \(parsed.type)")
    }
    data = dataStart..<(dataStart + needed)
    (shape, isFortranOrder) = (parsed.shape, parsed.isFortranOrder)
  }

  /// Parses the byte order and type of a descriptor such as `<f8`.
  private static func type(
    _ descriptor: String, _ error: (String, String) -> ReadError
  ) throws -> (isBigEndian: Bool, type: ElementType) {
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
      "type \(ReadError.quoted(descriptor.utf8))" + (isPickled ? Self.objects : ""),
      "numbers (f2 to f8, i1 to i8, u1 to u8, b1) or text (U, S)"
        + (isPickled
          ? "; " + wayOutOfObjects
          : name.hasPrefix("c")
            ? "; numpy.hstack([X.real, X.imag]) makes two features of a complex number"
            : name.hasPrefix("M") || name.hasPrefix("m")
              ? "; array.astype(float) makes numbers of times, array.astype(str) ids" : ""))
  }
}
