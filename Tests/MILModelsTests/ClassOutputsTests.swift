import Autodiff
import Foundation
import LinearAlgebra
import MILBags
import MILBenchTesting
import MILModels
import MILRecords
import Testing
import UserInput

/// Several classes with smoothed targets, as another package would write the task.
private struct SmoothedClasses: BagTask {
  static let id = "smoothed-classes"
  static let kept = 0.8
  let count: Int

  var targetKind: Targets.Kind { .classes }
  var classOutputs: ClassOutputs? { .each }
  var outputColumns: Int { count }
  var predictionColumns: Int { count }
  var targetColumns: Int { count }
  var predictsProbabilities: Bool { true }

  func numbers(_ targets: Targets) throws -> Matrix<Float> {
    guard case .classes(let labels, _) = targets else { throw TaskError("the task needs classes") }
    return Matrix(labels.map { label in (0..<count).map { $0 == label ? 1 : 0 } })
  }

  func loss(_ output: Variable, _ targets: Variable) -> Variable {
    output.crossEntropy(ofLogitsWith: targets * Self.kept + (1 - Self.kept) / Double(count))
  }

  func prediction(_ output: Variable) -> Variable { output.softmaxOverFeatures() }
}

/// Two classes by the logistic loss, with and without a statement on its output.
private struct LogisticTask: BagTask {
  static let id = "logistic"
  var statesOutput = true

  var targetKind: Targets.Kind { .twoClasses }
  var classOutputs: ClassOutputs? { statesOutput ? .positive : nil }
  var outputColumns: Int { 1 }
  var predictionColumns: Int { 1 }
  var targetColumns: Int { 1 }
  var predictsProbabilities: Bool { true }

  func numbers(_ targets: Targets) throws -> Matrix<Float> {
    guard case .classes(let labels, _) = targets else { throw TaskError("the task needs classes") }
    return Matrix(labels.map { [Float($0)] })
  }

  func loss(_ output: Variable, _ targets: Variable) -> Variable { output.softplus() - targets * output }
  func prediction(_ output: Variable) -> Variable { output.sigmoid() }
}

@Suite("What a task of another package states about its classes")
struct ClassOutputsTests {
  private static let names = ["a", "b", "c"]

  /// Returns bags of one feature near 0, 3 and 6: 2, 4 and 6 bags of the three classes.
  private static func bags() throws -> BagDataset {
    let labels = [0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]
    var generator = RandomGenerator(seed: 4)
    let rows = labels.flatMap { label in (0..<3).map { _ in [Float(3 * Double(label) + 0.2 * generator.normal())] } }
    return try BagDataset(
      name: "made", instances: Matrix(rows), offsets: (0...labels.count).map { 3 * $0 },
      targets: .classes(labels, names: names)
    ).asking(for: SmoothedClasses(count: 3))
  }

  @Test("Classes are called by the threshold of the only output or as the largest of several, the first of ties")
  func called() {
    let three = SmoothedClasses(count: 3)
    #expect(three.classes(called: [0.1, 0.6, 0.3, 0.4, 0.2, 0.4], threshold: 0.5) == [1, 0] && three.classCount == 3)
    #expect(LogisticTask().classes(called: [0.2, 0.7, 0.5], threshold: 0.5) == [0, 1, 1])
    #expect(LogisticTask(statesOutput: false).classes(called: [0.2, 0.7], threshold: 0.5) == nil)
  }

  @Test("Balanced weights multiply the loss of each bag by n / (3 n of its class)")
  func weights() throws {
    let bags = try Self.bags()
    func still(_ weights: String) throws -> (loss: Double, scores: [Double]) {
      var loss = Double.nan
      let id = "mi-net-bag[classWeights=\(weights),epochs=1,learningRate=0,dropout=0,layers=6]"
      let trained = try Contract.registry.resolve(id).fit(bags, FitContext(seed: 3) { loss = Double($0.loss) })
      return (loss, try trained.predict(bags))
    }
    let (plain, balanced) = try (still("equal"), still("balanced"))
    #expect(plain.scores == balanced.scores && plain.scores.count == 36)
    let losses = bags.labels.indices.map { bag in
      -(0..<3).reduce(0) { sum, label in
        let target = (bags.labels[bag] == label ? SmoothedClasses.kept : 0) + (1 - SmoothedClasses.kept) / 3
        return sum + target * log(plain.scores[3 * bag + label])
      }
    }
    let weighted = zip(losses, bags.labels).map { $0 * [12 / 6.0, 12 / 12.0, 12 / 18.0][$1] }
    #expect(abs(plain.loss - losses.reduce(0, +) / 12) < 1e-5)
    #expect(abs(balanced.loss - weighted.reduce(0, +) / 12) < 1e-5 && abs(balanced.loss - plain.loss) > 1e-3)
  }

  @Test("A model of two classes is fitted for each class against the rest")
  func oneAgainstRest() throws {
    let bags = try Self.bags()
    let trained = try Contract.registry.resolve("nsk-svm").fit(bags, FitContext(seed: 1))
    let called = try #require(SmoothedClasses(count: 3).classes(called: trained.predict(bags), threshold: 0))
    #expect(zip(called, bags.labels).count { $0 == $1 } >= 10)
    #expect(trained.summary.notes["classes"] == "3 fits, each class against the rest")
  }

  @Test("Networks learn from pseudo-labels only if the output is stated to be a logit")
  func pseudoLabels() throws {
    let bags = try plantedBags(12, sizes: 2...4, shift: 1)
    func scores(_ pseudoLabels: Int, _ task: LogisticTask) throws -> [Double] {
      let id = "attention[pseudoLabels=\(pseudoLabels),epochs=3,layers=6,dropout=0,learningRate=0.01,optimiser=adam]"
      return try Contract.registry.resolve(id).fit(bags.asking(for: task), FitContext(seed: 2)).predict(bags)
    }
    #expect(try scores(1, LogisticTask()) != scores(0, LogisticTask()))
    #expect(try scores(0, LogisticTask(statesOutput: false)) == scores(0, LogisticTask()))
    let error = #expect(throws: ConfigurationError.self) { try scores(1, LogisticTask(statesOutput: false)) }
    #expect(error?.description.contains("pseudoLabels") == true)
  }
}
