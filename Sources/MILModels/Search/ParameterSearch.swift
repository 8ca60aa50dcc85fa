import UserInput

/// The parameter combinations that a model chooses from: all combinations of the parameters with several values,
/// written `learningRate=0.0001/0.0005`.
struct ParameterSearch: Sendable, Equatable {
  /// The largest number of combinations.
  static let limit = 1000

  /// The values of each parameter, in the order of the grid, by name; empty if there is nothing to choose.
  let axes: [(name: String, values: [String])]

  /// All combinations; the last parameter varies fastest.
  var combinations: [[String: String]] {
    axes.reduce([[:]]) { combinations, axis in
      combinations.flatMap { combination in
        axis.values.map { combination.merging([axis.name: $0]) { $1 } }
      }
    }
  }

  /// The settings as texts: the values to choose from for each parameter.
  var texts: [String: String] {
    Dictionary(uniqueKeysWithValues: axes.map { ($0.name, $0.values.joined(separator: "/")) })
  }

  /// Finds the settings with several values.
  ///
  /// A value that is valid for the parameter as a whole is one value, even if it contains a slash.
  /// - Throws: ``/UserInput/ConfigurationError`` for invalid values, repeated values, and grids of more than ``limit``
  ///   combinations.
  init(in settings: [String: String], _ schema: ParameterSchema) throws {
    var axes: [(name: String, values: [String])] = []
    let choices = settings.filter { schema.choices[$0.key]?.contains($0.value) == true }
    let names = try schema.choosing(settings).leaves
    for (name, text) in settings.sorted(by: { $0.key < $1.key }) where text.contains("/") {
      guard names[name] != nil, (try? schema.parameters(setting: choices.merging([name: text]) { $1 })) == nil else {
        continue
      }
      let values = try text.split(separator: "/", omittingEmptySubsequences: false).map { part in
        try schema.canonical(choices.merging([name: String(part)]) { $1 }, alsoKeeping: { $0 == name })[name]
          ?? String(part)
      }
      guard Set(values).count == values.count else {
        throw ConfigurationError(parameter: name, found: text, expected: "values that differ")
      }
      axes.append((name, values))
    }
    self.axes = axes
    let count = axes.reduce(1) { min($0 * $1.values.count, Self.limit + 1) }
    if count > Self.limit, let axis = axes.last {
      throw ConfigurationError(
        parameter: axis.name, found: "\(texts[axis.name] ?? "")",
        expected: "at most \(Self.limit) combinations in all")
    }
  }

  static func == (left: ParameterSearch, right: ParameterSearch) -> Bool { left.texts == right.texts }
}

extension ModelRegistration {
  /// The small search offered to every model, restricted to its parameters: the choices of its id under the protocol
  /// `tuned` for parameters that it does not set.
  package var tuning: [String: String] {
    let names = Set(schema.defaults.leaves.keys)
    return Self.axes.filter { name, _ in
      // A penalty that the model chooses by itself needs no second choice.
      // Rates apply to training by epochs only.
      names.contains(name) && !(name == "penalty" && names.contains("penaltySelection"))
        && !(name == "learningRate" && !names.contains("epochs"))
    }
  }

  private static let axes = [
    "learningRate": "0.0001/0.0005/0.002", "weightDecay": "0/0.01", "epochs": "10/25/50/100",
    "c": "0.1/1/10/100", "penalty": "0.01/0.1/1/10/100", "references": "1/2/3", "citers": "1/2/4/8",
    "scale": "0.03/0.1/0.3", "outside": "0.01/0.05", "largestStep": "0.5/2",
  ]
}
