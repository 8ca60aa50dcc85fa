import Foundation
import MILBags
import UserInput

/// Safetensors: named arrays, mapped.
package struct SafetensorsFile: ArrayContainer {
  private static let types: [String: ElementType] = [
    "BOOL": .uint8, "U8": .uint8, "I8": .int8, "U16": .uint16, "I16": .int16, "F16": .half, "BF16": .bfloat16,
    "U32": .uint32, "I32": .int32, "F32": .single, "U64": .uint64, "I64": .int64, "F64": .double,
  ]

  /// The container's id.
  package var id: String { "safetensors" }
  /// The kind of file in a few words.
  package var summary: String { "safetensors" }
  /// The name extension.
  package var extensions: [String] { ["safetensors"] }

  /// Creates the container.
  package init() {}

  /// Whether a file begins with the length of a header that fits in it, and a brace.
  package func recognises(_ head: FileHead) -> Bool {
    SafetensorsHeader.begins(head.content)
      && head.content.number(at: 0, size: 8) <= UInt64(head.name.hasSuffix(".safetensors") ? .max : head.byteCount)
  }

  /// Opens a file; its metadata are its attributes.
  package func open(_ url: URL) throws -> ArrayFile {
    let content = try FileContent(url, expected: "a safetensors file")
    let header: SafetensorsHeader
    do {
      header = try SafetensorsHeader(content)
    } catch let problem as SafetensorsHeader.Problem {
      throw ReadError(
        file: url.path, at: .field("the header"), found: problem.words.found, expected: problem.words.expected)
    }
    var arrays: [FileArray] = []
    var refused: [String: ReadError] = [:]
    for entry in header.entries {
      func error(_ found: String, _ expected: String) -> ReadError {
        ReadError(
          file: url.path, at: .field("array \(entry.name.onOneLine(limit: 80))"), found: found, expected: expected)
      }
      guard let type = Self.types[entry.type] else {
        refused[entry.name] = error(
          "numbers of type \(entry.type.onOneLine(limit: 20))", Self.types.keys.sorted().joined(separator: ", "))
        continue
      }
      let rows = try MappedRows(
        content, start: header.dataStart + entry.bytes.lowerBound, shape: entry.shape, type: type
      ) { error("shape \(ArraySize.text(entry.shape))", "as many numbers as it calls for") }
      arrays.append(try FileArray(entry.name, shape: entry.shape, type: type, file: url.path, storage: rows))
    }
    return ArrayFile(url, container: id, arrays: arrays, refused: refused, attributes: header.metadata ?? [:])
  }
}
