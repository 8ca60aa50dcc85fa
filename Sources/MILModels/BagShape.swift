import Autodiff
import MILBags

/// The sizes of bags, from which follows what memory a model takes for them.
public struct BagShape: Sendable, Equatable {
  /// The number of bags.
  public var bags: Int
  /// The number of instances in all of them.
  public var instances: Int
  /// The number of features of an instance.
  public var features: Int
  /// The number of instances of the longest bag.
  public var longestBag: Int
  /// Whether all features are in memory before a model gets them; of others a model may read some at a time.
  public var isInMemory = true

  /// The shape of the images that the instances are; nil where they are none.
  package var images: ImageShape?

  /// Sizes from their parts.
  public init(bags: Int, instances: Int, features: Int, longestBag: Int) {
    self.bags = bags
    self.instances = instances
    self.features = features
    self.longestBag = longestBag
  }

  /// The sizes of a data set.
  public init(_ dataset: BagDataset) {
    self.init(
      bags: dataset.bagCount, instances: dataset.instanceCount, features: dataset.featureCount,
      longestBag: dataset.largestBagSize)
    isInMemory = dataset.isInMemory
    images = dataset.imageShape
  }

  /// At most how many instances `count` bags have together.
  public func instances(ofBags count: Int) -> Int {
    let (product, overflow) = longestBag.multipliedReportingOverflow(by: count)
    return overflow ? instances : min(instances, product)
  }

  /// The sizes where at most so many instances of each bag are taken at a time; 0 for all.
  func drawing(atMost limit: Int) -> BagShape {
    var result = self
    if limit > 0 { result.longestBag = min(longestBag, limit) }
    return result
  }

  /// The bytes of all features in single precision.
  public var bytes: Double { 4 * Double(instances) * Double(features) }

  /// The bytes of two copies of what is held where `count` bags are taken at a time and the next ones are read meanwhile.
  func heldBytes(ofBags count: Int) -> Double { heldBytes(ofInstances: instances(ofBags: count)) }

  /// As ``heldBytes(ofBags:)``, where so many instances are taken at a time.
  func heldBytes(ofInstances count: Int) -> Double {
    isInMemory ? 2 * bytes : min(2 * bytes, 8 * Double(count) * Double(features))
  }
}

extension Model {
  /// Twice the features of all bags: what a model takes that says nothing of its own.
  public func memory(training: BagShape, scoring: BagShape) throws -> Double { 2 * (training.bytes + scoring.bytes) }
}
