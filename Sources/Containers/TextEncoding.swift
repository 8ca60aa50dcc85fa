import MILBags
import UserInput

/// Converts the bytes of a text to UTF-8.
///
/// Valid UTF-8 is taken as it is, and UTF-16 if the text has a byte order mark. Other bytes could be in any of a dozen
/// encodings, so they are an error that names the option.
package enum TextEncoding {
  /// Returns the text in UTF-8, and the decision; nil for plain UTF-8.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - wanted: the encoding that the user set, if any.
  ///   - file: the file, for errors.
  ///   - asked: the reason for the encoding, for the decision.
  ///   - isOneOfSeveral: whether the user set the encoding for several files; one whose bytes are valid UTF-8 with
  ///     other characters than ASCII's is then read as that, and a decision reports it.
  /// - Throws: `ReadError` at the first byte that is invalid in the encoding.
  package static func utf8(
    _ bytes: [UInt8], _ wanted: ReadOptions.Encoding?, file: String, asked: String = "as was asked for",
    isOneOfSeveral: Bool = false
  ) throws -> (bytes: [UInt8], decision: ReadDecision?) {
    let mark: Bool? = bytes.starts(with: [0xff, 0xfe]) ? false : bytes.starts(with: [0xfe, 0xff]) ? true : nil
    func decision(_ statement: String) -> ReadDecision { ReadDecision(.encoding, statement, option: "--encoding") }
    guard let wanted else {
      if let mark {
        return (
          try utf16(bytes.dropFirst(2), isBigEndian: mark, file: file), decision("utf-16, as its byte order mark says")
        )
      }
      try checkUTF8(bytes, file: file)
      return (bytes, nil)
    }
    if wanted == .utf8 {
      try refuseUTF16(bytes, wanted, hasMark: mark != nil, file: file)
      try checkUTF8(bytes, file: file)
      return (bytes, decision("utf-8, " + asked))
    }
    let isPlain = isPlainlyUTF8(bytes, wanted)
    if isPlain, isOneOfSeveral {
      return (
        bytes,
        decision("utf-8, since all its bytes are valid UTF-8, though \(wanted.rawValue) was asked for other files")
      )
    }
    let remark = isPlain ? ", though its bytes are valid UTF-8" : ""
    guard wanted == .utf16 else {
      try refuseUTF16(bytes, wanted, hasMark: mark != nil, file: file)
      let doubt =
        isPlain ? "" : EncodingEvidence.remark(on: wanted, for: bytes, quotesWords: !isOneOfSeveral)
      return (try decoded(bytes, wanted, file: file), decision("\(wanted.rawValue), " + asked + remark + doubt))
    }
    let isBigEndian = mark ?? (zerosComeFirst(bytes) ?? false)
    let order = mark == nil ? "; \(isBigEndian ? "big" : "little")-endian, without a mark" : ""
    return (
      try utf16(mark == nil ? bytes[...] : bytes.dropFirst(2), isBigEndian: isBigEndian, file: file),
      decision("utf-16, " + asked + order + remark)
    )
  }

  /// Whether bytes are text in UTF-8 that reads otherwise in another encoding.
  ///
  /// Accented letters of one byte each are hardly ever valid UTF-8.
  private static func isPlainlyUTF8(_ bytes: [UInt8], _ wanted: ReadOptions.Encoding) -> Bool {
    let isWide = bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) || zerosComeFirst(bytes) != nil
    guard !isWide, wanted == .utf16 || bytes.contains(where: { $0 >= 0x80 }) else { return false }
    return !bytes.prefix(512).contains(0) && String(validating: bytes, as: UTF8.self) != nil
  }

  /// Decodes text in an encoding that extends ASCII.
  private static func decoded(_ bytes: [UInt8], _ encoding: ReadOptions.Encoding, file: String) throws -> [UInt8] {
    if let text = encoding.text(of: bytes) { return Array(text.utf8) }
    // No character has a line feed in it.
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let line = lines.firstIndex { encoding.text(of: $0) == nil } ?? 0
    throw ReadError(
      file: file, at: .line(line + 1), found: "bytes that are no \(encoding.rawValue)",
      expected: EncodingEvidence(bytes).expectation)
  }

  /// Refuses text in UTF-16, whatever encoding the user set.
  private static func refuseUTF16(
    _ bytes: [UInt8], _ wanted: ReadOptions.Encoding, hasMark: Bool, file: String
  ) throws {
    let isMarked = hasMark && bytes.prefix(512).contains(0)
    guard isMarked || zerosComeFirst(bytes) != nil else { return }
    throw ReadError(
      file: file,
      found: "what looks like text in UTF-16, "
        + (isMarked ? "which begins with its byte order mark" : "without a byte order mark"),
      expected: "text in \(wanted.rawValue) as was asked for; --encoding utf-16 takes it as such")
  }

  private static func checkUTF8(_ bytes: [UInt8], file: String) throws {
    guard bytes.contains(where: { $0 >= 0x80 }), String(validating: bytes, as: UTF8.self) == nil else { return }
    let place = firstInvalid(bytes)
    // Binary data have a more precise error elsewhere.
    guard !bytes.prefix(512).contains(0) else { return }
    let line = bytes[..<place].count { $0 == UInt8(ascii: "\n") } + 1
    throw ReadError(
      file: file, at: .line(line), found: "the byte 0x\(String(bytes[place], radix: 16)), which is no UTF-8",
      expected: EncodingEvidence(bytes).expectation)
  }

  /// Returns the position of the first byte that is not part of a character.
  private static func firstInvalid(_ bytes: [UInt8]) -> Int {
    var decoder = UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var position = 0
    while true {
      switch decoder.parseScalar(from: &iterator) {
      case .valid(let encoded): position += encoded.count
      case .emptyInput, .error: return min(position, bytes.count - 1)
      }
    }
  }

  /// Whether zeros are the first bytes of pairs, as in Latin text in big-endian UTF-16; nil if the bytes do not look
  /// like UTF-16.
  package static func zerosComeFirst(_ bytes: [UInt8]) -> Bool? {
    let start = bytes.prefix(512)
    let (first, second) = (
      start.indices.count { start[$0] == 0 && $0.isMultiple(of: 2) },
      start.indices.count { start[$0] == 0 && !$0.isMultiple(of: 2) }
    )
    guard start.count >= 8, max(first, second) * 20 >= start.count * 9, min(first, second) == 0 else { return nil }
    return first > second
  }

  private static func utf16(_ content: ArraySlice<UInt8>, isBigEndian: Bool, file: String) throws -> [UInt8] {
    guard content.count.isMultiple(of: 2) else {
      throw ReadError(file: file, found: "\(content.count) bytes, an odd number", expected: "text in UTF-16")
    }
    let high = isBigEndian ? 0 : 1
    let units = stride(from: content.startIndex, to: content.endIndex, by: 2).map {
      UInt16(content[$0 + high]) << 8 | UInt16(content[$0 + 1 - high])
    }
    guard let text = String(validating: units, as: UTF16.self) else {
      throw ReadError(file: file, found: "a lone half of a surrogate pair", expected: "text in UTF-16")
    }
    return Array(text.utf8)
  }
}
