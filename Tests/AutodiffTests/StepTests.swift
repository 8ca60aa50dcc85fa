import LinearAlgebra
import Testing

@testable import Autodiff

/// Networks whose first layers are wide enough for all parts of the tiled kernels.
enum WideNetwork: String, CaseIterable, Sendable {
  case maximum, twoMaxima, instanceMaximum, attention

  func trace(_ graph: ComputationGraph, widths: [Int], dropout: Double) -> Variable {
    let first = graph.instances.linear("1", to: widths[0]).relu()
    let second = first.linear("2", to: widths[1]).relu().dropout(dropout)
    func loss(_ logit: Variable) -> Variable { logit.binaryCrossEntropy(ofLogitsWith: graph.labels).meanOverBags() }
    switch self {
    case .maximum: return loss(second.maxOverInstances().linear("classifier", to: 1))
    case .twoMaxima:
      return loss(first.maxOverInstances().linear("a", to: 1)) + loss(second.maxOverInstances().linear("b", to: 1))
    case .instanceMaximum: return loss(second.linear("classifier", to: 1).maxOverInstances())
    case .attention:
      let weights = second.linear("hidden", to: 4).tanh().linear("score", to: 1).softmaxOverInstances()
      return loss((weights * second).sumOverInstances().linear("classifier", to: 1))
    }
  }
}

/// Returns bags with one frequent value in most columns, including columns of zeros and of another constant.
func sparseBags(sizes: [Int], features: Int, seed: UInt64 = 5) -> BagMatrix {
  var generator = RandomGenerator(seed: seed)
  let offsets = sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  var instances = Matrix<Float>(rows: offsets[sizes.count], columns: features)
  for row in 0..<instances.rows {
    for column in 0..<features where column % 5 != 0 {
      let isEntry = column % 5 != 1 && generator.uniform() < 0.15
      instances[row, column] = isEntry ? Float(generator.normal()) : Float(column % 5 - 2) / 4
    }
  }
  return BagMatrix(instances: instances, offsets: offsets, labels: sizes.indices.map { Float($0 % 2) })
}

@Suite("Shortcuts of a training step")
struct StepTests {
  static let widths = [[19, 70], [64, 16], [131, 5]]

  /// Returns the distance of the parameters after a step from those of a step in double precision.
  static func error(
    _ network: WideNetwork, _ widths: [Int], _ bags: BagMatrix, _ order: [Int], _ optimiser: Optimiser, dropout: Double
  ) throws -> Double {
    let features = bags.instances.columns
    let graph = ComputationGraph(featureCount: features)
    let loss = network.trace(graph, widths: widths, dropout: dropout)
    let trainer = try Trainer(graph: graph, loss: loss, outputs: [loss], optimiser: optimiser, seed: 3)
    let sizes = order.map { bags.offsets[$0 + 1] - bags.offsets[$0] }
    let rows = order.flatMap { Array(bags.offsets[$0]..<bags.offsets[$0 + 1]) }
    let run = try DoublePrecisionRun(
      featureCount: features, bagSizes: sizes, features: rows.flatMap { bags.instances.row($0).map(Double.init) },
      labels: order.map { Double(bags.labels[$0]) }, optimiser: optimiser, seed: 3
    ) { [network.trace($0, widths: widths, dropout: dropout)] }
    var worst = 0.0
    for _ in 0..<3 {
      _ = trainer.step(on: bags, order, order.indices)
      run.run()
      run.step()
      for description in trainer.parameterDescriptions {
        let ours = trainer.parameter(description.name)?.elements ?? []
        for (ours, golden) in zip(ours, run.parameter(description.name)) {
          worst = max(worst, abs(Double(ours) - golden))
        }
      }
    }
    return worst
  }

  static let optimisers = [
    Optimiser(learningRate: 0.05), Optimiser(learningRate: 0.05, momentum: 0.5, nesterov: false, weightDecay: 0.1),
    Optimiser(method: .adam, learningRate: 0.01, weightDecay: 0.01, epsilon: 1e-3),
    Optimiser(method: .adamw, learningRate: 0.01, weightDecay: 0.1, epsilon: 1e-3),
  ]

  @Test(
    "Steps in single precision, with all shortcuts, follow those in double precision, which take none",
    arguments: WideNetwork.allCases, widths)
  func shortcuts(_ network: WideNetwork, widths: [Int]) throws {
    let sizes = [7, 1, 12, 3, 40, 30]
    for bags in [
      drawnBags(sizes: sizes, features: 23, seed: 2), sparseBags(sizes: sizes, features: 23).preparedForPasses(),
    ] {
      for optimiser in Self.optimisers {
        for order in [[0], [1], [4], [2, 0], [3, 4, 5]] {
          let error = try Self.error(network, widths, bags, order, optimiser, dropout: 0.3)
          #expect(error < 2e-5, "bags \(order), \(optimiser), sparse: \(bags.sparse != nil)")
        }
      }
    }
  }

  @Test("Rows are taken as sparse where few values differ from the common one")
  func density() {
    #expect(SparseRows(drawnBags(sizes: [5, 5], features: 6).instances) == nil)
    let sparse = SparseRows(sparseBags(sizes: [50], features: 20).instances)
    #expect(sparse?.base.enumerated().allSatisfy { $0 % 5 == 0 ? $1 == 0 : $1 == Float($0 % 5 - 2) / 4 } == true)
    // Only columns of zeros are omitted, not those of another constant. Columns 2, 7, ... have base 0 and entries.
    #expect(sparse?.liveColumns == (0..<20).filter { $0 % 5 != 0 })
    #expect(sparse?.isShifted == true)
  }

  @Test("Steps through squashed rows of any length follow those in double precision", arguments: [1, 1e7, 1e12, 1e20])
  func squashedLengths(_ scale: Double) throws {
    func trace(_ graph: ComputationGraph) -> Variable {
      let long = (graph.instances.linear("a", to: 4, bias: false) * scale).squashed()
      return long.linear("b", to: 1).meanOverInstances().binaryCrossEntropy(ofLogitsWith: graph.labels).meanOverBags()
    }
    let bags = drawnBags(sizes: [3, 4], features: 6)
    let graph = ComputationGraph(featureCount: 6)
    let loss = trace(graph)
    let optimiser = Optimiser(learningRate: 0.5)
    let trainer = try Trainer(graph: graph, loss: loss, outputs: [loss], optimiser: optimiser, seed: 3)
    let run = try DoublePrecisionRun(
      featureCount: 6, bagSizes: [3, 4], features: bags.instances.elements.map(Double.init),
      labels: bags.labels.map(Double.init), optimiser: optimiser, seed: 3
    ) { [trace($0)] }
    let before = trainer.parameter("a.weight")?.elements ?? []
    _ = trainer.step(on: bags, [0, 1], 0..<2)
    run.run()
    run.step()
    let after = trainer.parameter("a.weight")?.elements ?? []
    #expect(!after.isEmpty && zip(before, after).contains { abs($0 - $1) > 1e-4 })
    for (ours, golden) in zip(after, run.parameter("a.weight")) { #expect(abs(Double(ours) - golden) < 1e-5) }
  }

  @Test("A large common value is no base where other values differ from it", arguments: [1e2, 1e6, 1e8] as [Float])
  func largeBase(_ value: Float) throws {
    let plain = sparseBags(sizes: [30, 20], features: 20)
    // Two columns of the large value; one of them has a few small ones.
    var instances = plain.instances
    for row in 0..<instances.rows {
      instances[row, 0] = row % 10 == 3 ? 0.3 : value
      instances[row, 5] = value
    }
    let sparse = try #require(SparseRows(instances))
    #expect(
      sparse.base[0] == 0 && sparse.base[5] == value && sparse.base[2] == plain.preparedForPasses().sparse?.base[2])
    // The sparse rows represent the dense ones exactly.
    for row in 0..<instances.rows {
      var made = sparse.base
      for entry in sparse.starts[row]..<sparse.starts[row + 1] {
        made[Int(sparse.columns[entry])] += sparse.differences[entry]
      }
      #expect(made[0] == instances[row, 0] && made[5] == value)
    }
  }

  @Test(
    "Rows without their column's large value are as exact as in the dense product", arguments: [1e2, 1e6] as [Float])
  func largeBaseProducts(_ value: Float) throws {
    let sizes = [6, 40, 5, 31]
    let plain = sparseBags(sizes: sizes, features: 20)
    var instances = plain.instances
    for row in 0..<instances.rows { instances[row, 0] = (40..<46).contains(row) || row < 6 ? 0.3 : value }
    let bags = BagMatrix(instances: instances, offsets: plain.offsets, labels: plain.labels).preparedForPasses()
    #expect(bags.sparse != nil)
    for optimiser in Self.optimisers {
      #expect(try Self.error(.maximum, [19, 70], bags, [0], optimiser, dropout: 0) < 2e-5, "\(optimiser)")
    }
  }

  @Test("Columns of zeros keep their weights without decay, and lose them with it")
  func zeroColumns() throws {
    let bags = sparseBags(sizes: [4, 6], features: 10).preparedForPasses()
    for decay in [0, 0.1] {
      let graph = ComputationGraph(featureCount: 10)
      let loss = WideNetwork.maximum.trace(graph, widths: [20, 8], dropout: 0)
      let trainer = try Trainer(
        graph: graph, loss: loss, outputs: [loss], optimiser: Optimiser(learningRate: 0.1, weightDecay: decay), seed: 1)
      let before = try #require(trainer.parameter("1.weight"))
      _ = trainer.step(on: bags, [0, 1], 0..<2)
      let after = try #require(trainer.parameter("1.weight"))
      #expect((after.row(5) == before.row(5)) == (decay == 0))
      #expect(after.row(6) != before.row(6))
    }
  }

  @Test("Few instances with many features give the sums that double precision gives", arguments: [2, 13, 16, 17])
  func manyFeatures(instances: Int) throws {
    let (features, units) = (701, 260)
    let bags = drawnBags(sizes: [instances], features: features)
    let graph = ComputationGraph(featureCount: features)
    let evaluator = try Evaluator(graph: graph, outputs: [graph.instances.linear("1", to: units)], seed: 2)
    let bias = Matrix<Float>(rows: 1, columns: units, elements: (0..<units).map { Float($0) / 100 })
    #expect(evaluator.setParameter("1.bias", to: bias))
    let weight = try #require(evaluator.parameter("1.weight"))
    let result = evaluator.evaluate(bags)[0]
    for row in 0..<instances {
      for unit in 0..<units {
        let golden = (0..<features).reduce(Double(bias[0, unit])) {
          $0 + Double(bags.instances[row, $1]) * Double(weight[$1, unit])
        }
        #expect(abs(Double(result[row, unit]) - golden) < 2e-5)
      }
    }
  }

  @Test("Bags are scored alike as sparse rows and as they are")
  func scoring() throws {
    let bags = sparseBags(sizes: [4000, 1, 5000, 30], features: 12)
    let graph = ComputationGraph(featureCount: 12)
    let hidden = graph.instances.linear("1", to: 70).tanh()
    let evaluator = try Evaluator(graph: graph, outputs: [hidden.maxOverInstances(), hidden], seed: 2)
    let (plain, sparse) = (evaluator.evaluate(bags), evaluator.evaluate(bags.preparedForPasses()))
    for (plain, sparse) in zip(plain, sparse) {
      #expect(zip(plain.elements, sparse.elements).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }
}
