/// Something about a data set that whoever uses it should know.
package struct AuditFinding: Sendable, Codable, Equatable {
  /// How bad it is; ordered from the worst.
  package enum Severity: String, Sendable, Codable, CaseIterable {
    /// Results on the data mean nothing before it is mended.
    case fault
    /// It may distort results and needs a look.
    case warning
    /// A fact.
    case note
  }

  /// What was checked.
  package enum Check: String, Sendable, Codable, CaseIterable {
    /// The data are not what the catalogue says.
    case catalogue
    /// A feature is the label.
    case leak
    /// One feature tells the label.
    case separatingFeature = "separating-feature"
    /// Values that are no numbers.
    case nonFinite = "non-finite"
    /// Bags with the same instances.
    case duplicateBags = "duplicate-bags"
    /// Instances that stand in bags of both labels.
    case sharedInstances = "shared-instances"
    /// Labels of instances that contradict those of their bags.
    case instanceLabels = "instance-labels"
    /// Features with one value throughout.
    case constantFeatures = "constant-features"
    /// The labels' order does not go with that of the bags.
    case labelOrder = "label-order"
    /// What a linear model of bag means makes of the labels.
    case labelSignal = "label-signal"
    /// What the number of instances tells about the label.
    case bagSize = "bag-size"
    /// How many bags are positive.
    case classBalance = "class-balance"
    /// Folds that are no partition.
    case folds
    /// How much of a large set was looked at.
    case sample
  }

  /// What was checked.
  package let check: Check
  /// How bad it is.
  package let severity: Severity
  /// The finding, as a sentence.
  package let sentence: String
  /// The figures behind it, by name.
  public let numbers: [String: Double]

  /// A finding.
  package init(_ check: Check, _ severity: Severity, _ sentence: String, _ numbers: [String: Double] = [:]) {
    self.check = check
    self.severity = severity
    self.sentence = sentence
    self.numbers = numbers
  }
}
