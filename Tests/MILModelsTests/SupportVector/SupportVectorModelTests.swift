import LinearAlgebra
import MILBenchTesting
import MILData
import Synchronization
import Testing

@testable import MILModels

@Suite("Support vector machines on bags")
struct SupportVectorModelTests {
  private static let models = [
    "sil-svm", "mi-svm-instance", "mi-svm-bag", "nsk-svm", "mi-kernel", "mi-svm-bag[slack=instance]",
    "nsk-svm[normalisation=averaging]", "nsk-svm[normalisation=none]",
  ]

  private func model(_ text: String, _ settings: [String: String] = [:]) throws -> any BagClassifier {
    let id = try ModelIdentifier(parsing: text)
    let full = ModelIdentifier(name: id.name, parameters: id.parameters.merging(settings) { $1 })
    return try Contract.registry.resolve("\(full)").makeClassifier()
  }

  @Test("Test bags get the scores of the same rounds with scikit-learn")
  func golden() throws {
    let fixture = try SupportVectorFixture.load().bags
    #expect(fixture.scores.count == 7)
    for (id, golden) in fixture.scores.sorted(by: { $0.key < $1.key }) {
      let classifier = try model(id, ["c": "2", "tolerance": "1e-6"])
      let summary = try classifier.fit(fixture.training, FitContext(seed: 1))
      let scores = try classifier.score(fixture.testBags)
      #expect(agree(scores, golden, within: 2e-4), "\(id): \(scores) \(golden)")
      if let rounds = fixture.rounds[id] { #expect(summary.notes["rounds"] == "\(rounds)", "\(id)") }
    }
  }

  @Test("Scores are the same with kernels of the whole data set as with those of the fold", arguments: models)
  func origin(_ id: String) throws {
    let fixture = try SupportVectorFixture.load().bags
    let (all, test) = (try fixture.training, try fixture.testBags)
    let bags = [0, 1, 2, 3, 7, 8, 9, 14, 15, 20, 21, 22]
    let training = all.selecting(bags: bags)
    let alone = try model(id)
    let summary = try alone.fit(training, FitContext(seed: 1))
    let cache = KernelCache()
    for round in 1...2 {
      let shared = try model(id)
      let origin = BagOrigin(dataset: all, bags: bags, identity: "fixture", cache: cache)
      let again = try shared.fit(training, FitContext(seed: 1, origin: origin))
      #expect(again.parameters == summary.parameters, "\(round)")
      #expect(try agree(shared.score(test), alone.score(test), within: 1e-9))
    }
  }

  @Test("Rows that are computed because of the memory limit give the same scores")
  func memory() throws {
    let bags = try plantedBags(40, sizes: 20...40, features: 5)
    for id in ["mi-svm-instance", "mi-svm-bag", "sil-svm", "nsk-svm"] {
      let roomy = try model(id, ["tolerance": "1e-6"])
      let tight = try model(id, ["tolerance": "1e-6", "gramMemory": "1"])
      var announced: [String] = []
      var context = FitContext(seed: 1)
      context.announce = { announced.append($0) }
      let notes = try [roomy, tight].map { try $0.fit(bags, context).notes["kernels"] ?? "" }
      let order = bags.instanceCount + bags.bagCount
      let size = "\(order) x \(order) kernels, \(Int((Double(order * order) * 4 / 0x1p20).rounded(.up))) MiB"
      #expect(notes[0] == size)
      #expect(notes[1] == "\(size) would exceed gramMemory = 1, so rows are computed as needed")
      // What is small is not worth a line.
      #expect(announced == [notes[1]])
      #expect(try agree(tight.score(bags), roomy.score(bags), within: 1e-3), "\(id)")
    }
  }

  @Test("Bags of one label give that label", arguments: models, [0, 1])
  func oneClass(_ id: String, label: Int) throws {
    let bags = try plantedBags()
    let some = bags.selecting(bags: bags.labels.indices.filter { bags.labels[$0] == label })
    let classifier = try model(id, ["c": "0.1/1"])
    _ = try classifier.fit(some, FitContext(seed: 1))
    let scores = try classifier.score(bags)
    #expect(scores == Array(repeating: label == 1 ? 1 : -1, count: bags.bagCount))
  }

  @Test("Bags of one instance make mi-SVM, SIL and MI-SVM one machine")
  func singleInstances() throws {
    let bags = try plantedBags(30, sizes: 1...1, shift: 1)
    let scores = try ["mi-svm-instance", "sil-svm", "mi-svm-bag", "mi-svm-bag[slack=instance]"].map {
      let classifier = try model($0, ["tolerance": "1e-6"])
      _ = try classifier.fit(bags, FitContext(seed: 1))
      return try classifier.score(bags)
    }
    // mi-SVM gives every positive bag its one instance back, MI-SVM has no other witness.
    for other in scores.dropFirst() { #expect(agree(other, scores[0], within: 1e-4)) }
  }

  @Test("One error term a bag and one an instance give different machines")
  func slack() throws {
    let bags = try plantedBags(30, sizes: 3...8, shift: 1)
    let scores = try ["bag", "instance"].map { slack in
      let classifier = try model("mi-svm-bag", ["slack": slack, "c": "0.1"])
      _ = try classifier.fit(bags, FitContext(seed: 1))
      return try classifier.score(bags)
    }
    #expect(!agree(scores[0], scores[1], within: 1e-2))
  }

  @Test("The rounds end at their limit, and the notes say so")
  func rounds() throws {
    let bags = try plantedBags(40, sizes: 5...9, shift: 1)
    for id in ["mi-svm-instance", "mi-svm-bag"] {
      let free = try model(id, ["c": "10"]).fit(bags, FitContext(seed: 1))
      #expect(try #require(free.notes["rounds"].flatMap { Int($0) }) > 1)
      let short = try model(id, ["c": "10", "rounds": "1"]).fit(bags, FitContext(seed: 1))
      #expect(short.notes["rounds"] == "1, stopped while still changing")
      #expect(free.steps == 0)
    }
  }

  @Test("Of several starts the one with the lowest objective is kept")
  func restarts() throws {
    let objectives = [3.0, 5, 2, 4]
    var starts: [Int] = []
    let machine = SupportVectorMachine(
      kernel: KernelFunction(kind: .linear), vectors: kernelVectors([[1]]), rows: [0], coefficients: [1], bias: 0)
    let best = bestStart(3) { start in
      starts.append(start)
      return (objectives[start], TrainedMachine(machine: machine, score: .largestInstance))
    }
    #expect(starts == [0, 1, 2, 3])
    #expect(best.notes["start"] == "2 of 0 to 3 has the lowest objective, 2.0")
    let bags = try plantedBags(40, sizes: 5...9, shift: 1)
    for id in ["mi-svm-instance", "mi-svm-bag"] {
      let notes = try (1...2).map { _ in
        try model(id, ["c": "10", "restarts": "3"]).fit(bags, FitContext(seed: 1)).notes["start"]
      }
      #expect(notes[0] != nil && notes[0] == notes[1])
    }
  }

  @Test("C and gamma are chosen by folds of the training bags, and the notes say which", arguments: models)
  func choosing(_ id: String) throws {
    let bags = try plantedBags(24, sizes: 2...4)
    let classifier = try model(id, ["c": "0.0001/1", "gamma": "1000/auto"])
    let notes = try classifier.fit(bags, FitContext(seed: 1)).notes
    #expect(notes["chosen"] == "c=1,gamma=auto")
    #expect(try #require(notes["chosenBy"]).hasSuffix(" of 24 bags right in 5 inner folds"))
    let fixed = try model(id, ["c": "1"])
    _ = try fixed.fit(bags, FitContext(seed: 1))
    #expect(try classifier.score(bags) == fixed.score(bags))
  }

  @Test(
    "Values that a grid cannot hold are refused",
    arguments: ["c=auto", "c=0", "c=1/", "c=-1", "gamma=x", "gamma=0.1/nan", "c=1e400", "degree=0", "innerFolds=1"])
  func badParameters(_ text: String) throws {
    let error = #expect(throws: ModelError.self) { try Contract.registry.resolve("mi-svm-instance[\(text)]") }
    if let error { #expect(line(of: error).contains("expected ")) }
  }

  @Test("A grid in a model id is written in one way")
  func canonicalGrid() throws {
    let resolved = try Contract.registry.resolve("mi-svm-instance[c=0.10/1.0/1e1,gamma=auto]")
    #expect(resolved.id == "mi-svm-instance[c=0.1/1/10]")
  }
}

@Suite("The cache of kernel matrices")
struct KernelCacheTests {
  private func key(_ name: String) -> KernelCache.Key {
    KernelCache.Key(origin: name, representation: "", kernel: KernelFunction(kind: .linear), isStored: true)
  }

  private func matrix(_ order: Int) throws -> KernelRows {
    try KernelRows(stored: Array(repeating: Array(repeating: 1, count: order), count: order))
  }

  @Test("A matrix is computed once, however many ask for it at a time")
  func once() async throws {
    let cache = KernelCache()
    let made = Counter()
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask {
          try cache.rows(for: key("a")) {
            made.count()
            return try matrix(50)
          }.count
        }
      }
      for try await order in group { #expect(order == 50) }
    }
    #expect(made.value == 1)
  }

  @Test("Beyond the limit what was not asked for longest is forgotten")
  func forgetting() throws {
    let cache = KernelCache(limit: 1000)
    var made: [String] = []
    func ask(_ name: String, order: Int = 10) throws {
      _ = try cache.rows(for: key(name)) {
        made.append(name)
        return try matrix(order)
      }
    }
    try ask("a")
    try ask("b")
    try ask("a")
    try ask("c")
    try ask("a")
    try ask("b")
    #expect(made == ["a", "b", "c", "b"])
    try ask("large", order: 40)
    try ask("large", order: 40)
    #expect(made.suffix(1) == ["large"])
  }

  @Test("What could not be computed is tried again")
  func failing() throws {
    let cache = KernelCache()
    #expect(throws: ModelError.self) { try cache.rows(for: key("a")) { throw ModelError("no") } }
    #expect(try cache.rows(for: key("a")) { try matrix(3) }.count == 3)
  }
}

/// Counts calls from several tasks.
private final class Counter: Sendable {
  private let calls = Mutex(0)
  var value: Int { calls.withLock { $0 } }
  func count() { calls.withLock { $0 += 1 } }
}
