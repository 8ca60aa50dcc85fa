import MILBags
import UserInput

/// The regular files of a tar archive, in ustar, GNU or pax form.
///
/// Source: IEEE and The Open Group, POSIX.1-2017, pax: ustar interchange format.
package struct TarArchive {
  private let bytes: [UInt8]
  private let file: String
  private var members: [(path: String, size: Int, start: Int)] = []

  /// Reads the headers of all members.
  ///
  /// - Throws: `ReadError` at a header that is damaged, names a path outside the archive, or is neither a file nor a
  ///   folder.
  package init(bytes: [UInt8], file: String) throws {
    self.bytes = bytes
    self.file = file
    var position = 0
    var longName: String?
    while position + 512 <= bytes.count {
      let header = bytes[position..<(position + 512)]
      if header.allSatisfy({ $0 == 0 }) { break }
      func fail(_ found: String, _ expected: String) -> ReadError {
        ReadError(file: file, at: .byte(position), found: found, expected: expected)
      }
      guard Self.isSound(header) else { throw fail("no header of a tar member", "a sound tar, tar.gz or zip archive") }
      guard let size = Self.octal(header[(position + 124)..<(position + 136)]), size <= bytes.count - position - 512
      else { throw fail("a member that reaches beyond the end", "a whole archive") }
      let start = position + 512
      let prefix =
        header[(position + 257)..<(position + 262)] == Array("ustar".utf8)[...]
        ? Self.text(header[(position + 345)..<(position + 500)]) : ""
      let name = Self.text(header[position..<(position + 100)])
      let path = longName ?? (prefix.isEmpty ? name : "\(prefix)/\(name)")
      longName = nil
      switch header[position + 156] {
      case 0, UInt8(ascii: "0"), UInt8(ascii: "7"):
        try Archive.requireSafe(path, at: position, file: file)
        members.append((path, size, start))
      case UInt8(ascii: "5"):
        if path != "./" && path != "." { try Archive.requireSafe(path, at: position, file: file) }
      case UInt8(ascii: "L"):
        longName = Self.text(bytes[start..<(start + size)])
      case UInt8(ascii: "x"):
        longName = Self.paxPath(bytes[start..<(start + size)])
      case UInt8(ascii: "g"): break
      case UInt8(ascii: "1"), UInt8(ascii: "2"): throw fail("a link named \(ReadError.quoted(path.utf8))", "only files")
      default: throw fail("a special member named \(ReadError.quoted(path.utf8))", "only files")
      }
      position = start + (size + 511) / 512 * 512
    }
    guard position > 0 else {
      throw ReadError(
        file: file, at: .byte(0), found: ReadError.quoted(bytes.prefix(8)), expected: "a tar, tar.gz or zip archive")
    }
  }

  /// Returns the bytes of a member.
  package func content(of path: String, limit: Int) throws -> [UInt8] {
    let found = members.filter { $0.path == path || $0.path == "./" + path }
    guard found.count == 1, let member = found.first else {
      throw ReadError(file: file, found: "\(found.count) members named \(path)", expected: "one")
    }
    guard member.size <= limit else {
      throw ReadError(file: file, at: .field(path), found: "\(member.size) bytes", expected: "at most \(limit)")
    }
    return Array(bytes[member.start..<(member.start + member.size)])
  }

  /// Whether the sum of a header's bytes, with its own field counted as blanks, is the stored one.
  private static func isSound(_ header: ArraySlice<UInt8>) -> Bool {
    let sumField = (header.startIndex + 148)..<(header.startIndex + 156)
    var sum = 0
    for index in header.indices { sum += sumField.contains(index) ? 32 : Int(header[index]) }
    return octal(header[sumField]) == sum
  }

  /// Parses an octal number, ended by a blank or NUL; nil for anything else and above 2^40.
  private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
    let digits = field.drop { $0 == 32 }.prefix { $0 != 0 && $0 != 32 }
    var value = 0
    for digit in digits {
      guard (48...55).contains(digit), value < 1 << 37 else { return nil }
      value = value * 8 + Int(digit - 48)
    }
    return digits.isEmpty ? nil : value
  }

  private static func text(_ field: ArraySlice<UInt8>) -> String {
    String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Returns the value of the record `length path=value\n` of a pax header.
  private static func paxPath(_ records: ArraySlice<UInt8>) -> String? {
    for record in records.split(separator: UInt8(ascii: "\n")) {
      let text = String(decoding: record, as: UTF8.self)
      if let space = text.firstIndex(of: " "), text[text.index(after: space)...].hasPrefix("path=") {
        return String(text[text.index(after: space)...].dropFirst(5))
      }
    }
    return nil
  }
}
