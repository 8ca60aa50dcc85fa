import Foundation
import LinearAlgebra
import MILBags
import MILEvaluation
import MILExperiments
import Testing

@Suite("Repetitions that repeat a partition")
struct RepeatedPartitionsTests {
  /// Returns twelve bags of one instance, in groups if a number is given.
  private func bags(groups: Int?) throws -> BagDataset {
    try BagDataset(
      name: "made", instances: Matrix<Float>(rows: 12, columns: 1), offsets: Array(0...12),
      labels: (0..<12).map { $0 % 2 },
      groups: groups.map { count in (0..<12).map { "pool \($0 % count)" } })
  }

  private func refusal(_ bags: BagDataset, folds: Int, repeats: Int) async throws -> String? {
    var experiment = madeExperiment(["constant"], repeats: repeats)
    experiment.folds = folds
    return await message { _ = try await makeRunner([bags]).run(experiment) }
  }

  @Test(
    "As many folds as groups, or as bags, are one partition however often it is drawn",
    arguments: [(Optional(3), 3, 2), (4, 4, 5), (6, 6, 2), (nil, 12, 2)])
  func refused(groups: Int?, folds: Int, repeats: Int) async throws {
    let text = try #require(try await refusal(bags(groups: groups), folds: folds, repeats: repeats))
    #expect(
      text
        == "experiment tests/made: repetitions 1 and 2 divide made into the same \(folds) folds, so that the second adds "
        + "nothing; expected different folds: use 1 repeat, or another number of folds, fewer than groups (or bags)")
  }

  @Test(
    "Once is enough, and fewer folds than groups are new ones each time", arguments: [(3, 3, 1), (6, 3, 2), (6, 2, 3)])
  func taken(groups: Int, folds: Int, repeats: Int) async throws {
    #expect(try await refusal(bags(groups: groups), folds: folds, repeats: repeats) == nil)
  }
}
