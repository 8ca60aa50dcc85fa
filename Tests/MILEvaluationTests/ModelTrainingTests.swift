import Foundation
import MILBags
import MILEvaluation
import MILModels
import Testing

@Suite("Training a model to keep")
struct ModelTrainingTests {
  private func trained(
    _ model: String, _ change: (inout ModelTraining) -> Void = { _ in }
  ) throws -> ModelTraining.Outcome {
    var training = ModelTraining()
    change(&training)
    return try training.train(
      model, on: madeBags(), classNames: ["0", "1"], registry: ModelRegistry.standard())
  }

  @Test("The protocol gives parameters and standardisation, unless the latter is given")
  func protocols() throws {
    let bags = try madeBags()
    let clean = try trained(smallNetwork).model
    #expect(clean.standardiser == Standardiser(fittedTo: bags.instances))
    #expect(clean.description.protocol == "clean" && clean.description.parameters["learningRate"] == "0.0005")
    let published = try trained(smallNetwork) { $0.rules = .asPublished }.model
    #expect(published.standardiser == Standardiser(fittedTo: bags.instances, epsilon: 1e-6))
    #expect(try trained(smallNetwork) { $0.standardisation = StandardisationRule.none }.model.standardiser == nil)
    let tuned = try trained("logistic-bag-mean") { $0.rules = .tuned }.model
    #expect(tuned.description.notes["chosen"]?.hasPrefix("penalty=") == true)
  }

  @Test("The seed decides the model, and the bags called right are counted")
  func seed() throws {
    let bags = try madeBags()
    let first = try trained(smallNetwork)
    let scores = try first.model.scores(bags)
    #expect(try trained(smallNetwork).model.scores(bags) == scores)
    #expect(try trained(smallNetwork) { $0.seed = 1 }.model.scores(bags) != scores)
    let right = zip(scores, bags.labels).filter { ($0 >= 0.5) == ($1 == 1) }.count
    #expect(first.trainingBagsRight == right && first.summary.steps == 24)
  }

  @Test("What is written is what is read, and a failed write leaves the old file as it was")
  func files() async throws {
    try await withTemporaryFolder { folder in
      let (bags, registry) = (try madeBags(), try ModelRegistry.standard())
      let (file, model) = (folder.appending(path: "m.mil"), try trained(smallNetwork).model)
      let count = try ModelStore.write(model, to: file)
      #expect(try Data(contentsOf: file).count == count)
      #expect(try ModelStore.read(file, registry: registry).scores(bags) == model.scores(bags))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["m.mil"])
      let missing = await message { _ = try ModelStore.write(model, to: folder.appending(path: "no/m.mil")) }
      #expect(missing?.contains("no/m.mil: the file cannot be written") == true)
    }
  }
}
