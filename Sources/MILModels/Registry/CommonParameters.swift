import UserInput

/// Parameters that the registry adds to every model; a model's own parameter of the same name takes precedence.
struct CommonParameters: Sendable, Equatable {
  /// The rule for the threshold of positive predictions.
  var threshold = ThresholdRule.fixed
  /// The number of averaged fits with different seeds.
  var members = 1
  /// The number of averaged fits that each leave out another inner fold of the training bags; 1 for a fit on all.
  var foldMembers = 1

  private static let counts: [(name: String, value: WritableKeyPath<CommonParameters, Int> & Sendable)] = [
    ("members", \.members), ("foldMembers", \.foldMembers),
  ]
  private static let range = 1...1000

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
    for (name, value) in Self.counts {
      guard let text = take(name) else { continue }
      guard let count = Int(text), Self.range.contains(count) else {
        throw ConfigurationError(
          parameter: name, found: text,
          expected: "a whole number from \(Self.range.lowerBound) to \(Self.range.upperBound)")
      }
      self[keyPath: value] = count
    }
  }

  /// The values that differ from the defaults, by name.
  var values: [String: JSONValue] {
    var values: [String: JSONValue] = [:]
    if threshold != .fixed { values[ThresholdRule.parameter] = .string(threshold.rawValue) }
    for (name, value) in Self.counts where self[keyPath: value] != 1 { values[name] = .integer(self[keyPath: value]) }
    return values
  }

  /// The values that differ from the defaults, as texts.
  var texts: [String: String] { values.mapValues(\.text) }
}
