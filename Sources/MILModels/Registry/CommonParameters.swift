import UserInput

/// Parameters that the registry adds to every model; a model's own parameter of the same name takes precedence.
struct CommonParameters: Sendable, Equatable {
  /// The rule for the threshold of positive predictions.
  var threshold = ThresholdRule.fixed
  /// The number of averaged fits with different seeds.
  var members = 1

  private static let membersName = "members"
  private static let membersRange = 1...1000

  /// Creates the parameters with their defaults.
  init() {}

  /// Extracts these parameters from those written for a model.
  ///
  /// - Parameters:
  ///   - written: parameters by name; the model's own remain.
  ///   - schema: the model's own parameters.
  /// - Throws: ``/UserInput/ConfigurationError`` for invalid values.
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

  /// The values that differ from the defaults, by name.
  var values: [String: JSONValue] {
    var values: [String: JSONValue] = [:]
    if threshold != .fixed { values[ThresholdRule.parameter] = .string(threshold.rawValue) }
    if members != 1 { values[Self.membersName] = .integer(members) }
    return values
  }

  /// The values that differ from the defaults, as texts.
  var texts: [String: String] { values.mapValues(\.text) }
}
