import MILRecords
import Testing

@testable import MILReport

@Suite("Notes on the classes of folds")
struct FoldClassNotesTests {
  /// Returns the notes of leave-one-out on bags with these labels.
  private func notes(_ labels: [Int]) throws -> String {
    let records = labels.enumerated().map { bag, label in
      var record = TrialRecord(
        experiment: "test", dataset: "made", dataHash: "d", model: "constant", configuration: "{}", protocol: "clean",
        protocolSettings: "{}", repetition: 1, fold: bag + 1, foldsHash: "f", status: .finished, seed: "1",
        version: "1", core: "Haswell")
      (record.bags, record.labels, record.scores, record.correctByEpoch) = ([bag], [label], [0.5], [label])
      return record
    }
    let cell = try #require(CellSummary.summaries(of: records).first)
    return FoldClassNotes.notes(of: cell).joined(separator: " ")
  }

  @Test("The advice on a biased AUC names the number of stratified folds that have bags of both classes")
  func advice() throws {
    #expect(try notes([1, 0, 0, 1, 0, 0]).contains("take stratified folds, at most 2, so that each has bags of both"))
    #expect(try notes([1, 0, 1, 1, 0, 1, 0]).contains("take stratified folds, at most 3, so"))
    #expect(try notes([1, 0, 1, 1]).contains("both classes each, since only one bag is negative"))
    #expect(try notes([0, 0, 0]).contains("since no bag is positive"))
  }
}
