/// What a trial's model said about the instances of its test bags, where the data set knows the labels of instances.
package struct InstanceResult: Codable, Sendable, Equatable {
  /// What the numbers of instances are.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// Shares in the bag's score, for example attention.
    case weights
    /// The score of each instance taken as a bag of its own.
    case scores

    /// What they are, in one sentence for the reader.
    package var explanation: String {
      switch self {
      case .weights: "Instance weights: how much each instance counts in its bag's score; they compare within a bag."
      case .scores:
        "Instance scores: what the model gives each instance taken as a bag of its own, on the scale of bag scores."
      }
    }
  }

  /// One bag with the numbers of its instances.
  package struct Example: Codable, Sendable, Equatable {
    /// The bag's position in the data set, from 0.
    package var bag: Int
    /// What the bag is called in its source.
    package var name: String
    /// The bag's score.
    package var score: Double
    /// The number of each instance.
    package var values: [Double]
    /// The label of each instance, 0 or 1.
    package var labels: [Int]

    /// An example from its parts.
    package init(bag: Int, name: String, score: Double, values: [Double], labels: [Int]) {
      self.bag = bag
      self.name = name
      self.score = score
      self.values = values
      self.labels = labels
    }
  }

  /// What the numbers are.
  package var kind: Kind
  /// The mean over test bags, of those that hold instances of both labels, of the area under the ROC curve within the bag:
  /// how often a positive instance has a larger number than a negative one of its bag; nil without such bags.
  package var auc: Double?
  /// The number of such bags.
  package var bags: Int
  /// The first of these bags, in some trials.
  package var example: Example?

  /// The result for bags, each with the labels and the numbers of its instances.
  package init(kind: Kind, bags: [(labels: [Int], values: [Double])]) {
    self.kind = kind
    let areas = bags.compactMap { Metrics.areaUnderCurve(labels: $0.labels, scores: $0.values) }
    auc = mean(areas)
    self.bags = areas.count
  }

  /// What contradicts the description of the properties, as half a sentence; nil for a sound result.
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
