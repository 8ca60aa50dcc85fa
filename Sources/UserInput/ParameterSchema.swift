import Foundation

/// The parameters of something that can be asked for by name: their defaults, and how texts become values.
package struct ParameterSchema: Sendable {
  /// The defaults.
  package let defaults: ParameterTree
  /// The values of each parameter that is one of several names, by the parameter's name.
  package let choices: [String: [String]]
  /// What has the parameters, for errors: `model`.
  private let kind: String
  private let checked: @Sendable (ParameterTree) throws -> ParameterTree

  /// The parameters of `defaults`, a structure of a `kind` such as `model`.
  ///
  /// - Parameter validate: refuses values outside their range with a ``ConfigurationError``.
  package init<Configuration: Codable & Sendable>(
    _ defaults: Configuration, kind: String, validate: @escaping @Sendable (Configuration) throws -> Void
  ) throws {
    self.defaults = try ParameterTree(defaults)
    self.kind = kind
    choices = Self.choices(in: defaults)
    checked = { tree in
      let configuration = try tree.decoded(as: Configuration.self)
      try validate(configuration)
      return try ParameterTree(configuration)
    }
  }

  /// All parameters, where the ones of `settings` replace defaults.
  ///
  /// - Throws: ``ConfigurationError`` for a parameter that is not there, or a value that it cannot take.
  package func parameters(setting settings: [String: String]) throws -> ParameterTree {
    var tree = defaults
    for (name, value) in settings.sorted(by: { $0.key < $1.key }) { try tree.set(name, to: value, of: kind) }
    do {
      return try checked(tree)
    } catch let error as DecodingError {
      throw wrongKind(error, tree)
    }
  }

  /// The settings that differ from the defaults, as a canonical name writes them.
  package func canonical(_ settings: [String: String]) throws -> [String: String] {
    let values = try parameters(setting: settings).leaves
    let defaults = defaults.leaves
    return values.filter { $0.value != defaults[$0.key] && settings[$0.key] != nil }.mapValues(\.text)
  }

  /// Names the parameter whose text does not decode, for example a fraction where a whole number belongs.
  private func wrongKind(_ error: DecodingError, _ tree: ParameterTree) -> ConfigurationError {
    let path: [any CodingKey]
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      path = context.codingPath
    case .keyNotFound(_, let context): path = context.codingPath
    @unknown default: path = []
    }
    let name = path.last?.stringValue ?? ""
    let value = tree.leaves[name]
    let found = value?.text ?? "missing"
    if let choices = choices[name] {
      return ConfigurationError(parameter: name, found: found, expected: "one of \(choices.joined(separator: ", "))")
    }
    if case .number = value { return ConfigurationError(parameter: name, found: found, expected: "a whole number") }
    return ConfigurationError(parameter: name, problem: "cannot be \(found): \(decodingProblem(error))")
  }

  /// The names that the enumerations within a structure can take, by the label under which each stands.
  private static func choices(in structure: Any) -> [String: [String]] {
    Mirror(reflecting: structure).children.reduce(into: [:]) { result, child in
      guard let label = child.label else { return }
      if let choice = child.value as? any CaseIterable & RawRepresentable<String> {
        result[label] = names(of: choice)
      } else {
        result.merge(choices(in: child.value)) { first, _ in first }
      }
    }
  }

  private static func names<Choice: CaseIterable & RawRepresentable<String>>(of _: Choice) -> [String] {
    Choice.allCases.map(\.rawValue)
  }
}
