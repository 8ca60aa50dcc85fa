import Foundation
import LinearAlgebra
import Testing

@testable import Autodiff

/// Golden losses and gradients by PyTorch; see Fixtures/instance_losses.py.
private struct InstanceLosses: Decodable {
  struct Contrastive: Decodable {
    var temperature, loss: Double
    var views, gradient: [[Double]]
  }

  struct Pseudo: Decodable {
    var sizes: [Int]
    var labels, logits, losses, gradient: [Double]
    var confidence, loss: Double
  }

  struct Consistency: Decodable {
    var weak, strong, losses, gradient: [Double]
    var loss: Double
  }

  var contrastive: [Contrastive]
  var pseudo: Pseudo
  var consistency: Consistency
}

@Suite("Losses of instances without labels of their own")
struct InstanceLossTests {
  private let golden: InstanceLosses

  init() throws { golden = try Fixture.read("instance_losses.json") }

  @Test("The contrastive loss of two views and its gradient are PyTorch's, however instances divide into bags")
  func contrastive() throws {
    for given in golden.contrastive {
      let count = given.views.count
      for sizes in count == 1 ? [[1]] : [[count], [2, 1, count - 3]] {
        let run = try DoublePrecisionRun(
          featureCount: 6, bagSizes: sizes, features: given.views.flatMap(\.self)
        ) { graph in
          [
            graph.instances.columns(0..<3)
              .contrastiveLoss(with: graph.instances.columns(3..<6), temperature: given.temperature)
          ]
        }
        run.run()
        #expect(abs(run.output(0)[0] - given.loss) < 1e-10)
        #expect(zip(run.instanceGradient, given.gradient.flatMap(\.self)).allSatisfy { abs($0 - $1) < 1e-9 })
      }
    }
  }

  @Test("The loss of pseudo-labels and its gradient are PyTorch's")
  func pseudoLabels() throws {
    let given = golden.pseudo
    let run = try DoublePrecisionRun(
      featureCount: 1, bagSizes: given.sizes, features: given.logits, labels: given.labels
    ) { graph in
      let losses = graph.instances.pseudoLabelLoss(with: graph.labels, confidence: given.confidence)
      return [losses.meanOverBags(), losses]
    }
    run.run()
    #expect(abs(run.output(0)[0] - given.loss) < 1e-12)
    #expect(zip(run.output(1), given.losses).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(zip(run.instanceGradient, given.gradient).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test("The loss of a strong view with the labels of a weak one is PyTorch's, and the weak view has no gradient")
  func consistency() throws {
    let given = golden.consistency
    let run = try DoublePrecisionRun(
      featureCount: 2, bagSizes: golden.pseudo.sizes, features: zip(given.strong, given.weak).flatMap { [$0, $1] },
      labels: golden.pseudo.labels
    ) { graph in
      let losses = graph.instances.columns(0..<1).consistencyLoss(
        decidedBy: graph.instances.columns(1..<2), with: graph.labels, confidence: golden.pseudo.confidence)
      return [losses.meanOverBags(), losses]
    }
    run.run()
    #expect(abs(run.output(0)[0] - given.loss) < 1e-12)
    #expect(zip(run.output(1), given.losses).allSatisfy { abs($0 - $1) < 1e-12 })
    let expected: [Double] = given.gradient.flatMap { [$0, 0.0] }
    #expect(zip(run.instanceGradient, expected).allSatisfy { abs($0 - $1) < 1e-12 })
    let graph = ComputationGraph(featureCount: 2)
    _ = graph.instances.consistencyLoss(decidedBy: graph.instances, with: graph.labels, confidence: 0.9)
    #expect(graph.firstProblem != nil)
  }

  @Test("A network that is traced on a view has its own parameters, and other columns are no view")
  func viewing() throws {
    let graph = ComputationGraph(featureCount: 3)
    func trace() -> Variable { graph.instances.linear("layer", to: 2).meanOverInstances() }
    let plain = trace()
    let shifted = graph.viewing(graph.instances + 1) { trace() }
    #expect(graph.parameterDescriptions.map(\.name) == ["layer.weight", "layer.bias"])
    let bags = drawnBags(sizes: [2, 3], features: 3)
    let outputs = try Evaluator(graph: graph, outputs: [plain, shifted, trace()], seed: 1).evaluate(bags)
    #expect(outputs[0] != outputs[1] && outputs[0] == outputs[2])
    _ = graph.viewing(graph.instances.columns(0..<2)) { trace() }
    #expect(graph.firstProblem?.problem == "a view of instances has 2 columns, expected 3 with a row an instance")
  }

  @Test("Gradients through layers agree with finite differences, and training in single precision follows double")
  func layers() throws {
    @Sendable func loss(_ graph: ComputationGraph) -> Variable {
      func view(_ noise: Double) -> Variable {
        (graph.instances * (1 + noise)).linear("one", to: 4).tanh().linear("two", to: 3)
      }
      let logits = graph.instances.linear("one", to: 4).tanh().linear("head", to: 1)
      return view(0).contrastiveLoss(with: view(0.3), temperature: 0.5)
        + logits.pseudoLabelLoss(with: graph.labels, confidence: 0.5).meanOverBags()
        + (logits * 2 + 0.1).consistencyLoss(decidedBy: logits, with: graph.labels, confidence: 0.5).meanOverBags()
    }
    let check = try GradientCheck.run(bagSizes: [3, 1, 2], featureCount: 5, seed: 2) { loss($0) }
    #expect(check.comparisons > 0 && check.largestError < 1e-6)
    let shortcuts = try ShortcutCheck.run(
      drawnBags(sizes: [3, 1, 2, 4], features: 5), optimiser: Optimiser(learningRate: 0.05), scores: false
    ) { [loss($0), $0.instances.linear("one", to: 4).meanOverInstances()] }
    #expect(shortcuts.comparisons > 0 && shortcuts.largestError < 1e-4)
  }

  @Test("Noise has the deviation that it is given, is drawn anew for each use and step, and is none in scoring")
  func noise() throws {
    let bags = drawnBags(sizes: [40, 60], features: 3)
    func trace(_ graph: ComputationGraph) -> (Variable, Variable) {
      (graph.instances.noise(0.5), graph.instances.noise(0.5))
    }
    let run = try DoublePrecisionRun(
      featureCount: 3, bagSizes: [40, 60], features: bags.instances.elements.map(Double.init)
    ) { graph in
      let (first, second) = trace(graph)
      return [(first + second).sumOverFeatures().meanOverInstances().meanOverBags(), first, second]
    }
    run.run()
    let added = (1...2).map { output in zip(run.output(output), bags.instances.elements).map { $0 - Double($1) } }
    for values in added {
      let mean = values.reduce(0, +) / 300
      let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 300).squareRoot()
      #expect(abs(mean) < 0.1 && abs(deviation - 0.5) < 0.07)
    }
    #expect(added[0] != added[1])
    // The mean over a bag's 40 or 60 instances and then over two bags, for a sum of two terms.
    #expect(abs(run.instanceGradient[0] - 2 / 80.0) < 1e-12 && abs(run.instanceGradient[299] - 2 / 120.0) < 1e-12)
    let graph = ComputationGraph(featureCount: 3)
    let evaluator = try Evaluator(graph: graph, outputs: [graph.instances.noise(0.5)], seed: 1)
    #expect(evaluator.evaluate(bags)[0].elements == bags.instances.elements)
  }
}
