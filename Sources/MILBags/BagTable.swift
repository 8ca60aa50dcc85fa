import Autodiff
import MILRecords
import UserInput

/// Everything about bags except the features of their instances: names, sizes, targets, groups, labels and places of
/// instances. It is always in memory.
///
/// Bag `b` owns the rows `offsets[b] ..< offsets[b + 1]` of the instances; every bag has at least one.
public struct BagTable: Sendable {
  /// The name under which results on this set are reported.
  package internal(set) var name: String
  /// The first row of each bag, and the number of instances at the end: `bagCount + 1` ascending numbers.
  package let offsets: [Int]
  /// The target of each bag.
  package let targets: Targets
  /// The class of each bag: 1 (positive) or 0 (negative) of two classes; the `Targets.strata` of other targets.
  package let labels: [Int]
  /// The name of each bag in its source; unique.
  package let bagNames: [String]
  /// The label of each instance, 1, 0 or nil if it has none; nil if the source has no labels of instances.
  package let instanceLabels: [Int?]?
  /// The group (a patient, a slide) of each bag; nil if the source names none. Folds keep a group together.
  package let groups: [String]?
  /// The position of each instance in the image of its bag; nil if the source has none.
  package let places: [InstancePlace]?
  /// The name of each feature; nil if the source names none.
  package internal(set) var featureNames: [String]?
  /// The shape of the image that an instance's features form, channel after channel; nil if they form none.
  package internal(set) var imageShape: ImageShape?
  /// The number of last features that describe the bag of an instance and are the same in all its instances.
  package internal(set) var bagFeatureCount = 0
  /// Whether the last feature before those of bags divides instances into two sets: 0 for the first, 1 for the second.
  package internal(set) var hasTwoSets = false
  /// The requested task, if it differs from that of the targets.
  var askedTask: (any BagTask)?
  /// The fold that tests each bag, as the source names it: `foldNames[repetition][bag]`; nil unless requested.
  package var foldNames: [[String]]?
  /// The options and decisions of reading the source; nil for a generated set. Equality ignores them.
  package var reading: Reading?
  /// The name of the catalogue set or generated set that these bags were recognised as, whatever ``name`` is. It is nil
  /// for any other set. See ``BagDataset/seedName``.
  package internal(set) var catalogueName: String?

  /// Creates a table from its parts.
  ///
  /// - Throws: ``DatasetError`` naming the part that does not fit the others.
  public init(
    name: String, offsets: [Int], targets: Targets, bagNames: [String]? = nil, instanceLabels: [Int?]? = nil,
    groups: [String]? = nil, places: [SIMD2<Double>]? = nil, featureNames: [String]? = nil,
    imageShape: ImageShape? = nil
  ) throws {
    let count = targets.count
    let bagNames = bagNames ?? (0..<count).map { String($0 + 1) }
    func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws {
      guard condition else { throw DatasetError(dataset: name, problem: problem()) }
    }
    try require(count > 0, "it has no bags")
    try require(
      offsets.count == count + 1 && offsets.first == 0, "its \(count) bags do not divide its instances")
    let empty = (0..<count).first { offsets[$0] >= offsets[$0 + 1] }
    try require(empty == nil, "bag \((empty ?? 0) + 1) has no instances")
    if let problem = targets.problem { throw DatasetError(dataset: name, problem: problem) }
    let instances = offsets[count]
    try require(bagNames.count == count, "\(bagNames.count) bag names for \(count) bags")
    try require(TextIndex.areDistinct(bagNames), "two bags have one name")
    try require(
      (instanceLabels?.count ?? instances) == instances,
      "\(instanceLabels?.count ?? 0) instance labels for \(instances) instances")
    try require((groups?.count ?? count) == count, "\(groups?.count ?? 0) groups for \(count) bags")
    try require(
      (places?.count ?? instances) == instances, "\(places?.count ?? 0) places for \(instances) instances")
    self.init(
      unchecked: name, offsets, targets, bagNames, instanceLabels, groups, places, featureNames, imageShape)
  }

  private init(
    unchecked name: String, _ offsets: [Int], _ targets: Targets, _ bagNames: [String], _ instanceLabels: [Int?]?,
    _ groups: [String]?, _ places: [InstancePlace]?, _ featureNames: [String]?, _ imageShape: ImageShape?
  ) {
    self.name = name
    self.offsets = offsets
    self.targets = targets
    labels = targets.strata
    self.bagNames = bagNames
    self.instanceLabels = instanceLabels
    self.groups = groups
    self.places = places
    self.featureNames = featureNames
    self.imageShape = imageShape
  }

  /// The number of bags.
  package var bagCount: Int { labels.count }
  /// The number of instances in all bags.
  package var instanceCount: Int { offsets[offsets.count - 1] }
  /// The number of bags with label 1.
  package var positiveBagCount: Int { labels.count { $0 == 1 } }
  /// The class of all bags (`positive`, `negative` or its name) if they have one class. It is nil with several classes,
  /// and if the targets are not classes.
  package var onlyClass: String? {
    guard case .classes(let labels, let names) = targets, let first = labels.first,
      labels.allSatisfy({ $0 == first })
    else { return nil }
    return names.count > 2 ? names[first] : first == 1 ? "positive" : "negative"
  }
  /// The number of instances of the largest bag.
  package var largestBagSize: Int { labels.indices.map { self[sizeOfBag: $0] }.max() ?? 0 }

  /// The rows of the instances that bag `bag` owns.
  package subscript(rowsOfBag bag: Int) -> Range<Int> { offsets[bag]..<offsets[bag + 1] }
  /// The number of instances in bag `bag`.
  package subscript(sizeOfBag bag: Int) -> Int { offsets[bag + 1] - offsets[bag] }

  /// Returns the table of the given bags, in the given order.
  func selecting(_ bags: [Int]) -> BagTable {
    var offsets = [0]
    offsets.reserveCapacity(bags.count + 1)
    for bag in bags { offsets.append(offsets[offsets.count - 1] + self[sizeOfBag: bag]) }
    var result = BagTable(
      unchecked: name, offsets, targets.selecting(bags), bags.map { bagNames[$0] },
      instanceLabels.map { all in bags.flatMap { all[self[rowsOfBag: $0]] } },
      groups.map { all in bags.map { all[$0] } }, places.map { all in bags.flatMap { all[self[rowsOfBag: $0]] } },
      featureNames, imageShape)
    result.foldNames = foldNames.map { all in all.map { column in bags.map { column[$0] } } }
    (result.reading, result.catalogueName, result.askedTask) = (reading, catalogueName, askedTask)
    (result.bagFeatureCount, result.hasTwoSets) = (bagFeatureCount, hasTwoSets)
    return result
  }

  /// Returns the table with other targets.
  ///
  /// - Throws: ``DatasetError`` unless there is one target for each bag.
  func replacing(targets: Targets) throws -> BagTable {
    guard targets.count == bagCount, targets.problem == nil else {
      throw DatasetError(dataset: name, problem: targets.problem ?? "\(targets.count) targets for \(bagCount) bags")
    }
    var result = BagTable(
      unchecked: name, offsets, targets, bagNames, instanceLabels, groups, places, featureNames, imageShape)
    (result.foldNames, result.reading, result.catalogueName) = (foldNames, reading, catalogueName)
    (result.bagFeatureCount, result.hasTwoSets) = (bagFeatureCount, hasTwoSets)
    return result
  }

  /// Returns the table with some instances of each bag, given by their rows.
  func selecting(instances rows: [[Int]]) -> BagTable {
    let all = rows.flatMap(\.self)
    var result = BagTable(
      unchecked: name, rows.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }, targets, bagNames,
      instanceLabels.map { labels in all.map { labels[$0] } }, groups, places.map { places in all.map { places[$0] } },
      featureNames, imageShape)
    result.foldNames = foldNames
    (result.reading, result.catalogueName, result.askedTask) = (reading, catalogueName, askedTask)
    (result.bagFeatureCount, result.hasTwoSets) = (bagFeatureCount, hasTwoSets)
    return result
  }

  /// The table without anything that would reveal the answers to a model: blinded targets, no instance labels, no names
  /// of the source and no groups.
  var withoutAnswers: BagTable {
    var result = BagTable(
      unchecked: name, offsets, targets.blinded, labels.indices.map { String($0 + 1) }, nil, nil, places, featureNames,
      imageShape)
    (result.askedTask, result.bagFeatureCount, result.hasTwoSets) = (askedTask, bagFeatureCount, hasTwoSets)
    return result
  }

  /// Returns whether two tables have the same name and content, however they were read.
  package static func == (left: BagTable, right: BagTable) -> Bool {
    left.name == right.name && left.offsets == right.offsets && left.targets == right.targets
      && left.bagNames == right.bagNames && left.instanceLabels == right.instanceLabels
      && left.groups == right.groups && left.featureNames == right.featureNames && left.places == right.places
      && left.imageShape == right.imageShape && left.bagFeatureCount == right.bagFeatureCount
      && left.hasTwoSets == right.hasTwoSets
  }
}

/// The position of an instance in the image of its bag, in any unit: x from left to right, y from top to bottom.
package typealias InstancePlace = SIMD2<Double>

/// A data set whose parts do not fit together.
public struct DatasetError: Error, Equatable, OneLineText {
  /// The data set's name.
  package let dataset: String
  /// The problem, as half a sentence.
  package let problem: String

  /// Creates an error about `dataset`.
  public init(dataset: String, problem: String) {
    self.dataset = dataset
    self.problem = problem
  }

  /// One line for the user.
  package var line: String { "data set \(dataset): \(problem)".onOneLine() }
}
