import LinearAlgebra
import UserInput

/// A multiple-instance data set: one matrix of instances, cut into bags of consecutive rows, each with a label.
///
/// Immutable and `Sendable`; every model, fold and statistic works on it. Bag `b` owns the rows
/// `offsets[b] ..< offsets[b + 1]` of ``instances``; every bag has at least one instance.
public struct BagDataset: Sendable, Equatable {
  /// The name under which results on this set are reported.
  public let name: String
  /// All instances, N x d, bag after bag.
  public let instances: Matrix<Float>
  /// The first row of each bag, and N at the end: `bagCount + 1` ascending numbers.
  public let offsets: [Int]
  /// The label of each bag, 1 (positive) or 0 (negative).
  public let labels: [Int]
  /// What each bag is called in its source; unique.
  public let bagNames: [String]
  /// The label of each instance, 1, 0 or nil where it has none, where the source knows labels of instances.
  public let instanceLabels: [Int?]?
  /// The group (a patient, a slide) of each bag, where the source names one; folds keep a group together.
  public let groups: [String]?
  /// The name of each feature, where the source has them.
  public let featureNames: [String]?
  /// Where each instance is in the image that its bag shows, where the source says so.
  public let places: [InstancePlace]?
  /// The fold that tests each bag as the source names it, `foldNames[repetition][bag]`; nil where none was asked for.
  public var foldNames: [[String]]?
  /// How the source was read; nil for a set that was made. It is no part of what the set is, so equality leaves it out.
  public var reading: Reading?
  /// The name in the catalogue, or of a made set, of what these bags were found to be, whatever ``name`` calls them; nil
  /// for everybody else's. See ``seedName``.
  public private(set) var catalogueName: String?

  /// A data set from its parts.
  ///
  /// - Throws: ``DatasetError`` naming the part that does not fit the others.
  public init(
    name: String, instances: Matrix<Float>, offsets: [Int], labels: [Int], bagNames: [String]? = nil,
    instanceLabels: [Int?]? = nil, groups: [String]? = nil, featureNames: [String]? = nil,
    places: [InstancePlace]? = nil
  ) throws {
    let bagNames = bagNames ?? labels.indices.map { String($0 + 1) }
    func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws {
      guard condition else { throw DatasetError(dataset: name, problem: problem()) }
    }
    try require(!labels.isEmpty, "it has no bags")
    try require(instances.columns > 0, "its instances have no features")
    // BLAS and LAPACK count rows and columns by 32 bits.
    try require(
      max(instances.rows, instances.columns) < Int(Int32.max),
      "it has \(instances.rows) instances of \(instances.columns) features, expected fewer than 2147483647 of each")
    try require(
      offsets.count == labels.count + 1 && offsets.first == 0 && offsets.last == instances.rows,
      "its \(labels.count) bags do not divide its \(instances.rows) instances")
    for bag in labels.indices {
      try require(offsets[bag] < offsets[bag + 1], "bag \(bag + 1) has no instances")
      try require(labels[bag] == 0 || labels[bag] == 1, "bag \(bag + 1) has label \(labels[bag]), expected 0 or 1")
    }
    try require(bagNames.count == labels.count, "\(bagNames.count) bag names for \(labels.count) bags")
    try require(TextIndex.areDistinct(bagNames), "two bags have one name")
    try require(
      (instanceLabels?.count ?? instances.rows) == instances.rows,
      "\(instanceLabels?.count ?? 0) instance labels for \(instances.rows) instances")
    try require(
      (groups?.count ?? labels.count) == labels.count, "\(groups?.count ?? 0) groups for \(labels.count) bags")
    try require(
      (featureNames?.count ?? instances.columns) == instances.columns,
      "\(featureNames?.count ?? 0) feature names for \(instances.columns) features")
    try require(
      (places?.count ?? instances.rows) == instances.rows,
      "\(places?.count ?? 0) places for \(instances.rows) instances")
    self.name = name
    self.instances = instances
    self.offsets = offsets
    self.labels = labels
    self.bagNames = bagNames
    self.instanceLabels = instanceLabels
    self.groups = groups
    self.featureNames = featureNames
    self.places = places
  }

  /// The number of bags.
  public var bagCount: Int { labels.count }
  /// The number of instances in all bags.
  public var instanceCount: Int { instances.rows }
  /// The number of features of an instance.
  public var featureCount: Int { instances.columns }
  /// The number of bags with label 1.
  public var positiveBagCount: Int { labels.reduce(0, +) }
  /// What all bags are, `positive` or `negative`, where they have one label; nil with both.
  public var onlyClass: String? {
    let positive = positiveBagCount
    return positive == 0 ? "negative" : positive == bagCount ? "positive" : nil
  }
  /// The number of instances of the largest bag.
  public var largestBagSize: Int { labels.indices.map { self[sizeOfBag: $0] }.max() ?? 0 }

  /// The number of features that have one value in all instances.
  public var constantFeatureCount: Int {
    let (minimum, maximum, _) = instances.columnRanges()
    return zip(minimum, maximum).count { $0 == $1 }
  }

  /// The rows of ``instances`` that bag `bag` owns.
  public subscript(rowsOfBag bag: Int) -> Range<Int> { offsets[bag]..<offsets[bag + 1] }
  /// The number of instances in bag `bag`.
  public subscript(sizeOfBag bag: Int) -> Int { offsets[bag + 1] - offsets[bag] }

  /// The given bags, in the given order, as a data set of their own.
  ///
  /// - Parameters:
  ///   - bags: their positions, from 0.
  ///   - change: what is done to the instances that are taken, before anything else holds them.
  public func selecting(bags: [Int], changing change: (inout Matrix<Float>) -> Void = { _ in }) -> BagDataset {
    var instances = instances.selectingRows(bags.map { self[rowsOfBag: $0] })
    change(&instances)
    var offsets = [0]
    offsets.reserveCapacity(bags.count + 1)
    for bag in bags { offsets.append(offsets[offsets.count - 1] + self[sizeOfBag: bag]) }
    var result = BagDataset(
      unchecked: name, instances, offsets,
      bags.map { labels[$0] }, bags.map { bagNames[$0] },
      instanceLabels.map { all in bags.flatMap { all[self[rowsOfBag: $0]] } },
      groups.map { all in bags.map { all[$0] } }, featureNames,
      places.map { all in bags.flatMap { all[self[rowsOfBag: $0]] } })
    result.foldNames = foldNames.map { all in all.map { column in bags.map { column[$0] } } }
    (result.reading, result.catalogueName) = (reading, catalogueName)
    return result
  }

  /// The same bags with other instance features, for example standardised ones; the shape must stay.
  public func replacing(instances: Matrix<Float>) -> BagDataset {
    precondition(instances.rows == instanceCount, "another number of instances")
    var result = BagDataset(
      unchecked: name, instances, offsets, labels, bagNames, instanceLabels, groups,
      instances.columns == featureCount ? featureNames : nil, places)
    (result.foldNames, result.reading, result.catalogueName) = (foldNames, reading, catalogueName)
    return result
  }

  /// The same bags under another name.
  public func renamed(_ name: String) -> BagDataset {
    var result = BagDataset(
      unchecked: name, instances, offsets, labels, bagNames, instanceLabels, groups, featureNames, places)
    (result.foldNames, result.reading, result.catalogueName) = (foldNames, reading, catalogueName)
    return result
  }

  /// The same bags, told to be those of a set of the catalogue or of a made set; nil takes that back.
  ///
  /// Folds and trials are then drawn as for that set, see ``seedName``.
  public func known(as catalogueName: String?) -> BagDataset {
    var result = self
    result.catalogueName = catalogueName
    return result
  }

  /// Whether two sets have the same name and content, however they were read.
  public static func == (left: BagDataset, right: BagDataset) -> Bool {
    left.name == right.name && left.instances == right.instances && left.offsets == right.offsets
      && left.labels == right.labels && left.bagNames == right.bagNames
      && left.instanceLabels == right.instanceLabels && left.groups == right.groups
      && left.featureNames == right.featureNames && left.places == right.places
  }

  /// The same instances without what would tell a model the answers: all labels 0, no labels of instances, no names of the
  /// source and no groups.
  public var withoutAnswers: BagDataset {
    BagDataset(
      unchecked: name, instances, offsets, labels.map { _ in 0 }, labels.indices.map { String($0 + 1) }, nil, nil,
      featureNames, places)
  }

  private init(
    unchecked name: String, _ instances: Matrix<Float>, _ offsets: [Int], _ labels: [Int], _ bagNames: [String],
    _ instanceLabels: [Int?]?, _ groups: [String]?, _ featureNames: [String]?,
    _ places: [InstancePlace]?
  ) {
    self.name = name
    self.instances = instances
    self.offsets = offsets
    self.labels = labels
    self.bagNames = bagNames
    self.instanceLabels = instanceLabels
    self.groups = groups
    self.featureNames = featureNames
    self.places = places
  }
}

/// Where an instance is in the image that its bag shows, in any unit: x from left to right, y from top to bottom.
public struct InstancePlace: Sendable, Hashable {
  /// The place from left to right.
  public var x: Double
  /// The place from top to bottom.
  public var y: Double

  /// A place.
  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// A data set whose parts do not fit together.
public struct DatasetError: Error, Equatable, CustomStringConvertible {
  /// The data set's name.
  public let dataset: String
  /// What is wrong with it, as half a sentence.
  public let problem: String

  /// An error about `dataset`.
  public init(dataset: String, problem: String) {
    self.dataset = dataset
    self.problem = problem
  }

  /// One line for the user.
  public var description: String { "data set \(dataset): \(problem)".onOneLine() }
}
