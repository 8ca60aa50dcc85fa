import Foundation
import MILBags
import Testing
import UserInput

@testable import MILModels

@Suite("Recipes of models as published")
struct RecipeFileTests {
  private func file(_ text: String) throws -> RecipeFile { try RecipeFile(Data(text.utf8)) }

  private let rest = """
    "dataHandling": {"plain": {"usual": {"folds": "plain", "standardisation": "all", "epsilon": 0}}},
    "usual": {"data": "plain", "note": "Usual."}
    """

  @Test("Models have the parameters and the data handling of the file, others the usual ones")
  func standard() throws {
    let registry = try ModelRegistry.standard()
    func recipe(_ id: String) throws -> PublishedRecipe { try registry.registration(named: id).published }
    let miNet = try recipe("mi-net-bag")
    #expect(miNet.parameters(for: "musk2") == ["learningRate": "5e-4", "weightDecay": "0.06"])
    #expect(miNet.parameters(for: "sci.space") == ["learningRate": "1e-3", "weightDecay": "0.002"])
    #expect(miNet.parameters(for: "birds").isEmpty && miNet.dataHandling(for: "sci.space").standardisation == .none)
    #expect(
      miNet.dataHandling(for: "fox") == .init(folds: .plain, standardisation: .allInstances, epsilon: 1e-6))
    #expect(try recipe("gated-attention").parameters(for: "tiger")["learningRate"] == "1e-4")
    #expect(try recipe("miles").dataHandling.epsilon == 0 && recipe("elm-mil").dataHandling.folds == .stratified)
    let usual = PublishedRecipe.dataHandlingOfMINet
    #expect(try recipe("constant").note == usual.note && usual.parameters.isEmpty)
    #expect(usual.dataHandling == miNet.dataHandling)
  }

  @Test("A recipe of a model that is not there, and two of one, are errors")
  func models() throws {
    var registry = try ModelRegistry.standard()
    let own = try file(#"{\#(rest), "recipes": [{"models": ["constant"], "data": "plain", "note": "Own."}]}"#)
    try registry.take(own)
    #expect(try registry.registration(named: "constant").published.note == "Own.")
    let unknown = try file(#"{\#(rest), "recipes": [{"models": ["none"], "data": "plain", "note": "n"}]}"#)
    let error = #expect(throws: ModelError.self) { try registry.take(unknown) }
    #expect(error?.description.contains(#"a recipe of "none""#) == true)
    let twice = #expect(throws: DocumentError.self) {
      try file(#"{\#(rest), "recipes": [{"models": ["a", "a"], "data": "plain", "note": "n"}]}"#)
    }
    #expect(twice?.problem == "two recipes of the model a, expected one")
  }

  @Test("Data handling without a name, and unknown keys and words, are errors that name what was expected")
  func refused() {
    for (recipes, expected) in [
      (#"[{"models": ["a"], "data": "none", "note": "n"}]"#, #""none" of a recipe, expected one of plain"#),
      (#"[{"models": ["a"], "data": "plain", "note": "n", "rate": 1}]"#, "rate"),
      (#"[{"models": ["a"], "data": "plain"}]"#, "note"),
    ] {
      let error = #expect(throws: DocumentError.self) { try file(#"{\#(rest), "recipes": \#(recipes)}"#) }
      #expect(error?.description.contains(expected) == true, "\(error?.description ?? "no error")")
    }
    let unknown = rest.replacing("all", with: "both")
    let error = #expect(throws: DocumentError.self) { try file(#"{\#(unknown), "recipes": []}"#) }
    #expect(error?.description.contains("standardisation") == true)
  }
}
