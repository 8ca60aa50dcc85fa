import Containers
import Foundation
import MILBags
import UserInput

/// A table of numbers as text, one instance a line: separated by commas, semicolons, tabs or blanks, with or without a
/// header.
///
/// The first line is a header if one of its fields is neither a number nor a missing value. If none is, `FirstLines`
/// decides, from the first lines of all files. Outside folders, a line that counts three columns or more is a header,
/// as in pandas.
/// Opening a file reads the numbers and keeps them. A column of text has no numbers, but the reason.
package struct DelimitedFile: ArrayContainer {
  /// The container's id.
  package var id: String { "csv" }
  /// The kind of file in a few words.
  package var summary: String { "numbers as text (.csv, .tsv, .txt, .dat)" }
  /// The name extensions.
  package var extensions: [String] { ["csv", "tsv", "txt", "dat"] }
  /// The user's options for numbers and the first line.
  private let options: ReadOptions
  /// Whether column roles are still unknown, so that columns may hold text, and a header alone is a bag without
  /// instances.
  private let isOfABag: Bool

  /// Creates the container with default options.
  package init() { (options, isOfABag) = (.automatic, false) }

  /// Creates the container for files of bags with the user's options.
  init(_ options: ReadOptions) { (self.options, isOfABag) = (options, true) }

  /// Whether a file begins with text, in an encoding with single bytes or in UTF-16.
  package func recognises(_ head: FileHead) -> Bool {
    let bytes = head.prefix(512)
    if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) { return true }
    return !bytes.isEmpty
      && (bytes.allSatisfy { $0 >= 0x20 || (9...13).contains($0) } || TextEncoding.zerosComeFirst(bytes) != nil)
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
    let (characters, encoding) = try TextEncoding.utf8(
      content.bytes(0..<content.count), options.encoding, file: url.path, isOneOfSeveral: isOfABag)
    try BagReader.refuseBinary(characters, url.path)
    var (text, decisions) = try separated(characters, url.path)
    decisions = encoding.list + decisions
    guard text.nextLine() else {
      throw ReadError(file: url.path, found: "no lines", expected: "a table of numbers")
    }
    var width = text.fieldsLeft
    var below = text
    try text.refuseLineEnds(ofFields: text.spansLines && below.nextLine() ? below.fieldsLeft : width)
    var header = try TextHeader(text, options)
    if !isOfABag, header.numbers != nil {
      if header.isCounted, width >= 3 { header.becomeHeader() } else { header.becomeInstance() }
    }
    if !header.isHere, Self.endsInEmptyField(text, width: width) {
      width += 1
      header.becomeInstance()
    }
    var hasLine = true
    if header.isHere { hasLine = text.nextLine() }
    if hasLine, let mark = try DecimalMarks.settle(&text, Array(repeating: .feature, count: width), options) {
      header.haveCommas = true
      decisions.append(mark)
    }
    header.decisions = decisions
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

  /// Returns a scanner before the first line with the separator of fields, and the decisions on the shape of the table.
  private func separated(_ bytes: [UInt8], _ file: String) throws -> (TextScanner, [ReadDecision]) {
    // Decimal commas are settled below, where a single column of whole numbers needs no separator.
    var shapeOptions = options
    shapeOptions.decimalMark = nil
    let shape = try TableShape(TextScanner(file: file, bytes: bytes), options: shapeOptions)
    if let other = Self.separatorBesideCommas(shape.text) {
      let title = ["\t": "tabs separate", " ": "blanks separate"][String(UnicodeScalar(other))] ?? "; separates"
      return (shape.text.restarted(separator: other), shape.decisions + [ReadDecision(.columns, title + " fields")])
    }
    var first = shape.text
    guard first.nextLine(), first.fieldsLeft == 1 else { return (shape.text, shape.decisions) }
    // Without any of the separators, blanks separate.
    let text = shape.text.restarted(separator: UInt8(ascii: " "))
    var line = text
    let isSplit = line.nextLine() && line.fieldsLeft > 1
    return (text, shape.decisions + (isSplit ? [ReadDecision(.columns, "blanks separate fields")] : []))
  }

  /// Returns the separator of a first line of numbers with decimal commas; nil for any other line.
  ///
  /// In `0,5;1,5` commas are more frequent than the separator.
  private static func separatorBesideCommas(_ text: TextScanner) -> UInt8? {
    func areNumbers(_ separator: UInt8) -> Bool {
      var line = text.restarted(separator: separator)
      guard line.nextLine(), line.fieldsLeft > 1 else { return false }
      while !line.isAtLineEnd {
        guard let field = try? line.text() else { return false }
        let bytes = DecimalMarks.pointed(field)
        var end = 0
        guard DecimalNumber.parse(bytes, at: &end, end: bytes.count) != nil, end == bytes.count else { return false }
      }
      return true
    }
    guard text.separator == UInt8(ascii: ","), !areNumbers(text.separator) else { return nil }
    return Array(";\t ".utf8).first(where: areNumbers)
  }

  /// Whether an instance's last field is empty: its line ends in a separator, and another has a field more.
  ///
  /// Where all lines end in one, it separates nothing.
  private static func endsInEmptyField(_ text: TextScanner, width: Int) -> Bool {
    guard text.endsWithSeparator else { return false }
    var text = text
    while text.nextLine() {
      guard text.fieldsLeft == width, text.endsWithSeparator else { return text.fieldsLeft == width + 1 }
    }
    return false
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
    let rule = options.missingRule
    var loss = RoundingLoss(columns: width)
    defer { header.loss = loss }
    repeat {
      try text.refuseLineEnds(ofFields: width)
      for column in 0..<width {
        // An empty last field has no end of its own.
        let isEmptyEnd = text.isAtLineEnd && column == width - 1 && column > 0 && text.endsWithSeparator
        guard !text.isAtLineEnd || isEmptyEnd else {
          throw text.fieldCountError(found: column, expected: "\(width) as in the first line")
        }
        let before = text
        var value = Float.nan
        do {
          guard !isEmptyEnd else {
            throw ReadError(
              file: text.file, at: .line(text.line, field: width), found: "\"\"", expected: "a finite number")
          }
          let exact = try text.feature()
          loss.note(exact, column)
          value = Float(exact)
          if !header.havePoints, !header.haveCommas {
            let end = min(text.position, text.bytes.count)
            header.havePoints = text.bytes[before.position..<end].contains(UInt8(ascii: "."))
          }
        } catch let error as ReadError where isOfABag {
          do {
            value = Float(try MissingValues.value(orThrow: error, rule))
          } catch let error as ReadError where header.names != nil {
            // Columns that are not features may hold text.
            if header.faults[column] == nil {
              let fault = MissingValues.ofPadding(error, text) { header.faults[$0] == nil }
              header.faults[column] = fault as? ReadError ?? error
            }
          } catch {
            throw MissingValues.ofPadding(error, text) { _ in true }
          }
          text = before
          if !isEmptyEnd { text.skipField() }
        }
        if value != value.rounded(), !value.isNaN { header.haveFractions = true }
        Self.append(value, to: &bytes)
      }
      guard text.isAtLineEnd else {
        throw text.fieldCountError(found: width + text.fieldsLeft, expected: "\(width) as in the first line")
      }
      if rows > 0, header.numbers != nil, !header.recurs {
        header.recurs = bytes.suffix(4 * width).elementsEqual(bytes.prefix(4 * width))
      }
      rows += 1
    } while text.nextLine()
    return (bytes, rows)
  }
}

extension TextHeader {
  /// Classifies the current line of a text; with numbers alone it may be a header or an instance.
  ///
  /// - Throws: ``ReadError`` that names `--header` for ordered numbers behind an empty field.
  init(_ text: TextScanner, _ options: ReadOptions) throws {
    let line = text
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
    let isOfNumbers = try options.hasHeader == nil && NumericHeader(line, names: fields).isInstance()
    // The features of a kept model may have numbers for names, such as wavelengths.
    let known = options.columns.areRemembered ? options.columns.features : nil
    let isKnown = known.map { !$0.isEmpty && Set($0).isSubset(of: fields) } ?? false
    let isHere = options.hasHeader ?? (!isOfNumbers || isKnown)
    self.init(
      names: isHere && !isCounted ? fields : nil, isHere: isHere,
      numbers: options.hasHeader == nil && !isHere ? fields : nil, isCounted: isCounted)
  }
}

extension FileArray {
  /// Returns the array without its first row, which is a header.
  func withFirstRowAsHeader() throws -> FileArray {
    var result = try rebuilt(rows: min(1, instanceCount)..<instanceCount, columns: nil)
    result.header?.becomeHeader()
    return result
  }

  /// Returns some columns of an array of text, in the given order.
  ///
  /// - Throws: ``ReadError`` for a column of text.
  func selecting(columns: [Int]) throws -> FileArray {
    var faults = Faults()
    for column in columns {
      guard let error = header?.faults[column] else { continue }
      try faults.add(Faults.OfColumn(error: error, title: header?.names?[column] ?? String(column + 1)))
    }
    try faults.check()
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
    var result = try FileArray(name, shape: shape, type: .single, file: file, storage: storage)
    result.header = header
    // A first line that becomes a header has names, not values.
    result.header?.loss = rows == 0..<instanceCount ? header?.loss?.selecting(columns) : nil
    // The indices of columns are those before the selection.
    result.header?.faults = [:]
    return result
  }
}
