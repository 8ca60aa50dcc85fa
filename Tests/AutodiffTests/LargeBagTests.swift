import Autodiff
import LinearAlgebra
import Testing

@Suite("Large bags")
struct LargeBagTests {
  /// A network with every operation that cores share.
  private func trace(_ graph: ComputationGraph) -> [Variable] {
    var features = graph.instances.linear("1", to: 128).relu().dropout(0.25)
    features = features + features.layerNormalised("norm").convolvedAsSquare("square", size: 3)
    let attended = features.linear("query", to: 128).attention(
      over: features.linear("key", to: 128), values: features, heads: 2, landmarks: 32, exactUpTo: 100)
    features = features + attended.convolvedAsLine("line", size: 5)
    let weights = features.linear("hidden", to: 128).tanh().linear("score", to: 1).softmaxOverInstances()
    let bag = weights.transposed.times(features).flattened() + (weights * features).sumOverInstances()
    let logit = bag.linear("classifier", to: 1)
    return [logit.binaryCrossEntropy(ofLogitsWith: graph.labels).meanOverBags(), logit.sigmoid()]
  }

  @Test("The cores that share a step on a large bag change no bit of it")
  func bits() throws {
    let rows = 17_000
    var generator = RandomGenerator(seed: 4)
    var instances = Matrix<Float>(rows: rows, columns: 24)
    for row in 0..<rows {
      for column in 0..<24 { instances[row, column] = Float(generator.uniform(from: -1, to: 1)) }
    }
    let bags = BagMatrix(instances: instances, offsets: [0, rows], labels: [1])
    func trained(cores: Int) throws -> [Float] {
      let graph = ComputationGraph(featureCount: 24)
      let variables = trace(graph)
      let trainer = try Trainer(
        graph: graph, loss: variables[0], outputs: [variables[1]], optimiser: Optimiser(learningRate: 0.05), seed: 1)
      var losses: [Float] = []
      Cores.$inside.withValue(cores) {
        for _ in 0..<2 { losses.append(trainer.step(on: bags, [0], 0..<1)) }
        losses += trainer.evaluate(bags)[0].elements
      }
      return losses + parameters(of: trainer)
    }
    let alone = try trained(cores: 1)
    #expect(!alone.contains { !$0.isFinite })
    for cores in [2, 3] { #expect(try trained(cores: cores) == alone) }
  }
}
