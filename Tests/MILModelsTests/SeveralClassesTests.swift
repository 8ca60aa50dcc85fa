import Foundation
import LinearAlgebra
import MILBags
import MILBenchTesting
import MILRecords
import Testing

@testable import MILModels

/// Golden values by scikit-learn; see Fixtures/several_classes.py.
private struct Golden: Decodable {
  struct Regression: Decodable {
    var coefficients: [[Double]]
    var intercepts: [Double]
  }

  var x, test: [[Double]]
  var labels: [Int]
  var multinomial, multinomialStrong, multinomialBalanced, machines, machinesBalanced: [[Double]]
  var ridge, ridgeBalanced: Regression

  static let names = ["a", "b", "c", "d"]

  static func load() throws -> Golden {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/several_classes.json", withExtension: nil))
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
  }

  /// Returns each row as a bag of one instance.
  static func bags(_ rows: [[Double]], _ labels: [Int]) throws -> BagDataset {
    try BagDataset(
      name: "rows", instances: Matrix(rows.map { $0.map { Float($0) } }), offsets: Array(0...rows.count),
      targets: .classes(labels, names: names))
  }

  /// Returns a model's predictions for the test rows.
  func predictions(_ model: String) throws -> [Double] {
    let trained = try Contract.registry.resolve(model).fit(Golden.bags(x, labels), FitContext(seed: 1))
    return try trained.predict(Golden.bags(test, test.map { _ in 0 }))
  }
}

@Suite("Models of several classes")
struct SeveralClassesTests {
  private func agree(_ found: [Double], _ expected: [[Double]], within tolerance: Double) -> Bool {
    let expected = expected.flatMap(\.self)
    return found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) < tolerance }
  }

  @Test("Multinomial regression gives scikit-learn's probabilities")
  func multinomial() throws {
    let golden = try Golden.load()
    #expect(agree(try golden.predictions("logistic-bag-mean"), golden.multinomial, within: 1e-6))
    #expect(agree(try golden.predictions("logistic-bag-mean[penalty=10]"), golden.multinomialStrong, within: 1e-6))
    #expect(
      agree(
        try golden.predictions("logistic-bag-mean[classWeights=balanced]"), golden.multinomialBalanced, within: 1e-6))
  }

  @Test("A class without training bags has a small share, and one class alone is all")
  func absent() throws {
    let golden = try Golden.load()
    let kept = golden.labels.indices.filter { golden.labels[$0] != 2 }
    for (places, present) in [(kept, 3), (golden.labels.indices.filter { golden.labels[$0] == 1 }, 1)] {
      let bags = try Golden.bags(places.map { golden.x[$0] }, places.map { golden.labels[$0] })
      for model in ["logistic-bag-mean", "elm-mil[hiddenUnits=20]", "sil-svm", "constant"] {
        let trained = try Contract.registry.resolve(model).fit(bags, FitContext(seed: 1))
        let row = try trained.predict(bags.selecting(bags: [0]))
        #expect(row.count == 4 && row.allSatisfy(\.isFinite), "\(model)")
        if present > 1 { #expect(row[2] < (row.max() ?? 0), "\(model)") }
      }
    }
  }

  @Test("Each class against the rest, machines give scikit-learn's decision values")
  func machines() throws {
    let golden = try Golden.load()
    for model in ["sil-svm", "mi-kernel", "nsk-svm"] where model == "sil-svm" {
      let settings = "c=2,gamma=0.3,tolerance=1e-9"
      #expect(agree(try golden.predictions("\(model)[\(settings)]"), golden.machines, within: 1e-5), "\(model)")
      #expect(
        agree(
          try golden.predictions("\(model)[\(settings),classWeights=balanced]"), golden.machinesBalanced, within: 1e-5),
        "\(model)")
    }
  }

  @Test("Ridge regression with several outputs gives scikit-learn's coefficients, and each output those of its own")
  func ridge() throws {
    let golden = try Golden.load()
    let design = Matrix(golden.x)
    var targets = Matrix<Double>(rows: golden.labels.count, columns: 4)
    for (row, label) in golden.labels.enumerated() {
      for column in 0..<4 { targets[row, column] = column == label ? 1 : -1 }
    }
    let balanced = ClassWeights.balanced.weights(golden.labels, classes: 4)
    for (weights, expected) in [(nil, golden.ridge), (balanced, golden.ridgeBalanced)]
      as [([Double]?, Golden.Regression)]
    {
      let problem = try RidgeProblem(design, targets: targets, weights: weights)
      let solutions = try problem.solutions(penalty: 0.7)
      #expect(solutions.count == 4)
      for (column, solution) in solutions.enumerated() {
        #expect(agree(solution.coefficients, [expected.coefficients[column]], within: 1e-10))
        #expect(abs(solution.intercept - expected.intercepts[column]) < 1e-10)
        let alone = try RidgeProblem(design, targets: targets.column(column), weights: weights)
        #expect(agree(solution.coefficients, [try alone.solution(penalty: 0.7).coefficients], within: 1e-12))
      }
      // The penalty is the best one for all outputs together.
      let path = [0.01, 0.1, 1, 10, 100]
      let all = try (0..<4).map {
        try RidgeProblem(design, targets: targets.column($0), weights: weights).leaveOneOutResiduals(penalties: path)
      }
      let sums = path.indices.map { penalty in
        all.reduce(0.0) { sum, residuals in
          sum
            + residuals.column(penalty).enumerated().reduce(0) {
              $0 + $1.element * $1.element * (weights?[$1.offset] ?? 1)
            }
        }
      }
      let best = try #require(sums.indices.min { sums[$0] < sums[$1] })
      #expect(try problem.bestPenalty(of: path) == path[best])
    }
  }

  @Test("Balanced sampling sees each class equally often, and all bags of a class before any again")
  func sampling() throws {
    var draw = try EpochDraw(.balanced, .classes([0, 0, 0, 0, 0, 0, 1, 1, 2], names: ["a", "b", "c"]))
    var generator = RandomGenerator(seed: 3)
    var seen = [Int](repeating: 0, count: 9)
    for _ in 0..<4 {
      let epoch = draw.next(&generator)
      #expect(epoch.count == 9)
      for bag in epoch { seen[bag] += 1 }
    }
    // Three bags of each class in each of four epochs.
    #expect(seen == [2, 2, 2, 2, 2, 2, 6, 6, 12])
    var all = try EpochDraw(.all, .labels([0, 1, 1]))
    #expect(all.next(&generator).sorted() == [0, 1, 2])
    #expect(throws: NotApplicable.self) { try EpochDraw(.balanced, .numbers([1, 2])) }
  }

  @Test("Sampling and weights of classes are parameters that leave older records current")
  func parameters() throws {
    for model in ["attention", "mi-net-bag", "extreme-attention", "nsk-svm", "mi-svm-bag"] {
      let plain = try Contract.registry.resolve(model)
      #expect(!plain.configuration.contains("sampling"))
      if model.hasSuffix("m") || model.hasSuffix("bag") { #expect(!plain.configuration.contains("\"balanced\"")) }
    }
    #expect(!(try Contract.registry.resolve("nsk-svm").configuration.contains("classWeights")))
    let bags = try plantedBags(18).selecting(bags: [0, 1, 2, 3, 4, 5, 7, 9, 11, 13, 15, 17])
    func scores(_ model: String) throws -> [Double] {
      try Contract.registry.resolve(model).fit(bags, FitContext(seed: 1)).predict(bags)
    }
    for model in ["mi-svm-instance", "mi-svm-bag", "sil-svm", "nsk-svm", "mi-kernel"] {
      #expect(try scores("\(model)[c=0.01]") != scores("\(model)[c=0.01,classWeights=balanced]"), "\(model)")
    }
    #expect(try scores("attention[epochs=2,layers=6-4]") != scores("attention[epochs=2,layers=6-4,sampling=balanced]"))
  }
}

@Suite("Thresholds chosen on training bags")
struct ThresholdTests {
  @Test("A rule takes the threshold between two scores at which its measure is largest")
  func rules() {
    let scores = [0.1, 0.2, 0.3, 0.4, 0.6, 0.9]
    #expect(ThresholdRule.youden.threshold(scores, [0, 0, 0, 1, 1, 1]) == 0.35)
    // From .35 on, 2 of 2 positive and 1 of 4 negative bags; from .5 on, 1 of 2 and 1 of 4.
    #expect(ThresholdRule.youden.threshold(scores, [0, 0, 0, 1, 0, 1]) == 0.35)
    #expect(ThresholdRule.f1.threshold(scores, [0, 0, 0, 1, 0, 1]) == 0.35)
    #expect(
      ThresholdRule.f1.threshold(scores, [1, 1, 0, 1, 1, 1])
        != ThresholdRule.youden.threshold(scores, [1, 1, 0, 1, 1, 1]))
    #expect(ThresholdRule.youden.threshold([0.5, 0.5], [0, 1]) == nil)
    #expect(ThresholdRule.youden.threshold([0.5, 0.7], [1, 1]) == nil)
  }

  @Test("It is a parameter of every model of two classes, in its id and its record, and kept with the model")
  func parameter() throws {
    let bags = try plantedBags(24, shift: 1)
    for name in [
      "attention[epochs=3,layers=6-4,threshold=youden]", "nsk-svm[threshold=f1]",
      "elm-mil[hiddenUnits=20,threshold=youden]",
    ] {
      let model = try Contract.registry.resolve(name)
      #expect(model.id.contains("threshold=") && model.configuration.contains("\"threshold\":"))
      let trained = try model.fit(bags, FitContext(seed: 2))
      #expect(trained.threshold != trained.model.traits.scores.threshold)
      #expect(trained.summary.notes["threshold"]?.contains("in 5 inner folds") == true)
      let plain = try Contract.registry.resolve(
        name.replacing(",threshold=youden", with: "").replacing("[threshold=f1]", with: ""))
      #expect(try plain.fit(bags, FitContext(seed: 2)).predict(bags) == trained.predict(bags))
      let kept = KeptModel(
        description: try KeptModel.Description(
          trained, trainedOn: bags, classNames: ["no", "yes"], protocol: "clean", seed: 1, version: "0"),
        standardiser: nil, trained: trained)
      let read = try ModelFile.model(in: ModelFile.bytes(of: kept), registry: Contract.registry)
      #expect(read.description.threshold == trained.threshold && read.description == kept.description)
      let scores = try read.scores(bags)
      #expect(read.classes(called: scores) == scores.map { $0 >= trained.threshold ? 1 : 0 })
    }
    #expect(!(try Contract.registry.resolve("attention[threshold=fixed]").id.contains("threshold")))
    #expect(throws: ModelError.self) { try Contract.registry.resolve("attention[threshold=best]") }
    let numbers = try bags.replacing(targets: .numbers(bags.labels.map(Double.init)))
    #expect(throws: NotApplicable.self) {
      try Contract.registry.resolve("attention[threshold=youden]").fit(numbers, FitContext(seed: 1))
    }
  }
}
