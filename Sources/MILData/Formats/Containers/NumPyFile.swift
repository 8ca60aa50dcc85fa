import Foundation
import UserInput

/// NumPy's `.npy`: one array, mapped.
public struct NumPyFile: ArrayContainer {
  /// The name.
  public var id: String { "npy" }
  /// The kind of file in a few words.
  public var summary: String { "NumPy (.npy)" }
  /// The name extension.
  public var extensions: [String] { ["npy"] }

  /// The container.
  public init() {}

  /// Whether a file begins like a `.npy` file.
  public func recognises(_ head: FileHead) -> Bool { NumPyArray.hasHeader(head.prefix(6)) }

  /// Opens a file; its array is called `array`.
  public func open(_ url: URL) throws -> ArrayFile {
    let content = try FileContent(url, expected: "a .npy file")
    return ArrayFile(
      url, container: id, arrays: [try Self.array("array", in: content, 0..<content.count, field: "the array")])
  }

  /// The array whose `.npy` file lies in some bytes of a file.
  static func array(_ name: String, in content: FileContent, _ range: Range<Int>, field: String) throws -> FileArray {
    let length = NumPyLayout.headerLength(
      beginning: content.bytes(range.lowerBound..<min(range.lowerBound + 12, range.upperBound)))
    let head = content.bytes(range.lowerBound..<(range.lowerBound + min(length, 1 << 21, range.count)))
    let layout = try NumPyLayout(beginning: head, byteCount: range.count, file: content.path, field: field)
    func error() -> ReadError {
      ReadError(
        file: content.path, at: .field(field), found: "shape \(ArraySize.text(layout.shape))",
        expected: "as many numbers as it calls for")
    }
    guard case .number(let type) = layout.type else {
      throw ReadError(
        file: content.path, at: .field(field), found: "text of shape \(ArraySize.text(layout.shape))",
        expected: "numbers")
    }
    let strides =
      layout.isFortranOrder
      ? Array(MappedRows.strides(layout.shape.reversed()).reversed()) : MappedRows.strides(layout.shape)
    let storage = try MappedRows(
      content, start: range.lowerBound + layout.data.lowerBound, shape: layout.shape, strides: strides, type: type,
      orElse: error)
    return try FileArray(
      name, shape: layout.shape, type: type, isBigEndian: layout.isBigEndian, file: content.path, storage: storage)
  }
}
