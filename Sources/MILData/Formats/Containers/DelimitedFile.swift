import Foundation
import UserInput

/// A table of numbers as text, one instance a line: separated by commas, semicolons, tabs or blanks, with or without a header.
///
/// The first line is a header where one of its fields is no number, or where its numbers count the columns, as pandas writes
/// them. The numbers are read when the file is opened, and kept.
public struct DelimitedFile: ArrayContainer {
  /// The name.
  public var id: String { "csv" }
  /// The kind of file in a few words.
  public var summary: String { "numbers as text (.csv)" }
  /// The name extensions.
  public var extensions: [String] { ["csv", "tsv", "txt"] }

  /// The container.
  public init() {}

  /// Whether a file begins with text.
  public func recognises(_ head: FileHead) -> Bool {
    let bytes = head.prefix(512)
    return !bytes.isEmpty && bytes.allSatisfy { $0 >= 0x20 || (9...13).contains($0) }
  }

  /// Opens a file; its array is called `array`.
  public func open(_ url: URL) throws -> ArrayFile {
    let content = try FileContent(url, expected: "a table of numbers")
    var text = TextScanner(file: url.path, bytes: content.bytes(0..<content.count))
    let comma = CSVText.separator(of: text)
    var first = text.restarted(separator: comma)
    guard first.nextLine() else {
      throw ReadError(file: url.path, found: "no lines", expected: "a table of numbers")
    }
    // With none of the separators, blanks separate.
    text = text.restarted(separator: first.fieldsLeft > 1 ? comma : UInt8(ascii: " "))
    guard text.nextLine() else {
      throw ReadError(file: url.path, found: "no lines", expected: "a table of numbers")
    }
    let width = text.fieldsLeft
    var notes: [String] = []
    var hasLine = true
    if let header = Self.header(text) {
      notes.append("the first line is a header\(header ? " that counts the columns" : "")")
      hasLine = text.nextLine()
    }
    var bytes: [UInt8] = []
    var rows = 0
    while hasLine {
      for column in 0..<width {
        guard !text.isAtLineEnd else {
          throw text.fieldCountError(found: column, expected: "\(width) as in the first line")
        }
        let value = Float(try text.feature())
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
      }
      guard text.isAtLineEnd else {
        throw text.fieldCountError(found: width + text.fieldsLeft, expected: "\(width) as in the first line")
      }
      rows += 1
      hasLine = text.nextLine()
    }
    guard rows > 0 else {
      throw ReadError(file: url.path, found: "no lines below the header", expected: "lines of numbers")
    }
    let storage = try MappedRows(
      FileContent(bytes, path: url.path), start: 0, shape: [rows, width], type: .single
    ) { ReadError(file: url.path, found: "\(rows) lines", expected: "numbers") }
    let array = try FileArray("array", shape: [rows, width], type: .single, file: url.path, storage: storage)
    return ArrayFile(url, container: id, arrays: [array], notes: notes)
  }

  /// Whether the first line is a header, and then whether it counts the columns; nil where it is an instance.
  private static func header(_ text: TextScanner) -> Bool? {
    var text = text
    var numbers: [Double] = []
    while !text.isAtLineEnd {
      guard let number = try? text.number() else { return false }
      numbers.append(number)
    }
    let isCounted = [0, 1].contains { first in
      numbers.count >= 3 && numbers.enumerated().allSatisfy { Double($0.offset + first) == $0.element }
    }
    return isCounted ? true : nil
  }
}
