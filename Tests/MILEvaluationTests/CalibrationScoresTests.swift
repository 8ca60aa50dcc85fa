import LinearAlgebra
import MILBags
import MILModels
import MILRecords
import Testing

@testable import MILEvaluation

@Suite("Calibration of kept models")
struct CalibrationScoresTests {
  private let names = (0..<12).map { "b\($0)" }

  private func bags(labels: [Int], groups: [String]? = nil) throws -> BagDataset {
    try BagDataset(
      name: "made", instances: Matrix((0..<12).map { [Float($0)] }), offsets: Array(0...12), labels: labels,
      bagNames: names, groups: groups)
  }

  private let halves = (0..<12).map { $0 % 2 }

  @Test("Each bag is scored once, by a fit that has not seen it")
  func unseen() throws {
    let bags = try bags(labels: halves)
    var seeds: Set<UInt64> = []
    let found = try CalibrationScores(of: bags, seed: 1) { training, seed in
      seeds.insert(seed)
      let known = Set(training.bagNames)
      return { test in
        #expect(known.isDisjoint(with: test.bagNames) && known.count + test.bagCount == 12)
        return test.bagNames.map { name in Double(names.firstIndex(of: name) ?? -1) }
      }
    }
    #expect(found.scores.sorted() == (0..<12).map(Double.init))
    #expect(zip(found.scores, found.labels).allSatisfy { halves[Int($0)] == $1 })
    #expect(found.folds == 5 && seeds.count == 5)
  }

  @Test("A group stays in one fold")
  func groups() throws {
    let bags = try bags(labels: halves, groups: (0..<12).map { "g\($0 / 4)" })
    let found = try CalibrationScores(of: bags, seed: 1) { training, _ in
      let known = Set(training.groups ?? [])
      return { test in
        #expect(known.isDisjoint(with: test.groups ?? []))
        return test.labels.map(Double.init)
      }
    }
    #expect(found.folds == 3 && found.scores.count == 12)
  }

  @Test("Bags that cannot be parted are refused in one line")
  func refused() async throws {
    let one = try bags(labels: (0..<12).map { $0 == 3 ? 1 : 0 })
    let few = await message { _ = try CalibrationScores(of: one, seed: 1) { _, _ in { _ in [] } } }
    #expect(few?.contains("at least two bags of each class") == true)
    let numbers = try BagDataset(
      name: "made", instances: Matrix((0..<12).map { [Float($0)] }), offsets: Array(0...12),
      targets: .numbers((0..<12).map(Double.init)))
    let kind = await message { _ = try CalibrationScores(of: numbers, seed: 1) { _, _ in { _ in [] } } }
    #expect(kind?.contains("--calibrate needs two classes") == true)
  }

  @Test("A calibration changes no score, is said, and gives probabilities that keep the order")
  func training() throws {
    let registry = try ModelRegistry.standard()
    let made = try madeBags()
    let id = "mi-svm-bag[kernel=linear]"
    let plain = try ModelTraining().train(id, on: made, classNames: ["0", "1"], registry: registry)
    #expect(plain.model.calibration == nil && plain.model.description.notes["calibration"] == nil)
    for method in ScoreCalibration.Method.allCases {
      var training = ModelTraining()
      training.calibration = method
      let kept = try training.train(id, on: made, classNames: ["0", "1"], registry: registry).model
      let scores = try kept.scores(made)
      #expect(try scores == plain.model.scores(made))
      let calibration = try #require(kept.calibration)
      #expect(calibration.method == method && calibration.bags == 12)
      #expect(kept.description.notes["calibration"]?.hasPrefix(method.rawValue) == true)
      #expect(scores.map(calibration.probability).allSatisfy { (0...1).contains($0) })
      let again = try training.train(id, on: made, classNames: ["0", "1"], registry: registry).model
      #expect(again.calibration == calibration)
      if method == .isotonic {
        let ascending = scores.sorted().map(calibration.probability)
        #expect(zip(ascending, ascending.dropFirst()).allSatisfy { $0 <= $1 })
      }
    }
  }
}
