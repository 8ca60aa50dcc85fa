import MILBags
import MILExperiments
import MILModels
import MILRecords
import Testing

@testable import MILEvaluation

@Suite("What repetitions vary")
struct RepetitionVariationTests {
  private func records(_ source: String, _ models: [String] = [smallNetwork], repeats: Int = 3) async throws
    -> [TrialRecord]
  {
    var experiment = madeExperiment(models, repeats: repeats)
    experiment.protocol = source == "all" ? "clean" : "clean[varies=\(source)]"
    return try await makeRunner([madeBags()]).run(experiment).records
  }

  @Test("The first repetition is the same for all sources, and later ones differ by their source alone")
  func sources() async throws {
    var scores: [String: [Int: [[Double]]]] = [:]
    var bags: [String: [Int: [[Int]]]] = [:]
    for source in ["all", "initialisation", "order", "folds"] {
      let found = try await records(source)
      #expect(found.count == 9 && found.allSatisfy { $0.status == .finished })
      let byRepetition = Dictionary(grouping: found, by: \.repetition)
      scores[source] = byRepetition.mapValues { $0.sorted { $0.fold < $1.fold }.map(\.scores) }
      bags[source] = byRepetition.mapValues { $0.sorted { $0.fold < $1.fold }.map(\.bags) }
      let hashes = byRepetition.sorted { $0.key < $1.key }.map { Set($0.value.map(\.foldsHash)) }
      #expect(Set(hashes).count == (source == "initialisation" || source == "order" ? 1 : 3), "\(source)")
    }
    for source in ["initialisation", "order", "folds"] {
      #expect(scores[source]?[1] == scores["all"]?[1] && bags[source]?[1] == bags["all"]?[1], "\(source)")
      #expect(scores[source]?[2] != scores[source]?[1] && scores[source]?[3] != scores[source]?[2], "\(source)")
      #expect(bags[source]?[2] == bags[source == "folds" ? "all" : source]?[source == "folds" ? 2 : 1], "\(source)")
    }
    #expect(scores["initialisation"]?[2] != scores["order"]?[2])
    #expect(scores["folds"]?[2] != scores["all"]?[2])
  }

  @Test("Without steps and with one order, the initial parameters alone decide")
  func initial() async throws {
    let still = "mi-net-bag[epochs=1,layers=8-4,learningRate=0]"
    let (order, initial) = try await (records("order", [still]), records("initialisation", [still]))
    func scores(_ records: [TrialRecord], _ repetition: Int) -> [[Double]] {
      records.filter { $0.repetition == repetition }.sorted { $0.fold < $1.fold }.map(\.scores)
    }
    #expect(scores(order, 1) == scores(order, 2) && scores(order, 2) == scores(order, 3))
    #expect(scores(initial, 1) == scores(order, 1) && scores(initial, 2) != scores(initial, 1))
    // The parameters of a repetition are those of the same repetition if all varies, apart from its folds.
    let members = try await records("initialisation", ["mi-net-bag[epochs=1,layers=8-4,learningRate=0,members=2]"])
    #expect(members.allSatisfy { $0.status == .finished } && scores(members, 2) != scores(members, 1))
  }

  @Test("A model that is no network has no initial parameters apart, and its folds vary alone")
  func others() async throws {
    let order = try await records("order", ["logistic-bag-mean"])
    let words = "varies=order needs a network"
    #expect(order.allSatisfy { $0.status == .notApplicable && $0.message?.contains(words) == true })
    #expect(try await records("folds", ["logistic-bag-mean"]).allSatisfy { $0.status == .finished })
  }

  @Test("Names of protocols are canonical, and unknown sources are refused")
  func names() throws {
    #expect(try TrialProtocol(named: "clean[varies=all]").name == "clean")
    #expect(try TrialProtocol(named: "clean[varies=order,labelNoise=0.1]").name == "clean[labelNoise=0.1,varies=order]")
    #expect(try TrialProtocol(named: "tuned[varies=folds]").varies == .folds)
    #expect(throws: EvaluationError.self) { try TrialProtocol(named: "clean[varies=seeds]") }
  }

  @Test("Folds that have only one partition can be repeated where they do not vary")
  func onePartition() async throws {
    var experiment = madeExperiment([smallNetwork], repeats: 2)
    (experiment.folds, experiment.protocol) = (12, "clean[varies=initialisation]")
    #expect(try await makeRunner([madeBags()]).run(experiment).records.count == 24)
    experiment.protocol = "clean[varies=folds]"
    await #expect(throws: EvaluationError.self) { try await makeRunner([madeBags()]).run(experiment) }
  }
}
