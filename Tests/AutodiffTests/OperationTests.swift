import Autodiff
import LinearAlgebra
import Testing

/// Golden values and gradients, by PyTorch; see Fixtures/operations.py.
struct OperationFixture: Decodable {
  struct Case: Decodable {
    var name: String
    var sharpness: Double?
    var negativeWeight: Double?
    var iterations: Int?
    var input: [[Double]]?
    var value: [[Double]]
    var upstream: [[Double]]
    var inputGradient: [[Double]]
    var weights: [Double]?
    var parameters: [String: Tensor]?
    var parameterGradients: [String: Tensor]?
  }

  /// Numbers in a list or in a list of rows.
  struct Tensor: Decodable {
    var rows: [[Double]]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let list = try? container.decode([Double].self) {
        rows = [list]
      } else {
        rows = try container.decode([[Double]].self)
      }
    }
  }

  var bagSizes: [Int]
  var input: [[Double]]
  var labels: [Double]
  var cases: [Case]
}

/// A golden case as a computation; the upstream gradient is in additional columns of the features.
struct OperationCase {
  let golden: OperationFixture.Case
  let bagSizes: [Int]
  let features: [[Double]]
  let labels: [Double]
  private let inputColumns: Int

  init(_ golden: OperationFixture.Case, in fixture: OperationFixture) {
    self.golden = golden
    let input = golden.input ?? fixture.input
    inputColumns = input[0].count
    // A loss takes one value for each bag, so there are eight bags of one instance.
    let isLoss = inputColumns == 1
    bagSizes = isLoss ? Array(repeating: 1, count: input.count) : fixture.bagSizes
    labels = isLoss ? fixture.labels : bagSizes.map { _ in 0 }
    // The upstream gradient of a bag is at its first instance; at the others it is zero.
    var rows = golden.upstream
    if rows.count < input.count {
      let zeros = Array(repeating: 0.0, count: rows[0].count)
      rows = zip(rows, bagSizes).flatMap { [$0] + Array(repeating: zeros, count: $1 - 1) }
    }
    features = zip(input, rows).map { $0 + $1 }
  }

  /// Returns the sum of upstream times value, the value, and the instance weights, if any.
  func trace(_ graph: ComputationGraph) throws -> [Variable] {
    let (value, weights) = try traced(graph.instances.columns(0..<inputColumns))
    let upstream = graph.instances.columns(inputColumns..<features[0].count)
    let sum = value.rows == .bags ? value * upstream.sumOverInstances() : (value * upstream).sumOverInstances()
    let loss = sum.sumOverFeatures().meanOverBags() * Double(bagSizes.count)
    return [loss, value] + (weights.map { [$0] } ?? [])
  }

  private func traced(_ input: Variable) throws -> (Variable, Variable?) {
    let labels = input.graph.labels
    switch golden.name {
    case "sum": return (input.sumOverInstances(), nil)
    case "mean": return (input.meanOverInstances(), nil)
    case "max": return (input.maxOverInstances(), nil)
    case "logSumExp": return (input.logMeanExpOverInstances(sharpness: golden.sharpness ?? 1), nil)
    case "softmax": return (input.softmaxOverInstances(), nil)
    case "squash": return (input.squashed(), nil)
    case "marginLoss":
      return (input.sumOverInstances().marginLoss(with: labels, negativeWeight: golden.negativeWeight ?? 1), nil)
    case "crossEntropyWithLogits": return (input.sumOverInstances().binaryCrossEntropy(ofLogitsWith: labels), nil)
    case "attention", "attentionWithBiases", "gatedAttention", "gatedAttentionWithBiases":
      let hasBias = golden.name.hasSuffix("Biases")
      var hidden = input.linear("v", to: 4, bias: hasBias).tanh()
      if golden.name.hasPrefix("gated") { hidden = hidden * input.linear("u", to: 4, bias: hasBias).sigmoid() }
      let weights = hidden.linear("w", to: 1, bias: hasBias).softmaxOverInstances()
      return ((weights * input).sumOverInstances(), weights)
    case "dynamic":
      var agreement = input.zeroPerInstance()
      var (bag, weights) = (input.meanOverInstances(), agreement)
      for _ in 0..<(golden.iterations ?? 1) {
        weights = agreement.softmaxOverInstances()
        bag = (weights * input).sumOverInstances().squashed()
        agreement = agreement + (input * bag).sumOverFeatures()
      }
      return (bag, weights)
    default:
      Issue.record("operations.json has a case \(golden.name) that this test does not know")
      return (input, nil)
    }
  }

  /// Returns our name of a golden parameter.
  static func path(_ name: String) -> String {
    name.hasSuffix("Bias") ? "\(name.dropLast(4)).bias" : "\(name).weight"
  }
}

@Suite("Operations against golden numbers")
struct OperationTests {
  @Test("Values and gradients in double precision agree with PyTorch's")
  func doublePrecision() throws {
    let fixture: OperationFixture = try Fixture.read("operations.json")
    #expect(fixture.cases.count == 16)
    for golden in fixture.cases {
      let name = Comment(rawValue: golden.name)
      let operation = OperationCase(golden, in: fixture)
      let run = try DoublePrecisionRun(
        featureCount: operation.features[0].count, bagSizes: operation.bagSizes,
        features: operation.features.flatMap { $0 }, labels: operation.labels, operation.trace)
      for (key, value) in golden.parameters ?? [:] {
        #expect(run.setParameter(OperationCase.path(key), to: value.rows.flatMap { $0 }), name)
      }
      run.run()
      #expect(difference(run.output(1), golden.value.flatMap { $0 }) < 1e-12, name)
      if let weights = golden.weights { #expect(difference(run.output(2), weights) < 1e-12, name) }
      let (all, columns) = (run.instanceGradient, operation.features[0].count)
      let expected = golden.inputGradient
      let found = expected.indices.flatMap { row in all[(row * columns)..<(row * columns + expected[row].count)] }
      #expect(difference(found, expected.flatMap { $0 }) < 1e-12, name)
      for (key, value) in golden.parameterGradients ?? [:] {
        #expect(difference(run.gradient(of: OperationCase.path(key)), value.rows.flatMap { $0 }) < 1e-12, name)
      }
    }
  }

  @Test("Values in single precision agree with PyTorch's up to rounding")
  func singlePrecision() throws {
    let fixture: OperationFixture = try Fixture.read("operations.json")
    for golden in fixture.cases where golden.input?[0].count != 1 {
      let name = Comment(rawValue: golden.name)
      let operation = OperationCase(golden, in: fixture)
      let graph = ComputationGraph(featureCount: operation.features[0].count)
      let outputs = try operation.trace(graph)
      let trainer = try Trainer(
        graph: graph, loss: outputs[0], outputs: Array(outputs.dropFirst()), optimiser: Optimiser(), seed: 1)
      for (key, value) in golden.parameters ?? [:] {
        #expect(trainer.setParameter(OperationCase.path(key), to: Matrix(value.rows).map(Float.init)), name)
      }
      let found = trainer.evaluate(
        BagMatrix(
          instances: Matrix(operation.features).map(Float.init),
          offsets: operation.bagSizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) },
          labels: operation.labels.map(Float.init)))
      #expect(difference(found[0].elements.map(Double.init), golden.value.flatMap { $0 }) < 2e-6, name)
      if let weights = golden.weights {
        #expect(difference(found[1].elements.map(Double.init), weights) < 2e-6, name)
      }
    }
  }
}
