import Foundation
import TestSupport
import Testing

@testable import MILRecords

@Suite("Standard errors, figures over bags and classes of folds")
struct StandardErrorTests {
  struct Golden: Decodable, CustomTestStringConvertible {
    let dataset: String
    let binomial, overBags, low, high: Double
    let corrected, trainingShareAUC: Double?
    let positiveBags, negativeBags, aucFolds, oneClassTestFolds, singleBagTestFolds: Int
    let oneClassTrainingFolds: Int?
    var testDescription: String { dataset }
  }

  private static func golden() throws -> [Golden] {
    try JSONDecoder().decode([Golden].self, from: Data(contentsOf: fixture("standard_errors.json")))
  }

  private func cell(_ dataset: String) throws -> CellSummary {
    let records = try JournalSet<TrialRecord>(reading: [fixture("standard_errors.jsonl")]).selected
    return try #require(CellSummary.summaries(of: records).first { $0.dataset == dataset })
  }

  @Test("They agree with NumPy", arguments: try golden())
  func agree(golden: Golden) throws {
    let cell = try cell(golden.dataset)
    #expect(isClose(cell.leading.binomialStandardError, golden.binomial))
    #expect(isClose(cell.leading.correctedStandardError, golden.corrected))
    #expect(isClose(cell.leading.overBags, golden.overBags))
    #expect(isClose(cell.leading.overBagsLow, golden.low) && isClose(cell.leading.overBagsHigh, golden.high))
    let classes = cell.classes
    #expect((classes.positiveBags, classes.negativeBags) == (golden.positiveBags, golden.negativeBags))
    #expect((classes.aucFolds, classes.oneClassTestFolds) == (golden.aucFolds, golden.oneClassTestFolds))
    #expect(classes.singleBagTestFolds == golden.singleBagTestFolds)
    #expect(classes.oneClassTrainingFolds == golden.oneClassTrainingFolds)
    #expect(isClose(classes.trainingShareAUC, golden.trainingShareAUC))
  }

  @Test("Pooling is called biased with one bag a fold and where folds leave out what they should keep")
  func biased() throws {
    #expect(try cell("leave-one-out").classes.pooledIsBiased && cell("leave-one-out").classes.isLeaveOneOut)
    #expect(try cell("leave-one-out").classes.trainingShareAUC == 0 && cell("leave-one-out")["auc"] == nil)
    #expect(try cell("rare").classes.pooledIsBiased && !cell("rare").classes.isLeaveOneOut)
    #expect(try !cell("stratified").classes.pooledIsBiased)
    // The content of the other folds is unknown, so the notes are silent.
    #expect(try !cell("one fold").classes.pooledIsBiased && cell("one fold").classes.oneClassTrainingFolds == nil)
  }

  @Test("Test bags of one label have an only label")
  func onlyLabel() throws {
    var negative = record()
    negative.labels = [0, 0, 0, 0]
    let summary = try #require(CellSummary.summaries(of: [negative]).first)
    #expect(summary.classes.onlyLabel == 0 && summary.classes.oneClassTestFolds == 1 && summary["auc"] == nil)
    #expect(try #require(CellSummary.summaries(of: [record()]).first).classes.onlyLabel == nil)
  }

  @Test("An interval of 0 or 1 of few bags has a width, and there is none without bags or beyond 1")
  func wilson() throws {
    // 10 of 10: n / (n + z²) to 1.
    let all = try #require(BinomialError.wilsonInterval(accuracy: 1, bags: 10))
    #expect(isClose(all.lowerBound, 10 / (10 + 3.8414588206941236)) && isClose(all.upperBound, 1))
    let none = try #require(BinomialError.wilsonInterval(accuracy: 0, bags: 10))
    #expect(isClose(none.lowerBound, 0) && isClose(none.upperBound, 1 - all.lowerBound))
    // Rounding must not show as a share of its own.
    for bags in 1...200 {
      #expect(BinomialError.wilsonInterval(accuracy: 0, bags: bags)?.lowerBound == 0)
      #expect(BinomialError.wilsonInterval(accuracy: 1, bags: bags)?.upperBound == 1)
    }
    #expect(BinomialError.wilsonInterval(accuracy: 0.5, bags: 0) == nil)
    #expect(BinomialError.wilsonInterval(accuracy: -0.1, bags: 5) == nil)
  }

  @Test(
    "Counts of training bags that cannot be are refused",
    arguments: [(0, 0), (5, 6), (5, -1), (nil, 2)] as [(Int?, Int)])
  func wrongTrainingBags(bags: Int?, positives: Int) {
    var wrong = record()
    (wrong.trainingBags, wrong.trainingPositives) = (bags, positives)
    #expect(throws: InvalidRecordError.self) { try wrong.json() }
  }
}
