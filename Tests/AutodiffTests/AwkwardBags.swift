import Autodiff
import CAllocationCount
import LinearAlgebra
import Testing

/// Returns bags that are hard on operations: one instance, ties, duplicates and constant columns, with positions and
/// edges.
func awkwardBags(features: Int) throws -> BagMatrix {
  let sizes = [4, 1, 7, 2, 5]
  var instances = drawnBags(sizes: sizes, features: features, seed: 8).instances
  let offsets = sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  let last = features - 1
  for row in 0..<instances.rows {
    instances[row, last] = 0.25
    // Ties in a column.
    instances[row, 0] = (instances[row, 0] * 2).rounded() / 2
  }
  // Duplicates in a bag, and a bag of copies.
  for column in 0..<features {
    instances[6, column] = instances[5, column]
    instances[8, column] = instances[5, column]
    instances[13, column] = instances[12, column]
  }
  let places = Matrix<Float>(
    rows: instances.rows, columns: 2, elements: (0..<instances.rows).flatMap { [Float($0 % 3), Float($0 % 2)] })
  let edges = try BagEdges(
    [(0, 1), (2, 1), (3, 0), (5, 6), (6, 5), (5, 7), (11, 7), (8, 7), (12, 13), (14, 18), (18, 18)],
    weights: (1...11).map { Float($0) / 8 }, offsets: offsets)
  return BagMatrix(
    instances: instances, offsets: offsets, labels: sizes.indices.map { Float(1 - $0 % 2) }, places: places,
    edges: edges)
}

/// Checks every derivative against its finite difference, on awkward bags.
func expectDerivatives(_ network: NamedNetwork) throws {
  let bags = try awkwardBags(features: 5)
  let sizes = zip(bags.offsets, bags.offsets.dropFirst()).map { $1 - $0 }
  let result = try GradientCheck.run(
    bagSizes: sizes, places: bags.places?.map(Double.init), edges: bags.edges
  ) { network.outputs($0)[0] }
  #expect(result.largestError < 1e-6, "\(result.location)")
}

/// Checks training with all shortcuts against double precision without any, on awkward bags.
func expectShortcuts(_ network: NamedNetwork, scores: Bool = true) throws {
  let result = try ShortcutCheck.run(try awkwardBags(features: 5), scores: scores) { network.outputs($0) }
  #expect(result.comparisons > 500)
  #expect(result.largestError < 3e-5, "\(result.location)")
}

/// Checks that steps of training take no memory once it is reserved.
func expectNoAllocations(_ network: NamedNetwork) throws {
  let bags = try awkwardBags(features: 5)
  let graph = ComputationGraph(featureCount: 5)
  let loss = network.outputs(graph)[0]
  let trainer = try Trainer(
    graph: graph, loss: loss, outputs: [], optimiser: Optimiser(learningRate: 0.01), seed: 1)
  trainer.reserve(for: bags, bagsPerStep: 2)
  let order = [0, 1, 4, 2, 3]
  _ = trainer.step(on: bags, order, 0..<2)
  let reservations = trainer.reservations
  allocation_count_start()
  for _ in 0..<20 { for first in [0, 2, 3] { _ = trainer.step(on: bags, order, first..<(first + 2)) } }
  #expect(allocation_count_stop() == 0)
  #expect(trainer.reservations == reservations)
}
