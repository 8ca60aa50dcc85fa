import Foundation

/// A file of settings or records that does not say what it should.
package struct DocumentError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file, as it was named.
  package let file: String
  /// Where in the file, what was found there and what was expected, as half a sentence.
  package let problem: String

  /// An error about `file`.
  package init(file: String, problem: String) {
    self.file = file
    self.problem = problem
  }

  /// One line for the user.
  package var description: String { "\(file): \(problem)".onOneLine() }
}

/// The value that a JSON5 document holds.
///
/// - Parameters:
///   - type: what the document should hold; its objects refuse unknown keys when they are read with
///     ``Swift/Decoder/strictContainer(keyedBy:)``.
///   - data: the document.
///   - file: its name, for errors.
/// - Throws: ``DocumentError`` with the key path of what does not fit, or the line and column where the text stops
///   being JSON5.
package func decodeJSON5<Value: Decodable>(
  _ type: Value.Type, from data: Data, file: String
) throws(DocumentError) -> Value {
  // Foundation's reader of JSON5 ends the program on some damaged text, such as a key that is not UTF-8.
  if let fault = JSON5Fault.first(in: data) { throw DocumentError(file: file, problem: fault) }
  let decoder = JSONDecoder()
  decoder.allowsJSON5 = true
  do {
    return try decoder.decode(type, from: data)
  } catch {
    throw DocumentError(file: file, problem: decodingProblem(error))
  }
}
