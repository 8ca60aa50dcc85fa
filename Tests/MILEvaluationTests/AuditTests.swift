import Foundation
import MILEvaluation
import MILModels
import MILRecords
import Testing

@Suite("Audits")
struct AuditTests {
  private func plan(_ models: [String] = ["constant", smallNetwork, "mi-kernel"]) -> AuditPlan {
    var plan = AuditPlan()
    plan.models = models
    plan.minimumSizes = [0, 12]
    plan.seeds = 2
    (plan.trainingBags, plan.machineTrainingBags, plan.testBags) = (12, 8, 10)
    return plan
  }

  private func untimed(_ records: [AuditRecord]) -> [AuditRecord] {
    records.map { record in
      var record = record
      record.seconds = 0
      return record
    }
  }

  @Test("Every model runs on every test, padding and seed, the same bits with any number of workers")
  func runs() async throws {
    let registry = try ModelRegistry.standard()
    let one = try await AuditRunner(registry: registry, folder: nil, workers: 1).run(plan())
    let three = try await AuditRunner(registry: registry, folder: nil, workers: 3).run(plan())
    #expect(one.ran == 36 && one.records.count == 36 && untimed(one.records) == untimed(three.records))
    #expect(Set(one.records.map(\.key)).count == 36 && one.records.allSatisfy { $0.status == .finished })
    for record in one.records where record.key.model == "constant" {
      #expect(record.trainingAUC == 0.5 && record.testAUC == 0.5)
    }
    let machines = one.records.filter { $0.key.model == "mi-kernel" }
    #expect(machines.allSatisfy { $0.key.trainingBags == 8 && !$0.isStandardised })
    #expect(one.records.allSatisfy { $0.isStandardised == ($0.key.trainingBags == 12) })
    // Minima and maxima reveal poison, which is all that the first test offers for learning.
    let first = machines.filter { $0.key.test == "synthetic/single-concept" && $0.key.minimumSize == 0 }
    #expect(first.allSatisfy { $0.trainingAUC == 1 && ($0.testAUC ?? 1) < 0.5 })
  }

  @Test("What the journal holds is not run again, but failed runs and other parameters are")
  func resume() async throws {
    try await withTemporaryFolder { folder in
      let journal = folder.appending(path: "audit")
      let registry = try ModelRegistry.standard()
      let runner = AuditRunner(registry: registry, folder: journal, workers: 2)
      #expect(try await runner.run(plan(["constant"])).ran == 12)
      #expect(try await runner.run(plan(["constant", "mi-kernel"])).ran == 12)
      let all = try await runner.run(plan(["constant", "mi-kernel"]))
      #expect(all.ran == 0 && all.records.count == 24)
      let failing = try ModelRegistry.withProbe(FailingModel())
      for _ in 0..<2 {
        let outcome = try await AuditRunner(registry: failing, folder: journal, workers: 1).run(plan(["probe"]))
        #expect(outcome.ran == 12 && outcome.records.allSatisfy { $0.message == "the fit went wrong on purpose" })
      }
      let undefined = try ModelRegistry.withProbe(UndefinedModel())
      let outcome = try await AuditRunner(registry: undefined, folder: journal, workers: 1).run(plan(["probe"]))
      #expect(outcome.records.allSatisfy { $0.status == .diverged && $0.testAUC == nil })
      #expect(try JournalSet<AuditRecord>(reading: JournalFiles.audits(in: journal)).union.count == 36)
    }
  }

  @Test("Names that are not known and counts out of range are told before anything runs")
  func mistakes() async throws {
    let runner = AuditRunner(registry: try .standard(), folder: nil, workers: 1)
    func problem(_ change: (inout AuditPlan) -> Void) async -> String? {
      var plan = plan()
      change(&plan)
      let changed = plan
      return await message { _ = try await runner.run(changed) }
    }
    #expect(await problem { $0.models = ["atention"] }?.contains("\"attention\"") == true)
    #expect(
      await problem { $0.models = ["constant", "Constant"] } == "\"Constant\" is constant, which is there already")
    #expect(
      await problem { $0.tests = ["one-concept"] }?.hasPrefix("there is no test \"one-concept\", expected") == true)
    #expect(await problem { $0.tests = ["synthetic/planted-witness"] }?.hasPrefix("there is no test") == true)
    #expect(await problem { $0.tests = ["two-concepts[seed=3]"] }?.contains("seed are the audit's") == true)
    #expect(await problem { $0.tests = ["two-concepts[version=7]"] }?.contains("version") == true)
    #expect(await problem { $0.seeds = 0 } == "0 seeds, expected 1 to 1000")
    #expect(await problem { $0.testBags = 1 } == "1 test bags, expected 2 to 1000000")
    #expect(await problem { $0.minimumSizes = [-1] } == "-1 padding, expected 0 to 10000")
  }
}
