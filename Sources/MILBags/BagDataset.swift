import Autodiff
import LinearAlgebra
import MILRecords
import UserInput

/// A multiple-instance data set: a table of bags, and a source of the features of their instances.
///
/// Immutable and `Sendable`; every model, fold and statistic works on it. Bag `b` owns the rows
/// `offsets[b] ..< offsets[b + 1]` of the instances; every bag has at least one. Selecting bags or replacing features
/// returns a new value. If the instances are in memory, the new value holds its own copy; otherwise it is a view that
/// reads on demand.
public struct BagDataset: Sendable, Equatable {
  /// Names, sizes, targets and everything else except the features.
  package private(set) var table: BagTable
  /// The source of the features.
  package let source: any InstanceSource
  /// The fingerprint if it was computed before, since computing it may read all features.
  ///
  /// Copies that differ only in names and tasks share it.
  var knownFingerprint: String?

  /// Creates a data set of bags whose features may be stored anywhere, such as in a file for each bag.
  ///
  /// - Parameters:
  ///   - table: the bags.
  ///   - parts: the sources of the instances' features, one after the other.
  /// - Throws: ``DatasetError`` naming the part that does not fit the others, or if two sources have different numbers
  ///   of features.
  public init(_ table: BagTable, _ parts: [any InstanceSource]) throws {
    try self.init(table, parts.count == 1 ? parts[0] : JoinedInstances(parts, name: table.name))
  }

  /// Creates a data set of bags whose features have one source.
  ///
  /// - Throws: ``DatasetError`` naming the part that does not fit the others.
  package init(_ table: BagTable, _ source: any InstanceSource) throws {
    let (rows, columns) = (source.instanceCount, source.featureCount)
    func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws {
      guard condition else { throw DatasetError(dataset: table.name, problem: problem()) }
    }
    try require(columns > 0, "its instances have no features")
    // BLAS and LAPACK count rows and columns by 32 bits.
    try require(
      max(rows, columns) < Int(Int32.max),
      "it has \(rows) instances of \(columns) features, expected fewer than 2147483647 of each")
    try require(table.instanceCount == rows, "its \(table.bagCount) bags do not divide its \(rows) instances")
    try require(
      (table.featureNames?.count ?? columns) == columns,
      "\(table.featureNames?.count ?? 0) feature names for \(columns) features")
    try require(
      (table.imageShape?.count ?? columns) == columns,
      "\(columns) features for images of \(table.imageShape?.description ?? "")")
    try require(
      (0..<columns).contains(table.bagFeatureCount),
      "\(table.bagFeatureCount) of its \(columns) features describe bags, expected fewer than all")
    try require(
      table.bagFeatureCount == 0 || table.imageShape == nil,
      "its features form images, of which none can describe bags")
    try require(
      !table.hasTwoSets || table.imageShape == nil, "its features form images, of which none can divide instances")
    try require(
      !table.hasTwoSets || table.bagFeatureCount + 1 < columns,
      "a feature divides its instances, and none is left for them")
    self.init(unchecked: table, source)
  }

  /// Creates a data set of negative and positive bags in memory, from its parts.
  ///
  /// - Throws: ``DatasetError`` naming the part that does not fit the others.
  package init(
    name: String, instances: Matrix<Float>, offsets: [Int], labels: [Int], bagNames: [String]? = nil,
    instanceLabels: [Int?]? = nil, groups: [String]? = nil, featureNames: [String]? = nil,
    places: [SIMD2<Double>]? = nil
  ) throws {
    try self.init(
      name: name, instances: instances, offsets: offsets, targets: .labels(labels), bagNames: bagNames,
      instanceLabels: instanceLabels, groups: groups, featureNames: featureNames, places: places)
  }

  /// Creates a data set of bags in memory with targets of any kind, from its parts.
  ///
  /// - Throws: ``DatasetError`` naming the part that does not fit the others.
  public init(
    name: String, instances: Matrix<Float>, offsets: [Int], targets: Targets, bagNames: [String]? = nil,
    instanceLabels: [Int?]? = nil, groups: [String]? = nil, featureNames: [String]? = nil,
    places: [SIMD2<Double>]? = nil
  ) throws {
    let table = try BagTable(
      name: name, offsets: offsets, targets: targets, bagNames: bagNames, instanceLabels: instanceLabels,
      groups: groups, places: places, featureNames: featureNames)
    try self.init(table, MatrixSource(all: instances))
  }

  /// Returns the data set of a table and a source that fit each other.
  func replacing(_ table: BagTable, _ source: any InstanceSource) -> BagDataset {
    BagDataset(unchecked: table, source)
  }

  private init(unchecked table: BagTable, _ source: any InstanceSource) {
    self.table = table
    self.source = source
  }

  /// The name under which results on this set are reported.
  public var name: String { table.name }
  /// The first row of each bag, and the number of instances at the end.
  public var offsets: [Int] { table.offsets }
  /// The target of each bag.
  public var targets: Targets { table.targets }
  /// The class of each bag: 1 (positive) or 0 (negative) of two classes; the `Targets.strata` of other targets.
  public var labels: [Int] { table.labels }
  /// The name of each bag in its source; unique.
  public var bagNames: [String] { table.bagNames }
  /// The label of each instance, 1, 0 or nil if it has none; nil if the source has no labels of instances.
  public var instanceLabels: [Int?]? { table.instanceLabels }
  /// The group (a patient, a slide) of each bag; nil if the source names none.
  package var groups: [String]? { table.groups }
  /// The name of each feature; nil if the source names none.
  package var featureNames: [String]? { table.featureNames }
  /// The position of each instance in the image of its bag, x from left to right and y from top to bottom in any unit;
  /// nil if the source has none.
  public var places: [SIMD2<Double>]? { table.places }
  /// The shape of the image that an instance's features form, channel after channel; nil if they form none.
  package var imageShape: ImageShape? { table.imageShape }
  /// The number of last features that describe the bag of an instance; see ``BagDataset/describingBags(by:)``.
  package var bagFeatureCount: Int { table.bagFeatureCount }
  /// Whether a feature divides the instances of each bag into two sets; see ``BagDataset/dividingInstances(_:)``.
  package var hasTwoSets: Bool { table.hasTwoSets }
  /// The position of the feature that divides instances into two sets; nil if there is none.
  package var setFeature: Int? { hasTwoSets ? featureCount - bagFeatureCount - 1 : nil }
  /// The fold that tests each bag, as the source names it: `foldNames[repetition][bag]`; nil unless requested.
  package var foldNames: [[String]]? {
    get { table.foldNames }
    set { table.foldNames = newValue }
  }
  /// The options and decisions of reading the source; nil for a generated set.
  package var reading: Reading? {
    get { table.reading }
    set { table.reading = newValue }
  }
  /// See ``BagTable/catalogueName``.
  package var catalogueName: String? { table.catalogueName }
  /// The number of bags.
  public var bagCount: Int { table.bagCount }
  /// The number of instances in all bags.
  public var instanceCount: Int { table.instanceCount }
  /// The number of features of an instance.
  public var featureCount: Int { source.featureCount }
  /// The number of bags with label 1.
  package var positiveBagCount: Int { table.positiveBagCount }
  /// The class of all bags if they have one class; see ``BagTable/onlyClass``.
  package var onlyClass: String? { table.onlyClass }
  /// The number of instances of the largest bag.
  package var largestBagSize: Int { table.largestBagSize }
  /// The rows of the instances that bag `bag` owns.
  package subscript(rowsOfBag bag: Int) -> Range<Int> { table[rowsOfBag: bag] }
  /// The number of instances in bag `bag`.
  package subscript(sizeOfBag bag: Int) -> Int { table[sizeOfBag: bag] }

  /// Whether the features of all instances are in memory.
  package var isInMemory: Bool { source.matrix != nil }

  /// Returns all instances, N x d, bag after bag; those that are not in memory are read.
  ///
  /// - Throws: the errors of reading.
  public func matrix() throws -> Matrix<Float> {
    try source.matrix ?? source.instances([0..<instanceCount])
  }

  /// Returns the same set with the features of all instances in memory, for repeated passes over all of them.
  ///
  /// - Throws: the errors of reading.
  package func loaded() throws -> BagDataset { isInMemory ? self : replacing(instances: try matrix()) }

  /// The number of features that have the same value in all instances.
  ///
  /// - Throws: the errors of reading.
  package var constantFeatureCount: Int {
    get throws {
      var ranges = ColumnRanges(columns: featureCount)
      try source.forEachBlock { ranges.add($0) }
      return zip(ranges.minimum, ranges.maximum).count { $0 == $1 }
    }
  }

  /// Whether any feature of an instance is missing; possible only in sets whose missing values are imputed by means.
  ///
  /// - Throws: the errors of reading.
  package var hasMissingValues: Bool {
    get throws {
      guard !source.isFinite else { return false }
      var isMissing = false
      try source.forEachBlock { block in
        isMissing = isMissing || block.withUnsafeElements { values in values.contains { $0.isNaN } }
      }
      return isMissing
    }
  }

  /// The instances of bags in memory, as readers and generators make them; no rows for other sets, which ``matrix()``
  /// reads.
  package var instances: Matrix<Float> { source.matrix ?? Matrix(rows: 0, columns: featureCount) }

  /// Returns the instances of some bags, one bag after the other.
  ///
  /// - Throws: the errors of reading.
  public func instances(ofBags bags: [Int]) throws -> Matrix<Float> {
    try source.instances(bags.map { self[rowsOfBag: $0] })
  }

  /// Returns the given bags, in the given order, as a data set of their own.
  ///
  /// - Parameter bags: their positions, from 0.
  public func selecting(bags: [Int]) -> BagDataset { selecting(bags: bags, standardisedBy: nil) }

  /// Returns the given bags with standardised features; features in memory are copied once.
  package func selecting(bags: [Int], standardisedBy standardiser: Standardiser?) -> BagDataset {
    let rows = bags.map { self[rowsOfBag: $0] }
    let table = table.selecting(bags)
    guard let matrix = source.matrix else {
      let selected = SelectedInstances(rows, of: source)
      return BagDataset(
        unchecked: table, standardiser.map { StandardisedInstances(base: selected, standardiser: $0) } ?? selected)
    }
    var instances = matrix.selectingRows(rows)
    standardiser?.apply(inPlaceTo: &instances)
    return BagDataset(unchecked: table, MatrixSource(all: instances))
  }

  /// Returns the same bags with other instance features; the number of instances must be the same.
  public func replacing(instances: Matrix<Float>) -> BagDataset { replacing(source: MatrixSource(all: instances)) }

  /// Returns the same bags with features of another source; the number of instances must be the same.
  package func replacing(source: any InstanceSource) -> BagDataset {
    precondition(source.instanceCount == instanceCount, "another number of instances")
    var table = table
    if source.featureCount != featureCount {
      (table.featureNames, table.imageShape, table.bagFeatureCount, table.hasTwoSets) = (nil, nil, 0, false)
    }
    return BagDataset(unchecked: table, source)
  }

  /// Returns the same bags with their features taken as images, channel after channel; nil undoes this.
  ///
  /// - Throws: ``DatasetError`` if images of this shape have another number of values.
  package func showing(_ shape: ImageShape?) throws -> BagDataset {
    var table = table
    table.imageShape = shape
    return try BagDataset(table, source)
  }

  /// Returns the same bags, whose last `count` features describe the bag of an instance; 0 undoes this.
  ///
  /// Such features are a second block, which some networks read apart from the instances. For all other models they are
  /// features of each instance.
  ///
  /// - Throws: ``DatasetError`` unless there are more features than that, and if they form images.
  package func describingBags(by count: Int) throws -> BagDataset {
    var table = table
    table.bagFeatureCount = count
    return try BagDataset(table, source)
  }

  /// Returns the same bags, in which the last feature before those of bags divides instances into two sets.
  ///
  /// The feature is 0 for instances of the first set and 1 for those of the second. Standardisation leaves it as it is.
  /// Some networks read the sets apart; for all other models it is a feature of each instance. False undoes this.
  ///
  /// - Throws: ``DatasetError`` if no other feature of instances is left, and if features form images.
  package func dividingInstances(_ divides: Bool = true) throws -> BagDataset {
    var table = table
    table.hasTwoSets = divides
    return try BagDataset(table, source)
  }

  /// Returns the same bags with some of the features, given by their positions from 0, in the given order.
  package func selecting(features: [Int]) -> BagDataset {
    let names = featureNames.map { all in features.map { all[$0] } }
    var result =
      source.matrix.map { replacing(instances: $0.selectingColumns(features)) }
      ?? replacing(source: SelectedFeatures(base: source, features: features))
    result.table.featureNames = names
    // Features of bags remain what they are if they are still the last ones.
    let isOfBag = features.map { $0 >= featureCount - bagFeatureCount }
    let last = isOfBag.reversed().prefix { $0 }.count
    result.table.bagFeatureCount = isOfBag.count { $0 } == last && last < features.count ? last : 0
    // Likewise the feature of sets.
    let place = features.count - result.table.bagFeatureCount - 1
    result.table.hasTwoSets =
      place > 0 && features[place] == setFeature && !features[..<place].contains(features[place])
    if features != Array(0..<featureCount) { result.table.imageShape = nil }
    return result
  }

  /// The task of the targets, unless another was requested.
  package var task: any BagTask { askedTask ?? targets.task }

  /// The requested task; nil if none was requested and the task is that of the targets.
  package var askedTask: (any BagTask)? { table.askedTask }

  /// Returns the same bags with another task than the default of their targets.
  ///
  /// - Throws: ``TaskError`` if their targets are of another kind.
  public func asking(for task: any BagTask) throws -> BagDataset {
    guard task.targetKind == targets.kind else {
      throw TaskError("the task \(type(of: task).id) needs \(task.targetKind.title), found \(targets.kind.title)")
    }
    var result = self
    result.table.askedTask = task
    return result
  }

  /// Returns the same bags with other targets and their task.
  ///
  /// - Throws: ``DatasetError`` unless there is one target for each bag.
  package func replacing(targets: Targets) throws -> BagDataset {
    BagDataset(unchecked: try table.replacing(targets: targets), source)
  }

  /// Returns the same bags under another name.
  package func renamed(_ name: String) -> BagDataset {
    var result = self
    result.table.name = name
    return result
  }

  /// Returns the same bags, marked as those of a catalogue set or of a generated set; nil removes the mark.
  ///
  /// Folds and trials are then drawn as for that set, see ``seedName``.
  package func known(as catalogueName: String?) -> BagDataset {
    var result = self
    result.table.catalogueName = catalogueName
    return result
  }

  /// The same instances without anything that would reveal the answers to a model: blinded targets, no instance labels,
  /// no names of the source and no groups.
  package var withoutAnswers: BagDataset { BagDataset(unchecked: table.withoutAnswers, source) }

  /// Returns a set with every instance as a bag of its own, with the target of the bag it came from.
  package func withEveryInstanceABag() throws -> BagDataset {
    let sizes = labels.indices.map { self[sizeOfBag: $0] }
    var table = try BagTable(
      name: name, offsets: Array(0...instanceCount), targets: targets.repeated(sizes), imageShape: imageShape)
    (table.askedTask, table.bagFeatureCount, table.hasTwoSets) = (self.table.askedTask, bagFeatureCount, hasTwoSets)
    return try BagDataset(table, source)
  }

  /// Returns whether two sets have the same name and content, however they were read.
  public static func == (left: BagDataset, right: BagDataset) -> Bool {
    left.table == right.table && haveSameInstances(left, right)
  }
}
