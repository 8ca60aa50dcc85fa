import Foundation
import MILBags
import MILEvaluation
import MILExperiments
import MILFormats
import MILRecords
import Synchronization
import Testing

@Suite("Experiments on folds that circulate")
struct ExperimentFoldsTests {
  /// Two cross-validations of twelve bags in three folds.
  private static let assignment = [
    [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3], [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3],
  ]

  private func read(_ name: String, for dataset: BagDataset) throws -> PredefinedFolds {
    let file = FileManager.default.temporaryDirectory.appending(path: "folds-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    let text = #"{"schemes": [{"name": "\#(name)", "assignment": \#(Self.assignment)}]}"#
    try Data(text.utf8).write(to: file)
    guard let found = try PredefinedFolds.read(file, for: dataset).first else { throw EvaluationError("no folds") }
    return found
  }

  private func runner(results: URL? = nil) throws -> ExperimentRunner {
    var runner = try makeRunner([madeBags()], results: results)
    runner.findFolds = { try read($0, for: $1) }
    return runner
  }

  private func experiment(repeats: Int = 2) -> Experiment {
    var experiment = madeExperiment(["constant"], repeats: repeats)
    experiment.foldScheme = "mine-2x3"
    return experiment
  }

  @Test("Their bags are tested, and the records name the folds", arguments: ["clean", "as-published"])
  func run(protocolName: String) async throws {
    try await withTemporaryFolder { results in
      var experiment = experiment()
      experiment.protocol = protocolName
      let outcome = try await runner(results: results).run(experiment)
      #expect(outcome.ran == 6)
      let folds = try FoldAssignment.read(from: results.appending(path: "folds/made-mine-2x3.json"))
      #expect(folds.assignment == Self.assignment)
      for record in outcome.records {
        let expected = Self.assignment[record.repetition - 1].indices.filter {
          Self.assignment[record.repetition - 1][$0] == record.fold
        }
        #expect(record.bags == expected && record.foldsHash == folds.hash(repeat: record.repetition))
        #expect(record.protocolSettings.contains(#""circulated":"mine-2x3""#))
      }
      #expect(try await runner(results: results).run(experiment).ran == 0)
      // Drawn folds are different, so none of these records counts for them.
      experiment.foldScheme = nil
      #expect(try await runner(results: results).run(experiment).ran == 6)
    }
  }

  @Test("The progress of leave-one-out shows no mean, which would follow the order of the classes")
  func leaveOneOut() async throws {
    let seen = Mutex<[RunProgress]>([])
    var experiment = experiment(repeats: 1)
    (experiment.folds, experiment.foldScheme) = (12, "loo")
    var runner = try makeRunner([madeBags()])
    runner.findFolds = { scheme, bags in
      PredefinedFolds(name: scheme, folds: try .leaveOneOut(of: bags), labels: bags.labels)
    }
    runner.progress = { progress in seen.withLock { $0.append(progress) } }
    #expect(try await runner.run(experiment).records.allSatisfy { $0.status == .finished && $0.score != nil })
    #expect(seen.withLock { $0.count == 13 && $0.allSatisfy { $0.scoreSoFar == nil } })
  }

  @Test("A data set whose folds are not here is left out, and the others run")
  func missing() async throws {
    var experiment = experiment()
    experiment.datasets.append("other")
    var runner = try makeRunner([madeBags(), madeBags("other")])
    runner.findFolds = { scheme, bags in
      guard bags.name == "other" else { throw DatasetError(dataset: bags.name, problem: "no folds.json") }
      return try read(scheme, for: bags)
    }
    let outcome = try await runner.run(experiment)
    #expect(outcome.ran == 6 && outcome.unavailable == ["made": "no folds.json"])
  }

  @Test("More repeats than there are, another number of folds and folds that nobody knows stop the run")
  func refusals() async throws {
    #expect(
      await message { _ = try await runner().run(experiment(repeats: 3)) }
        == "experiment tests/made: 3 repeats, but mine-2x3 has 2 for made")
    var four = experiment()
    four.folds = 4
    #expect(
      await message { _ = try await runner().run(four) }
        == "experiment tests/made: mine-2x3 divides made into 3 folds, expected 4")
    #expect(
      await message { _ = try await makeRunner([madeBags()]).run(experiment()) }
        == "no folds \"mine-2x3\" are known for made")
  }
}
