/// A model id as people write it: a registry name, and parameters that differ from the defaults.
///
/// `mi-net-bag[pooling=mean]`; parameters are separated by commas and, in the canonical form, sorted by name.
public struct ModelIdentifier: Sendable, Hashable, CustomStringConvertible {
  /// The name in the registry, or a paper's name for the model.
  public let name: String
  /// The parameters that are set, by name.
  public let parameters: [String: String]

  /// An id from its parts.
  public init(name: String, parameters: [String: String] = [:]) {
    self.name = name
    self.parameters = parameters
  }

  /// Reads an id.
  ///
  /// - Throws: ``ModelError`` where the text is not of the form `name` or `name[key=value,key=value]`.
  public init(parsing text: String) throws {
    let trimmed = text.trimmed
    let form = "expected name or name[key=value,key=value]"
    guard let open = trimmed.firstIndex(of: "[") else {
      if trimmed.isEmpty || trimmed.contains(where: { "],=".contains($0) }) {
        throw ModelError("model \"\(text)\": not a model id, \(form)")
      }
      self.init(name: trimmed)
      return
    }
    let name = trimmed[..<open].trimmed
    guard !name.isEmpty, trimmed.hasSuffix("]") else {
      throw ModelError("model \"\(text)\": not a model id, \(form)")
    }
    let inside = trimmed[trimmed.index(after: open)...].dropLast()
    var parameters: [String: String] = [:]
    for part in inside.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(\.trimmed)
      guard pair.count == 2, !pair.contains(""), !part.contains(where: { "[]".contains($0) }) else {
        throw ModelError("model \"\(text)\": \"\(part)\" is not of the form key=value, \(form)")
      }
      guard parameters.updateValue(pair[1], forKey: pair[0]) == nil else {
        throw ModelError("model \"\(text)\": parameter \"\(pair[0])\" is set twice")
      }
    }
    self.init(name: name, parameters: parameters)
  }

  /// The id as text, parameters sorted by name.
  public var description: String {
    if parameters.isEmpty { return name }
    let list = parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return "\(name)[\(list.joined(separator: ","))]"
  }
}

extension StringProtocol {
  /// Without the spaces at both ends.
  fileprivate var trimmed: String {
    var text = drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

/// A model that cannot be found, made or used.
public struct ModelError: Error, Equatable, CustomStringConvertible {
  /// One line for the user.
  public let description: String

  /// An error with its line.
  public init(_ description: String) { self.description = description }

  /// A model that has not seen training bags yet.
  static let notFitted = ModelError("the model was asked to score before it was fitted")
}
