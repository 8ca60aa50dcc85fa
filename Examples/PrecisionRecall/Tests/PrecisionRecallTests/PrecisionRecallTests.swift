import Foundation
import MILBench
import PrecisionRecall
import Testing

@Suite("PrecisionRecall")
struct PrecisionRecallTests {
  struct Case: Decodable, Sendable {
    let labels: [Int]
    let scores: [Double]
    let expected: Double
  }

  static func cases() throws -> [Case] {
    let file = try #require(Bundle.module.url(forResource: "Fixtures/average_precision", withExtension: "json"))
    return try JSONDecoder().decode([Case].self, from: Data(contentsOf: file))
  }

  @Test("Average precisions agree with NumPy", arguments: try cases())
  func golden(_ example: Case) throws {
    let curve = try #require(PrecisionRecallCurve(labels: example.labels, scores: example.scores))
    #expect(abs(curve.averagePrecision - example.expected) < 1e-12)
  }

  @Test("Without a positive bag there is no curve, and all bags are found at the last recall")
  func ends() throws {
    #expect(PrecisionRecallCurve(labels: [0, 0], scores: [0.1, 0.2]) == nil)
    let curve = try #require(PrecisionRecallCurve(labels: [1, 0, 1, 0], scores: [0.9, 0.8, 0.7, 0.1]))
    #expect(curve.recall == [0.5, 0.5, 1, 1] && curve.precision == [1, 0.5, 2.0 / 3, 0.5])
    #expect(curve.precision(atRecall: 0.6) == 2.0 / 3)
  }

  /// Creates the records of a model's two folds, with four test bags of labels 1, 0, 1 and 0 and these scores in each.
  private func records(_ model: String, scores: [Double]) -> [TrialRecord] {
    (1...2).map { fold in
      var record = TrialRecord(
        experiment: "test", dataset: "musk1", dataHash: "d", model: model, configuration: "{}", protocol: "clean",
        protocolSettings: #"{"folds":2,"seed":2018}"#, repetition: 1, fold: fold, foldsHash: "f", status: .finished,
        seed: "1", version: "1", core: "Haswell")
      record.bags = (0..<4).map { $0 + 4 * fold }
      (record.labels, record.scores, record.correctByEpoch) = ([1, 0, 1, 0], scores, [3])
      return record
    }
  }

  @Test("Tables, statistics, files and figures have the metric")
  func report() throws {
    let all = records("a", scores: [0.9, 0.8, 0.7, 0.1]) + records("b", scores: [0.9, 0.1, 0.7, 0.1])
    let report = try RunReport(
      titled: "Test", records: all, metrics: .standard + [.averagePrecision], parts: .standard + [.precisionRecall])
    #expect(report.run.rows.map { $0["averagePrecision"] } == [(1 + 2.0 / 3) / 2, 1])
    let files = Dictionary(uniqueKeysWithValues: report.files.map { ($0.name, $0.text) })
    #expect(files["statistics.csv"]?.contains("averagePrecision") == true)
    #expect(
      files["precision-recall.csv"] == """
        dataset,model,averagePrecision,precisionAt0.25,precisionAt0.5,precisionAt0.75,precisionAt1.0\r
        musk1,a,0.8333333333333333,1.0,1.0,0.6666666666666666,0.6666666666666666\r
        musk1,b,1.0,1.0,1.0,1.0,1.0\r

        """)
    #expect(files["precision-recall.md"]?.contains("| musk1 | a | .833 |") == true)
    #expect(files["figures/precision-recall-musk1.svg"]?.contains("precision over recall") == true)
  }
}
