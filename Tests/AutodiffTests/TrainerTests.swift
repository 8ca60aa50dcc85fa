import Autodiff
import LinearAlgebra
import Testing

/// A small network whose last output is each bag's probability.
enum TestNetwork: String, CaseIterable, Sendable {
  case maximum, attention, dynamic, topMean, latentQuery

  /// Returns the loss, then the scores: a probability for each bag and, if there is one, a weight for each instance.
  func trace(_ graph: ComputationGraph, dropout: Double = 0) -> [Variable] {
    let features = graph.instances.linear("1", to: 8).relu().linear("2", to: 6).relu().dropout(dropout)
    switch self {
    case .maximum:
      let logit = features.maxOverInstances().linear("classifier", to: 1)
      return [logit.binaryCrossEntropy(ofLogitsWith: graph.labels).meanOverBags(), logit.sigmoid()]
    case .attention:
      let weights = features.linear("hidden", to: 4).tanh().linear("score", to: 1).softmaxOverInstances()
      let logit = (weights * features).sumOverInstances().linear("classifier", to: 1)
      return [logit.binaryCrossEntropy(ofLogitsWith: graph.labels).meanOverBags(), logit.sigmoid(), weights]
    case .dynamic:
      var agreement = features.zeroPerInstance()
      var (bag, weights) = (features.meanOverInstances(), agreement)
      for _ in 0..<3 {
        weights = agreement.softmaxOverInstances()
        bag = (weights * features).sumOverInstances().squashed()
        agreement = agreement + (features * bag).sumOverFeatures()
      }
      let length = bag.length()
      return [length.marginLoss(with: graph.labels).meanOverBags(), length, weights]
    case .topMean:
      let logit = features.topMeanOverInstances(count: 3).linear("classifier", to: 1)
      return [logit.binaryCrossEntropy(ofLogitsWith: graph.labels).meanOverBags(), logit.sigmoid()]
    case .latentQuery:
      var state = graph.parameter("query", columns: 6, initialiser: .normal(standardDeviation: 1))
      var weights = features.zeroPerInstance()
      for _ in 0..<2 {
        weights = (features * state.linear("question", to: 6)).sumOverFeatures().softmaxOverInstances()
        state = state + (weights * features).sumOverInstances()
      }
      let logit = state.linear("classifier", to: 1)
      return [logit.binaryCrossEntropy(ofLogitsWith: graph.labels).meanOverBags(), logit.sigmoid(), weights]
    }
  }

  func trainer(
    features: Int, optimiser: Optimiser = Optimiser(learningRate: 0.05), dropout: Double = 0, seed: UInt64 = 1
  ) throws -> Trainer {
    let graph = ComputationGraph(featureCount: features)
    let variables = trace(graph, dropout: dropout)
    return try Trainer(
      graph: graph, loss: variables[0], outputs: Array(variables.dropFirst()), optimiser: optimiser, seed: seed)
  }
}

/// Returns all parameters of a trainer in order.
func parameters(of trainer: Trainer) -> [Float] {
  trainer.parameterDescriptions.flatMap { trainer.parameter($0.name)?.elements ?? [] }
}

@Suite("Training steps")
struct TrainerTests {
  static let plainDescent = Optimiser(learningRate: 0.5, momentum: 0, nesterov: false)

  /// Returns the change of the parameters in a single step of plain descent, and its loss.
  static func move(_ network: TestNetwork, _ bags: BagMatrix, _ order: [Int]) throws -> (move: [Double], loss: Float) {
    let trainer = try network.trainer(features: bags.instances.columns, optimiser: plainDescent)
    let start = parameters(of: trainer)
    let loss = trainer.step(on: bags, order, order.indices)
    return (zip(parameters(of: trainer), start).map { Double($0) - Double($1) }, loss)
  }

  @Test("A step on several bags is the mean of the steps on each", arguments: TestNetwork.allCases)
  func miniBatch(_ network: TestNetwork) throws {
    let bags = drawnBags(sizes: [3, 1, 5, 2, 4], features: 6)
    for order in [[1, 2, 3], [4, 0, 3], [2, 1], [0, 2, 4]] {
      let together = try Self.move(network, bags, order)
      let each = try order.map { try Self.move(network, bags, [$0]) }
      let mean = together.move.indices.map { index in
        each.reduce(0) { $0 + $1.move[index] } / Double(order.count)
      }
      #expect(mean.contains { abs($0) > 1e-3 })
      #expect(zip(together.move, mean).allSatisfy { abs($0 - $1) < 1e-6 }, "bags \(order)")
      #expect(abs(together.loss - each.reduce(0) { $0 + $1.loss } / Float(order.count)) < 1e-6)
    }
  }

  @Test("Bags that are brought together give the bits of bags that already are", arguments: TestNetwork.allCases)
  func gathered(_ network: TestNetwork) throws {
    let bags = drawnBags(sizes: [3, 1, 5, 2], features: 6)
    let order = [2, 0, 3]
    let ranges = order.map { bags.offsets[$0]..<bags.offsets[$0 + 1] }
    let neighbours = BagMatrix(
      instances: bags.instances.selectingRows(ranges), offsets: [0, 5, 8, 10], labels: order.map { bags.labels[$0] })
    let scattered = try Self.move(network, bags, order)
    let adjacent = try Self.move(network, neighbours, [0, 1, 2])
    #expect(scattered.move == adjacent.move)
    #expect(scattered.loss == adjacent.loss)
  }

  @Test("Only the part of the order that a step is given is read")
  func range() throws {
    let bags = drawnBags(sizes: [3, 1, 5, 2], features: 6)
    let trainer = try TestNetwork.attention.trainer(features: 6, optimiser: Self.plainDescent)
    let start = parameters(of: trainer)
    _ = trainer.step(on: bags, [0, 3, 1, 2], 1..<3)
    let moved = zip(parameters(of: trainer), start).map { Double($0) - Double($1) }
    #expect(try moved == Self.move(.attention, bags, [3, 1]).move)
  }

  @Test("Bags are scored alike one at a time and together", arguments: TestNetwork.allCases)
  func scoring(_ network: TestNetwork) throws {
    // Several blocks of some thousand instances, one bag larger than a block, and small bags at either end.
    let bags = drawnBags(sizes: [1, 3000, 4000, 2000, 9000, 2, 5000, 4000, 1], features: 5)
    let trainer = try network.trainer(features: 5)
    for bag in 0..<bags.bagCount { _ = trainer.step(on: bags, [bag], 0..<1) }
    let together = trainer.evaluate(bags)
    #expect(together[0].rows == bags.bagCount)
    for bag in 0..<bags.bagCount {
      let rows = bags.offsets[bag]..<bags.offsets[bag + 1]
      let alone = trainer.evaluate(
        BagMatrix(
          instances: bags.instances.selectingRows([rows]), offsets: [0, rows.count], labels: [bags.labels[bag]]))
      #expect(abs(alone[0][0, 0] - together[0][bag, 0]) < 1e-6, "bag \(bag)")
      guard together.count > 1 else { continue }
      let weights = together[1].selectingRows([rows]).elements
      #expect(zip(alone[1].elements, weights).allSatisfy { abs($0 - $1) <= 1e-6 * $1 + 1e-7 }, "bag \(bag)")
      #expect(abs(weights.reduce(0) { $0 + Double($1) } - 1) < 5e-5, "bag \(bag)")
    }
  }

  @Test("Training lowers the loss", arguments: TestNetwork.allCases)
  func learning(_ network: TestNetwork) throws {
    let bags = drawnBags(sizes: [3, 1, 5, 2, 4, 2], features: 6)
    let trainer = try network.trainer(features: 6, optimiser: Optimiser(method: .adam, learningRate: 0.01))
    let order = Array(0..<bags.bagCount)
    let first = trainer.step(on: bags, order, order.indices)
    var last = first
    for _ in 0..<300 { last = trainer.step(on: bags, order, order.indices) }
    #expect(last < first / 4)
    #expect(trainer.stepCount == 301)
  }

  @Test("A seed decides every bit of the trained parameters", arguments: TestNetwork.allCases)
  func determinism(_ network: TestNetwork) throws {
    let bags = drawnBags(sizes: [3, 1, 5, 2, 4], features: 6)
    func trained(seed: UInt64) throws -> [UInt32] {
      let trainer = try network.trainer(features: 6, dropout: 0.5, seed: seed)
      for step in 0..<40 { _ = trainer.step(on: bags, [step % 5, (step + 2) % 5], 0..<(1 + step % 2)) }
      return parameters(of: trainer).map(\.bitPattern)
    }
    #expect(try trained(seed: 7) == trained(seed: 7))
    #expect(try trained(seed: 7) != trained(seed: 8))
  }

  @Test("A feature that is not a number gives a loss that is none", arguments: TestNetwork.allCases)
  func notNumbers(_ network: TestNetwork) throws {
    let good = drawnBags(sizes: [3, 2], features: 6)
    var instances = good.instances
    instances[1, 4] = .nan
    let bags = BagMatrix(instances: instances, offsets: good.offsets, labels: good.labels)
    for order in [[0], [0, 1], [1, 0]] {
      let trainer = try network.trainer(features: 6, dropout: 0.2)
      #expect(trainer.evaluate(bags)[0][0, 0].isNaN)
      #expect(!trainer.evaluate(bags)[0][1, 0].isNaN)
      #expect(trainer.step(on: bags, order, order.indices).isNaN)
    }
  }
}
