import UserInput

/// A setting in the name of a protocol, as in `clean[labelNoise=0.2]`, over which an experiment can spread its models.
package struct ProtocolSetting: Sendable, Equatable {
  /// The name in protocols and the key in experiment files.
  package let name: String
  /// The value at which a protocol keeps its name.
  package let none: String
  /// Whether its values are numbers, so that a report can draw a curve over them.
  package let isNumber: Bool

  /// All settings, in the order in which a file with several of them applies them.
  package static let all = [
    ProtocolSetting(name: "acquisition", none: "random", isNumber: false),
    ProtocolSetting(name: "labelNoise", none: "0", isNumber: true),
    ProtocolSetting(name: "positiveShare", none: "1", isNumber: true),
    ProtocolSetting(name: "trainingBags", none: "0", isNumber: true),
    ProtocolSetting(name: "varies", none: "all", isNumber: false),
  ]

  /// Returns the rules and all settings in the name of a protocol, with those that it does not write.
  ///
  /// Settings that are not in ``all`` are among them if the name writes them.
  package static func values(in name: String) -> (rules: String, settings: [String: String]) {
    let written = (try? ParameterisedName(parsing: name)) ?? ParameterisedName(name: name)
    let defaults = Dictionary(all.map { ($0.name, $0.none) }) { first, _ in first }
    return (written.name, defaults.merging(written.parameters) { _, own in own })
  }
}
