import Foundation

/// The parameters of something that can be asked for by name: their defaults, and how texts become values.
package struct ParameterSchema: Sendable {
  /// The defaults.
  package let defaults: ParameterTree
  /// The values of each parameter that is one of several names, by the parameter's name.
  package let choices: [String: [String]]
  /// What has the parameters, for errors: `model`.
  private let kind: String
  private let decode: @Sendable (ParameterTree) throws -> Void
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
    decode = { _ = try $0.decoded(as: Configuration.self) }
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
    for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
      try tree.set(name, to: value, of: kind)
      // One at a time, since the decoder does not always tell which of them it could not read.
      do {
        try decode(tree)
      } catch let error as DecodingError {
        throw wrongKind(name, tree.leaves[name], error)
      }
    }
    return try checked(tree)
  }

  /// The settings that a canonical name keeps: those that differ from the defaults, or that `isKept` names.
  package func canonical(
    _ settings: [String: String], alsoKeeping isKept: (String) -> Bool = { _ in false }
  ) throws -> [String: String] {
    let values = try parameters(setting: settings).leaves
    let defaults = defaults.leaves
    return values.filter { name, value in
      settings[name] != nil && (value != defaults[name] || isKept(name))
    }.mapValues(\.text)
  }

  /// What is wrong with a value that does not decode, for example a fraction where a whole number belongs.
  private func wrongKind(_ name: String, _ value: JSONValue?, _ error: DecodingError) -> ConfigurationError {
    let found = value?.text ?? ""
    if let choices = choices[name] {
      return ConfigurationError(parameter: name, found: found, expected: "one of \(choices.joined(separator: ", "))")
    }
    if case .number = value { return ConfigurationError(parameter: name, found: found, expected: "a whole number") }
    if case .dataCorrupted(let context) = error, context.debugDescription.hasPrefix("expected ") {
      return ConfigurationError(parameter: name, problem: "is \(found), \(context.debugDescription)")
    }
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
