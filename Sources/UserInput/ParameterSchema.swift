import Foundation

/// The parameters of something that users name: their defaults, and the conversion of texts to values.
package struct ParameterSchema: Sendable {
  /// The defaults.
  package let defaults: ParameterTree
  /// The allowed values of each parameter that is one of several names, by parameter name.
  package let choices: [String: [String]]
  /// The kind of thing that has the parameters, for errors: `model`.
  private let kind: String
  /// The tree decoded and encoded again, with the parameters that its choices add.
  private let decoded: @Sendable (ParameterTree) throws -> ParameterTree
  private let checked: @Sendable (ParameterTree) throws -> ParameterTree

  /// Creates the schema of a structure.
  ///
  /// - Parameters:
  ///   - defaults: the structure with its defaults.
  ///   - kind: the kind of thing that has the parameters, for errors: `model`.
  ///   - validate: refuses values outside their range with a ``ConfigurationError``.
  package init<Configuration: Codable & Sendable>(
    _ defaults: Configuration, kind: String, validate: @escaping @Sendable (Configuration) throws -> Void
  ) throws {
    let tree = try ParameterTree(defaults)
    self.defaults = tree
    self.kind = kind
    choices = Dictionary(
      Self.choices(in: defaults, at: []).compactMap { path, values in tree.name(at: path).map { ($0, values) } }
    ) { first, _ in first }
    decoded = { try ParameterTree($0.decoded(as: Configuration.self)) }
    checked = { tree in
      let configuration = try tree.decoded(as: Configuration.self)
      try validate(configuration)
      return try ParameterTree(configuration)
    }
  }

  /// Returns all parameters, with those of `settings` in place of defaults.
  ///
  /// Choices are set first, because other parameters may depend on them.
  /// - Throws: ``ConfigurationError`` for an unknown parameter or an invalid value.
  package func parameters(setting settings: [String: String]) throws -> ParameterTree {
    var tree = defaults
    let isChoice = { (name: String) in choices[defaults.name(for: name) ?? name] != nil }
    for (name, value) in settings.sorted(by: { (isChoice($1.key) ? 1 : 0, $0.key) < (isChoice($0.key) ? 1 : 0, $1.key) }
    ) {
      try tree.set(name, to: value, of: kind)
      // One at a time, because the decoder does not always name the value that it could not read.
      do {
        tree = try decoded(tree)
      } catch let error as DecodingError {
        throw wrongKind(name, tree.name(for: name).flatMap { tree.leaves[$0] }, error)
      }
    }
    return try checked(tree)
  }

  /// Replaces each setting's key by the canonical name of its parameter.
  ///
  /// - Throws: ``ConfigurationError`` if two settings name one parameter.
  package func named(_ settings: [String: String]) throws -> [String: String] {
    let tree = try choosing(settings)
    return try settings.reduce(into: [:]) { result, setting in
      let name = tree.name(for: setting.key) ?? setting.key
      guard result.updateValue(setting.value, forKey: name) == nil else {
        throw ConfigurationError(parameter: name, problem: "is set twice")
      }
    }
  }

  /// Returns the defaults with only the choices of `settings` applied, so that all parameters they add exist.
  package func choosing(_ settings: [String: String]) throws -> ParameterTree {
    try settings.sorted { $0.key < $1.key }.reduce(defaults) { tree, setting in
      guard let values = defaults.name(for: setting.key).flatMap({ choices[$0] }), values.contains(setting.value) else {
        return tree
      }
      var tree = tree
      try tree.set(setting.key, to: setting.value, of: kind)
      return try decoded(tree)
    }
  }

  /// Returns the settings that a canonical name keeps: those that differ from the defaults, or that `isKept` selects.
  package func canonical(
    _ settings: [String: String], alsoKeeping isKept: (String) -> Bool = { _ in false }
  ) throws -> [String: String] {
    let settings = try named(settings)
    let values = try parameters(setting: settings).leaves
    let chosen = try choosing(settings).leaves
    let defaults = defaults.leaves
    return values.filter { name, value in
      settings[name] != nil && (value != defaults[name] ?? chosen[name] || isKept(name))
    }.mapValues(\.text)
  }

  /// Describes a value that does not decode, for example a fraction if a whole number is required.
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

  /// Returns the allowed names of the enumerations within a structure, by path.
  private static func choices(in structure: Any, at path: [String]) -> [(path: [String], values: [String])] {
    Mirror(reflecting: structure).children.flatMap { child -> [(path: [String], values: [String])] in
      guard let label = child.label else { return [] }
      if let choice = child.value as? any CaseIterable & RawRepresentable<String> {
        return [(path + [label], names(of: choice))]
      }
      return choices(in: child.value, at: path + [label])
    }
  }

  private static func names<Choice: CaseIterable & RawRepresentable<String>>(of _: Choice) -> [String] {
    Choice.allCases.map(\.rawValue)
  }
}
