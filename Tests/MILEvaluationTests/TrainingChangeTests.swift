import Foundation
import LinearAlgebra
import MILBags
import MILCatalogue
import MILExperiments
import MILModels
import MILRecords
import Testing

@testable import MILEvaluation

@Suite("What a protocol changes about training bags")
struct TrainingChangeTests {
  private func change(_ text: String) throws -> TrainingChange {
    try TrialProtocol(named: "clean[\(text)]").change ?? TrainingChange()
  }

  private func bags(_ count: Int, classes: Int = 2) throws -> BagDataset {
    let labels = (0..<count).map { $0 % classes }
    return try BagDataset(
      name: "made", instances: Matrix<Float>(rows: count, columns: 1), offsets: Array(0...count),
      targets: classes == 2 ? .labels(labels) : .classes(labels, names: (0..<classes).map { "c\($0)" }))
  }

  @Test("A share of labels is flipped, each to every other class, and what a small share flips a larger one flips, too")
  func flips() throws {
    for classes in [2, 4] {
      let all = try bags(200, classes: classes)
      func changed(_ rate: Double) throws -> Set<Int> {
        let flipped = try change("labelNoise=\(rate)").flipping(all, Array(0..<200), seed: 5)
        let places = (0..<200).filter { flipped.bags.labels[$0] != all.labels[$0] }
        #expect(places.count == flipped.count && flipped.count == Int(200 * rate))
        #expect(flipped.bags.targets.classCount == classes)
        return Set(places)
      }
      let (few, many, every) = try (changed(0.1), changed(0.4), changed(1))
      #expect(few.isSubset(of: many) && every.count == 200)
      #expect(try change("labelNoise=0.1").flipping(all, Array(0..<200), seed: 6).bags.labels != all.labels)
    }
    let whole = try bags(200, classes: 4)
    let flipped = try change("labelNoise=1").flipping(whole, Array(0..<200), seed: 5).bags.labels
    let pairs = Dictionary(grouping: zip(whole.labels, flipped).map { $0 * 4 + $1 }) { $0 }.mapValues(\.count)
    #expect(pairs.count == 12 && pairs.values.allSatisfy { (5...30).contains($0) })
  }

  @Test("Which labels are flipped does not depend on which other bags there are")
  func independence() throws {
    let all = try bags(60)
    let half = Array(stride(from: 0, to: 60, by: 2)) + [1]
    let noise = try change("labelNoise=1")
    let labels = try noise.flipping(all.selecting(bags: half), half, seed: 2).bags.labels
    #expect(labels == half.map { 1 - all.labels[$0] })
    let quarter = try change("labelNoise=0.25").flipping(all, Array(0..<60), seed: 2).bags.labels
    #expect(quarter.count == 60 && zip(quarter, all.labels).count { $0 != $1 } == 15)
  }

  @Test("Positive bags are thinned to a share, one at least, and negative ones stay")
  func thinning() throws {
    let targets = try bags(40).targets
    let numbers = Array(0..<40)
    for (share, positives) in [(1.0, 20), (0.5, 20), (0.2, 5), (0.1, 2), (0.0, 1)] {
      let left = try change("positiveShare=\(share)").selecting(numbers, targets, seed: 3)
      #expect(left.count { $0 % 2 == 1 } == positives && left.count { $0 % 2 == 0 } == 20, "\(share)")
      #expect(left == left.sorted())
    }
    #expect(try change("positiveShare=0.6").selecting([0, 1, 3, 5, 7], targets, seed: 3).count == 2)
  }

  @Test("A number of training bags keeps the classes in proportion, and fewer bags are among more of them")
  func curve() throws {
    let targets = Targets.classes((0..<90).map { $0 < 60 ? 0 : $0 < 80 ? 1 : 2 }, names: ["a", "b", "c"])
    var smaller: Set<Int> = []
    for count in [9, 18, 45, 90, 1000] {
      let left = try change("trainingBags=\(count)").selecting(Array(0..<90), targets, seed: 1)
      #expect(left.count == min(count, 90) && left == left.sorted())
      #expect(smaller.isSubset(of: left))
      smaller = Set(left)
      let shares = [left.count { $0 < 60 }, left.count { (60..<80).contains($0) }, left.count { $0 >= 80 }]
      #expect(
        zip(shares, [6.0, 2, 1]).allSatisfy { abs(Double($0) - $1 * Double(left.count) / 9) < 1.01 }, "\(shares)")
    }
    #expect(
      try change("trainingBags=5").selecting(Array(0..<8), .numbers(Array(repeating: 1, count: 8)), seed: 1).count == 5)
  }

  @Test("All models train on the same wrong labels, test labels stay, and the journal says what was changed")
  func trials() async throws {
    let registry = try ModelRegistry.withProbe(RecordingModel())
    let bags = try madeBags()
    func records(_ name: String) async throws -> [TrialRecord] {
      var experiment = madeExperiment(["constant", "logistic-bag-mean"], repeats: 1)
      experiment.protocol = name
      return try await makeRunner([bags], registry: registry).run(experiment).records
    }
    let (plain, same) = try await (records("clean"), records("clean[labelNoise=0]"))
    #expect(plain.map(\.withoutTimes) == same.map(\.withoutTimes))
    #expect(plain.allSatisfy { !$0.protocolSettings.contains("change") && $0.notes["changed"] == nil })
    let noisy = try await records("clean[ labelNoise = 0.25 ]")
    #expect(noisy.count == plain.count)
    for (record, before) in zip(noisy, plain) {
      #expect(record.protocol == "clean[labelNoise=0.25]" && record.protocolSettings.contains(#""labelNoise":0.25"#))
      #expect(record.targets == before.targets && record.bags == before.bags && record.foldsHash == before.foldsHash)
      #expect(record.seed == before.seed && record.status == .finished)
      #expect(record.notes["changed"] == "8 of 8 training bags, 2 of their labels flipped")
    }
    #expect(zip(noisy, plain).contains { $0.scores != $1.scores })
    let few = try await records("clean[trainingBags=4]")
    #expect(few.allSatisfy { $0.trainingBags == 4 && $0.trainingPositives == 2 })
  }

  @Test(
    "A model that asks for labels is shown those that it is least sure of, and more bags are among those of a longer curve"
  )
  func acquisition() async throws {
    let bags = try SyntheticBags.plantedWitness(
      bags: 60, instancesPerBag: 1...4, features: 3, witnessRate: 0.5, shift: 2, seed: 3
    ).renamed("made").known(as: "made")
    let registry = try ModelRegistry.withProbe(RecordingModel())
    func records(_ settings: String) async throws -> [TrialRecord] {
      var experiment = madeExperiment(["logistic-bag-mean"], repeats: 1)
      experiment.protocol = "clean[\(settings)]"
      return try await makeRunner([bags], registry: registry).run(experiment).records
    }
    let drawn = try await records("trainingBags=16")
    let asked = try await records("acquisition=uncertainty,startBags=8,bagsPerRound=4,trainingBags=16")
    let start = try await records("acquisition=uncertainty,startBags=16,trainingBags=16")
    #expect(asked.allSatisfy { $0.status == .finished && $0.trainingBags == 16 })
    #expect(asked.map(\.scores) != drawn.map(\.scores) && start.map(\.scores) == drawn.map(\.scores))
    #expect(try await records("acquisition=uncertainty,trainingBags=1000").allSatisfy { $0.trainingBags == 40 })
    let trial = try #require(
      try TrialPlan(madePlan("acquisition=uncertainty,startBags=8,bagsPerRound=4,trainingBags=12"), makeRunner([bags]))
        .trials.first)
    let all = trial.folds.trainingBags(repeat: 1, fold: 1)
    var first = try #require(trial.settings.change)
    (first.trainingBags, first.acquisition) = (8, .random)
    let known = first.selecting(all, bags.targets, seed: trial.changeSeed)
    let (training, pool) = try trial.data.split(training: known, test: all.filter { !known.contains($0) })
    let scores = try trial.model.fit(training, FitContext(seed: 0)).predict(pool)
    let next = Set(try trial.labelledBags(among: all)).subtracting(known)
    #expect(next.count == 4)
    let rest = all.filter { !known.contains($0) }
    let doubts = zip(rest, scores).map { (bag: $0, distance: abs($1 - 0.5)) }.sorted { $0.distance < $1.distance }
    #expect(Set(doubts.prefix(4).map(\.bag)) == next)
  }

  private func madePlan(_ settings: String) -> Experiment {
    var experiment = madeExperiment(["logistic-bag-mean"], repeats: 1)
    experiment.protocol = "clean[\(settings)]"
    return experiment
  }

  @Test("Flips make no sense of numbers, and unknown changes are refused")
  func refusals() throws {
    #expect(try change("labelNoise=0.1").reasonAgainst(.numbers([1])) != nil)
    #expect(try change("positiveShare=0.1").reasonAgainst(.classes([0, 1, 2], names: ["a", "b", "c"])) != nil)
    #expect(try change("trainingBags=3").reasonAgainst(.numbers([1])) == nil)
    for name in ["clean[noise=1]", "clean[labelNoise=2]", "clean[trainingBags=0.5]", "claen[labelNoise=0.1]"] {
      #expect(throws: EvaluationError.self, "\(name)") { try TrialProtocol(named: name) }
    }
  }

  @Test("A list in an experiment makes each model a curve")
  func lists() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "curve-\(UUID()).json5")
    defer { try? FileManager.default.removeItem(at: file) }
    let text = """
      { title: "T", datasets: ["musk1"], models: ["constant", { id: "attention", protocol: "tuned", label: "A" }],
        labelNoise: [0, 0.2], trainingBags: 20 }
      """
    try Data(text.utf8).write(to: file)
    let experiment = try Experiment.load(from: file)
    #expect(
      experiment.models.map { "\($0.id) \(experiment.protocolName(of: $0))" } == [
        "constant clean[trainingBags=20]", "constant clean[labelNoise=0.2,trainingBags=20]",
        "attention tuned[trainingBags=20]", "attention tuned[labelNoise=0.2,trainingBags=20]",
      ])
    #expect(experiment.models.map(\.label) == [nil, nil, "A", "A"])
    let names = """
      { title: "T", datasets: ["musk1"], models: ["constant"], trainingBags: 20, varies: ["all", "order"],
        acquisition: ["random", "uncertainty"] }
      """
    try Data(names.utf8).write(to: file)
    let spread = try Experiment.load(from: file)
    #expect(
      try spread.models.map { try TrialProtocol(named: spread.protocolName(of: $0)).name } == [
        "clean[trainingBags=20]", "clean[trainingBags=20,varies=order]",
        "clean[acquisition=uncertainty,trainingBags=20]", "clean[acquisition=uncertainty,trainingBags=20,varies=order]",
      ])
    #expect(spread.models.allSatisfy { (try? TrialProtocol(named: $0.protocol ?? ""))?.name == $0.protocol })
  }
}
