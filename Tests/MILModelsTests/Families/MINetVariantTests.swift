import Autodiff
import Foundation
import MILBenchTesting
import MILModels
import Testing
import UserInput

@Suite("MI-Net with deep supervision and with residual connections, against PyTorch")
struct MINetVariantTests {
  /// The golden values of Fixtures/mi_nets.py.
  struct Fixture: Decodable {
    struct Case: Decodable, CustomTestStringConvertible {
      var model: String
      var settings: [String: String]
      var start: [String: [Double]]
      var loss: Double
      var probabilities: [Double]
      var losses: [Double]
      var end: [String: [Double]]

      var testDescription: String { "\(ModelIdentifier(name: model, parameters: settings))" }
    }
    var sizes: [Int]
    var labels: [Double]
    var features: [[Double]]
    var learningRate, momentum, timeDecay, weightDecay: Double
    var cases: [Case]

    static func load() throws -> Fixture {
      let file = try #require(
        Bundle.module.url(forResource: "mi_nets", withExtension: "json", subdirectory: "Fixtures"))
      return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file))
    }
  }

  /// Runs the network of a case without dropout on some of the bags, with the case's parameters; outputs are loss and
  /// probability.
  private func run(_ one: Fixture.Case, of fixture: Fixture, bags: [Int]) throws -> DoublePrecisionRun {
    let settings = one.settings.merging(["dropout": "0"]) { $1 }
    let model = try Contract.registry.resolve("\(ModelIdentifier(name: one.model, parameters: settings))")
    let network = try #require(model.model as? any NetworkModel)
    let optimiser = Optimiser(
      learningRate: fixture.learningRate, momentum: fixture.momentum, timeDecay: fixture.timeDecay,
      weightDecay: fixture.weightDecay)
    let run = try DoublePrecisionRun(
      featureCount: 5, bagSizes: bags.map { fixture.sizes[$0] }, features: bags.flatMap { fixture.features[$0] },
      labels: bags.map { fixture.labels[$0] }, optimiser: optimiser
    ) { graph in
      let traced = network.trace(graph)
      return [traced.meanLoss, traced.prediction]
    }
    for (name, values) in one.start { #expect(run.setParameter(name, to: values), "\(name)") }
    return run
  }

  @Test("Loss and probabilities of a batch are PyTorch's, for each pooling", arguments: try Fixture.load().cases)
  func forward(_ one: Fixture.Case) throws {
    let run = try run(one, of: Fixture.load(), bags: [0, 1, 2])
    run.run()
    #expect(abs(run.output(0)[0] - one.loss) < 1e-12)
    #expect(agree(run.output(1), one.probabilities, within: 1e-12))
  }

  @Test("Six steps of training end at PyTorch's parameters", arguments: try Fixture.load().cases)
  func training(_ one: Fixture.Case) throws {
    let run = try run(one, of: Fixture.load(), bags: [1])
    for loss in one.losses {
      run.run()
      #expect(abs(run.output(0)[0] - loss) < 1e-11)
      run.step()
    }
    for (name, values) in one.end {
      #expect(agree(run.parameter(name), values, within: 1e-11), "\(name)")
      #expect(try values != #require(one.start[name]), "\(name) has not moved")
    }
  }
}
