import Autodiff
import CAllocationCount
import LinearAlgebra
import Testing

/// Each instance minus the mean of its bag: an operation across instances, as another module would write it.
struct CentredOverInstances: GenericOperation {
  /// Whether it declares, wrongly, that it does not mix instances.
  var isHasty = false

  var traits: OperationTraits {
    isHasty ? OperationTraits(treatsInstancesSeparately: true, backwardReads: []) : OperationTraits()
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape { try arguments.onlyInstances("centred") }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (input, result, width, mean) = (pass.value(0), pass.result, pass.columns(0), pass.scratch(0))
    pass.forEachBag { _, rows in
      average(rows, input, width, mean)
      for row in rows {
        for column in 0..<width { result[row * width + column] = input[row * width + column] - mean[column] }
      }
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (slope, target, width, mean) = (pass.slope, pass.gradient(0), pass.columns(0), pass.scratch(0))
    let flow = pass.flow(0)
    pass.forEachBag { _, rows in
      average(rows, slope, width, mean)
      for row in rows { pass.fill(target + row * width, width, flow) { slope[row * width + $0] - mean[$0] } }
    }
  }

  private func average<Scalar: KernelScalar>(
    _ rows: Range<Int>, _ input: UnsafePointer<Scalar>, _ width: Int, _ mean: UnsafeMutablePointer<Scalar>
  ) {
    mean.update(repeating: 0, count: width)
    for row in rows {
      for column in 0..<width { mean[column] += input[row * width + column] / Scalar(rows.count) }
    }
  }
}

extension Variable {
  func centredOverInstances(isHasty: Bool = false) -> Variable {
    CentredOverInstances(isHasty: isHasty).applied(to: self)
  }
}

/// x + x^3, which can declare wrongly that its derivative does not read x.
struct Cubic: ElementOperation {
  var derivativeReads: Set<OperationRead>

  func apply<Scalar: KernelScalar>(_ n: Int, _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>) {
    for i in 0..<n { y[i] = x[i] + x[i] * x[i] * x[i] }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (x, slope) = (pass.value(0), pass.slope)
    pass.fill(0) { slope[$0] * (1 + 3 * x[$0] * x[$0]) }
  }
}

/// AdaGrad: s += g^2, w -= rate g / (sqrt(s) + epsilon).
struct AdaGrad: GenericUpdateRule {
  static let id = "adagrad"
  let meanCount = 1
  let treatsScalarsSeparately = true
  private let epsilon: Double
  private var rate = 0.0

  init(_ optimiser: Optimiser, _ precision: ParameterPrecision) { epsilon = optimiser.epsilon }

  mutating func begin(rate: Double) { self.rate = rate }

  func follow<Scalar: KernelScalar>(_ scalars: MovedScalars<Scalar>) {
    let (gradient, weight, sum) = (scalars.gradient, scalars.values, scalars.means(0))
    let (rate, epsilon) = (Scalar(rate), Scalar(epsilon))
    for i in 0..<scalars.count {
      sum[i] += gradient[i] * gradient[i]
      weight[i] -= rate * gradient[i] / (sum[i].squareRoot() + epsilon)
    }
  }
}

/// Steps of the same length for each parameter as a whole: w -= rate g / (|g| + epsilon).
struct NormalisedDescent: GenericUpdateRule {
  static let id = "normalised"
  let meanCount = 0
  private let epsilon: Double
  private var rate = 0.0

  init(_ optimiser: Optimiser, _ precision: ParameterPrecision) { epsilon = optimiser.epsilon }

  mutating func begin(rate: Double) { self.rate = rate }

  func follow<Scalar: KernelScalar>(_ scalars: MovedScalars<Scalar>) {
    var squares: Scalar = 0
    for i in 0..<scalars.count { squares += scalars.gradient[i] * scalars.gradient[i] }
    let share = Scalar(rate) / (squares.squareRoot() + Scalar(epsilon))
    for i in 0..<scalars.count { scalars.values[i] -= share * scalars.gradient[i] }
  }
}

extension Optimiser.Method {
  static let adagrad = Optimiser.Method(AdaGrad.self)
  static let normalised = Optimiser.Method(NormalisedDescent.self)
}

@Suite("Operations and update rules of another module")
struct OutsideOperationTests {
  /// Traces max pooling over features after an operation of this file.
  static func trace(_ graph: ComputationGraph, _ operation: (Variable) -> Variable) -> [Variable] {
    let features = operation(graph.instances.linear("1", to: 7).tanh().linear("2", to: 6))
    let logit = features.linear("3", to: 5).relu().maxOverInstances().linear("classifier", to: 1)
    return [logit.binaryCrossEntropy(ofLogitsWith: graph.labels).meanOverBags(), logit.sigmoid()]
  }

  static func error(
    _ operation: @escaping (Variable) -> Variable, method: Optimiser.Method = .sgd
  ) throws -> ShortcutCheck.Result {
    let optimiser = Optimiser(method: method, learningRate: 0.05, epsilon: 1e-3)
    let dense = try ShortcutCheck.run(drawnBags(sizes: [4, 1, 6, 3], features: 5), optimiser: optimiser) {
      trace($0, operation)
    }
    let sparse = try ShortcutCheck.run(sparseBags(sizes: [4, 1, 6, 3], features: 10), optimiser: optimiser) {
      trace($0, operation)
    }
    return dense.largestError > sparse.largestError ? dense : sparse
  }

  @Test("An operation in which instances meet trains rightly under max pooling without declaring anything")
  func mixing() throws {
    let result = try Self.error { $0.centredOverInstances() }
    #expect(result.comparisons > 1000)
    #expect(result.largestError < 2e-5, "\(result.location)")
    let gradients = try GradientCheck.run { Self.trace($0) { $0.centredOverInstances() }[0] }
    #expect(gradients.largestError < 1e-6, "\(gradients.location)")
  }

  @Test("A wrong declaration that instances do not meet is found, which finite differences cannot see")
  func hasty() throws {
    #expect(try Self.error { $0.centredOverInstances(isHasty: true) }.largestError > 1e-3)
    let gradients = try GradientCheck.run { Self.trace($0) { $0.centredOverInstances(isHasty: true) }[0] }
    #expect(gradients.largestError < 1e-6)
  }

  @Test("A wrong declaration of what the derivative reads is found")
  func overwritten() throws {
    #expect(try Self.error { Cubic(derivativeReads: [.arguments]).applied(to: $0) }.largestError < 2e-5)
    #expect(try Self.error { Cubic(derivativeReads: []).applied(to: $0) }.largestError > 1e-3)
  }

  @Test("A mistake of shape is told as the operation tells it")
  func shape() {
    let graph = ComputationGraph(featureCount: 3)
    let loss = graph.instances.meanOverInstances().centredOverInstances().sumOverFeatures().meanOverBags()
    let error = #expect(throws: GraphError.self) { try Evaluator(graph: graph, outputs: [loss], seed: 1) }
    #expect(error?.problem == "centred needs a row an instance, found a row for bags")
  }

  @Test(
    "Rules that treat scalars separately or not follow double precision",
    arguments: [
      Optimiser.Method.adagrad, .normalised,
    ])
  func rules(_ method: Optimiser.Method) throws {
    let result = try Self.error({ $0 }, method: method)
    #expect(result.largestError < 1e-4, "\(result.location)")
  }

  @Test("A rule is known by its name where it is listed, and by its type everywhere")
  func names() {
    #expect(Optimiser.Method.allCases.map(\.rawValue) == ["sgd", "adam", "adamw"])
    #expect(Optimiser.Method(rawValue: "adamw") == .adamw && Optimiser.Method(rawValue: "adagrad") == nil)
    #expect(Optimiser.Method.adagrad.rawValue == "adagrad" && Optimiser.Method.adagrad != .adam)
  }

  @Test("The first step of AdaGrad is one step size long, towards a smaller loss")
  func adagrad() throws {
    let graph = ComputationGraph(featureCount: 2)
    let loss = (graph.parameter("p", columns: 2, initialiser: .constant(3)) * ComputationGraph.weights(graph))
      .sumOverFeatures()
    let optimiser = Optimiser(method: .adagrad, learningRate: 0.25, epsilon: 0)
    let trainer = try Trainer(graph: graph, loss: loss, outputs: [], optimiser: optimiser, seed: 1)
    _ = trainer.step(on: drawnBags(sizes: [1], features: 2), [0], 0..<1)
    #expect(trainer.parameter("p")?.elements == [2.75, 2.75])
    _ = trainer.step(on: drawnBags(sizes: [1], features: 2), [0], 0..<1)
    let expected = 2.75 - 0.25 / Float(2).squareRoot()
    #expect(trainer.parameter("p")?.elements.allSatisfy { abs($0 - expected) < 1e-6 } == true)
  }

  @Test("Steps through them take no memory", .enabled(if: allocation_count_is_available()))
  func allocations() throws {
    let bags = drawnBags(sizes: [4, 1, 6, 3], features: 5)
    for method in [Optimiser.Method.adagrad, .normalised] {
      let graph = ComputationGraph(featureCount: 5)
      let loss = Self.trace(graph) { Cubic(derivativeReads: [.arguments]).applied(to: $0.centredOverInstances()) }[0]
      let trainer = try Trainer(
        graph: graph, loss: loss, outputs: [], optimiser: Optimiser(method: method, learningRate: 0.01), seed: 1)
      trainer.reserve(for: bags, bagsPerStep: 2)
      let order = [0, 1, 2, 3]
      _ = trainer.step(on: bags, order, 0..<2)
      allocation_count_start()
      for _ in 0..<50 { for first in [0, 2] { _ = trainer.step(on: bags, order, first..<(first + 2)) } }
      #expect(allocation_count_stop() == 0)
    }
  }
}

extension ComputationGraph {
  /// Returns a row of constants with different derivatives.
  fileprivate static func weights(_ graph: ComputationGraph) -> Variable {
    graph.constant(2).concatenated(with: graph.constant(5))
  }
}
