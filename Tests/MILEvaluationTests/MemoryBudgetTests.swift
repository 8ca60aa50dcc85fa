import MILModels
import MILRecords
import Testing

@testable import MILEvaluation

@Suite("Memory of trials")
struct MemoryBudgetTests {
  @Test("A trial that would take more than there is fails with a sentence; the others run")
  func refused() async throws {
    var runner = try makeRunner([madeBags()], workers: 2)
    runner.memory = MemoryBudget(bytes: 4 * 0x1p20)
    let outcome = try await runner.run(madeExperiment(["constant", "elm-mil[hiddenUnits=60000]"], repeats: 1))
    let failed = outcome.records.filter { $0.status == .failed }
    #expect(outcome.records.count == 6 && failed.count == 3)
    #expect(failed.allSatisfy { $0.model.hasPrefix("elm-mil") })
    let message = try #require(failed.first?.message)
    #expect(message.contains("MiB of memory (the longest bag has"))
    #expect(message.contains("expected at most 2 MiB, the share of one of 2 workers; --workers 1"))
    #expect(message.contains("--memory and MILBENCH_MEMORY"))
  }

  @Test("Every model says what it takes, and more for longer bags")
  func everyModel() throws {
    let small = BagShape(bags: 20, instances: 200, features: 30, longestBag: 10)
    let long = BagShape(bags: 20, instances: 4_000_000, features: 30, longestBag: 3_000_000)
    for registration in try ModelRegistry.standard().registrations {
      let model = try ModelRegistry.standard().resolve(registration.id)
      let (little, much) = try (
        model.memory(training: small, scoring: small), model.memory(training: long, scoring: small)
      )
      let scored = try model.memory(training: small, scoring: long)
      #expect(little > 0 && little < 0x1p30, "\(registration.id): \(little)")
      #expect(much > long.bytes && scored > little, "\(registration.id)")
      #expect(throws: EvaluationError.self, "\(registration.id)") {
        try MemoryBudget(bytes: 0x1p20).require(for: model, training: long, scoring: small)
      }
    }
  }

  @Test(
    "Stored kernels of instances count wherever the long bag is, since trials share them",
    arguments: ["mi-svm-instance", "mi-svm-bag", "sil-svm", "nsk-svm", "mi-graph"])
  func kernels(_ id: String) throws {
    let model = try ModelRegistry.standard().resolve(id)
    let short = BagShape(bags: 18, instances: 90, features: 2, longestBag: 5)
    let long = BagShape(bags: 2, instances: 5005, features: 2, longestBag: 5000)
    // The kernels of 5115 vectors take 100 MiB.
    for (training, scoring) in [(short, long), (long, short)] {
      #expect(throws: EvaluationError.self) {
        try MemoryBudget(bytes: 90 * 0x1p20).require(for: model, training: training, scoring: scoring)
      }
    }
    try MemoryBudget(bytes: 0x1p20).require(for: model, training: short, scoring: short)
  }

  @Test("Kernels within a long test bag count, also if the matrix of all instances is not stored")
  func longBag() throws {
    let registry = try ModelRegistry.standard()
    let short = BagShape(bags: 18, instances: 90, features: 2, longestBag: 5)
    let long = BagShape(bags: 2, instances: 200_005, features: 2, longestBag: 200_000)
    func memory(_ id: String) throws -> Double {
      try registry.resolve(id).memory(training: short, scoring: long) / 0x1p20
    }
    // All distances of the bag take 149 GiB, and 128 rows of its kernels 195 MiB.
    #expect(try memory("mi-graph") > 149 * 1024)
    #expect(try (195..<512).contains(memory("nsk-svm")))
    for id in ["sil-svm", "mi-kernel"] { #expect(try memory(id) < 128, "\(id)") }
  }

  @Test("A budget that is no positive number is told", arguments: ["", "0", "-1", "much", "nan", "inf"])
  func wrong(_ text: String) {
    #expect(throws: EvaluationError("MILBENCH_MEMORY is \"\(text)\", expected a positive number of GiB, such as 8")) {
      try MemoryBudget(gibibytes: text)
    }
  }

  @Test("There is memory, and a budget is divided")
  func available() throws {
    #expect(MemoryBudget.available.total > 0x1p20)
    #expect(try MemoryBudget(gibibytes: "0.5").total == 0x1p29)
    #expect(MemoryBudget(bytes: 8).divided(among: 0).shares == 1)
  }
}
