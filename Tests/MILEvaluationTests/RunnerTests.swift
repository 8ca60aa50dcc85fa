import Foundation
import MILBags
import MILEvaluation
import MILExperiments
import MILModels
import MILRecords
import Synchronization
import Testing

@Suite("Running an experiment")
struct RunnerTests {
  @Test(
    "Where instances have labels, a trial records how well the model tells them apart, and one bag of the first fold")
  func instances() async throws {
    let bags = try madeBags()
    let known = try #require(bags.instanceLabels)
    let experiment = madeExperiment([smallNetwork, "attention[epochs=2,layers=8-4]"])
    for record in try await makeRunner([bags]).run(experiment).records {
      let result = try #require(record.instances)
      #expect(result.kind == (record.model == smallNetwork ? .scores : .weights))
      let mixed = record.bags.filter { Set(known[bags[rowsOfBag: $0]]).count == 2 }
      #expect(result.bags == mixed.count && (result.auc == nil) == mixed.isEmpty)
      #expect((result.example != nil) == (record.repetition == 1 && record.fold == 1 && !mixed.isEmpty))
      guard let example = result.example else { continue }
      #expect(example.bag == mixed[0] && example.labels == Array(known[bags[rowsOfBag: example.bag]]))
      #expect(example.name == bags.bagNames[example.bag] && record.scores.contains(example.score))
    }
    let plain = try BagDataset(
      name: "made", instances: bags.instances, offsets: bags.offsets, labels: bags.labels)
    #expect(try await makeRunner([plain]).run(experiment).records.allSatisfy { $0.instances == nil })
  }

  @Test("Every trial leaves a complete record of what was run and what it gave")
  func completeRecords() async throws {
    let bags = try madeBags()
    let experiment = madeExperiment()
    let runner = try makeRunner([bags])
    let outcome = try await runner.run(experiment)
    let folds = try FoldAssignment(for: bags, scheme: .stratified, folds: 3, repeats: 2, seed: experiment.seed)
    #expect(outcome.records.count == 12)
    #expect(outcome.ran == 12 && outcome.skipped == 0 && outcome.unavailable.isEmpty)
    #expect(outcome.records.map(\.key) == outcome.records.map(\.key).sorted())
    #expect(Set(outcome.records.map(\.key)).count == 12)
    #expect(Set(outcome.records.map(\.seed)).count == 12)
    for record in outcome.records {
      let model = try runner.registry.resolve(record.model)
      #expect(record.format == TrialRecord.currentFormat && record.status == .finished && record.message == nil)
      #expect(record.experiment == "tests/made" && record.dataset == "made" && record.protocol == "clean")
      #expect(try record.dataHash == bags.fingerprint)
      #expect(record.model == model.id && record.configuration == model.configuration)
      #expect(record.foldsHash == folds.hash(repeat: record.repetition))
      #expect(record.bags == folds.testBags(repeat: record.repetition, fold: record.fold))
      #expect(record.labels == record.bags.map { bags.labels[$0] })
      #expect(record.scores.count == record.bags.count && record.scoresAreProbabilities && record.threshold == 0.5)
      #expect(record.version == MILBenchVersion.current && !record.core.isEmpty)
      #expect(record.seconds >= 0 && record.scoringSeconds > 0)
      let isNetwork = record.model == smallNetwork
      #expect(record.correctByEpoch.count == (isNetwork ? 2 : 1) && record.lossByEpoch.count == (isNetwork ? 2 : 0))
      #expect(record.steps == (isNetwork ? 2 * (12 - record.bags.count) : 0))
      #expect(record.parameters == (isNetwork ? 3 * 8 + 8 + 8 * 4 + 4 + 4 + 1 : 1))
    }
  }

  @Test("The settings of the protocol are in the record, as JSON with sorted keys")
  func protocolSettings() async throws {
    let outcome = try await makeRunner([madeBags()]).run(madeExperiment(["constant"], repeats: 1))
    let expected = #"{"epsilon":0,"folds":3,"scheme":"stratified","seed":2018,"standardisation":"training"}"#
    #expect(outcome.records.map(\.protocolSettings) == [expected, expected, expected])
  }

  @Test("The number of workers changes no bit")
  func workers() async throws {
    let bags = try madeBags()
    let alone = try await makeRunner([bags], workers: 1).run(madeExperiment())
    let together = try await makeRunner([bags], workers: 2).run(madeExperiment())
    #expect(alone.untimed == together.untimed)
    #expect(alone.records.contains { $0.lossByEpoch.count == 2 })
  }

  @Test("The order of data sets and models changes no bit")
  func order() async throws {
    let runner = try makeRunner([madeBags("a", seed: 1), madeBags("b", seed: 2)])
    var experiment = madeExperiment([smallNetwork, "attention[epochs=1,layers=4]"], repeats: 1)
    experiment.datasets = ["a", "b"]
    let forward = try await runner.run(experiment)
    experiment.datasets.reverse()
    experiment.models.reverse()
    let backward = try await runner.run(experiment)
    #expect(forward.untimed == backward.untimed)
    #expect(forward.records.count == 12)
  }

  @Test("Another seed gives other folds and other scores")
  func seeds() async throws {
    let runner = try makeRunner([madeBags()])
    var experiment = madeExperiment([smallNetwork], repeats: 1)
    let first = try await runner.run(experiment)
    experiment.seed += 1
    let second = try await runner.run(experiment)
    #expect(first.records.map(\.foldsHash) != second.records.map(\.foldsHash))
    #expect(first.records.map(\.scores) != second.records.map(\.scores))
  }

  @Test("The last epoch's count is that of the stored scores")
  func lastEpoch() async throws {
    let outcome = try await makeRunner([madeBags()]).run(madeExperiment(["mi-net-bag[epochs=4,layers=8]", "constant"]))
    for record in outcome.records {
      let called = record.scores.map { $0 >= record.threshold ? 1 : 0 }
      #expect(record.correctByEpoch.last == zip(called, record.labels).count { $0 == $1 })
    }
    for cell in CellSummary.summaries(of: outcome.records) {
      let records = outcome.records.filter { $0.cell == cell.key }
      if cell.model == "constant" {
        #expect(cell.leading.oracle == nil && cell.leading.oracleCommon == nil && cell.leading.oracleCommonEpoch == nil)
        continue
      }
      let best = records.map { Double($0.correctByEpoch.max() ?? 0) / Double($0.bags.count) }
      #expect(abs((cell.leading.oracle ?? 0) - best.reduce(0, +) / Double(best.count)) < 1e-12)
      #expect((cell.leading.oracle ?? 0) >= (cell.leading.oracleCommon ?? 1))
      #expect((cell.leading.oracleCommon ?? 0) >= (cell.leading.mean ?? 1))
    }
  }

  @Test("Progress counts every trial once and ends complete")
  func progress() async throws {
    let seen = Mutex<[RunProgress]>([])
    var runner = try makeRunner([madeBags()], workers: 2)
    runner.progress = { progress in seen.withLock { $0.append(progress) } }
    _ = try await runner.run(madeExperiment())
    let ran = seen.withLock { $0.map(\.ran) }
    #expect(ran.sorted() == Array(0...12))
    let last = try #require(seen.withLock { $0.max { $0.ran < $1.ran } })
    #expect(last.done == 12 && last.total == 12 && last.pending == 12)
    #expect(last.secondsLeft == 0)
    #expect((0...1).contains(try #require(last.scoreSoFar)))
  }

  @Test("Impossible numbers of repeats and folds are refused", arguments: [0, -1, 10_001, Int.max, Int.min])
  func refusals(number: Int) async throws {
    let runner = try makeRunner([madeBags()])
    var experiment = madeExperiment()
    experiment.repeats = number
    #expect(
      await message { _ = try await runner.run(experiment) }
        == "experiment tests/made: \(number) repeats, expected 1 to 10000")
    experiment.repeats = 1
    experiment.folds = number
    #expect(await message { _ = try await runner.run(experiment) }?.contains("\(number) folds asked for") == true)
  }
}
