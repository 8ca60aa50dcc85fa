import LinearAlgebra
import MILBags
import MILBenchTesting
import MILRecords
import Testing

@testable import MILModels

@Suite("Ensembles of every model")
struct EnsembleTests {
  private static let models = ["mi-net-bag[epochs=2,layers=6-4]", "attention[epochs=2,layers=6-4]"]

  private func fit(_ id: String, _ bags: BagDataset) throws -> TrainedModel {
    try Contract.registry.resolve(id).fit(bags, FitContext(seed: 3))
  }

  private func average(_ lists: [[Double]]) -> [Double] {
    var sums = [Double](repeating: 0, count: lists[0].count)
    for list in lists {
      for (place, value) in list.enumerated() { sums[place] += value }
    }
    return sums.map { $0 / Double(lists.count) }
  }

  @Test("The scores are the mean of fits whose seeds are drawn from the one seed", arguments: models)
  func mean(_ id: String) throws {
    let bags = try plantedBags()
    let whole = try fit(id.dropLast() + ",members=3]", bags)
    let members = try (1...3).map { member in
      let seed = Seed.derive(from: 3, ["member", String(member)])
      return try Contract.registry.resolve(id).fit(bags, FitContext(seed: seed))
    }
    let scores = try members.map { try $0.predict(bags) }
    #expect(scores[0] != scores[1])
    #expect(try whole.predict(bags) == average(scores))
    #expect(whole.summary.steps == 3 * members[0].summary.steps)
    let relevance = try members.map { try $0.relevance(bags).values }
    let found = try whole.relevance(bags).values
    if try members[0].hasOwnRelevance(bags) {
      #expect(found == average(relevance))
    }
    #expect(found.count == bags.instanceCount)
  }

  @Test("Members are kept and scored as they were, also of several classes and with a threshold that was chosen")
  func keeping() throws {
    let two = try plantedBags()
    let names = ["a", "b", "c"]
    let three = try two.replacing(targets: .classes((0..<12).map { $0 % 3 }, names: names))
    let cases: [(String, BagDataset)] = [
      ("attention[epochs=2,layers=6-4,members=2]", three), ("dp-minn[epochs=2,layers=6-4,members=2]", three),
      ("mi-net-bag[epochs=2,layers=6-4,members=2,threshold=youden]", two),
    ]
    for (id, bags) in cases {
      let model = try Contract.registry.resolve(id)
      let trained = try model.fit(bags, FitContext(seed: 1))
      let kept = try model.trained(from: trained.state(), threshold: trained.threshold)
      #expect(try kept.predict(bags) == trained.predict(bags), "\(id)")
    }
  }

  @Test("Members are part of the id and of the configuration, and one member is no parameter at all")
  func identity() throws {
    let registry = Contract.registry
    let (one, plain) = try (registry.resolve("attention[members=1]"), registry.resolve("attention"))
    #expect(one.id == "attention" && one.configuration == plain.configuration)
    let five = try registry.resolve("attention[members=5]")
    #expect(five.id == "attention[members=5]" && five.configuration.contains("\"members\":5"))
    #expect(five.parameters["members"] == "5" && five.fitCount == 5 && plain.parameters["members"] == nil)
    // A model's own parameter of that name has precedence.
    #expect(try registry.resolve("elm-mil[members=1]").parameters["members"] == "1")
    #expect(throws: ModelError.self) { try registry.resolve("attention[members=0]") }
    #expect(throws: ModelError.self) { try registry.resolve("attention[members=1/5]") }
  }

  @Test("A search chooses with single fits and averages what it chose; fits that are all alike are not averaged")
  func search() throws {
    let bags = try plantedBags()
    let trained = try fit("attention[epochs=1/2,layers=6-4,members=2]", bags)
    let epochs = try #require(trained.model.parameters["epochs"])
    let alone = try fit("attention[epochs=\(epochs),layers=6-4,members=2]", bags)
    #expect(try trained.predict(bags) == alone.predict(bags))
    #expect(trained.summary.notes["chosen"] == "epochs=\(epochs)")
    #expect(throws: NotApplicable.self) { try fit("logistic-bag-mean[members=2]", bags) }
  }
}
