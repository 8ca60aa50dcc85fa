import Foundation

/// A configuration as JSON: a structure of structures, whose leaves are the parameters.
///
/// A parameter goes by the end of its path that no other has: `learningRate` for `training.learningRate`, and
/// `trunk.dropout` where there is another `dropout`. Any longer end of its path means it, too.
package struct ParameterTree: Equatable, Sendable {
  /// The outermost object.
  package private(set) var root: JSONValue

  /// The parameters of a configuration.
  package init(_ configuration: some Encodable) throws {
    let data = try JSONEncoder().encode(configuration)
    root = try JSONDecoder().decode(JSONValue.self, from: data)
  }

  /// The configuration that this tree describes.
  package func decoded<Configuration: Decodable>(as type: Configuration.Type) throws -> Configuration {
    try JSONDecoder().decode(type, from: JSONEncoder().encode(root))
  }

  /// The parameters by name.
  package var leaves: [String: JSONValue] {
    let paths = paths
    return Dictionary(uniqueKeysWithValues: paths.map { (Self.name(of: $0.path, among: paths), $0.value) })
  }

  /// The name of the parameter that a name or a longer end of its path means; nil where there is none.
  package func name(for written: String) -> String? {
    let paths = paths
    return Self.path(for: written, among: paths).map { Self.name(of: $0, among: paths) }
  }

  /// The name of the parameter at a path.
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
    // An end that is a whole path means the parameter at that path.
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

  /// The tree with texts in the place of parameters, whatever these are; for writing down, not for decoding.
  package func writing(_ texts: [String: String]) -> ParameterTree {
    var result = self
    for (name, text) in texts {
      guard let path = Self.path(for: name, among: paths) else { continue }
      result.root = result.root.replacingLeaf(at: path[...], with: .string(text))
    }
    return result
  }

  /// The tree without some parameters; for writing down, not for decoding.
  package func leavingOut(_ names: Set<String>) -> ParameterTree {
    var result = self
    result.root = root.leavingOut(names)
    return result
  }

  /// Replaces the value of a parameter, of a `kind` of thing such as a model, by the one written as `text`.
  ///
  /// - Throws: ``ConfigurationError`` where there is no such parameter or the text is not of its kind.
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

/// A value of JSON.
package enum JSONValue: Equatable, Sendable, Codable {
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case object([String: JSONValue])

  /// Reads any value of JSON but lists.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    // Numbers first, which most values are: each guess that fails costs an error.
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

  /// Writes the value.
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

  /// An object with another member, where there is one to add; anything else stays as it is.
  package func adding(_ member: JSONValue?, as name: String) -> JSONValue {
    guard let member, case .object(var members) = self else { return self }
    members[name] = member
    return .object(members)
  }

  /// The value as a name with parameters writes it.
  package var text: String {
    switch self {
    case .bool(let value): String(value)
    case .integer(let value): String(value)
    case .number(let value): String(value)
    case .string(let value): value
    case .object: "{}"
    }
  }

  /// A value of the same kind from the text of a parameter.
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
    // A name is that of a parameter, which a structure of parameters may have too.
    let kept = members.filter { name, value in
      if case .object = value { return true }
      return !names.contains(name)
    }.mapValues { $0.leavingOut(names) }
    // A structure of which nothing is left was not there before its parameters were.
    return .object(kept.filter { $0.value != .object([:]) || members[$0.key] == .object([:]) })
  }

  func replacingLeaf(at path: ArraySlice<String>, with replacement: JSONValue) -> JSONValue {
    guard let name = path.first else { return replacement }
    guard case .object(var members) = self, let member = members[name] else { return self }
    members[name] = member.replacingLeaf(at: path.dropFirst(), with: replacement)
    return .object(members)
  }
}
