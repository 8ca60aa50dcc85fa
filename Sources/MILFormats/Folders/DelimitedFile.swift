import Containers
import Foundation
import MILBags
import UserInput

/// A table of numbers as text, one instance a line: separated by commas, semicolons, tabs or blanks, with or without a
/// header.
///
/// The first line is a header if one of its fields is not a number, or if its numbers count the columns, as pandas
/// does. If it counts only one or two columns, a single file does not determine which it is; see `TextHeader`.
/// Opening a file reads the numbers and keeps them. A column of text has no numbers, but the reason.
package struct DelimitedFile: ArrayContainer {
  /// The container's id.
  package var id: String { "csv" }
  /// The kind of file in a few words.
  package var summary: String { "numbers as text (.csv)" }
  /// The name extensions.
  package var extensions: [String] { ["csv", "tsv", "txt"] }
  /// The user's options for numbers and the first line.
  private let options: ReadOptions
  /// Whether column roles are still unknown, so that columns may hold text, and a header alone is a bag without
  /// instances.
  private let isOfABag: Bool

  /// Creates the container with default options.
  package init() { (options, isOfABag) = (.automatic, false) }

  /// Creates the container for files of bags with the user's options.
  init(_ options: ReadOptions) { (self.options, isOfABag) = (options, true) }

  /// Whether a file begins with text.
  package func recognises(_ head: FileHead) -> Bool {
    let bytes = head.prefix(512)
    return !bytes.isEmpty && bytes.allSatisfy { $0 >= 0x20 || (9...13).contains($0) }
  }

  /// Whether a file has a text extension and contains at most blanks and line ends.
  static func isBlank(_ url: URL) throws -> Bool {
    guard DelimitedFile().extensions.contains(BagFileName.ending(of: url.path)) else { return false }
    let content = try FileContent(url, expected: "a table of numbers")
    return content.count <= 4096
      && content.bytes(0..<content.count).allSatisfy { [0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf].contains($0) }
  }

  /// Opens a file; its array is named `array`.
  package func open(_ url: URL) throws -> ArrayFile {
    let content = try FileContent(url, expected: "a table of numbers")
    var text = TextScanner(file: url.path, bytes: content.bytes(0..<content.count))
    let comma = CSVText.separator(of: text)
    var first = text.restarted(separator: comma)
    guard first.nextLine() else {
      throw ReadError(file: url.path, found: "no lines", expected: "a table of numbers")
    }
    // Without any of the separators, blanks separate.
    text = text.restarted(separator: first.fieldsLeft > 1 ? comma : UInt8(ascii: " "))
    guard text.nextLine() else {
      throw ReadError(file: url.path, found: "no lines", expected: "a table of numbers")
    }
    let width = text.fieldsLeft
    var header = TextHeader(text, hasHeader: options.hasHeader)
    var hasLine = true
    if header.isHere { hasLine = text.nextLine() }
    if hasLine {
      _ = try DecimalMarks.settle(&text, Array(repeating: .feature, count: width), options)
    }
    let (bytes, rows) = hasLine ? try numbers(&text, width, &header) : ([], 0)
    guard isOfABag || rows > 0 else {
      throw ReadError(file: url.path, found: "no lines below the header", expected: "lines of numbers")
    }
    let storage = try MappedRows(
      FileContent(bytes, path: url.path), start: 0, shape: [rows, width], type: .single
    ) { ReadError(file: url.path, found: "\(rows) lines", expected: "numbers") }
    var array = try FileArray("array", shape: [rows, width], type: .single, file: url.path, storage: storage)
    array.header = header
    let notes =
      header.isHere ? ["the first line is a header\(header.names == nil ? " that counts the columns" : "")"] : []
    return ArrayFile(url, container: id, arrays: [array], notes: notes)
  }

  private static func append(_ value: Float, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Reads the numbers of the lines from the current one on.
  private func numbers(
    _ text: inout TextScanner, _ width: Int, _ header: inout TextHeader
  ) throws -> (bytes: [UInt8], rows: Int) {
    var bytes: [UInt8] = []
    var rows = 0
    repeat {
      for column in 0..<width {
        guard !text.isAtLineEnd else {
          if options.allowsMissing, column == width - 1, text.endsWithSeparator {
            Self.append(.nan, to: &bytes)
            continue
          }
          throw text.fieldCountError(found: column, expected: "\(width) as in the first line")
        }
        let before = text
        var value = Float.nan
        do {
          value = Float(try text.feature())
        } catch let error as ReadError where isOfABag {
          do {
            value = Float(try MissingValues.value(orThrow: error, allowed: options.allowsMissing))
          } catch let error as ReadError where header.names != nil {
            // Columns that are not features may hold text.
            if header.faults[column] == nil { header.faults[column] = error }
          }
          text = before
          text.skipField()
        }
        if value != value.rounded(), !value.isNaN { header.haveFractions = true }
        Self.append(value, to: &bytes)
      }
      guard text.isAtLineEnd else {
        throw text.fieldCountError(found: width + text.fieldsLeft, expected: "\(width) as in the first line")
      }
      rows += 1
    } while text.nextLine()
    return (bytes, rows)
  }
}

extension TextHeader {
  /// Classifies the current line of a text.
  ///
  /// - Parameter hasHeader: the user's choice; nil to decide from the line.
  init(_ text: TextScanner, hasHeader: Bool?) {
    var text = text
    var fields: [String] = []
    var numbers: [Double?] = []
    while !text.isAtLineEnd {
      var number = text
      numbers.append(try? number.number())
      fields.append((try? text.text()).map { BagNames.trimmed(String(decoding: $0, as: UTF8.self)) } ?? "")
    }
    let isCounted = [0, 1].contains { first in
      numbers.enumerated().allSatisfy { $0.element == Double($0.offset + first) }
    }
    // A decimal comma does not make a name.
    let areNumbers = numbers.indices.allSatisfy { column in
      var end = 0
      let field = DecimalMarks.pointed(Array(fields[column].utf8))
      return numbers[column] != nil
        || DecimalNumber.parse(field, at: &end, end: field.count) != nil && end == field.count
    }
    let isHere = hasHeader ?? (!areNumbers || (isCounted && numbers.count >= 3))
    self.init(
      names: isHere && !isCounted ? fields : nil, isHere: isHere,
      mayCount: hasHeader == nil && !isHere && isCounted && numbers.first == 0)
  }
}

extension FileArray {
  /// Returns the array without its first row.
  func withoutFirstRow() throws -> FileArray { try rebuilt(rows: 1..<max(instanceCount, 1), columns: nil) }

  /// Returns some columns of an array of text, in the given order.
  ///
  /// - Throws: ``ReadError`` for a column of text.
  func selecting(columns: [Int]) throws -> FileArray {
    if let fault = columns.lazy.compactMap({ self.header?.faults[$0] }).first { throw fault }
    guard columns != Array(0..<featureCount) else { return self }
    return try rebuilt(rows: 0..<instanceCount, columns: columns)
  }

  private func rebuilt(rows: Range<Int>, columns: [Int]?) throws -> FileArray {
    let all = try numbers()
    let columns = columns ?? Array(0..<featureCount)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(rows.count * columns.count * 4)
    for row in rows {
      for column in columns {
        withUnsafeBytes(of: Float(all[row * featureCount + column]).bitPattern.littleEndian) {
          bytes.append(contentsOf: $0)
        }
      }
    }
    let shape = [rows.count, columns.count]
    let storage = try MappedRows(FileContent(bytes, path: file), start: 0, shape: shape, type: .single) {
      error(expected: "numbers")
    }
    return try FileArray(name, shape: shape, type: .single, file: file, storage: storage)
  }
}
