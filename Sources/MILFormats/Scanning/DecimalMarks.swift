import MILBags
import UserInput

/// Detects decimal commas in the features of a table, and replaces them by points.
///
/// Ids, labels and groups are texts, whose commas stay.
enum DecimalMarks {
  private static let comma = UInt8(ascii: ",")
  private static let point = UInt8(ascii: ".")

  /// Replaces decimal commas by points in the columns of features and places; returns the decision.
  ///
  /// It does so if the options ask for it or the fields are unambiguous.
  ///
  /// - Parameters:
  ///   - text: a scanner at the first instance.
  ///   - roles: the role of each column.
  /// - Throws: ``ReadError`` if commas also separate fields, if points occur beside requested decimal commas, or if all
  ///   commas may group thousands.
  static func settle(
    _ text: inout TextScanner, _ roles: [DelimitedRows.Role], _ options: ReadOptions
  ) throws -> ReadDecision? {
    // The names of classes may contain commas; targets that are numbers or times are written like features.
    let areClasses = [nil, .classes].contains(options.targets)
    let numeric: [DelimitedRows.Role] = [.feature, .across, .down] + (areClasses ? [] : [.label])
    guard options.decimalMark != .point, options.decimalMark == .comma || mayHaveCommas(text) else { return nil }
    var commas: [Int] = []
    var onlyThousands = true
    var pointAt: Range<Int>?
    var rows = text
    repeat {
      for role in roles where !rows.isAtLineEnd {
        let field = rows.fieldRange()
        guard numeric.contains(role), let mark = mark(in: text.bytes, field) else { continue }
        if text.bytes[mark] == point {
          if pointAt == nil { pointAt = field }
        } else {
          commas.append(mark)
          if !mayGroupThousands(text.bytes, field, mark) { onlyThousands = false }
        }
      }
    } while rows.nextLine()
    func error(_ place: Int, _ found: String, _ expected: String) -> ReadError {
      let line = text.bytes[..<place].count { $0 == 0x0a } + 1
      return ReadError(file: text.file, at: .line(line), found: found, expected: expected)
    }
    if options.decimalMark == .comma {
      if commas.isEmpty { try refuseSeparators(text) }
      if let field = pointAt {
        throw error(
          field.lowerBound, ReadError.quoted(text.bytes[field]),
          "a decimal comma as --decimal says, and no points, such as those between thousands, which are to be removed")
      }
    } else {
      guard !commas.isEmpty, pointAt == nil else { return nil }
      guard !onlyThousands else {
        throw error(
          commas[0], "commas that may be decimal marks or group thousands",
          "--decimal comma, or numbers without groups")
      }
    }
    text.replace(commas, by: point)
    let reason = options.decimalMark == .comma ? options.reason(for: .decimal) : "since none has a point"
    return ReadDecision(
      .numbers, "features\(areClasses ? "" : " and targets") are written with a decimal comma, \(reason)",
      option: "--decimal")
  }

  /// Refuses commas that separate fields but should be decimal marks.
  static func refuseSeparators(_ text: TextScanner) throws {
    guard text.separator == comma else { return }
    throw ReadError(
      file: text.file, found: "commas between fields, where they are to be decimal marks",
      expected: "fields separated by ; or tabs, numbers in quotation marks, or decimal points")
  }

  /// Returns the bytes of a field with points in place of commas, which may be decimal marks.
  static func pointed(_ field: some Sequence<UInt8>) -> [UInt8] { field.map { $0 == comma ? point : $0 } }

  private static func mayHaveCommas(_ text: TextScanner) -> Bool {
    text.separator == comma ? text.bytes.contains(UInt8(ascii: "\"")) : text.bytes.contains(comma)
  }

  /// Returns the position of the only comma or point of a field that is otherwise a number; nil for whole numbers and
  /// text.
  private static func mark(in bytes: [UInt8], _ field: Range<Int>) -> Int? {
    var place = field.lowerBound
    guard !field.isEmpty else { return nil }
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
