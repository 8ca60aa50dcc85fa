import Autodiff
import Foundation
import MILModels
import Testing

@Suite("Poolings against plain loops")
struct PoolingTests {
  /// Two bags of one and three instances.
  static let bags: [[[Double]]] = [
    [[0.5, -1.5, 2]], [[1, 0.25, -2], [-0.5, 0.75, 0.125], [2, -1, 0.5]],
  ]

  /// Returns bag vectors and instance weights of a pooling in double precision, with all learned parameters as
  /// `parameters`.
  static func pooled<P: Pooling>(
    _ pooling: P, parameters: [String: [Double]] = [:]
  ) throws -> (bags: [[Double]], weights: [Double]) {
    let run = try DoublePrecisionRun(
      featureCount: 3, bagSizes: bags.map(\.count), features: bags.flatMap { $0.flatMap { $0 } }
    ) { graph in
      let pooled = pooling.pool(graph.instances)
      let loss = pooled.bag.sumOverFeatures().meanOverBags()
      return [loss, pooled.bag] + (pooled.weights.map { [$0] } ?? [])
    }
    for (name, values) in parameters { #expect(run.setParameter(name, to: values), "\(name)") }
    run.run()
    let flat = run.output(1)
    let hasWeights =
      P.self != MaxPooling.self && P.self != MeanPooling.self && P.self != LogSumExpPooling.self
      && P.self != ChosenPooling.self
    return (stride(from: 0, to: flat.count, by: 3).map { Array(flat[$0..<($0 + 3)]) }, hasWeights ? run.output(2) : [])
  }

  /// Reduces each column of each bag to one number.
  static func columnwise(_ function: ([Double]) -> Double) -> [[Double]] {
    bags.map { bag in (0..<3).map { column in function(bag.map { $0[column] }) } }
  }

  static func softmax(_ scores: [Double]) -> [Double] {
    let sum = scores.reduce(0) { $0 + exp($1) }
    return scores.map { exp($0) / sum }
  }

  static func dot(_ left: [Double], _ right: [Double]) -> Double { zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } }

  /// Returns the weighted sum of a bag's instances.
  static func sum(_ bag: [[Double]], _ weights: [Double]) -> [Double] {
    (0..<3).map { column in dot(bag.map { $0[column] }, weights) }
  }

  static func squash(_ vector: [Double]) -> [Double] {
    let square = dot(vector, vector)
    return vector.map { square / (1 + square) * $0 / square.squareRoot() }
  }

  static func agree(_ left: [[Double]], _ right: [[Double]]) -> Bool {
    zip(left.flatMap { $0 }, right.flatMap { $0 }).allSatisfy { abs($0 - $1) < 1e-13 } && left.count == right.count
  }

  @Test("Max, mean and log-sum-exp pool column by column")
  func elementary() throws {
    let maximum = Self.columnwise { $0.max() ?? .nan }
    let mean = Self.columnwise { $0.reduce(0, +) / Double($0.count) }
    func smooth(_ r: Double) -> [[Double]] {
      Self.columnwise { column in log(column.reduce(0) { $0 + exp(r * $1) } / Double(column.count)) / r }
    }
    #expect(try Self.agree(Self.pooled(MaxPooling()).bags, maximum))
    #expect(try Self.agree(Self.pooled(MeanPooling()).bags, mean))
    #expect(try Self.agree(Self.pooled(LogSumExpPooling()).bags, smooth(1)))
    func chosen(_ json: String) throws -> ChosenPooling {
      try JSONDecoder().decode(ChosenPooling.self, from: Data(json.utf8))
    }
    #expect(try Self.agree(Self.pooled(ChosenPooling()).bags, maximum))
    #expect(try Self.agree(Self.pooled(chosen(#"{"pooling": "mean"}"#)).bags, mean))
    let sharp = try chosen(#"{"pooling": "log-sum-exp", "sharpness": 2.5}"#)
    #expect(try Self.agree(Self.pooled(sharp).bags, smooth(2.5)))
  }

  @Test("A sharper log-sum-exp comes closer to the maximum, a blunter one to the mean")
  func sharpness() throws {
    var pooling = LogSumExpPooling()
    pooling.sharpness = 1000
    let sharp = try Self.pooled(pooling).bags.flatMap { $0 }
    #expect(zip(sharp, Self.columnwise { $0.max() ?? .nan }.flatMap { $0 }).allSatisfy { abs($0 - $1) < 2e-3 })
    pooling.sharpness = 1e-3
    let blunt = try Self.pooled(pooling).bags.flatMap { $0 }
    let mean = Self.columnwise { $0.reduce(0, +) / Double($0.count) }.flatMap { $0 }
    #expect(zip(blunt, mean).allSatisfy { abs($0 - $1) < 2e-3 })
  }

  static let hidden: [Double] = [0.3, -0.7, 0.2, 0.9, -0.4, 0.6]
  static let gate: [Double] = [-0.2, 0.5, 0.8, -0.6, 0.1, 0.4]
  static let parameters: [String: [Double]] = [
    "attention.hidden.weight": hidden, "attention.hidden.bias": [0.1, -0.2], "attention.score.weight": [1.5, -0.8],
    "attention.score.bias": [0.3],
  ]

  /// Returns x W + b for W of 3 x 2.
  static func linear(_ x: [Double], _ weight: [Double], _ bias: [Double]) -> [Double] {
    var result = bias
    for (input, value) in x.enumerated() {
      for unit in 0..<2 { result[unit] += value * weight[2 * input + unit] }
    }
    return result
  }

  /// Returns the score of an instance before the softmax.
  static func score(_ x: [Double], gated: Bool) -> Double {
    var units: [Double] = linear(x, hidden, [0.1, -0.2]).map { tanh($0) }
    if gated {
      let gates: [Double] = linear(x, gate, [0.05, 0.4]).map { 1 / (1 + exp(-$0)) }
      units = [units[0] * gates[0], units[1] * gates[1]]
    }
    return dot(units, [1.5, -0.8]) + 0.3
  }

  @Test("Attention and gated attention weigh instances by a small network")
  func attention() throws {
    var plain = AttentionPooling()
    plain.attentionUnits = 2
    var gated = GatedAttentionPooling()
    gated.attentionUnits = 2
    let gates = ["attention.gate.weight": Self.gate, "attention.gate.bias": [0.05, 0.4]]
    let found = try [
      Self.pooled(plain, parameters: Self.parameters),
      Self.pooled(gated, parameters: Self.parameters.merging(gates) { $1 }),
    ]
    for (isGated, found) in zip([false, true], found) {
      let weights = Self.bags.map { bag in Self.softmax(bag.map { Self.score($0, gated: isGated) }) }
      #expect(Self.agree(found.bags, zip(Self.bags, weights).map { Self.sum($0, $1) }))
      #expect(Self.agree([found.weights], [weights.flatMap { $0 }]))
    }
  }

  @Test("Dynamic pooling is its routing loop", arguments: 1...4)
  func dynamic(iterations: Int) throws {
    var pooling = DynamicPooling()
    pooling.iterations = iterations
    let found = try Self.pooled(pooling)
    var expected: (bags: [[Double]], weights: [Double]) = ([], [])
    for bag in Self.bags {
      var agreement = bag.map { _ in 0.0 }
      var (vector, weights): ([Double], [Double]) = ([], [])
      for _ in 0..<iterations {
        weights = Self.softmax(agreement)
        vector = Self.squash(Self.sum(bag, weights))
        agreement = zip(agreement, bag).map { $0 + Self.dot($1, vector) }
      }
      expected.bags.append(vector)
      expected.weights += weights
    }
    #expect(Self.agree(found.bags, expected.bags))
    #expect(Self.agree([found.weights], [expected.weights]))
  }

  @Test("Dynamic pooling with one iteration is the squashed mean")
  func squashedMean() throws {
    var pooling = DynamicPooling()
    pooling.iterations = 1
    let mean = Self.bags.map { bag in Self.sum(bag, bag.map { _ in 1 / Double(bag.count) }) }
    #expect(try Self.agree(Self.pooled(pooling).bags, mean.map(Self.squash)))
  }
}
