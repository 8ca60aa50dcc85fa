import Foundation
import MILBags
import MILBenchTesting
import Testing

@testable import MILModels

@Suite("Calibrations of scores")
struct ScoreCalibrationTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let labels: [Int]
    let scores, at: [Double]
    let slope, intercept: Double
    let sigmoid, isotonic: [Double]
    var testDescription: String { name }
  }

  static func cases() throws -> [Case] {
    let file = try #require(
      Bundle.module.url(forResource: "calibrations", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode([Case].self, from: Data(contentsOf: file))
  }

  @Test("Both maps agree with scikit-learn", arguments: try cases())
  func golden(_ example: Case) throws {
    let sigmoid = try ScoreCalibration(.sigmoid, scores: example.scores, labels: example.labels, folds: 5)
    let isotonic = try ScoreCalibration(.isotonic, scores: example.scores, labels: example.labels, folds: 5)
    for (place, score) in example.at.enumerated() {
      #expect(abs(sigmoid.probability(score) - example.sigmoid[place]) < 1e-7, "\(score)")
      #expect(abs(isotonic.probability(score) - example.isotonic[place]) < 1e-12, "\(score)")
    }
    guard case .sigmoid(let fit) = sigmoid.function else {
      Issue.record("another function")
      return
    }
    #expect(abs(fit.slope - example.slope) < 1e-6 * abs(example.slope))
    #expect(abs(fit.intercept - example.intercept) < 1e-6 * max(1, abs(example.intercept)))
  }

  @Test("Scores that are all alike give the share of positive bags, smoothed by the targets, and one class is refused")
  func degenerate() throws {
    let labels = [1, 0, 0, 1, 0]
    let alike = Array(repeating: 2.5, count: 5)
    let sigmoid = try ScoreCalibration(.sigmoid, scores: alike, labels: labels, folds: 2)
    // The mean target of two positive bags is 3/4, and of three negative ones 1/5.
    #expect(abs(sigmoid.probability(2.5) - (2 * 0.75 + 3 * 0.2) / 5) < 1e-6)
    let isotonic = try ScoreCalibration(.isotonic, scores: alike, labels: labels, folds: 2)
    #expect([-9, 2.5, 9].map(isotonic.probability) == [0.4, 0.4, 0.4])
    for score in [-1e308, 1e308] { #expect((0...1).contains(sigmoid.probability(score))) }
    #expect(throws: ModelError.self) { try ScoreCalibration(.sigmoid, scores: [1, 2], labels: [1, 1], folds: 2) }
  }

  @Test("A model file keeps a calibration to the bit, where there is one", arguments: [nil, "sigmoid", "isotonic"])
  func kept(_ name: String?) throws {
    let bags = try plantedBags()
    let trained = try Contract.registry.resolve("logistic-bag-mean").fit(bags, FitContext(seed: 3))
    let scores = try trained.predict(bags)
    let calibration = try name.flatMap(ScoreCalibration.Method.init(rawValue:)).map {
      try ScoreCalibration($0, scores: scores, labels: bags.labels, folds: 4)
    }
    let model = KeptModel(
      description: try KeptModel.Description(
        trained, trainedOn: bags, classNames: ["0", "1"], protocol: "clean", seed: 3, version: "0.0.0"),
      standardiser: nil, trained: trained, calibration: calibration)
    let read = try ModelFile.model(in: ModelFile.bytes(of: model), registry: Contract.registry)
    #expect(read.calibration == calibration && (read.calibration == nil) == (name == nil))
    #expect(read.calibration?.method.rawValue == name)
    #expect(try read.scores(bags) == scores)
  }

  @Test("Arrays that are no calibration are refused in one line")
  func damaged() throws {
    func complaint(_ change: (inout ModelState) -> Void) throws -> String {
      var state = try ScoreCalibration(.isotonic, scores: [1, 2, 3], labels: [0, 1, 1], folds: 2).state
      change(&state)
      let error = #expect(throws: ModelError.self) { try ScoreCalibration(state) }
      return error.map { line(of: $0) } ?? ""
    }
    #expect(try complaint { $0.set("method", to: "beta") }.contains("\"beta\", expected one of sigmoid, isotonic"))
    #expect(try complaint { $0.set("scores", to: [3, 2, 1]) }.contains("no ascending list"))
    #expect(try complaint { $0.set("probabilities", to: [0, 0.5, 2]) }.contains("no ascending list"))
    #expect(try complaint { $0.set("probabilities", to: [0.5]) }.contains("array probabilities is 1 x 1"))
  }
}
