import UserInput

/// Tells whether the numbers of a table are written with decimal commas, and makes points of these.
struct DecimalMarks {
  /// What separates fields.
  let separator: UInt8
  /// The file's name, for errors.
  let file: String

  private static let comma = UInt8(ascii: ",")
  private static let point = UInt8(ascii: ".")

  /// Makes points of decimal commas, where the options say so or fields leave no doubt; says what was decided.
  ///
  /// - Throws: ``ReadError`` where commas separate fields too, where points stand beside the commas that were asked for,
  ///   and where all commas may group thousands.
  func settle(_ bytes: inout [UInt8], _ options: ReadOptions) throws -> ReadDecision? {
    guard options.decimalMark != .point, options.decimalMark == .comma || mayHaveCommas(bytes) else { return nil }
    var commas: [Int] = []
    var onlyThousands = true
    var pointAt: Range<Int>?
    forEachField(bytes) { field in
      guard let mark = Self.mark(in: bytes, field) else { return }
      if bytes[mark] == Self.point {
        if pointAt == nil { pointAt = field }
      } else {
        commas.append(mark)
        if !Self.mayGroupThousands(bytes, field, mark) { onlyThousands = false }
      }
    }
    if options.decimalMark == .comma {
      guard separator != Self.comma || !commas.isEmpty else {
        throw ReadError(
          file: file, found: "commas between fields, where they are to be decimal marks",
          expected: "fields separated by ; or tabs, numbers in quotation marks, or decimal points")
      }
      if let field = pointAt {
        let line = bytes[..<field.lowerBound].count { $0 == 0x0a } + 1
        throw ReadError(
          file: file, at: .line(line), found: ReadError.quoted(bytes[field]),
          expected: "a decimal comma as --decimal says, and no points")
      }
    } else {
      guard !commas.isEmpty, pointAt == nil else { return nil }
      guard !onlyThousands else {
        let line = bytes[..<commas[0]].count { $0 == 0x0a } + 1
        throw ReadError(
          file: file, at: .line(line), found: "commas that may be decimal marks or group thousands",
          expected: "--decimal comma, or numbers without groups")
      }
    }
    for place in commas { bytes[place] = Self.point }
    let reason = options.decimalMark == .comma ? "as was asked for" : "since none has a point"
    return ReadDecision(.numbers, "written with a decimal comma, \(reason)", option: "--decimal")
  }

  private func mayHaveCommas(_ bytes: [UInt8]) -> Bool {
    separator == Self.comma ? bytes.contains(UInt8(ascii: "\"")) : bytes.contains(Self.comma)
  }

  /// Calls `body` with the place of each field that may hold a comma, without blanks and quotation marks around it.
  private func forEachField(_ bytes: [UInt8], _ body: (Range<Int>) -> Void) {
    var start = 0
    var isQuoted = false
    for place in 0...bytes.count {
      let byte = place < bytes.count ? bytes[place] : 0x0a
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      let isEnd = place == bytes.count || (!isQuoted && (byte == separator || byte == 0x0a || byte == 0x0d))
      guard isEnd else { continue }
      var (low, high) = (start, place)
      while low < high, TextScanner.isBlank(bytes[low]) { low += 1 }
      while high > low, TextScanner.isBlank(bytes[high - 1]) { high -= 1 }
      if high - low >= 2, bytes[low] == UInt8(ascii: "\""), bytes[high - 1] == UInt8(ascii: "\"") {
        (low, high) = (low + 1, high - 1)
      }
      if low < high { body(low..<high) }
      start = place + 1
    }
  }

  /// The place of the only comma or point of a field that is otherwise a number; nil for whole numbers and text.
  private static func mark(in bytes: [UInt8], _ field: Range<Int>) -> Int? {
    var place = field.lowerBound
    if bytes[place] == UInt8(ascii: "-") || bytes[place] == UInt8(ascii: "+") { place += 1 }
    var mark: Int?
    var digits = 0
    while place < field.upperBound {
      let byte = bytes[place]
      if byte &- 0x30 < 10 {
        digits += 1
      } else if byte == comma || byte == point, mark == nil {
        mark = place
      } else {
        break
      }
      place += 1
    }
    guard let mark, digits > 0 else { return nil }
    if place < field.upperBound, bytes[place] | 0x20 == UInt8(ascii: "e") {
      place += 1
      if place < field.upperBound, bytes[place] == UInt8(ascii: "-") || bytes[place] == UInt8(ascii: "+") { place += 1 }
      let first = place
      while place < field.upperBound, bytes[place] &- 0x30 < 10 { place += 1 }
      guard place > first else { return nil }
    }
    return place == field.upperBound ? mark : nil
  }

  /// Whether a number such as 1,234 may be a whole one in groups of three digits.
  private static func mayGroupThousands(_ bytes: [UInt8], _ field: Range<Int>, _ mark: Int) -> Bool {
    let whole = bytes[field.lowerBound..<mark].drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
    return field.upperBound - mark == 4 && (1...3).contains(whole.count) && whole.first != 0x30
  }
}
