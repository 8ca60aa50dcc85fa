import Foundation
import MILBags
import UserInput

/// NumPy's `.npy`: one array, mapped.
package struct NumPyFile: ArrayContainer {
  /// The container's id.
  package var id: String { "npy" }
  /// The kind of file in a few words.
  package var summary: String { "NumPy (.npy)" }
  /// The name extension.
  package var extensions: [String] { ["npy"] }

  /// Creates the container.
  package init() {}

  /// Whether a file begins like a `.npy` file.
  package func recognises(_ head: FileHead) -> Bool { NumPyArray.hasHeader(head.prefix(6)) }

  /// Opens a file; its array is named `array`.
  package func open(_ url: URL) throws -> ArrayFile {
    let content = try FileContent(url, expected: "a .npy file")
    return ArrayFile(
      url, container: id, arrays: [try Self.array("array", in: content, 0..<content.count, field: "the array")])
  }

  /// Returns the array of a `.npy` file that lies in a byte range of a file.
  package static func array(_ name: String, in content: FileContent, _ range: Range<Int>, field: String) throws
    -> FileArray
  {
    let length = NumPyLayout.headerLength(
      beginning: content.bytes(range.lowerBound..<min(range.lowerBound + 12, range.upperBound)))
    let head = content.bytes(range.lowerBound..<(range.lowerBound + min(length, headerLimit, range.count)))
    let layout = try NumPyLayout(beginning: head, byteCount: range.count, file: content.path, field: field)
    let (rows, type) = try rows(layout, in: content, from: range.lowerBound, field: field)
    return try FileArray(
      name, shape: layout.shape, type: type, isBigEndian: layout.isBigEndian, file: content.path, storage: rows)
  }

  /// Locates the numbers of a layout whose `.npy` file begins at byte `start`.
  package static func rows(
    _ layout: NumPyLayout, in content: FileContent, from start: Int, field: String
  ) throws -> (rows: MappedRows, type: ElementType) {
    let shape = layout.shape
    let strides =
      layout.isFortranOrder ? Array(MappedRows.strides(shape.reversed()).reversed()) : MappedRows.strides(shape)
    let type = try type(of: layout, file: content.path, field: field)
    let rows = try MappedRows(
      content, start: start + layout.data.lowerBound, shape: shape, strides: strides, type: type
    ) {
      ReadError(
        file: content.path, at: .field(field), found: "shape \(ArraySize.text(shape))",
        expected: "as many numbers as it calls for")
    }
    return (rows, type)
  }

  /// Returns the number type of a layout.
  package static func type(of layout: NumPyLayout, file: String, field: String) throws -> ElementType {
    guard case .number(let type) = layout.type else {
      throw ReadError(
        file: file, at: .field(field), found: "text of shape \(ArraySize.text(layout.shape))", expected: "numbers")
    }
    return type
  }

  /// The largest allowed header, in bytes.
  package static let headerLimit = 1 << 20
}

/// NumPy's `.npz`: stored arrays are mapped, deflated ones unpacked for each read.
package struct NumPyArchiveFile: ArrayContainer {
  /// The container's id.
  package var id: String { "npz" }
  /// The kind of file in a few words.
  package var summary: String { "NumPy archives (.npz)" }
  /// The name extension.
  package var extensions: [String] { ["npz"] }

  /// Creates the container.
  package init() {}

  /// Whether a file is a zip archive with NumPy arrays, or an empty one.
  package func recognises(_ head: FileHead) -> Bool {
    guard let names = head.zipMembers else { return false }
    return names.isEmpty || names.contains { $0.hasSuffix(".npy") }
  }

  /// Opens a file; members that are not arrays are left out.
  package func open(_ url: URL) throws -> ArrayFile {
    let content = try FileContent(url, expected: "a .npz file")
    let archive = try ZipArchive(content)
    var arrays: [FileArray] = []
    var refused: [String: ReadError] = [:]
    for member in archive.names where member.hasSuffix(".npy") {
      let name = String(member.dropLast(4))
      guard refused[name] == nil, !arrays.contains(where: { $0.name == name }) else { continue }
      do {
        arrays.append(try Self.array(name, member, archive, content))
      } catch let error as ReadError {
        refused[name] = error
      }
    }
    return ArrayFile(url, container: id, arrays: arrays, refused: refused)
  }

  private static func array(
    _ name: String, _ member: String, _ archive: ZipArchive, _ content: FileContent
  ) throws -> FileArray {
    let field = "array \(name.onOneLine(limit: 80))"
    if let range = try archive.stored(member) {
      return try NumPyFile.array(name, in: content, range, field: field)
    }
    let file = content.path
    // Most headers have 128 bytes; those with many fields are longer.
    var (head, size) = try archive.beginning(of: member, count: 512) ?? ([], 0)
    let length = NumPyLayout.headerLength(beginning: Array(head.prefix(12)))
    if length > head.count, length <= NumPyFile.headerLimit {
      (head, size) = try archive.beginning(of: member, count: length) ?? ([], 0)
    }
    let layout = try NumPyLayout(beginning: head, byteCount: size, file: file, field: field)
    let rows = PackedRows {
      let bytes = FileContent(try archive.content(of: member) ?? [], path: file)
      return try NumPyFile.rows(layout, in: bytes, from: 0, field: field).rows
    }
    return try FileArray(
      name, shape: layout.shape, type: try NumPyFile.type(of: layout, file: file, field: field),
      isBigEndian: layout.isBigEndian, file: file, storage: rows)
  }
}

extension FileHead {
  /// The names of the members, if the file is a zip archive.
  package var zipMembers: [String]? {
    ZipArchive.hasZipHeader(prefix(4)) ? try? ZipArchive(content).names : nil
  }
}
