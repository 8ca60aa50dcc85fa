import Foundation
import UserInput

/// The header of a safetensors file: the types, shapes and places of its arrays.
///
/// A file consists, in this order, of:
///
/// 1. the length of the header in eight bytes, lowest first;
/// 2. the header, JSON in UTF-8, with type, shape and place of each array, and texts in `__metadata__`;
/// 3. the elements of the arrays, lowest byte first, one array after the other without gaps.
///
/// Source: the layout of safetensors, Hugging Face, <https://github.com/huggingface/safetensors>.
package struct SafetensorsHeader: Sendable {
  /// An array: its name, type (such as `F32`) and shape, and its byte range, counted from the end of the header.
  package struct Entry: Sendable {
    package var name: String
    package var type: String
    package var shape: [Int]
    package var bytes: Range<Int>

    package init(name: String, type: String, shape: [Int], bytes: Range<Int>) {
      (self.name, self.type, self.shape, self.bytes) = (name, type, shape, bytes)
    }
  }

  /// The reason for which a header is invalid.
  package enum Problem: Error {
    /// The file is not safetensors.
    case isNone
    /// The header is longer than the file.
    case isCutOff(header: UInt64, file: Int)
    /// The JSON is damaged.
    case json(any Error, Data)
    /// An array does not start where it should.
    case place(name: String, shape: [Int], offsets: [Int], next: Int)
    /// Bytes remain after the last array.
    case rest(Int)

    /// The found and the expected content.
    var words: (found: String, expected: String) {
      switch self {
      case .isNone: ("other bytes", "the header of a safetensors file")
      case .isCutOff(let header, let file): ("\(file) bytes", "\(header) of its header alone: it was cut short")
      case .json: ("a header that is not JSON of arrays", "names with dtype, shape and data_offsets")
      case .place(let name, let shape, let offsets, let next):
        (
          "array \(name) of shape \(shape.prefix(8)) at bytes \(offsets.prefix(2))".onOneLine(limit: 200),
          "it from byte \(next) on"
        )
      case .rest(let count): ("\(count) bytes behind the arrays", "none")
      }
    }
  }

  private struct Member: Codable {
    var dtype: String
    var shape: [Int]
    var data_offsets: [Int]
  }

  private enum Value: Codable {
    case metadata([String: String])
    case array(Member)

    init(from decoder: any Decoder) throws {
      self =
        decoder.codingPath.last?.stringValue == metadataName
        ? .metadata(try [String: String](from: decoder)) : .array(try Member(from: decoder))
    }

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .metadata(let texts): try texts.encode(to: encoder)
      case .array(let member): try member.encode(to: encoder)
      }
    }
  }

  private static let metadataName = "__metadata__"
  /// The largest header that the format allows, in bytes.
  private static let limit = 100_000_000
  /// The bytes of a number of each type; the size of other types is not checked.
  private static let widths = [
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1, "U16": 2, "I16": 2, "F16": 2, "BF16": 2, "U32": 4,
    "I32": 4, "F32": 4, "U64": 8, "I64": 8, "F64": 8,
  ]

  /// The arrays in the order of their bytes.
  package var entries: [Entry]
  /// The texts; nil if there are none.
  package var metadata: [String: String]?
  /// The offset of the elements in the file, in bytes.
  package private(set) var dataStart = 0

  /// Creates a header to write.
  package init(entries: [Entry], metadata: [String: String]) {
    (self.entries, self.metadata) = (entries, metadata)
  }

  /// Parses the header of a file in memory.
  ///
  /// - Throws: ``Problem`` for a damaged header, or for arrays that overlap, leave gaps or do not fill the file.
  package init(_ bytes: [UInt8]) throws { try self.init(FileContent(bytes, path: "")) }

  /// Parses the header of a file.
  ///
  /// - Throws: ``Problem``; see ``init(_:)``.
  package init(_ content: FileContent) throws {
    guard Self.begins(content) else { throw Problem.isNone }
    let length = content.number(at: 0, size: 8)
    guard length <= UInt64(min(content.count - 8, Self.limit)) else {
      throw Problem.isCutOff(header: length, file: content.count)
    }
    dataStart = 8 + Int(length)
    let json = Data(content.bytes(8..<dataStart))
    let members: [String: Value]
    do {
      members = try JSONDecoder().decode([String: Value].self, from: json)
    } catch {
      throw Problem.json(error, json)
    }
    if case .metadata(let texts) = members[Self.metadataName] { metadata = texts }
    let arrays = members.compactMap { name, value in
      if case .array(let member) = value { (name: name, member: member) } else { nil }
    }
    var next = 0
    entries = []
    // Empty arrays share an offset; sorting by name makes the order deterministic.
    for (name, member) in arrays.sorted(by: { ($0.member.data_offsets, $0.name) < ($1.member.data_offsets, $1.name) }) {
      let offsets = member.data_offsets
      let width = Self.widths[member.dtype]
      let count = ArraySize.product(member.shape + (width.map { [$0] } ?? []))
      guard let count, offsets.count == 2, offsets[0] == next, offsets[1] >= next,
        offsets[1] <= content.count - dataStart, width == nil || offsets[1] - next == count
      else { throw Problem.place(name: name, shape: member.shape, offsets: offsets, next: next) }
      entries.append(Entry(name: name, type: member.dtype, shape: member.shape, bytes: next..<offsets[1]))
      next = offsets[1]
    }
    guard next == content.count - dataStart else { throw Problem.rest(content.count - dataStart - next) }
  }

  /// Whether a file begins like a safetensors file.
  package static func begins(_ content: FileContent) -> Bool {
    content.count > 9 && content.number(at: 8, size: 1) == UInt64(UInt8(ascii: "{"))
      && content.number(at: 0, size: 8) > 1
  }

  /// Returns the bytes of the header: its length, the JSON, and blanks up to a multiple of eight.
  ///
  /// - Throws: the encoder's errors.
  package func encoded() throws -> [UInt8] {
    var members = Dictionary(
      entries.map {
        (
          $0.name,
          Value.array(
            Member(dtype: $0.type, shape: $0.shape, data_offsets: [$0.bytes.lowerBound, $0.bytes.upperBound]))
        )
      }, uniquingKeysWith: { first, _ in first })
    members[Self.metadataName] = metadata.map(Value.metadata)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var header = Array(try encoder.encode(members))
    header += Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header
  }
}

private func < (left: ([Int], String), right: ([Int], String)) -> Bool {
  left.0 == right.0 ? left.1 < right.1 : left.0.lexicographicallyPrecedes(right.0)
}
