import UserInput

/// Why a file could not be read: where, what stands there, and what should.
public struct ReadError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A place in a file.
  public enum Place: Equatable, Sendable {
    /// A line, counted from 1, and a field of it, counted from 1.
    case line(Int, field: Int? = nil)
    /// A byte, counted from 0; for compressed content the byte at which the compressed element starts comes along.
    case byte(Int, inElementAt: Int? = nil)
    /// A named part, such as a variable of a MAT-file.
    case field(String)
  }

  /// The file, as it was named.
  public let file: String
  /// Where in the file; nil when it concerns the whole.
  package let place: Place?
  /// What stands there.
  public let found: String
  /// What was expected instead.
  public let expected: String

  /// An error at a place of a file.
  public init(file: String, at place: Place? = nil, found: String, expected: String) {
    self.file = file
    self.place = place
    self.found = found
    self.expected = expected
  }

  /// The place in words, without the file: `line 3, field 2`; empty where the error concerns the whole.
  package var location: String {
    switch place {
    case .line(let line, nil): "line \(line)"
    case .line(let line, let field?): "line \(line), field \(field)"
    case .byte(let byte, nil): "byte \(byte)"
    case .byte(let byte, let start?): "byte \(byte) of the compressed element at byte \(start)"
    case .field(let name): name
    case nil: ""
    }
  }

  /// One line for the user.
  public var description: String {
    "\(file)\(place == nil ? "" : ", ")\(location): found \(found), expected \(expected)".onOneLine()
  }

  /// Bytes of a file in quotation marks: at most 40 of them, on one line, with what is not printable escaped.
  package static func quoted(_ bytes: some Collection<UInt8>) -> String {
    let text = String(decoding: bytes.prefix(40), as: UTF8.self).onOneLine()
    return "\"" + text + (bytes.count > 40 ? "...\"" : "\"")
  }
}
