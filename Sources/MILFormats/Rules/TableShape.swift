import MILBags
import UserInput

/// The structure of a table's lines: its comments and its separator.
///
/// In a copy of the text, blanks overwrite everything outside fields, so that lines and fields keep their positions for
/// errors.
struct TableShape {
  /// A scanner before the first line of the table.
  let text: TextScanner
  /// The decisions.
  private(set) var decisions: [ReadDecision] = []

  /// Determines the shape of the table in `text`, wherever the scanner is.
  ///
  /// - Throws: ``ReadError`` if a line may be a comment or an instance, or if commas separate fields but should be
  ///   decimal marks.
  init(_ text: TextScanner, options: ReadOptions) throws {
    var bytes = text.bytes
    var decisions: [ReadDecision] = []
    let forced = Self.separatorLine(&bytes, &decisions)
    TableFrame.blank(&bytes, &decisions)
    try Self.blankComments(&bytes, text.file, &decisions)
    var separator = forced ?? Self.separator(bytes, text.file)
    if forced == nil { try Self.refuseTitle(bytes, text.file) }
    if separator == UInt8(ascii: " ") {
      Self.tabulate(&bytes)
      separator = UInt8(ascii: "\t")
      decisions.append(ReadDecision(.columns, "blanks separate fields"))
    } else if separator == UInt8(ascii: "|") {
      decisions.append(ReadDecision(.columns, "| separates fields"))
    }
    self.text = TextScanner(file: text.file, bytes: bytes, separator: separator)
    if options.decimalMark == .comma, !bytes.contains(UInt8(ascii: "\"")) {
      try DecimalMarks.refuseSeparators(self.text)
    }
    self.decisions = decisions
  }

  /// Refuses a title above the table, and lines that are one quoted field each.
  private static func refuseTitle(_ bytes: [UInt8], _ file: String) throws {
    // Blanks separate the words of a title, too.
    func fields(_ line: [UInt8]) -> [ArraySlice<UInt8>] {
      var best: [ArraySlice<UInt8>] = []
      for separator in Array(",;\t|".utf8) {
        var text = TextScanner(file: file, bytes: line, separator: separator)
        guard text.nextLine(), text.fieldsLeft > best.count else { continue }
        best = []
        while !text.isAtLineEnd { best.append((try? text.text()) ?? []) }
      }
      return best
    }
    func nameColumns(_ fields: [ArraySlice<UInt8>]) -> Bool {
      ColumnNames.nameBagAndLabel(fields.map { String(decoding: $0, as: UTF8.self) })
    }
    var text = TextScanner(file: file, bytes: bytes)
    guard text.nextLine() else { return }
    let (number, line) = (text.line, Array(bytes[text.position..<text.lineEnd]))
    let own = fields(line)
    if own.count == 1, line.first == UInt8(ascii: "\""), fields(Array(own[0])).count >= 3 {
      throw ReadError(
        file: file, at: .line(number), found: "\(ReadError.quoted(line)), a line that is quoted as a whole",
        expected:
          "quotation marks around fields only; sed 's/^\"//; s/\"$//; s/\"\"/\"/g' FILE takes those of lines away")
    }
    try refuseLoneTitle(text)
    guard text.nextLine() else { return }
    let next = fields(Array(bytes[text.position..<text.lineEnd]))
    let count = own.count
    // R's header has one name fewer than lines have fields.
    let isShort = count < 3 && next.count >= 3 && (next.count > count + 1 || count == 1)
    guard isShort || (nameColumns(next) && !nameColumns(own)) else { return }
    // Blanks may separate numbers with decimal commas, which are then more frequent.
    var blanks = TextScanner(file: file, bytes: bytes, separator: UInt8(ascii: " "))
    while blanks.nextLine(), blanks.line < number {}
    let names = countByBlanks(blanks)
    if names > 1, blanks.nextLine(), countByBlanks(blanks) == names { return }
    // pandas writes the levels of a MultiIndex in lines of their own.
    if own.count == next.count, own.count > 2, Set(own.map { Array($0) }).count < own.count,
      own.allSatisfy({ TextLayout.number($0) == nil })
    {
      throw ReadError(
        file: file, at: .line(number), found: "two lines of names of columns, as pandas writes for a MultiIndex",
        expected: "one line: df.columns = ['_'.join(map(str, c)).strip('_') for c in df.columns] joins them; tail -n "
          + "+\(number + 1) FILE leaves out the first")
    }
    throw title(line, file: file, line: number, fields: (count, next.count))
  }

  /// Creates the error about a title above a table, with the remedies.
  ///
  /// - Parameter fields: the numbers of fields in the title's line and the next.
  static func title(_ title: [UInt8], file: String, line: Int, fields: (own: Int, next: Int)) -> ReadError {
    ReadError(
      file: file, at: .line(line),
      found: "\(ReadError.quoted(title)), a line of \(fields.own == 1 ? "one field" : "\(fields.own) fields") "
        + "above one of \(fields.next)",
      expected: "the header or an instance in the first line; a # before a title makes it a comment, tail -n "
        + "+\(line + 1) FILE leaves it out")
  }

  /// Refuses a first line of one field followed by separators, as spreadsheets write a title.
  private static func refuseLoneTitle(_ first: TextScanner) throws {
    func texts(_ text: TextScanner) -> (all: Int, named: [ArraySlice<UInt8>]) {
      let fields = text.bytes[text.position..<text.lineEnd].split(
        separator: text.separator, omittingEmptySubsequences: false)
      return (fields.count, fields.filter { !$0.allSatisfy(TextScanner.isBlank) })
    }
    var text = first.restarted(separator: separator(first.bytes, first.file))
    guard text.nextLine() else { return }
    let (number, own) = (text.line, texts(text))
    guard text.separator != UInt8(ascii: " "), own.all >= 3, own.named.count == 1, let title = own.named.first,
      TextLayout.number(title) == nil
    else { return }
    while text.nextLine() {
      guard texts(text).named.count >= 3 else { continue }
      throw ReadError(
        file: text.file, at: .line(number), found: "\(ReadError.quoted(title)) alone, as a title above the table",
        expected: "the header in the first line; tail -n +\(text.line) FILE leaves out what is above it")
    }
  }

  /// Blanks out Excel's first line `sep=;`, and returns its separator.
  private static func separatorLine(_ bytes: inout [UInt8], _ decisions: inout [ReadDecision]) -> UInt8? {
    let start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    let end = bytes[start...].firstIndex { $0 == 0x0a || $0 == 0x0d } ?? bytes.count
    let line = bytes[start..<end].filter { $0 != UInt8(ascii: "\"") }
    guard line.count == 5, String(decoding: line.prefix(4), as: UTF8.self).lowercased() == "sep=",
      let separator = line.last, Array(",;\t|".utf8).contains(separator)
    else { return nil }
    for place in start..<end { bytes[place] = UInt8(ascii: " ") }
    let name = separator == UInt8(ascii: "\t") ? "a tab" : String(UnicodeScalar(separator))
    decisions.append(ReadDecision(.columns, "\(name) separates fields, as the first line says"))
    return separator
  }

  /// Blanks out lines that begin with # or %, except for a header after such a mark.
  private static func blankComments(
    _ bytes: inout [UInt8], _ file: String, _ decisions: inout [ReadDecision]
  ) throws {
    let (marked, plain) = lines(bytes)
    guard !marked.isEmpty, let first = plain.first, marked.count <= plain.count + 20 else { return }
    let table = fields(bytes, first.range, file)
    var comments = 0
    for (index, line) in marked.enumerated() {
      let start = bytes[line.range].firstIndex { !isMark($0) && !TextScanner.isBlank($0) } ?? line.range.upperBound
      let own = fields(bytes, start..<line.range.upperBound, file)
      let isLeading = line.number < first.number
      let isLast = index + 1 == marked.count || marked[index + 1].number > first.number
      if isLeading, isLast, own.count >= 3, own.count == table.count, own.allSatisfy({ TextLayout.number($0) == nil }),
        table.contains(where: { TextLayout.number($0) != nil })
      {
        for place in line.range.lowerBound..<start { bytes[place] = UInt8(ascii: " ") }
        decisions.append(ReadDecision(.columns, "line \(line.number) behind its mark of comments is the header"))
        continue
      }
      if !isLeading, own.count >= 3, own.count == table.count {
        throw ReadError(
          file: file, at: .line(line.number),
          found: ReadError.quoted(bytes[line.range]) + ", which may be a comment or an instance",
          expected: "quotation marks around the first field of an instance, or a comment of other than \(own.count) "
            + "fields")
      }
      for place in line.range { bytes[place] = UInt8(ascii: " ") }
      comments += 1
    }
    if comments > 0 {
      decisions.append(
        ReadDecision(
          .leftOut, comments == 1 ? "a line that begins with # or %" : "\(comments) lines that begin with # or %"))
    }
  }

  private typealias Line = (number: Int, range: Range<Int>)

  /// Returns the lines that begin with a comment mark, and all others.
  private static func lines(_ bytes: [UInt8]) -> (marked: [Line], plain: [Line]) {
    var marked: [Line] = []
    var plain: [Line] = []
    guard bytes.contains(where: isMark) else { return ([], []) }
    var start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    var number = 0
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != 0x0a, bytes[end] != 0x0d { end &+= 1 }
      number += 1
      if let first = bytes[start..<end].first(where: { !TextScanner.isBlank($0) }) {
        if isMark(first) { marked.append((number, start..<end)) } else { plain.append((number, start..<end)) }
      }
      let isPair = end + 1 < bytes.count && bytes[end] == 0x0d && bytes[end + 1] == 0x0a
      start = end + (isPair ? 2 : 1)
    }
    return (marked, plain)
  }

  private static func isMark(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "#") || byte == UInt8(ascii: "%") }

  /// Returns the fields of a line, by its most frequent separator.
  private static func fields(_ bytes: [UInt8], _ range: Range<Int>, _ file: String) -> [ArraySlice<UInt8>] {
    let line = Array(bytes[range])
    var text = TextScanner(file: file, bytes: line, separator: separator(line, file))
    guard text.nextLine() else { return [] }
    var result: [ArraySlice<UInt8>] = []
    while !text.isAtLineEnd, let field = try? text.text() { result.append(field) }
    return result
  }

  /// Returns the most frequent separator of the first line; commas win ties. Blanks count only if no other yields three
  /// fields.
  private static func separator(_ bytes: [UInt8], _ file: String) -> UInt8 {
    var best: (separator: UInt8, count: Int) = (UInt8(ascii: ","), 0)
    let text = TextScanner(file: file, bytes: bytes)
    for candidate in Array(",;\t|".utf8) {
      var line = text.restarted(separator: candidate)
      let count = line.nextLine() ? line.fieldsLeft : 0
      if count > best.count { best = (candidate, count) }
    }
    var line = text.restarted(separator: UInt8(ascii: " "))
    guard best.count < 3, line.nextLine() else { return best.separator }
    let count = countByBlanks(line)
    guard count >= 3 else { return best.separator }
    // A sentence is not a table: the next line must have as many fields, or one more than R's header.
    guard line.nextLine() else { return UInt8(ascii: " ") }
    return [count, count + 1].contains(countByBlanks(line)) ? UInt8(ascii: " ") : best.separator
  }

  /// Returns the number of fields of the current line, which blanks outside quotation marks separate.
  private static func countByBlanks(_ text: TextScanner) -> Int {
    var (count, isQuoted, isInField) = (0, false, false)
    for byte in text.bytes[text.position..<text.lineEnd] {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      let isBlank = !isQuoted && TextScanner.isBlank(byte)
      if !isBlank, !isInField { count += 1 }
      isInField = !isBlank
    }
    return count
  }

  /// Replaces the first blank of each run between fields by a tab, and all other tabs by blanks.
  private static func tabulate(_ bytes: inout [UInt8]) {
    var isQuoted = false
    var isInRun = true
    for place in bytes.indices {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == 0x0a || byte == 0x0d {
        isInRun = true
      } else if !isQuoted, TextScanner.isBlank(byte) {
        bytes[place] = isInRun ? UInt8(ascii: " ") : UInt8(ascii: "\t")
        isInRun = true
      } else {
        isInRun = false
      }
    }
    // A tab before the line's end would start another field.
    for place in bytes.indices where bytes[place] == UInt8(ascii: "\t") {
      let next = bytes[(place + 1)...].first { $0 != UInt8(ascii: " ") }
      if next == nil || next == 0x0a || next == 0x0d { bytes[place] = UInt8(ascii: " ") }
    }
  }
}
