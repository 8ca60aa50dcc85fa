import LinearAlgebra
import MILResults
import UserInput

/// Bags to fit on and bags of another cohort to test on, as one set with one split.
public struct HeldOutCohort: Sendable {
  /// The bags of both, those of the cohort behind the others.
  public let dataset: BagDataset
  /// The one split: all of the first are trained on, all of the second are tested.
  public let folds: PredefinedFolds

  /// Puts two sets together.
  ///
  /// - Parameters:
  ///   - development: the bags to fit on.
  ///   - cohort: the bags to test on, read with the names of the first's labels and features.
  /// - Throws: ``DatasetError`` where the two do not fit, or have patients in common.
  public init(fitting development: BagDataset, testing cohort: BagDataset) throws {
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
    let known = Set(development.bagNames)
    let doubles = cohort.bagNames.filter(known.contains)
    for name in doubles.prefix(64) {
      guard let one = development.bagNames.firstIndex(of: name), let two = cohort.bagNames.firstIndex(of: name),
        development[sizeOfBag: one] == cohort[sizeOfBag: two]
      else { continue }
      try require(
        try development.instances(ofBags: [one]) != cohort.instances(ofBags: [two]),
        "its bag \(name) is a bag of \(development.name), of the same name and features; a held-out cohort has none of them"
      )
    }
    let (first, second) = (development.bagCount, cohort.bagCount)
    let names = development.bagNames + cohort.bagNames.map { doubles.isEmpty ? $0 : "test/" + $0 }
    func joined<Element>(_ one: [Element]?, _ two: [Element]?) -> [Element]? {
      one.flatMap { one in two.map { one + $0 } }
    }
    let end = development.instanceCount
    var groups: [String]?
    if development.groups != nil || cohort.groups != nil {
      // Where one has no patients, each of its bags is one of its own.
      groups =
        (development.groups ?? development.bagNames.map { "bag " + $0 })
        + (cohort.groups ?? cohort.bagNames.map { "test bag " + $0 })
    }
    let title = "\(development.name) tested on \(cohort.name)"
    var table = try BagTable(
      name: title, offsets: development.offsets + cohort.offsets.dropFirst().map { $0 + end },
      targets: Targets(joining: development.targets, cohort.targets), bagNames: names,
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
    let both = try BagDataset(table, source)
    let dataset = try both.asking(for: development.task)
    let split = GivenSplit(
      training: Array(0..<first), test: Array(first..<first + second), leftOut: [], place: cohort.name)
    self.dataset = dataset
    folds = try PredefinedFolds(given: .splits([split]), cohort.name, "the cohort \(cohort.name)", dataset)
  }
}

extension Targets {
  /// The targets of two sets of one kind, one after the other.
  fileprivate init(joining one: Targets, _ two: Targets) {
    switch (one, two) {
    case (.classes(let left, let names), .classes(let right, _)): self = .classes(left + right, names: names)
    case (.numbers(let left), .numbers(let right)): self = .numbers(left + right)
    case (.survival(let times, let events), .survival(let moreTimes, let moreEvents)):
      self = .survival(times: times + moreTimes, events: events + moreEvents)
    default: self = one
    }
  }
}
