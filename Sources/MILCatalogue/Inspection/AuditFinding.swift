/// A fact or problem that users of a data set should know.
package struct AuditFinding: Sendable, Codable, Equatable {
  /// The severity; ordered from the worst.
  package enum Severity: String, Sendable, Codable, CaseIterable {
    /// Results on the data mean nothing until it is repaired.
    case fault
    /// It may distort results and needs a look.
    case warning
    /// A fact.
    case note
  }

  /// The kind of check.
  package enum Check: String, Sendable, Codable, CaseIterable {
    /// The data differ from the catalogue.
    case catalogue
    /// A feature is the label.
    case leak
    /// One feature separates the labels.
    case separatingFeature = "separating-feature"
    /// Values that are not finite.
    case nonFinite = "non-finite"
    /// Bags with the same instances.
    case duplicateBags = "duplicate-bags"
    /// Instances that occur in bags of both labels.
    case sharedInstances = "shared-instances"
    /// Labels of instances that contradict those of their bags.
    case instanceLabels = "instance-labels"
    /// Features with one value throughout.
    case constantFeatures = "constant-features"
    /// An order of the labels that does not match that of the bags.
    case labelOrder = "label-order"
    /// The accuracy of a linear model of bag means.
    case labelSignal = "label-signal"
    /// The information in the number of instances about the label.
    case bagSize = "bag-size"
    /// The share of positive bags.
    case classBalance = "class-balance"
    /// Folds that are not a partition.
    case folds
    /// The part of a large set that was checked.
    case sample
  }

  /// The kind of check.
  package let check: Check
  /// The severity.
  package let severity: Severity
  /// The finding, as a sentence.
  package let sentence: String
  /// The figures behind it, by name.
  package let numbers: [String: Double]

  /// Creates a finding.
  package init(_ check: Check, _ severity: Severity, _ sentence: String, _ numbers: [String: Double] = [:]) {
    self.check = check
    self.severity = severity
    self.sentence = sentence
    self.numbers = numbers
  }
}
