import Autodiff
import Foundation
import LinearAlgebra
import Testing

@Suite("Vectorised functions in single precision")
struct ElementFunctionTests {
  /// Finite arguments from the smallest denormal to the largest number, closely spaced in critical ranges.
  static let arguments: [Float] = {
    var values: [Float] = [0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 0x1p-140, -0x1.8p-135]
    for exponent in -126...127 {
      for significand in [1, 1.3, 1.99] as [Float] {
        let value = Float(sign: .plus, exponent: exponent, significand: significand)
        values += [value, -value]
      }
    }
    values += stride(from: -100 as Float, through: 100, by: 0.0137)
    return values
  }()

  /// Evaluates a function of each element through a graph on one bag.
  static func run(_ values: [Float], _ function: (Variable) -> Variable) throws -> [Float] {
    let graph = ComputationGraph(featureCount: 1)
    let result = function(graph.instances)
    let loss = result.sumOverInstances().meanOverBags()
    let trainer = try Trainer(graph: graph, loss: loss, outputs: [result], optimiser: Optimiser(), seed: 1)
    let bags = BagMatrix(
      instances: Matrix(rows: values.count, columns: 1, elements: values), offsets: [0, values.count], labels: [1])
    return trainer.evaluate(bags)[0].elements
  }

  /// Returns |found - expected| / |expected|, the largest over the arguments that `includes` admits.
  static func largestError(
    _ found: [Float], _ expected: (Double) -> Double, where includes: (Float) -> Bool = { _ in true }
  ) -> Double {
    zip(arguments, found).reduce(0) { worst, pair in
      guard includes(pair.0) else { return worst }
      let right = expected(Double(pair.0))
      if Double(pair.1) == right { return worst }
      let error = abs(Double(pair.1) - right) / abs(right)
      return error <= worst ? worst : error
    }
  }

  @Test("exp is exact to 2e-7 where its result is a normal number, and stays next to it beyond")
  func exponential() throws {
    let found = try Self.run(Self.arguments) { $0.exp() }
    #expect(Self.largestError(found, Foundation.exp) { (-87.3...88.7).contains($0) } < 2e-7)
    for (argument, value) in zip(Self.arguments, found) {
      if argument < -87.3 { #expect((0...1.3e-38).contains(value), "exp(\(argument))") }
      if argument > 88.7 { #expect(value > 3.2e38, "exp(\(argument))") }
    }
  }

  @Test("tanh is exact to 4e-7 everywhere")
  func hyperbolicTangent() throws {
    #expect(Self.largestError(try Self.run(Self.arguments) { $0.tanh() }, Foundation.tanh) < 4e-7)
  }

  @Test("sigmoid is exact to 4e-7 where its result is a normal number, and next to zero below")
  func sigmoid() throws {
    let found = try Self.run(Self.arguments) { $0.sigmoid() }
    #expect(Self.largestError(found, { 1 / (1 + Foundation.exp(-$0)) }) { $0 > -87 } < 4e-7)
    for (argument, value) in zip(Self.arguments, found) where argument <= -87 {
      #expect((0...2e-38).contains(value), "sigmoid(\(argument))")
    }
  }

  @Test("relu keeps what is positive to the bit")
  func rectified() throws {
    #expect(try Self.run(Self.arguments) { $0.relu() } == Self.arguments.map { $0 > 0 ? $0 : 0 })
  }

  @Test("Infinite arguments give the limits")
  func infinities() throws {
    let values: [Float] = [-.infinity, .infinity]
    #expect(try Self.run(values) { $0.tanh() } == [-1, 1])
    #expect(try Self.run(values) { $0.relu() } == [0, .infinity])
    let sigmoid = try Self.run(values) { $0.sigmoid() }
    #expect(sigmoid[0] >= 0 && sigmoid[0] < 1e-37 && sigmoid[1] == 1)
    let exponential = try Self.run(values) { $0.exp() }
    #expect(exponential[0] >= 0 && exponential[0] < 1.3e-38 && exponential[1] > 3.2e38)
  }

  @Test("What is not a number stays so, wherever it stands and whatever its bits are")
  func notNumbers() throws {
    let kinds: [Float] = [.nan, -Float.nan, Float(nan: 1, signaling: false), Float(nan: 0x2_4680, signaling: false)]
    let functions: [(String, (Variable) -> Variable)] = [
      ("exp", { $0.exp() }), ("tanh", { $0.tanh() }), ("sigmoid", { $0.sigmoid() }), ("relu", { $0.relu() }),
      ("leaky relu", { $0.relu(leak: 0.01) }), ("softplus", { $0.softplus() }), ("log", { $0.log() }),
      ("softmax", { $0.softmaxOverInstances() }),
    ]
    for kind in kinds {
      // With 37 elements, the loop after the last full vector has some.
      let values = Array(repeating: kind, count: 37)
      for (name, function) in functions {
        #expect(try Self.run(values, function).allSatisfy(\.isNaN), "\(name) of \(kind)")
      }
    }
  }
}
