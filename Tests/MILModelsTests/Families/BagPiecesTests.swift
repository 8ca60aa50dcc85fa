import Autodiff
import LinearAlgebra
import MILBenchTesting
import Testing

@testable import MILModels

@Suite("Long bags in pieces")
struct BagPiecesTests {
  @Test("Pooled features of pieces join to those of whole bags", arguments: RandomFeaturePooling.Kind.allCases)
  func joined(_ kind: RandomFeaturePooling.Kind) throws {
    var pooling = RandomFeaturePooling()
    (pooling.pooling, pooling.sharpness) = (kind, 3)
    let bags = try BagMatrix(plantedBags(7, sizes: 1...30, features: 4))
    guard kind != .attention else {
      #expect(BagPieces(bags, pooling, limit: 7) == nil)
      return
    }
    let graph = ComputationGraph(featureCount: 4)
    let evaluator = try Evaluator(
      graph: graph, outputs: pooling.pool(HiddenLayer(hiddenUnits: 12).features(of: graph.instances)).outputs, seed: 3)
    let whole = evaluator.evaluate(bags)[0]
    for limit in [1, 7, 29] {
      let pieces = try #require(BagPieces(bags, pooling, limit: limit))
      #expect(pieces.bags.largestBatch(of: 1) <= limit)
      let joined = pieces.joined(evaluator.evaluate(pieces.bags)[0])
      #expect(joined.rows == whole.rows && joined.columns == whole.columns)
      #expect(zip(joined.elements, whole.elements).allSatisfy { abs($0 - $1) < 1e-5 }, "\(limit)")
    }
    #expect(BagPieces(bags, pooling, limit: 30) == nil)
  }
}
