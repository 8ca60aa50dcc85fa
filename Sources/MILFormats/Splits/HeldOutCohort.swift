import LinearAlgebra
import MILBags
import MILRecords
import UserInput

/// Bags to fit on and bags of another cohort to test on, as one set with one split.
package struct HeldOutCohort: Sendable {
  /// The bags of both sets; those of the cohort follow the others.
  package let dataset: BagDataset
  /// The single split: all bags of the first are trained on, all of the second are tested.
  package let folds: PredefinedFolds

  /// Joins two sets.
  ///
  /// - Parameters:
  ///   - development: the bags to fit on.
  ///   - cohort: the bags to test on, read with the label and feature names of the first.
  /// - Throws: `DatasetError` if the two do not match, or share patients.
  package init(fitting development: BagDataset, testing cohort: BagDataset) throws {
    let (cohort, matching) = try cohort.matching(featuresOf: development)
    try Self.requireFit(of: cohort, to: development)
    let known = Set(development.bagNames)
    let doubles = cohort.bagNames.filter(known.contains)
    try Self.refuseCopies(named: doubles, of: development, in: cohort)
    let (first, second) = (development.bagCount, cohort.bagCount)
    let both = try Self.joined(
      development, cohort,
      names: development.bagNames + cohort.bagNames.map { doubles.isEmpty ? $0 : "test/" + $0 })
    let dataset = try both.asking(for: development.task)
    let split = GivenSplit(
      training: Array(0..<first), test: Array(first..<first + second), leftOut: [], place: cohort.name,
      notes: matching + (try Self.copies(of: development, in: cohort)).list)
    self.dataset = dataset
    folds = try PredefinedFolds(given: .splits([split]), cohort.name, "the cohort \(cohort.name)", dataset)
  }

  /// Rejects a cohort with other features or targets, or with patients of the training bags.
  private static func requireFit(of cohort: BagDataset, to development: BagDataset) throws {
    func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws {
      guard condition else { throw DatasetError(dataset: cohort.name, problem: problem()) }
    }
    try require(
      cohort.featureCount == development.featureCount,
      "its instances have \(cohort.featureCount) features, expected \(development.featureCount) as those of \(development.name)"
    )
    try require(
      cohort.targets.kind == development.targets.kind,
      "it has \(cohort.targets.kind.title), expected \(development.targets.kind.title) as \(development.name)")
    let shared = Set(development.groups ?? []).intersection(cohort.groups ?? []).sorted(by: NumberedNames.areInOrder)
    try require(
      shared.isEmpty,
      BagAnswers.counted(shared, "patients are in \(development.name) too") + "; a held-out cohort has none of them")
  }

  /// Rejects bags with the same name and features in both data sets.
  private static func refuseCopies(
    named doubles: [String], of development: BagDataset, in cohort: BagDataset
  ) throws {
    for name in doubles.prefix(64) {
      guard let one = development.bagNames.firstIndex(of: name), let two = cohort.bagNames.firstIndex(of: name),
        development[sizeOfBag: one] == cohort[sizeOfBag: two],
        try development.instances(ofBags: [one]) == cohort.instances(ofBags: [two])
      else { continue }
      throw DatasetError(
        dataset: cohort.name,
        problem:
          "its bag \(name) is a bag of \(development.name), of the same name and features; a held-out cohort has none of them"
      )
    }
  }

  /// Returns the bags of both, one after the other.
  private static func joined(
    _ development: BagDataset, _ cohort: BagDataset, names: [String]
  ) throws -> BagDataset {
    func joined<Element>(_ one: [Element]?, _ two: [Element]?) -> [Element]? {
      one.flatMap { one in two.map { one + $0 } }
    }
    let end = development.instanceCount
    var groups: [String]?
    if development.groups != nil || cohort.groups != nil {
      // If one set has no patients, each of its bags is a separate one.
      groups =
        (development.groups ?? development.bagNames.map { "bag " + $0 })
        + (cohort.groups ?? cohort.bagNames.map { "test bag " + $0 })
    }
    let title = "\(development.name) tested on \(cohort.name)"
    var table = try BagTable(
      name: title, offsets: development.offsets + cohort.offsets.dropFirst().map { $0 + end },
      targets: Targets(joining: [development.targets, cohort.targets]), bagNames: names,
      instanceLabels: joined(development.instanceLabels, cohort.instanceLabels), groups: groups,
      places: joined(development.places, cohort.places), featureNames: development.featureNames)
    var reading = development.reading ?? Reading()
    reading.decisions += (cohort.reading?.decisions ?? []).map {
      ReadDecision($0.subject, "of \(cohort.name), " + $0.statement, option: $0.option)
    }
    table.reading = reading
    let source: any InstanceSource
    if let one = development.source.matrix, let two = cohort.source.matrix {
      source = MatrixSource(
        all: Matrix(rows: one.rows + two.rows, columns: one.columns, elements: Array(one.elements) + two.elements))
    } else {
      source = try JoinedInstances([development.source, cohort.source], name: title)
    }
    return try BagDataset(table, source).describingBags(by: development.bagFeatureCount)
      .dividingInstances(development.hasTwoSets)
  }

  /// Describes the cohort's bags with the same instances as training bags, under any names, as a sentence; nil if there
  /// are none.
  private static func copies(of development: BagDataset, in cohort: BagDataset) throws -> String? {
    // The first instance distinguishes nearly all bags.
    func key(_ bags: BagDataset, _ bag: Int) throws -> [Float] {
      let rows = bags[rowsOfBag: bag]
      let first = try bags.source.instances([rows.lowerBound..<min(rows.lowerBound + 1, rows.upperBound)])
      return [Float(rows.count)] + first.elements
    }
    var known: [[Float]: [Int]] = [:]
    for bag in 0..<development.bagCount { known[try key(development, bag), default: []].append(bag) }
    var pairs: [(String, String)] = []
    for bag in 0..<cohort.bagCount {
      guard let candidates = known[try key(cohort, bag)] else { continue }
      let own = try cohort.instances(ofBags: [bag])
      if let same = try candidates.first(where: { try development.instances(ofBags: [$0]) == own }) {
        pairs.append((cohort.bagNames[bag], development.bagNames[same]))
      }
    }
    guard let (name, other) = pairs.first else { return nil }
    return
      "\(pairs.count) of the \(cohort.bagCount) bags of \(cohort.name) have the instances of bags that are fitted on, as "
      + "\(name) those of \(other); a held-out cohort has none of them, and figures on it are too good"
  }
}

extension BagDataset {
  /// Returns these bags with the features of others, in their order, if both sets name features; and the decisions.
  ///
  /// - Throws: `DatasetError` with the features that are missing here.
  package func matching(featuresOf other: BagDataset) throws -> (bags: BagDataset, notes: [String]) {
    guard let known = other.featureNames, let names = featureNames,
      let match = FeatureMatch(of: known, among: names)
    else { return (self, []) }
    func listed(_ names: [String]) -> String {
      names.shortList(6) { ReadError.quoted($0.utf8) }
    }
    func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws {
      guard condition else { throw DatasetError(dataset: name, problem: problem()) }
    }
    try require(
      match.areDistinct,
      "two features have one name, so they are not matched with those of \(other.name); give each a name of its own")
    try require(
      match.missing.isEmpty,
      "no feature \(listed(match.missing)) among \(listed(names)), expected the \(known.count) features of \(other.name), in any "
        + "order")
    var notes: [String] = []
    if !match.extra.isEmpty {
      notes.append("features \(listed(match.extra)) of \(name) are left out, which \(other.name) has not")
    }
    if match.places != match.places.sorted() {
      notes.append("features of \(name) stand in another order than those of \(other.name), and are matched by name")
    }
    return (selecting(features: match.places), notes)
  }
}
