import Foundation

/// The parameters of something that can be asked for by name: their defaults, and how texts become values.
package struct ParameterSchema: Sendable {
  /// The defaults.
  package let defaults: ParameterTree
  /// The values of each parameter that is one of several names, by the parameter's name.
  package let choices: [String: [String]]
  /// What has the parameters, for errors: `model`.
  private let kind: String
  /// The tree as its structure writes it: with the parameters that its choices bring.
  private let decoded: @Sendable (ParameterTree) throws -> ParameterTree
  private let checked: @Sendable (ParameterTree) throws -> ParameterTree

  /// The parameters of a structure.
  ///
  /// - Parameters:
  ///   - defaults: the structure with its defaults.
  ///   - kind: what has the parameters, for errors: `model`.
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

  /// All parameters, where the ones of `settings` replace defaults.
  ///
  /// Choices come first, since which parameters there are may depend on them.
  /// - Throws: ``ConfigurationError`` for a parameter that is not there, or a value that it cannot take.
  package func parameters(setting settings: [String: String]) throws -> ParameterTree {
    var tree = defaults
    let isChoice = { (name: String) in choices[defaults.name(for: name) ?? name] != nil }
    for (name, value) in settings.sorted(by: { (isChoice($1.key) ? 1 : 0, $0.key) < (isChoice($0.key) ? 1 : 0, $1.key) }
    ) {
      try tree.set(name, to: value, of: kind)
      // One at a time, since the decoder does not always tell which of them it could not read.
      do {
        tree = try decoded(tree)
      } catch let error as DecodingError {
        throw wrongKind(name, tree.name(for: name).flatMap { tree.leaves[$0] }, error)
      }
    }
    return try checked(tree)
  }

  /// The names that parameters go by, for those that are meant.
  ///
  /// - Throws: ``ConfigurationError`` where two settings mean one parameter.
  package func named(_ settings: [String: String]) throws -> [String: String] {
    let tree = try choosing(settings)
    return try settings.reduce(into: [:]) { result, setting in
      let name = tree.name(for: setting.key) ?? setting.key
      guard result.updateValue(setting.value, forKey: name) == nil else {
        throw ConfigurationError(parameter: name, problem: "is set twice")
      }
    }
  }

  /// The defaults where only the choices of `settings` are made, so that all parameters are there that they bring.
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

  /// The settings that a canonical name keeps: those that differ from the defaults, or that `isKept` names.
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

  /// The names that the enumerations within a structure can take, by the path at which each stands.
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
