import UserInput

/// A setting in the name of a protocol, as in `clean[labelNoise=0.2]`, over which an experiment can spread its models.
package struct ProtocolSetting: Sendable, Equatable {
  /// The name in protocols and the key in experiment files.
  package let name: String
  /// The value at which a protocol keeps its name.
  package let none: String
  /// The meaning of its numbers, over which a report can draw a curve; nil for values that are words.
  package let quantity: String?

  /// Whether its values are numbers.
  package var isNumber: Bool { quantity != nil }

  /// Returns whether a protocol is the point of a curve: whether a setting changes what its rules alone would do.
  package static func isPointOfCurve(_ name: String) -> Bool {
    !differences(of: name, from: values(in: name).rules).settings.isEmpty
  }

  /// Returns its name in words with a value, such as `label noise 0.2`.
  package static func words(_ name: String, _ value: String) -> String {
    name.map { $0.isUppercase ? " \($0.lowercased())" : String($0) }.joined() + " \(value)"
  }

  /// All settings, in the order in which a file with several of them applies them.
  package static let all = [
    ProtocolSetting(name: "acquisition", none: "random", quantity: nil),
    ProtocolSetting(name: "labelNoise", none: "0", quantity: "share of wrong training labels"),
    ProtocolSetting(name: "positiveShare", none: "1", quantity: "largest share of positive training bags"),
    ProtocolSetting(name: "trainingBags", none: "0", quantity: "training bags"),
    ProtocolSetting(name: "varies", none: "all", quantity: nil),
  ]

  /// Returns the rules and all settings in the name of a protocol, with those that it does not write.
  ///
  /// Settings that are not in ``all`` are among them if the name writes them.
  package static func values(in name: String) -> (rules: String, settings: [String: String]) {
    let written = (try? ParameterisedName(parsing: name)) ?? ParameterisedName(name: name)
    let defaults = Dictionary(all.map { ($0.name, $0.none) }) { first, _ in first }
    return (written.name, defaults.merging(written.parameters) { _, own in own })
  }

  /// Returns the differences of a protocol from another in words: its rules, if they differ, and settings by name.
  package static func differences(of name: String, from other: String) -> (rules: String?, settings: [String]) {
    let (own, others) = (values(in: name), values(in: other))
    let settings = own.settings.sorted { $0.key < $1.key }.filter { others.settings[$0.key] != $0.value }
    return (own.rules == others.rules ? nil : own.rules, settings.map(words))
  }
}
