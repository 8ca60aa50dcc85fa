import Autodiff
import MILBags

/// The sizes of bags, from which a model's memory demand follows.
public struct BagShape: Sendable, Equatable {
  /// The number of bags.
  public var bags: Int
  /// The number of instances in all of them.
  public var instances: Int
  /// The number of features of an instance.
  public var features: Int
  /// The number of instances of the longest bag.
  public var longestBag: Int
  /// Whether all features are in memory before the fit; otherwise a model may read some at a time.
  package var isInMemory = true

  /// The shape of the images that the instances form; nil if they form none.
  package var images: ImageShape?
  /// The number of last features that describe the bag of an instance.
  package var bagFeatures = 0
  /// Whether a feature divides instances into two sets.
  package var twoSets = false

  /// Creates sizes from their parts.
  package init(bags: Int, instances: Int, features: Int, longestBag: Int) {
    self.bags = bags
    self.instances = instances
    self.features = features
    self.longestBag = longestBag
  }

  /// Creates the sizes of a data set.
  public init(_ dataset: BagDataset) {
    self.init(
      bags: dataset.bagCount, instances: dataset.instanceCount, features: dataset.featureCount,
      longestBag: dataset.largestBagSize)
    isInMemory = dataset.isInMemory
    (images, bagFeatures, twoSets) = (dataset.imageShape, dataset.bagFeatureCount, dataset.hasTwoSets)
  }

  /// Returns the largest number of instances that `count` bags may have together.
  package func instances(ofBags count: Int) -> Int {
    let (product, overflow) = longestBag.multipliedReportingOverflow(by: count)
    return overflow ? instances : min(instances, product)
  }

  /// Returns the sizes if at most `limit` instances of each bag are taken at a time; 0 for all.
  func drawing(atMost limit: Int) -> BagShape {
    var result = self
    if limit > 0 { result.longestBag = min(longestBag, limit) }
    return result
  }

  /// The size of all features in single precision, in bytes.
  package var bytes: Double { 4 * Double(instances) * Double(features) }

  /// Returns the bytes of two copies of the resident features: those of the `count` bags in use, and of the next ones
  /// being read.
  func heldBytes(ofBags count: Int) -> Double { heldBytes(ofInstances: instances(ofBags: count)) }

  /// Returns the same as ``heldBytes(ofBags:)``, for a number of instances in use.
  func heldBytes(ofInstances count: Int) -> Double {
    isInMemory ? 2 * bytes : min(2 * bytes, 8 * Double(count) * Double(features))
  }
}

extension Model {
  /// Returns twice the size of the features of all bags, the default for a model without its own estimate.
  public func memory(training: BagShape, scoring: BagShape) throws -> Double { 2 * (training.bytes + scoring.bytes) }
}
