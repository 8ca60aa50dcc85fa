import Foundation
import LinearAlgebra
import MILBags
import MILExperiments
import MILModels
import MILRecords
import Testing
import UserInput

@testable import MILEvaluation

/// A model that reads no feature: a bag's score is its position among the scored bags.
private struct PlaceModel: Model {
  func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    Blind(training, context) { bags in (0..<bags.bagCount).map { Double($0 + 1) / Double(bags.bagCount) } }
  }
}

/// A model that reads no feature: a bag's score is its label in the input.
private struct LabelModel: Model {
  func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    Blind(training, context) { bags in
      zip(bags.labels, bags.instanceLabels ?? bags.labels).map { Double($0 + ($1 ?? 0)) / 2 }
    }
  }
}

/// A model that reads no feature: a bag's score is the last number in its name.
private struct NameModel: Model {
  func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    Blind(training, context) { bags in bags.bagNames.map { (Double($0.filter(\.isNumber)) ?? 0) / 1000 } }
  }
}

/// A model whose score of a bag is its first feature.
private struct FeatureModel: Model {
  func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    Blind(training, context) { bags in bags.offsets.dropLast().map { 0.5 + Double(bags.instances[$0, 0]) / 1000 } }
  }
}

private struct Blind: FittedModel {
  let summary: FitSummary
  private let scorer: @Sendable (BagDataset) -> [Double]

  init(_ training: BagDataset, _ context: FitContext, _ scorer: @escaping @Sendable (BagDataset) -> [Double]) {
    summary = FitSummary(notes: ["names": training.bagNames.joined(separator: " ")])
    self.scorer = scorer
  }

  func predict(_ bags: BagDataset) throws -> [Double] { scorer(bags) }

  func relevance(_ bags: BagDataset) throws -> InstanceRelevance? {
    InstanceRelevance(kind: .weights, values: bags.instances.column(0).map(Double.init))
  }
}

@Suite("What the order of bags gives away")
struct BagOrderTests {
  /// Returns bags with the negative ones first, named by position; the only feature is the position, too.
  static func sorted(_ count: Int = 120) throws -> BagDataset {
    let sizes = (0..<count).map { 1 + $0 % 3 }
    let offsets = sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    let places = sizes.indices.flatMap { bag in (0..<sizes[bag]).map { Float(bag) + Float($0) / 8 } }
    let labels = (0..<count).map { $0 < count / 2 ? 0 : 1 }
    return try BagDataset(
      name: "made", instances: Matrix(rows: places.count, columns: 1, elements: places), offsets: offsets,
      labels: labels, bagNames: (0..<count).map { "bag\($0)" },
      instanceLabels: sizes.indices.flatMap { bag in
        (0..<sizes[bag]).map { $0 == 0 ? labels[bag] : 0 }
      })
  }

  private func outcome(_ registry: ModelRegistry, _ model: String, seed: UInt64 = 1) async throws -> [TrialRecord] {
    var experiment = madeExperiment([model])
    (experiment.folds, experiment.protocol, experiment.seed) = (5, "clean", seed)
    return try await makeRunner([Self.sorted()], registry: registry).run(experiment).records
  }

  private func area(_ records: [TrialRecord]) -> Double? {
    #expect(records.allSatisfy { $0.status == .finished }, "\(records.compactMap(\.message))")
    return CellSummary.summaries(of: records).first?["auc"]
  }

  @Test(
    "A model that scores a bag by its place guesses, on a set sorted by label", arguments: [1, 2, 3, 4] as [UInt64])
  func place(seed: UInt64) async throws {
    let area = try #require(area(try await outcome(.withProbe(PlaceModel()), "probe", seed: seed)))
    #expect((0.3...0.7).contains(area))
  }

  @Test("So does one that scores it by the label that comes with it, or by its name")
  func labelsAndNames() async throws {
    #expect(area(try await outcome(.withProbe(LabelModel()), "probe")) == 0.5)
    let area = try #require(area(try await outcome(.withProbe(NameModel()), "probe")))
    #expect((0.3...0.7).contains(area))
  }

  @Test("So does a program that reads no file but the number of bags", arguments: [1, 2, 3] as [UInt64])
  func program(seed: UInt64) async throws {
    try await withTemporaryFolder { folder in
      let script = """
        [ "$1" = fit ] && exit 0
        bags=$(sed -n 's/.*"bags" : \\([0-9]*\\).*/\\1/p' "$2/job.json")
        awk -v n="$bags" 'BEGIN { for (k = 1; k <= n; k++) print k / n }' > "$2/scores.csv"
        """
      try Data(script.utf8).write(to: folder.appending(path: "place.sh"))
      try Data("{ title: 'Place', citation: 'None.', command: ['sh', 'place.sh'] }".utf8)
        .write(to: folder.appending(path: "place.json5"))
      var registry = try ModelRegistry.standard()
      try registry.registerExternalModels(in: [folder])
      let area = try #require(area(try await outcome(registry, "place", seed: seed)))
      #expect((0.3...0.7).contains(area))
    }
  }

  @Test("Scores and weights are put back to the bags that they are of")
  func restored() async throws {
    let bags = try Self.sorted()
    for record in try await outcome(.withProbe(FeatureModel()), "probe") {
      // Standardised features still increase with the position.
      #expect(record.status == .finished && record.scores == record.scores.sorted())
      #expect(record.bags == record.bags.sorted() && record.labels == record.bags.map { bags.labels[$0] })
      let example = record.instances?.example
      #expect(example.map { $0.values == $0.values.sorted() } ?? true)
    }
    let deal = BagDeal(of: bags, seed: 5, part: "test")
    #expect(deal.order != Array(0..<bags.bagCount) && deal.order.sorted() == Array(0..<bags.bagCount))
    let first = deal.bags.offsets.dropLast().map { Double(deal.bags.instances[$0, 0]) }
    #expect(deal.restored(first) == (0..<bags.bagCount).map(Double.init))
    #expect(
      deal.restored(ofInstances: deal.bags.instances.elements.map(Double.init))
        == bags.instances.elements.map(Double.init))
    #expect(deal.restored([1, 2]) == [1, 2])
    #expect(BagDeal(of: bags, seed: 6, part: "test").order != deal.order)
    #expect(BagDeal(of: bags, seed: 5, part: "training").order != deal.order)
  }

  @Test("Training bags of models that do not come with the harness are in a drawn order, each trial in its own")
  func training() async throws {
    let records = try await outcome(.withProbe(FeatureModel()), "probe")
    let orders = records.map { ($0.notes["names"] ?? "").split(separator: " ").compactMap { Int($0.dropFirst(3)) } }
    #expect(orders.allSatisfy { $0.count == 96 && $0 != $0.sorted() })
    #expect(Set(orders).count == orders.count)
  }
}
