/// A name as people write it, with the parameters that differ from the defaults: `mi-net-bag[pooling=mean]`.
///
/// Models and made data sets are asked for in this way. Parameters are separated by commas and, in the canonical form,
/// sorted by name.
public struct ParameterisedName: Sendable, Hashable, CustomStringConvertible {
  /// What stands before the brackets.
  public let name: String
  /// The parameters that are set, by name.
  public let parameters: [String: String]

  /// A name from its parts.
  public init(name: String, parameters: [String: String] = [:]) {
    self.name = name
    self.parameters = parameters
  }

  /// Reads a name.
  ///
  /// - Throws: ``NameError`` where the text is not of the form `name` or `name[key=value,key=value]`.
  public init(parsing text: String) throws {
    func malformed(_ problem: String) -> NameError {
      NameError(name: text, problem: "\(problem), expected name or name[key=value,key=value]")
    }
    let trimmed = text.drop { $0 == " " }
    guard let open = trimmed.firstIndex(of: "[") else {
      let name = trimmed.trimmedEnd
      if name.isEmpty || name.contains(where: { "],=".contains($0) }) { throw malformed("not a name") }
      self.init(name: name)
      return
    }
    let name = trimmed[..<open].trimmedEnd
    guard !name.isEmpty, trimmed.trimmedEnd.hasSuffix("]") else { throw malformed("not a name with parameters") }
    let inside = trimmed[trimmed.index(after: open)...].trimmedEnd.dropLast()
    var parameters: [String: String] = [:]
    for part in inside.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2, !part.contains(where: { "[]".contains($0) }) else {
        throw malformed("\"\(part)\" is not of the form key=value")
      }
      let (key, value) = (pair[0].drop { $0 == " " }.trimmedEnd, pair[1].drop { $0 == " " }.trimmedEnd)
      if key.isEmpty || value.isEmpty { throw malformed("\"\(part)\" lacks a key or a value") }
      guard parameters.updateValue(value, forKey: key) == nil else {
        throw NameError(name: text, problem: "parameter \"\(key)\" is set twice")
      }
    }
    self.init(name: name, parameters: parameters)
  }

  /// The name as text, parameters sorted by name.
  public var description: String {
    if parameters.isEmpty { return name }
    let list = parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return "\(name)[\(list.joined(separator: ","))]"
  }
}

/// A text that is no name with parameters.
public struct NameError: Error, Equatable, CustomStringConvertible {
  /// The text.
  public let name: String
  /// What is wrong with it, as half a sentence.
  public let problem: String

  /// One line for the user.
  public var description: String { "\"\(name)\": \(problem)" }
}

extension Substring {
  fileprivate var trimmedEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

extension String {
  fileprivate var trimmedEnd: String { Substring(self).trimmedEnd }
}
