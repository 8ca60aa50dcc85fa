import Autodiff
import Foundation
import LinearAlgebra
import MILRecords
import TestSupport
import Testing
import UserInput

@testable import MILBags

/// Golden losses and gradients by PyTorch; see Fixtures/tasks/class_losses.py.
private struct ClassLossFixture: Decodable {
  var classes: Int
  var labels: [Int]
  var kind: ClassLoss.Kind
  var exponent, alpha, beta: Double?
  var output, gradient: [[Double]]
  var loss: Double

  static func load() throws -> [ClassLossFixture] { try Fixture.json("tasks/class_losses.json", as: [Self].self) }

  var targets: Targets {
    classes == 2 ? .labels(labels) : .classes(labels, names: ["a", "b", "c"])
  }
}

@Suite("Losses that wrong labels mislead less")
struct ClassLossTests {
  private func run(_ task: any BagTask, _ targets: Targets, _ output: [[Double]]) throws -> DoublePrecisionRun {
    let run = try DoublePrecisionRun(
      featureCount: task.outputColumns, bagSizes: output.map { _ in 1 }, features: output.flatMap(\.self),
      labels: task.numbers(targets).elements.map(Double.init), targetColumns: task.targetColumns
    ) { graph in
      [task.loss(graph.instances.sumOverInstances(), graph.targets).meanOverBags()]
    }
    run.run()
    return run
  }

  @Test("Loss and gradient are PyTorch's, of two classes and of several", arguments: 0..<10)
  func golden(_ place: Int) throws {
    let golden = try ClassLossFixture.load()[place]
    let usual = ClassLoss()
    let loss = ClassLoss(
      golden.kind, exponent: golden.exponent ?? usual.exponent, alpha: golden.alpha ?? usual.alpha,
      beta: golden.beta ?? usual.beta)
    let run = try run(golden.targets.task.minimising(loss), golden.targets, golden.output)
    #expect(abs(run.output(0)[0] - golden.loss) < 1e-12)
    #expect(zip(run.instanceGradient, golden.gradient.flatMap(\.self)).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test("A bag that is certainly wrong pulls less than under the cross entropy, and nothing overflows")
  func outliers() throws {
    for classes in [2, 3] {
      let golden = try #require(try ClassLossFixture.load().first { $0.classes == classes })
      let wrong = golden.labels.map { label in
        classes == 2 ? [label == 1 ? -1e4 : 1e4] : (0..<3).map { $0 == label ? -1e4 : 0 }
      }
      func pull(_ kind: ClassLoss.Kind) throws -> Double {
        let run = try run(golden.targets.task.minimising(ClassLoss(kind)), golden.targets, wrong)
        #expect(run.output(0)[0].isFinite && run.instanceGradient.allSatisfy(\.isFinite))
        return run.instanceGradient.reduce(0) { $0 + abs($1) }
      }
      #expect(try pull(.generalised) < 1e-12)
      #expect(try abs(pull(.symmetric) - 0.1 * pull(.crossEntropy)) < 1e-12)
    }
  }

  @Test("Targets that are no classes take the cross entropy's name alone, and kept tasks are as they were")
  func others() throws {
    #expect(try NumberPrediction().minimising(ClassLoss()) as? NumberPrediction == NumberPrediction())
    let error = #expect(throws: TaskError.self) { try CoxSurvival().minimising(ClassLoss(.symmetric)) }
    #expect(error?.description.hasPrefix("classLoss=symmetric needs classes") == true)
    let (two, several) = (TwoClasses().minimising(ClassLoss(.generalised)), SeveralClasses(count: 4))
    #expect(String(decoding: try JSONEncoder().encode(two), as: UTF8.self) == "{}")
    let kept = try JSONEncoder().encode(several.minimising(ClassLoss(.generalised)))
    #expect(String(decoding: kept, as: UTF8.self) == "{\"count\":4}")
    #expect(try JSONDecoder().decode(SeveralClasses.self, from: kept) == several)
  }
}
