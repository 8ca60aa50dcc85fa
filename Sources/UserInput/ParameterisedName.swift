/// A name as people write it, with the parameters that differ from the defaults: `mi-net-bag[pooling=mean]`.
///
/// It identifies models and synthetic data sets. Parameters are separated by commas and, in the canonical form, sorted
/// by name.
package struct ParameterisedName: Sendable, Hashable, CustomStringConvertible {
  /// The part before the brackets.
  package let name: String
  /// The parameters that are set, by name.
  package let parameters: [String: String]

  /// Creates a name from its parts.
  package init(name: String, parameters: [String: String] = [:]) {
    self.name = name
    self.parameters = parameters
  }

  /// Parses a name.
  ///
  /// - Throws: ``NameError`` if the text is not of the form `name` or `name[key=value,key=value]`.
  package init(parsing text: String) throws {
    func malformed(_ problem: String) -> NameError {
      NameError(name: text, problem: "\(problem), expected name or name[key=value,key=value]")
    }
    let trimmed = text.trimmed
    guard let open = trimmed.firstIndex(of: "[") else {
      if trimmed.isEmpty || trimmed.contains(where: { "],=".contains($0) }) { throw malformed("not a name") }
      self.init(name: trimmed)
      return
    }
    let name = trimmed[..<open].trimmed
    guard !name.isEmpty, trimmed.hasSuffix("]") else { throw malformed("not a name with parameters") }
    var parameters: [String: String] = [:]
    let inside = trimmed[trimmed.index(after: open)...].dropLast()
    for part in inside.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(\.trimmed)
      guard pair.count == 2, !pair.contains(""), !part.contains(where: { "[]".contains($0) }) else {
        throw malformed("\"\(part)\" is not of the form key=value")
      }
      guard parameters.updateValue(pair[1], forKey: pair[0]) == nil else {
        throw NameError(name: text, problem: "parameter \"\(pair[0])\" is set twice")
      }
    }
    self.init(name: name, parameters: parameters)
  }

  /// The name as text, parameters sorted by name.
  package var description: String {
    if parameters.isEmpty { return name }
    let list = parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return "\(name)[\(list.joined(separator: ","))]"
  }
}

/// A text that is not a parameterised name.
package struct NameError: Error, Equatable, CustomStringConvertible {
  /// The text.
  package let name: String
  /// The problem, as half a sentence.
  package let problem: String

  /// One line for the user.
  package var description: String { "\"\(name)\": \(problem)" }
}

extension StringProtocol {
  /// The text without the spaces at both ends.
  fileprivate var trimmed: String {
    var text = drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
