import UserInput

/// The combinations of parameters among which a model is to choose: each parameter with several values, written
/// `learningRate=0.0001/0.0005`, and all of their combinations.
struct ParameterSearch: Sendable, Equatable {
  /// At most how many combinations are searched.
  static let limit = 1000

  /// The values of each parameter, in the order of the grid, by name; empty where there is nothing to choose.
  let axes: [(name: String, values: [String])]

  /// All combinations, those that differ in the last parameter next to each other.
  var combinations: [[String: String]] {
    axes.reduce([[:]]) { combinations, axis in
      combinations.flatMap { combination in
        axis.values.map { combination.merging([axis.name: $0]) { $1 } }
      }
    }
  }

  /// The settings as texts: what each parameter is chosen from.
  var texts: [String: String] {
    Dictionary(uniqueKeysWithValues: axes.map { ($0.name, $0.values.joined(separator: "/")) })
  }

  /// Finds the settings that hold several values.
  ///
  /// A value that the parameter can take as it stands is one value, whatever is in it.
  /// - Throws: ``ConfigurationError`` for values that the parameter cannot take, values given twice, and grids of more
  ///   than ``limit`` combinations.
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
  /// The small search that every model is offered, of the parameters that it has: what its id under the protocol
  /// `tuned` chooses from where it sets nothing.
  public var tuning: [String: String] {
    let names = Set(schema.defaults.leaves.keys)
    return Self.axes.filter { name, _ in
      // A penalty that the model chooses by itself needs no second choice.
      // The rates are those of training by epochs.
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
