import UserInput

/// Parameters that the registry gives every model beside its own; a model's own parameter of the same name goes before.
struct CommonParameters: Sendable, Equatable {
  /// From which score on a bag is called positive.
  var threshold = ThresholdRule.fixed
  /// The number of fits, of different seeds, whose scores are averaged.
  var members = 1

  private static let membersName = "members"
  private static let membersRange = 1...1000

  /// The defaults.
  init() {}

  /// Takes these parameters out of those that are written for a model.
  ///
  /// - Parameters:
  ///   - written: parameters by name; what is left are the model's own.
  ///   - schema: the model's own parameters.
  /// - Throws: ``ConfigurationError`` for values that they cannot take.
  init(takenFrom written: inout [String: String], besides schema: ParameterSchema) throws {
    let own = schema.defaults.leaves
    func take(_ name: String) -> String? { own[name] == nil ? written.removeValue(forKey: name) : nil }
    threshold = try ThresholdRule(take(ThresholdRule.parameter))
    guard let text = take(Self.membersName) else { return }
    guard let count = Int(text), Self.membersRange.contains(count) else {
      throw ConfigurationError(
        parameter: Self.membersName, found: text,
        expected: "a whole number from \(Self.membersRange.lowerBound) to \(Self.membersRange.upperBound)")
    }
    members = count
  }

  /// Those that differ from the defaults, by name.
  var values: [String: JSONValue] {
    var values: [String: JSONValue] = [:]
    if threshold != .fixed { values[ThresholdRule.parameter] = .string(threshold.rawValue) }
    if members != 1 { values[Self.membersName] = .integer(members) }
    return values
  }

  /// Those that differ from the defaults, as texts.
  var texts: [String: String] { values.mapValues(\.text) }
}
