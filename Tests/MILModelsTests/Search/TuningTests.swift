import MILBags
import MILBenchTesting
import MILCatalogue
import Testing

@testable import MILModels

@Suite("Parameters chosen on training bags")
struct TuningTests {
  /// Returns a small network; `parameters` are additional parameters of its id.
  private func network(_ parameters: String) throws -> ResolvedModel {
    try Contract.registry.resolve("mi-net-bag[layers=6-4,dropout=0,\(parameters)]")
  }

  private func bits(_ scores: [Double]) -> [UInt64] { scores.map(\.bitPattern) }

  @Test("The value with the most inner bags right is fitted on all training bags, as if it had been given")
  func choosing() throws {
    let bags = try plantedBags(20, sizes: 2...4)
    for (grid, value) in [("0/0.05", "0.05"), ("0.05/0", "0.05")] {
      let tuned = try network("epochs=20,learningRate=\(grid)").fit(bags, FitContext(seed: 4))
      let notes = tuned.summary.notes
      #expect(notes["chosen"] == "learningRate=\(value)")
      #expect(try #require(notes["chosenBy"]).hasSuffix(" of 20 bags right in 5 inner folds"))
      let fixed = try network("epochs=20,learningRate=\(value)").fit(bags, FitContext(seed: 4))
      #expect(try bits(tuned.predict(bags)) == bits(fixed.predict(bags)))
    }
  }

  @Test("Epochs are chosen as if each number of them had been trained on its own")
  func epochs() throws {
    let bags = try plantedBags(30, sizes: 2...4, shift: 1.5)
    let numbers = [1, 3, 8, 20]
    var chosen: Set<String> = []
    for seed in 1...4 as ClosedRange<UInt64> {
      let inner = try InnerCrossValidation(of: bags, folds: 5, seed: seed)
      let right = try numbers.map { epochs in
        try inner.folds.reduce(0) { sum, fold in
          let trained = try network("epochs=\(epochs),learningRate=0.02")
            .fit(bags.selecting(bags: fold.training), FitContext(seed: fold.seed))
          let test = bags.selecting(bags: fold.test)
          return try sum + zip(trained.predict(test), test.labels).count { ($0 >= 0.5 ? 1 : 0) == $1 }
        }
      }
      let best = try #require(right.max())
      let notes = try network("epochs=20/1/3/8,learningRate=0.02").fit(bags, FitContext(seed: seed)).summary.notes
      #expect(notes["chosen"] == "epochs=\(numbers[try #require(right.firstIndex(of: best))])")
      #expect(notes["chosenBy"] == "\(best) of 30 bags right in 5 inner folds")
      chosen.insert(notes["chosen"] ?? "")
    }
    #expect(chosen.count > 1)
  }

  @Test("Of equally good values the first of the grid is chosen", arguments: ["0.8", "0.9"])
  func ties(first: String) throws {
    let other = first == "0.8" ? "0.9" : "0.8"
    // Gradient descent without Adam does not depend on beta1.
    let notes = try network("beta1=\(first)/\(other),epochs=2").fit(plantedBags(), FitContext(seed: 1)).summary.notes
    #expect(notes["chosen"] == "beta1=\(first)")
  }

  @Test("A combination that diverges loses, and all parameters of a grid are combined")
  func divergence() throws {
    let id = "epochs=3/30,learningRate=0.02/1000,momentum=0.99/0.5,weightDecay=900/0"
    let notes = try network(id).fit(plantedBags(20), FitContext(seed: 1)).summary.notes
    let chosen = try #require(notes["chosen"])
    #expect(chosen.contains("learningRate=0.02") && chosen.hasSuffix("weightDecay=0"))
    #expect(chosen.split(separator: ",").count == 4)
  }

  @Test("Bags of a group stay in one inner fold, and of a single group nothing is chosen")
  func groups() throws {
    let plain = try plantedBags(24)
    func grouped(_ groups: [String]) throws -> BagDataset {
      try BagDataset(
        name: "grouped", instances: plain.instances, offsets: plain.offsets, labels: plain.labels, groups: groups)
    }
    let bags = try grouped((0..<24).map { "\($0 / 4)" })
    let inner = try InnerCrossValidation(of: bags, folds: 5, seed: 1)
    #expect(inner.folds.count == 5)
    #expect(inner.folds.flatMap(\.test).sorted() == Array(0..<24))
    for fold in inner.folds {
      #expect(Set(fold.test.map { $0 / 4 }).isDisjoint(with: fold.training.map { $0 / 4 }))
    }
    let one = try grouped(Array(repeating: "a", count: 24))
    let notes = try network("epochs=2,learningRate=0.01/0.02").fit(one, FitContext(seed: 1)).summary.notes
    #expect(notes["chosen"] == "learningRate=0.01")
    #expect(notes["chosenBy"] == "the first of the grid: one group of bags leaves nothing to choose by")
  }

  @Test("The observer sees the epochs of the last fit alone, and steps count those of the search too")
  func observation() throws {
    let bags = try plantedBags(10)
    var epochs: [Int] = []
    let summary = try network("epochs=4,learningRate=0.01/0.02")
      .fit(bags, FitContext(seed: 1) { epochs.append($0.epoch) }).summary
    #expect(epochs == [1, 2, 3, 4])
    #expect(summary.steps == 4 * 10 + 2 * 4 * 4 * 10)
  }

  @Test("Machines choose C within a kernel that is chosen")
  func machines() throws {
    let bags = try plantedBags(20, sizes: 2...4)
    let model = try Contract.registry.resolve("mi-kernel[c=1/10,kernel=linear/rbf]")
    #expect(model.id == "mi-kernel[c=1/10,kernel=linear/rbf]")
    #expect(model.traits.scores == .decisions && model.traits.scores.threshold == 0)
    let notes = try model.fit(bags, FitContext(seed: 1)).summary.notes
    #expect(try #require(notes["chosen"]).hasPrefix("c=1"))
    #expect(try #require(notes["chosen"]).contains(",kernel="))
  }

  @Test("A grid has one canonical form, which its configuration repeats")
  func canonical() throws {
    let model = try Contract.registry.resolve("dp-minn[ loss = margin/cross-entropy, learningRate=1e-4/5.0e-4 ]")
    #expect(model.id == "dp-minn[learningRate=0.0001/0.0005,loss=margin/cross-entropy]")
    #expect(model.title == "DP-MINN[learningRate=0.0001/0.0005,loss=margin/cross-entropy]")
    #expect(model.configuration.contains(#""learningRate":"0.0001/0.0005""#))
    #expect(try Contract.registry.resolve(model.id).configuration == model.configuration)
    #expect(try Contract.registry.resolve("dp-minn", base: ["epochs": "5/10"]).id == "dp-minn")
  }

  @Test(
    "Grids that cannot be searched are refused in one line",
    arguments: [
      ("epochs=5/0", "is 0, expected"), ("epochs=5/", "expected"), ("epochs=5/x", "expected"),
      ("epochs=5/5.0", "expected values that differ"), ("loss=margin/hinge", "expected one of margin, cross-entropy"),
      ("epochz=5/6", "did you mean \"epochs\"?"), ("layers=8/0", "expected widths"),
      ("epochs=\((1...101).map(String.init).joined(separator: "/")),iterations=1/2/3/4/5/6/7/8/9/10", "at most 1000"),
    ])
  func refusals(parameters: String, problem: String) throws {
    let error = #expect(throws: ModelError.self) { try Contract.registry.resolve("dp-minn[\(parameters)]") }
    if let error { #expect(line(of: error).contains(problem), "\(error)") }
  }

  @Test("The search that a model is offered is of parameters and values it has", arguments: Contract.all)
  func offered(_ contract: Contract) throws {
    let id = contract.registration.id
    let tuning = contract.registration.tuning
    #expect(try Contract.registry.resolve(id, base: tuning).id == id)
    #expect(tuning.isEmpty == ["constant", "elm-mil"].contains(id))
    // A given parameter is a choice that the search does not replace, even if it is the default.
    for (name, value) in contract.registration.parameters where tuning[name] != nil {
      let given = "\(id)[\(name)=\(value)]"
      #expect(try Contract.registry.resolve(given, base: tuning).id == given)
    }
  }
}

@Suite("Recipes of the authors")
struct PublishedRecipeTests {
  @Test("Each of the twenty text tasks has the recipe of its family")
  func newsgroups() throws {
    let tasks = try Catalogue.shipped().sets.filter { $0.family.contains("Newsgroups") }.map(\.name)
    #expect(tasks.count == 20)
    for id in ["mi-net-instance", "mi-net-bag", "mi-net-ds", "mi-net-rc"] {
      let recipe = try Contract.registry.registration(named: id).published
      for name in tasks + tasks.map({ "\($0)[labels=instances]" }) {
        #expect(recipe.dataHandling(for: name).standardisation == .none)
        #expect(recipe.parameters(for: name)["learningRate"] == "1e-3")
      }
      #expect(recipe.dataHandling(for: "musk2").standardisation == .allInstances)
      #expect(recipe.parameters(for: "musk2")["weightDecay"] == "0.06")
      #expect(recipe.parameters(for: "ucsb-breast").isEmpty)
    }
  }
}
