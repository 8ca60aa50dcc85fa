import LinearAlgebra
import MILBags
import MILBenchTesting
import MILRecords
import Testing
import UserInput

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

  @Test(
    "Fold members each leave out one of the folds, also those of models without seeds, and are averages over seeds",
    arguments: [
      ("mi-net-bag[epochs=2,layers=6-4]", "", 1), ("logistic-bag-mean", "", 1), ("nsk-svm", "", 1), ("elm-mil", "", 1),
      ("attention[epochs=2,layers=6-4]", "members=2", 2),
    ])
  func foldMembers(_ id: String, _ own: String, _ members: Int) throws {
    let bags = try plantedBags()
    func with(_ parameters: String) -> String {
      parameters.isEmpty ? id : id.hasSuffix("]") ? id.dropLast() + ",\(parameters)]" : "\(id)[\(parameters)]"
    }
    let whole = try fit(with(own.isEmpty ? "foldMembers=3" : "\(own),foldMembers=3"), bags)
    let inner = try InnerCrossValidation(of: bags, folds: 3, seed: Seed.derive(from: 3, ["fold members"]))
    // Each bag is left out once.
    #expect(inner.folds.flatMap(\.test).sorted() == Array(0..<bags.bagCount))
    let parts = try inner.folds.map { fold in
      try Contract.registry.resolve(with(own)).fit(
        bags.selecting(bags: fold.training), FitContext(seed: fold.seed)
      ).predict(bags)
    }
    #expect(parts[0] != parts[1] && parts[1] != parts[2])
    #expect(try whole.predict(bags) == average(parts))
    #expect(whole.model.fitCount == 3 * members)
    let kept = try whole.model.trained(from: whole.state(), threshold: whole.threshold)
    #expect(try kept.predict(bags) == whole.predict(bags))
    #expect(try whole.relevance(bags).values.count == bags.instanceCount)
  }

  @Test("A model with fold members says why it does not apply to fewer groups, and a search averages what it chose")
  func foldMembersApply() throws {
    let bags = try plantedBags()
    let grouped = try BagDataset(
      name: "sites", instances: bags.instances, offsets: bags.offsets, labels: bags.labels,
      groups: (0..<bags.bagCount).map { "site \($0 / 2 % 2)" })
    let error = #expect(throws: NotApplicable.self) { try fit("logistic-bag-mean[foldMembers=3]", grouped) }
    #expect(error?.description.contains("foldMembers=3") == true && error?.description.contains("groups") == true)
    #expect(throws: Never.self) { try fit("logistic-bag-mean[foldMembers=2]", grouped) }
    let trained = try fit("attention[epochs=1/2,foldMembers=2,layers=6-4]", bags)
    let epochs = try #require(trained.model.parameters["epochs"])
    let alone = try fit("attention[epochs=\(epochs),foldMembers=2,layers=6-4]", bags)
    #expect(try trained.predict(bags) == alone.predict(bags))
    let registry = Contract.registry
    #expect(try registry.resolve("attention[foldMembers=1]").id == "attention")
    #expect(try registry.resolve("attention[foldMembers=5,members=2]").configuration.contains("\"foldMembers\":5"))
    #expect(throws: ModelError.self) { try registry.resolve("attention[foldMembers=0]") }
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
