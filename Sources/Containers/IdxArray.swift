import MILBags
import UserInput

/// An array of bytes in the layout of the MNIST digits (`idx`): a header with the sizes, then the bytes.
///
/// Source: Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits, 1998, the description of the
/// file format.
package struct IdxArray {
  /// The sizes of the dimensions.
  package let shape: [Int]
  /// The numbers.
  package let bytes: ArraySlice<UInt8>

  /// Whether a file begins like an idx array of bytes.
  package static func hasHeader(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 4 && bytes[0] == 0 && bytes[1] == 0 && bytes[2] == 8 && (1...4).contains(bytes[3])
  }

  /// Reads an array.
  ///
  /// - Throws: `ReadError` for another header, or if the number of bytes differs from the header's.
  package init(bytes: [UInt8], file: String) throws {
    guard Self.hasHeader(bytes) else {
      throw ReadError(
        file: file, found: ReadError.quoted(bytes.prefix(4)), expected: "the head of an idx file of bytes")
    }
    let dimensions = Int(bytes[3])
    let start = 4 + 4 * dimensions
    guard bytes.count >= start else {
      throw ReadError(file: file, found: "\(bytes.count) bytes", expected: "a head of \(start)")
    }
    shape = (0..<dimensions).map { dimension in
      (0..<4).reduce(0) { $0 << 8 | Int(bytes[4 + 4 * dimension + $1]) }
    }
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      count = overflow ? .max : product
    }
    guard count == bytes.count - start else {
      throw ReadError(
        file: file, at: .byte(start), found: "\(bytes.count - start) bytes",
        expected: "\(shape.map(String.init).joined(separator: " x ")) as the head says")
    }
    self.bytes = bytes[start...]
  }
}
