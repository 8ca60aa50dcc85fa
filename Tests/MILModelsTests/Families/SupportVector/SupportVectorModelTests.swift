import MILBags
import MILBenchTesting
import Testing
import UserInput

@testable import MILModels

@Suite("Support vector machines on bags")
struct SupportVectorModelTests {
  private static let models = [
    "sil-svm", "mi-svm-instance", "mi-svm-bag", "nsk-svm", "mi-kernel", "mi-svm-bag[slack=instance]",
    "nsk-svm[normalisation=averaging]", "nsk-svm[normalisation=none]",
  ]

  private func model(_ text: String, _ settings: [String: String] = [:]) throws -> ResolvedModel {
    let id = try ModelIdentifier(parsing: text)
    let full = ModelIdentifier(name: id.name, parameters: id.parameters.merging(settings) { $1 })
    return try Contract.registry.resolve("\(full)")
  }

  @Test("Test bags get the scores of the same rounds with scikit-learn")
  func golden() throws {
    let fixture = try SupportVectorFixture.load().bags
    #expect(fixture.scores.count == 7)
    for (id, golden) in fixture.scores.sorted(by: { $0.key < $1.key }) {
      let trained = try model(id, ["c": "2", "tolerance": "1e-6"]).fit(fixture.training, FitContext(seed: 1))
      let scores = try trained.predict(fixture.testBags)
      #expect(agree(scores, golden, within: 2e-4), "\(id): \(scores) \(golden)")
      if let rounds = fixture.rounds[id] { #expect(trained.summary.notes["rounds"] == "\(rounds)", "\(id)") }
    }
  }

  @Test("Scores are the same with kernels of the whole data set as with those of the fold", arguments: models)
  func shared(_ id: String) throws {
    let fixture = try SupportVectorFixture.load().bags
    let (all, test) = (try fixture.training, try fixture.testBags)
    let bags = [0, 1, 2, 3, 7, 8, 9, 14, 15, 20, 21, 22]
    let training = all.selecting(bags: bags)
    let alone = try model(id).fit(training, FitContext(seed: 1))
    let store = SharedWork()
    for round in 1...2 {
      // Shared work receives no labels.
      let shared = SharedBags(of: all.withoutAnswers, numbers: bags, identity: "fixture", store: store)
      let again = try model(id).fit(training, FitContext(seed: 1, shared: shared))
      #expect(again.summary.parameters == alone.summary.parameters, "\(round)")
      #expect(try agree(again.predict(test), alone.predict(test), within: 1e-9))
    }
  }

  @Test("Rows that are computed because of the memory limit give the same scores")
  func memory() throws {
    let bags = try plantedBags(40, sizes: 20...40, features: 5)
    for id in ["mi-svm-instance", "mi-svm-bag", "sil-svm", "nsk-svm"] {
      var announced: [String] = []
      var context = FitContext(seed: 1)
      context.announce = { announced.append($0) }
      let fits = try [[:], ["gramMemory": "1"]].map { (settings: [String: String]) in
        try model(id, settings.merging(["tolerance": "1e-6"]) { $1 }).fit(bags, context)
      }
      let notes = fits.map { $0.summary.notes["kernels"] ?? "" }
      let order = bags.instanceCount + bags.bagCount
      let size = "\(order) x \(order) kernels, \(Int((Double(order * order) * 4 / 0x1p20).rounded(.up))) MiB"
      #expect(notes[0] == size)
      #expect(notes[1] == "\(size) would exceed gramMemory = 1, so rows are computed as needed")
      // A small matrix is not worth a line.
      #expect(announced == [notes[1]])
      #expect(try agree(fits[1].predict(bags), fits[0].predict(bags), within: 1e-3), "\(id)")
    }
  }

  @Test("Bags of one label give that label", arguments: models, [0, 1])
  func oneClass(_ id: String, label: Int) throws {
    let bags = try plantedBags()
    let some = bags.selecting(bags: bags.labels.indices.filter { bags.labels[$0] == label })
    let scores = try model(id, ["c": "0.1/1"]).fit(some, FitContext(seed: 1)).predict(bags)
    #expect(scores == Array(repeating: label == 1 ? 1 : -1, count: bags.bagCount))
  }

  @Test("Bags of one instance make mi-SVM, SIL and MI-SVM one machine")
  func singleInstances() throws {
    let bags = try plantedBags(30, sizes: 1...1, shift: 1)
    let scores = try ["mi-svm-instance", "sil-svm", "mi-svm-bag", "mi-svm-bag[slack=instance]"].map {
      try model($0, ["tolerance": "1e-6"]).fit(bags, FitContext(seed: 1)).predict(bags)
    }
    // mi-SVM returns its one instance to every positive bag; MI-SVM has no other witness.
    for other in scores.dropFirst() { #expect(agree(other, scores[0], within: 1e-4)) }
  }

  @Test("One error term a bag and one an instance give different machines")
  func slack() throws {
    let bags = try plantedBags(30, sizes: 3...8, shift: 1)
    let scores = try ["bag", "instance"].map { slack in
      try model("mi-svm-bag", ["slack": slack, "c": "0.1"]).fit(bags, FitContext(seed: 1)).predict(bags)
    }
    #expect(!agree(scores[0], scores[1], within: 1e-2))
  }

  @Test("The rounds end at their limit, and the notes say so")
  func rounds() throws {
    let bags = try plantedBags(40, sizes: 5...9, shift: 1)
    for id in ["mi-svm-instance", "mi-svm-bag"] {
      let free = try model(id, ["c": "10"]).fit(bags, FitContext(seed: 1)).summary
      #expect(try #require(free.notes["rounds"].flatMap { Int($0) }) > 1)
      let short = try model(id, ["c": "10", "rounds": "1"]).fit(bags, FitContext(seed: 1)).summary
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
        try model(id, ["c": "10", "restarts": "3"]).fit(bags, FitContext(seed: 1)).summary.notes["start"]
      }
      #expect(notes[0] != nil && notes[0] == notes[1])
    }
  }

  @Test("C and gamma are chosen by folds of the training bags, and the notes say which", arguments: models)
  func choosing(_ id: String) throws {
    let bags = try plantedBags(24, sizes: 2...4)
    let chosen = try model(id, ["c": "0.0001/1", "gamma": "1000/auto"]).fit(bags, FitContext(seed: 1))
    let notes = chosen.summary.notes
    #expect(notes["chosen"] == "c=1,gamma=auto")
    #expect(try #require(notes["chosenBy"]).hasSuffix(" of 24 bags right in 5 inner folds"))
    let fixed = try model(id, ["c": "1"]).fit(bags, FitContext(seed: 1))
    #expect(try chosen.predict(bags) == fixed.predict(bags))
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
