import Foundation

/// A configuration as JSON: nested structures, whose leaves are the parameters.
///
/// A parameter's name is the shortest unique end of its path. It is `learningRate` for `training.learningRate`, and
/// `trunk.dropout` if there is another `dropout`. Any longer end of the path names the same parameter.
package struct ParameterTree: Equatable, Sendable {
  /// The outermost object.
  package private(set) var root: JSONValue

  /// Creates the tree of a configuration.
  package init(_ configuration: some Encodable) throws {
    let data = try JSONEncoder().encode(configuration)
    root = try JSONDecoder().decode(JSONValue.self, from: data)
  }

  /// Returns the configuration that this tree describes.
  package func decoded<Configuration: Decodable>(as type: Configuration.Type) throws -> Configuration {
    try JSONDecoder().decode(type, from: JSONEncoder().encode(root))
  }

  /// The parameters by name.
  package var leaves: [String: JSONValue] {
    let paths = paths
    return Dictionary(uniqueKeysWithValues: paths.map { (Self.name(of: $0.path, among: paths), $0.value) })
  }

  /// Returns the canonical name of the parameter that `written`, any unique end of its path, refers to; nil if none.
  package func name(for written: String) -> String? {
    let paths = paths
    return Self.path(for: written, among: paths).map { Self.name(of: $0, among: paths) }
  }

  /// Returns the name of the parameter at a path; nil if there is none.
  func name(at path: [String]) -> String? {
    let paths = paths
    return paths.contains { $0.path == path } ? Self.name(of: path, among: paths) : nil
  }

  private var paths: [(path: [String], value: JSONValue)] {
    var result: [(path: [String], value: JSONValue)] = []
    root.visitLeaves([]) { result.append(($0, $1)) }
    return result
  }

  private static func name(of path: [String], among paths: [(path: [String], value: JSONValue)]) -> String {
    // An end that is a whole path names the parameter at that path.
    let length = (1...path.count).first { length in
      let end = Array(path.suffix(length))
      return paths.allSatisfy { $0.path == path || ($0.path != end && $0.path.suffix(length) != end[...]) }
    }
    return path.suffix(length ?? path.count).joined(separator: ".")
  }

  private static func path(for name: String, among paths: [(path: [String], value: JSONValue)]) -> [String]? {
    let end = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if paths.contains(where: { $0.path == end }) { return end }
    let found = paths.filter { $0.path.suffix(end.count) == end[...] }
    return found.count == 1 ? found[0].path : nil
  }

  /// Returns the tree with texts in place of parameters, whatever their types; for output, not for decoding.
  package func writing(_ texts: [String: String]) -> ParameterTree {
    var result = self
    for (name, text) in texts {
      guard let path = Self.path(for: name, among: paths) else { continue }
      result.root = result.root.replacingLeaf(at: path[...], with: .string(text))
    }
    return result
  }

  /// Returns the tree without some parameters; for output, not for decoding.
  package func leavingOut(_ names: Set<String>) -> ParameterTree {
    var result = self
    result.root = root.leavingOut(names)
    return result
  }

  /// Sets a parameter to the value written as `text`; `kind` names the owner, such as a model, in errors.
  ///
  /// - Throws: ``ConfigurationError`` if the parameter does not exist or the text is not of its type.
  mutating func set(_ name: String, to text: String, of kind: String) throws {
    let leaves = leaves
    guard let path = Self.path(for: name, among: paths), let old = self.name(for: name).flatMap({ leaves[$0] }) else {
      let names = leaves.keys.sorted()
      let nearest = Spelling.nearest(to: name, in: names).first.map { "; did you mean \"\($0)\"?" } ?? ""
      let expected = names.isEmpty ? "it has none" : "expected one of \(names.joined(separator: ", "))"
      throw ConfigurationError(parameter: name, problem: "is not a parameter of this \(kind), \(expected)\(nearest)")
    }
    root = root.replacingLeaf(at: path[...], with: try old.parsing(text, for: name))
  }
}

/// A JSON value other than a list or null.
package enum JSONValue: Equatable, Sendable, Codable {
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case object([String: JSONValue])

  /// Decodes any JSON value except lists.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    // Numbers first, since most values are numbers and each failed guess costs an error.
    if let value = try? container.decode(Double.self) {
      let whole = value == value.rounded() ? try? container.decode(Int.self) : nil
      self = whole.map(JSONValue.integer) ?? .number(value)
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  /// Encodes the value.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .object(let members): try container.encode(members)
    }
  }

  /// Returns an object with one more member, if there is one to add; any other value is returned unchanged.
  package func adding(_ member: JSONValue?, as name: String) -> JSONValue {
    guard let member, case .object(var members) = self else { return self }
    members[name] = member
    return .object(members)
  }

  /// The value as a parameterised name writes it.
  package var text: String {
    switch self {
    case .bool(let value): String(value)
    case .integer(let value): String(value)
    case .number(let value): String(value)
    case .string(let value): value
    case .object: "{}"
    }
  }

  /// Parses a parameter's text as a value of the same type.
  func parsing(_ text: String, for name: String) throws -> JSONValue {
    switch self {
    case .bool:
      guard let value = Bool(text) else { throw mismatch(name, text, "true or false") }
      return .bool(value)
    case .integer, .number:
      if let value = Int(text) { return .integer(value) }
      guard let value = Double(text), value.isFinite else { throw mismatch(name, text, "a number") }
      return .number(value)
    case .string: return .string(text)
    case .object: throw mismatch(name, text, "the name of a single parameter")
    }
  }

  private func mismatch(_ name: String, _ found: String, _ expected: String) -> ConfigurationError {
    ConfigurationError(parameter: name, found: found, expected: expected)
  }

  func visitLeaves(_ path: [String], _ visit: ([String], JSONValue) -> Void) {
    guard case .object(let members) = self else { return }
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      if case .object = value { value.visitLeaves(path + [name], visit) } else { visit(path + [name], value) }
    }
  }

  func leavingOut(_ names: Set<String>) -> JSONValue {
    guard case .object(let members) = self else { return self }
    // A name refers to a parameter; a structure of parameters may have the same name.
    let kept = members.filter { name, value in
      if case .object = value { return true }
      return !names.contains(name)
    }.mapValues { $0.leavingOut(names) }
    // A structure that is now empty existed only because of its parameters.
    return .object(kept.filter { $0.value != .object([:]) || members[$0.key] == .object([:]) })
  }

  func replacingLeaf(at path: ArraySlice<String>, with replacement: JSONValue) -> JSONValue {
    guard let name = path.first else { return replacement }
    guard case .object(var members) = self, let member = members[name] else { return self }
    members[name] = member.replacingLeaf(at: path.dropFirst(), with: replacement)
    return .object(members)
  }
}
