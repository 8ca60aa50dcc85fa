import Foundation
import LinearAlgebra
import MILBags
import MILEvaluation
import MILExperiments
import MILModels
import MILRecords
import Testing

@Suite("Protocols")
struct ProtocolTests {
  private func outlying(_ bags: BagDataset, bag: Int) -> BagDataset {
    var instances = bags.instances
    for row in bags[rowsOfBag: bag] {
      for column in 0..<bags.featureCount { instances[row, column] = 1e6 }
    }
    return bags.replacing(instances: instances)
  }

  /// Returns the notes of the trial that tests `bag`, with and without extreme values in that bag.
  private func notes(_ protocolName: String, testing bag: Int) async throws -> (plain: String?, extreme: String?) {
    let bags = try madeBags()
    let registry = try ModelRegistry.withProbe(RecordingModel())
    var experiment = madeExperiment(["probe"], repeats: 1)
    experiment.protocol = protocolName
    func features(_ bags: BagDataset) async throws -> String? {
      let records = try await makeRunner([bags], registry: registry).run(experiment).records
      return try #require(records.first { $0.bags.contains(bag) }).notes["features"]
    }
    return (try await features(bags), try await features(outlying(bags, bag: bag)))
  }

  @Test("Under the clean protocol extreme values in a test bag change no training feature", arguments: [0, 5, 11])
  func cleanStandardisation(bag: Int) async throws {
    let notes = try await notes("clean", testing: bag)
    #expect(notes.plain != nil && notes.plain == notes.extreme)
  }

  @Test("Under the tuned protocol what the id leaves open is searched, and the choice is in the journal")
  func tuned() async throws {
    var experiment = madeExperiment(["mi-net-bag[epochs=2,layers=4]", "constant"], repeats: 1)
    experiment.protocol = "tuned"
    let records = try await makeRunner([madeBags()]).run(experiment).records
    for record in records.filter({ $0.model != "constant" }) {
      #expect(record.model == "mi-net-bag[epochs=2,layers=4]" && record.status == .finished)
      #expect(record.configuration.contains(#""learningRate":"0.0001/0.0005/0.002""#))
      #expect(record.configuration.contains(#""epochs":2,"#) && record.correctByEpoch.count == 2)
      #expect(record.protocolSettings.contains(#""standardisation":"training""#))
      let chosen = try #require(record.chosen)
      guard case .number(let rate) = chosen["learningRate"] else { Issue.record("\(chosen)"); continue }
      #expect([0.0001, 0.0005, 0.002].contains(rate) && chosen["weightDecay"] != nil && record.notes["chosen"] == nil)
      #expect(try #require(record.notes["chosenBy"]).hasSuffix(" of 8 bags right in 5 inner folds"))
    }
    #expect(records.filter { $0.model == "constant" }.allSatisfy { $0.chosen == nil })
    #expect(records.count == 6)
    #expect(try await makeRunner([madeBags()]).run(experiment).untimed == records.map(\.withoutTimes))
  }

  @Test("Where the recipe standardises over all instances they do")
  func publishedStandardisation() async throws {
    let notes = try await notes("as-published", testing: 5)
    #expect(notes.plain != nil && notes.plain != notes.extreme)
  }

  @Test("Training features have mean 0 and deviation 1 over the training bags of each fold")
  func cleanMoments() async throws {
    let bags = try madeBags()
    let settings = ProtocolSettings(
      folds: 3, scheme: .stratified, standardisation: .trainingInstances, epsilon: 0, seed: 2018)
    let folds = try FoldLibrary(folder: nil).folds(for: bags, settings, repeats: 1)
    let registry = try ModelRegistry.withProbe(RecordingModel())
    let records = try await makeRunner([bags], registry: registry).run(madeExperiment(["probe"], repeats: 1)).records
    for record in records {
      let training = bags.selecting(bags: folds.trainingBags(repeat: 1, fold: record.fold))
      let names = try #require(record.notes["bags"])
      #expect(names.split { !$0.isNumber }.map(String.init).sorted() == training.bagNames.sorted())
      let text = try #require(record.notes["features"]).dropFirst().dropLast()
      let values = text.split(separator: ",").compactMap { Double($0.drop { $0 == " " }) }
      #expect(values.count == training.instanceCount * 3)
      for column in 0..<3 {
        let features = stride(from: column, to: values.count, by: 3).map { values[$0] }
        let mean = features.reduce(0, +) / Double(features.count)
        let variance = features.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(features.count)
        #expect(abs(mean) < 1e-6 && abs(variance - 1) < 1e-5)
      }
    }
  }

  @Test("As published takes the recipe's folds, standardisation and parameters, and the id's parameters win")
  func recipe() async throws {
    let handling = PublishedRecipe.DataHandling(folds: .plain, standardisation: .none, epsilon: 0.5)
    let registry = try ModelRegistry.withProbe(
      RecordingModel(), parameters: ["made": ["rate": "0.5", "depth": "7"]], handling: handling)
    let cases = [
      ("probe", "probe", #"{"depth":7,"rate":0.5}"#),
      ("probe[rate=0.25]", "probe[rate=0.25]", #"{"depth":7,"rate":0.25}"#),
      ("Probe[depth=2]", "probe[depth=2]", #"{"depth":2,"rate":0.5}"#),
    ]
    for (written, id, configuration) in cases {
      var experiment = madeExperiment([written], repeats: 1)
      experiment.protocol = "as-published"
      let record = try #require(try await makeRunner([madeBags()], registry: registry).run(experiment).records.first)
      #expect(record.model == id && record.configuration == configuration && record.protocol == "as-published")
      #expect(
        record.protocolSettings
          == #"{"epsilon":0.5,"folds":3,"scheme":"plain","seed":2018,"standardisation":"none"}"#)
    }
  }

  @Test("The clean protocol takes nothing from the recipe")
  func cleanParameters() async throws {
    let registry = try ModelRegistry.withProbe(RecordingModel(), parameters: ["made": ["rate": "0.5"]])
    let outcome = try await makeRunner([madeBags()], registry: registry).run(madeExperiment(["probe"], repeats: 1))
    #expect(outcome.records.allSatisfy { $0.configuration == #"{"depth":2,"rate":1}"# })
  }

  @Test("A model's own protocol stands beside the experiment's")
  func modelProtocol() async throws {
    let registry = try ModelRegistry.withProbe(RecordingModel(), parameters: ["made": ["rate": "0.5"]])
    var experiment = madeExperiment(["probe"], repeats: 1)
    experiment.models.append(ExperimentModel(id: "probe", protocol: "as-published"))
    let records = try await makeRunner([madeBags()], registry: registry).run(experiment).records
    #expect(records.count == 6)
    #expect(records.allSatisfy { ($0.protocol == "clean") == $0.configuration.contains("\"rate\":1}") })
  }
}
