import UserInput

/// An error of reading a file: the place, the content found there, and the content expected.
public struct ReadError: Error, Equatable, Sendable, OneLineText {
  /// A place in a file.
  public enum Place: Equatable, Sendable {
    /// A line, counted from 1, and a field of it, counted from 1.
    case line(Int, field: Int? = nil)
    /// A byte, counted from 0; for compressed content also the byte at which the compressed element starts.
    case byte(Int, inElementAt: Int? = nil)
    /// A named part, such as a variable of a MAT-file.
    case field(String)
  }

  /// The file, as the caller named it.
  package let file: String
  /// The place in the file; nil if the error concerns the whole file.
  package let place: Place?
  /// The content found there.
  package let found: String
  /// The content expected instead.
  package let expected: String

  /// Creates an error at a place of a file.
  public init(file: String, at place: Place? = nil, found: String, expected: String) {
    self.file = file
    self.place = place
    self.found = found
    self.expected = expected
  }

  /// The place in words, without the file: `line 3, field 2`; empty if the error concerns the whole file.
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
  package var line: String {
    "\(file)\(place == nil ? "" : ", ")\(location): found \(found), expected \(expected)".onOneLine()
  }

  /// Returns bytes of a file in quotation marks: at most 40 of them, on one line, with unprintable bytes escaped.
  package static func quoted(_ bytes: some Collection<UInt8>) -> String {
    let text = String(decoding: bytes.prefix(40), as: UTF8.self).onOneLine()
    return "\"" + text + (bytes.count > 40 ? "...\"" : "\"")
  }
}
