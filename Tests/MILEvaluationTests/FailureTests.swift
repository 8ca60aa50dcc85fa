import Foundation
import MILBags
import MILCatalogue
import MILEvaluation
import MILExperiments
import MILModels
import MILRecords
import Synchronization
import Testing

@Suite("Trials and runs that fail")
struct FailureTests {
  @Test("A trial that diverges is recorded as such, stays so, and others go on")
  func divergence() async throws {
    try await withTemporaryFolder { results in
      let wild = "mi-net-bag[epochs=30,layers=8-4,learningRate=1000,momentum=0.9999]"
      let runner = try makeRunner([madeBags()], results: results, workers: 2)
      let outcome = try await runner.run(madeExperiment([wild, "constant"], repeats: 1))
      let diverged = outcome.records.filter { $0.status == .diverged }
      #expect(!diverged.isEmpty)
      for record in diverged {
        #expect(record.model.contains("learningRate=1000") && record.scores.isEmpty)
        #expect(record.message?.contains("not a number") == true)
      }
      #expect(outcome.records.count { $0.model == "constant" && $0.status == .finished } == 3)
      #expect(try await runner.run(madeExperiment([wild, "constant"], repeats: 1)).ran == 0)
    }
  }

  @Test("A model that throws is recorded as failed with its message and tried again")
  func failure() async throws {
    try await withTemporaryFolder { results in
      let experiment = madeExperiment(["probe", "constant"], repeats: 1)
      let failing = try ModelRegistry.withProbe(FailingModel())
      for (ran, policy) in [(6, RunPolicy.missing), (3, .missing), (0, .never)] {
        let outcome = try await makeRunner([madeBags()], registry: failing, results: results, policy: policy)
          .run(experiment)
        #expect(outcome.ran == ran)
        let failed = outcome.records.filter { $0.status == .failed }
        #expect(failed.map(\.model) == ["probe", "probe", "probe"])
        #expect(failed.allSatisfy { $0.message == "the fit went wrong on purpose" && $0.scores.isEmpty })
        #expect(outcome.records.count { $0.status == .finished } == 3)
      }
      let mended = try ModelRegistry.withProbe(MendedModel())
      let outcome = try await makeRunner([madeBags()], registry: mended, results: results).run(experiment)
      #expect(outcome.ran == 3 && outcome.records.allSatisfy { $0.status == .finished && $0.message == nil })
    }
  }

  @Test("A model with wrong scores is recorded as failed and does not stop the run")
  func wrongScores() async throws {
    let cases: [(ModelRegistry, TrialStatus, String)] = [
      (try .withProbe(ShortModel()), .failed, "the model gave 3 scores for 4 bags"),
      (try .withProbe(ImprobableModel()), .failed, "the model gave score 1.5, expected a probability"),
      (try .withProbe(UndefinedModel()), .diverged, "the loss is not a number in epoch 0"),
    ]
    for (registry, status, text) in cases {
      try await withTemporaryFolder { results in
        let outcome = try await makeRunner([madeBags()], registry: registry, results: results)
          .run(madeExperiment(["probe", "constant"], repeats: 1))
        let probes = outcome.records.filter { $0.model == "probe" }
        #expect(probes.count == 3 && probes.allSatisfy { $0.status == status && $0.message == text })
        #expect(outcome.records.count { $0.status == .finished } == 3)
      }
    }
  }

  @Test("Unknown protocols, models and parameters are named with the nearest before any data set is read")
  func unknownNames() async throws {
    let looked = Mutex(0)
    let runner = ExperimentRunner(registry: try .standard()) { _ in
      looked.withLock { $0 += 1 }
      return .unavailable("no data in this test")
    }
    func problem(_ model: String, _ protocolName: String = "clean") async -> String? {
      var experiment = madeExperiment([model])
      experiment.protocol = protocolName
      return await message { _ = try await runner.run(experiment) }
    }
    #expect(
      await problem("constant", "claen")
        == "unknown protocol \"claen\", expected clean, as-published, tuned; did you mean \"clean\"?")
    #expect(await problem("atention")?.contains("\"attention\"") == true)
    #expect(await problem("attention[epoch=3]")?.contains("did you mean \"epochs\"?") == true)
    #expect(await problem("attention[epochs=0]")?.contains("is 0, expected 1 to") == true)
    #expect(await problem("attention[epochs=0.5]")?.contains("epochs") == true)
    #expect(await problem("attention[")?.contains("expected name or name[key=value,key=value]") == true)
    #expect(looked.withLock { $0 } == 0)
  }

  @Test("A data set that cannot be had is reported and the rest runs")
  func unavailable() async throws {
    var experiment = madeExperiment(["constant"], repeats: 1)
    experiment.datasets = ["absent", "made"]
    let outcome = try await makeRunner([madeBags()]).run(experiment)
    #expect(outcome.unavailable == ["absent": "no file of absent"])
    #expect(outcome.ran == 3 && outcome.records.allSatisfy { $0.dataset == "made" })
  }

  @Test("That a data set could not be had is in the journal, once a reason, and does not stand in the way later")
  func unavailableInJournal() async throws {
    try await withTemporaryFolder { results in
      var experiment = madeExperiment(["constant"], repeats: 1)
      experiment.datasets = ["absent", "made"]
      for _ in 1...2 { _ = try await makeRunner([madeBags()], results: results).run(experiment) }
      let journal = results.appending(path: "tests/made/journal.jsonl.gz")
      func records() throws -> [TrialRecord] { try Journal<TrialRecord>(journal).read().records }
      #expect(try records().filter { $0.status == .unavailable }.map(\.message) == ["no file of absent"])
      #expect(try records().count == 4)
      let later = try await makeRunner([madeBags(), madeBags("absent", seed: 4)], results: results).run(experiment)
      #expect(later.ran == 3 && later.leftOut.isEmpty && later.records.count == 6)
      #expect(RecordSelection(later.journals.union).unavailable.isEmpty)
    }
  }

  @Test("A model that does not apply to the data is recorded with its reason, and is not tried again")
  func notApplicable() async throws {
    try await withTemporaryFolder { results in
      let registry = try ModelRegistry.withProbe(InapplicableModel())
      let experiment = madeExperiment(["probe", "constant"], repeats: 1)
      for ran in [6, 0] {
        let outcome = try await makeRunner([madeBags()], registry: registry, results: results).run(experiment)
        let refused = outcome.records.filter { $0.status == .notApplicable }
        #expect(outcome.ran == ran && refused.map(\.message) == Array(repeating: "bags have no places", count: 3))
        let cell = try #require(CellSummary.summaries(of: outcome.records).first { $0.model == "probe" })
        #expect((cell.notApplicable, cell.failed, cell.reason) == (3, 0, "bags have no places"))
      }
    }
  }

  @Test("A data set that is wrong stops the run before anything is written")
  func wrongData() async throws {
    try await withTemporaryFolder { folder in
      let results = folder.appending(path: "results")
      let bags = try madeBags()
      let runner = ExperimentRunner(registry: try .standard(), results: results) { name in
        if name == "made" { return .found(bags) }
        throw DatasetError(dataset: name, problem: "broken")
      }
      var experiment = madeExperiment(["constant"])
      experiment.datasets = ["made", "wrong"]
      #expect(await message { _ = try await runner.run(experiment) } == "data set wrong: broken")
      #expect(!FileManager.default.fileExists(atPath: results.path))
    }
  }

  @Test(
    "Networks that would exhaust the memory fail with what they need",
    arguments: ["layers=65536-65536", "layers=65536-1-65536,bagsPerStep=12"])
  func memory(parameters: String) async throws {
    let bags = try SyntheticBags.plantedWitness(
      bags: 12, instancesPerBag: 2000...2000, features: 1, witnessRate: 0.5, shift: 2, seed: 3)
    var runner = try makeRunner([bags.renamed("made")])
    runner.memory = try MemoryBudget(gibibytes: "8")
    let outcome = try await runner.run(madeExperiment(["mi-net-bag[\(parameters)]"], repeats: 1))
    #expect(outcome.records.count == 3)
    for record in outcome.records {
      #expect(record.status == .failed && record.message?.contains("expected at most 8.0 GiB") == true)
    }
  }
}
