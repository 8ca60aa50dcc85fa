import LinearAlgebra
import MILBags

/// The size of a data set; in files the list [bags, instances, features, positive bags].
package struct DatasetShape: Sendable, Codable, Equatable, CustomStringConvertible {
  /// The number of bags; nil for labelled instances, from which bags are drawn.
  package let bags: Int?
  /// The number of instances in all bags.
  package let instances: Int
  /// The number of features of an instance.
  package let features: Int
  /// The number of positive bags; nil if there are no bags.
  package let positiveBags: Int?

  init(bags: Int?, instances: Int, features: Int, positiveBags: Int?) {
    self.bags = bags
    self.instances = instances
    self.features = features
    self.positiveBags = positiveBags
  }

  /// Creates the shape of a data set.
  package init(of dataset: BagDataset) {
    self.init(
      bags: dataset.bagCount, instances: dataset.instanceCount, features: dataset.featureCount,
      positiveBags: dataset.positiveBagCount)
  }

  /// Creates the shape of labelled instances.
  package init(of instances: LabelledInstances) {
    self.init(bags: nil, instances: instances.count, features: instances.features.columns, positiveBags: nil)
  }

  /// Returns whether the shapes are equal except for the number of positive bags.
  func equalsButForLabels(_ other: DatasetShape) -> Bool {
    (bags, instances, features) == (other.bags, other.instances, other.features)
  }

  /// Reads the list of four numbers; both numbers of bags may be null.
  package init(from decoder: any Decoder) throws {
    let numbers = try decoder.singleValueContainer().decode([Int?].self)
    guard numbers.count == 4, let instances = numbers[1], let features = numbers[2],
      (numbers[0] == nil) == (numbers[3] == nil), numbers.enumerated().allSatisfy({ ($1 ?? 1) >= ($0 == 3 ? 0 : 1) })
    else {
      let found = numbers.prefix(8).map { $0.map(String.init) ?? "null" }.joined(separator: ", ")
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "[\(found)] and not [bags, instances, features, positive bags]"))
    }
    self.init(bags: numbers[0], instances: instances, features: features, positiveBags: numbers[3])
  }

  /// Writes the list of four numbers.
  package func encode(to encoder: any Encoder) throws {
    var list = encoder.singleValueContainer()
    try list.encode([bags, instances, features, positiveBags])
  }

  /// The shape in words.
  package var description: String {
    guard let bags, let positiveBags else { return "\(instances) labelled instances with \(features) features" }
    return "\(bags) bags (\(positiveBags) positive) of \(instances) instances with \(features) features"
  }
}
