/// A model's output for the instances of a trial's test bags, for data sets with instance labels.
package struct InstanceResult: Codable, Sendable, Equatable {
  /// The meaning of the instance values.
  package enum Kind: String, Codable, Sendable, CaseIterable {
    /// Shares in the bag's score, such as attention weights.
    case weights
    /// The score of each instance as a bag of its own.
    case scores

    /// The meaning in one sentence for the reader.
    package var explanation: String {
      switch self {
      case .weights: "Instance weights: how much each instance counts in its bag's score; they compare within a bag."
      case .scores:
        "Instance scores: what the model gives each instance taken as a bag of its own, on the scale of bag scores."
      }
    }
  }

  /// One bag with the values of its instances.
  package struct Example: Codable, Sendable, Equatable {
    /// The bag's position in the data set, from 0.
    package var bag: Int
    /// The bag's name in its source.
    package var name: String
    /// The bag's score.
    package var score: Double
    /// The value of each instance.
    package var values: [Double]
    /// The label of each instance, 0 or 1.
    package var labels: [Int]

    /// Creates an example from its parts.
    package init(bag: Int, name: String, score: Double, values: [Double], labels: [Int]) {
      self.bag = bag
      self.name = name
      self.score = score
      self.values = values
      self.labels = labels
    }
  }

  /// The meaning of the values.
  package var kind: Kind
  /// The mean area under the ROC curve within a test bag, over the bags with instances of both labels.
  ///
  /// It is how often a positive instance has a larger value than a negative one of its bag; nil without such bags.
  package var auc: Double?
  /// The number of such bags.
  package var bags: Int
  /// The first of these bags, in some trials.
  package var example: Example?

  /// Creates the result from bags, each with the labels and the values of its instances.
  package init(kind: Kind, bags: [(labels: [Int], values: [Double])]) {
    self.kind = kind
    let areas = bags.compactMap { Metrics.areaUnderCurve(labels: $0.labels, scores: $0.values) }
    auc = mean(areas)
    self.bags = areas.count
  }

  /// The first contradiction between the properties, as half a sentence; nil for a valid result.
  var problem: String? {
    if bags < 0 || (auc == nil) != (bags == 0) { return "an instance AUC of \(bags) bags" }
    if let auc, !(0...1).contains(auc) { return "instance AUC \(auc), expected 0 to 1" }
    guard let example else { return nil }
    if example.bag < 0 || example.values.count != example.labels.count {
      return "\(example.values.count) instance numbers for \(example.labels.count) instances"
    }
    let isSound = example.values.allSatisfy(\.isFinite) && example.score.isFinite
    return isSound ? nil : "an instance's number is not finite"
  }
}
