import Foundation

/// A settings or record file with invalid content.
package struct DocumentError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file, as the caller named it.
  package let file: String
  /// The place in the file, what was found there and what was expected, as half a sentence.
  package let problem: String

  /// Creates an error about `file`.
  package init(file: String, problem: String) {
    self.file = file
    self.problem = problem
  }

  /// One line for the user.
  package var description: String { "\(file): \(problem)".onOneLine() }
}

/// Decodes a JSON5 document.
///
/// - Parameters:
///   - type: the expected value; its objects refuse unknown keys if they use
///     ``Swift/Decoder/strictContainer(keyedBy:)``.
///   - data: the document.
///   - file: its name, for errors.
/// - Throws: ``DocumentError`` with the key path of the invalid value, or the line and column where the text stops
///   being JSON5.
package func decodeJSON5<Value: Decodable>(
  _ type: Value.Type, from data: Data, file: String
) throws(DocumentError) -> Value {
  // Foundation's JSON5 reader crashes on some damaged text, such as a key that is not UTF-8.
  if let fault = JSON5Fault.first(in: data) { throw DocumentError(file: file, problem: fault) }
  let decoder = JSONDecoder()
  decoder.allowsJSON5 = true
  do {
    return try decoder.decode(type, from: data)
  } catch {
    throw DocumentError(file: file, problem: decodingProblem(error))
  }
}
