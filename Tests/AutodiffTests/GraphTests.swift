import Autodiff
import LinearAlgebra
import Testing

/// A trace with a mistake, and the text of its error.
struct Mistake: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let trace: @Sendable (ComputationGraph) -> Variable

  init(_ sentence: String, _ trace: @escaping @Sendable (ComputationGraph) -> Variable) {
    testDescription = sentence
    self.trace = trace
  }
}

@Suite("Graphs")
struct GraphTests {
  static let mistakes = [
    Mistake("columns do not fit: 5 and 3") { $0.instances * $0.instances.linear("a", to: 3) },
    Mistake("two variables of different graphs meet") { $0.instances + ComputationGraph(featureCount: 5).instances },
    Mistake("two variables of different graphs meet") {
      $0.instances.concatenated(with: ComputationGraph(featureCount: 5).instances)
    },
    Mistake("two variables of different graphs meet") {
      $0.instances.sumOverInstances().sumOverFeatures().marginLoss(with: ComputationGraph(featureCount: 5).labels)
    },
    Mistake("parameter a.weight is 5 x 3, asked for as 5 x 4") {
      $0.instances.linear("a", to: 3).concatenated(with: $0.instances.linear("a", to: 4))
    },
    Mistake("parameter a.weight would be 5 x 0, expected at least 1 x 1") { $0.instances.linear("a", to: 0) },
    Mistake("parameter a.weight would be 5 x -2, expected at least 1 x 1") { $0.instances.linear("a", to: -2) },
    Mistake("sumOverInstances needs a row an instance, found a row for bags") {
      $0.instances.meanOverInstances().sumOverInstances()
    },
    Mistake("meanOverInstances needs a row an instance, found a row for bags") { $0.labels.meanOverInstances() },
    Mistake("maxOverInstances needs a row an instance, found a row for single") {
      $0.constant(1).maxOverInstances()
    },
    Mistake("logMeanExpOverInstances needs a row an instance, found a row for bags") {
      $0.labels.logMeanExpOverInstances()
    },
    Mistake("softmaxOverInstances needs a row an instance, found a row for bags") { $0.labels.softmaxOverInstances() },
    Mistake("log-mean-exp has sharpness 0.0, expected a positive number") {
      $0.instances.logMeanExpOverInstances(sharpness: 0)
    },
    Mistake("log-mean-exp has sharpness nan, expected a positive number") {
      $0.instances.logMeanExpOverInstances(sharpness: .nan)
    },
    Mistake("relu has leak -0.1, expected at least 0") { $0.instances.relu(leak: -0.1) },
    Mistake("dropout has rate 1.0, expected 0 <= rate < 1") { $0.instances.dropout(1) },
    Mistake("dropout has rate nan, expected 0 <= rate < 1") { $0.instances.dropout(.nan) },
    Mistake("a row for instances cannot stand beside a row for bags") { $0.instances.concatenated(with: $0.labels) },
    Mistake("columns 3..<6 of 5 were asked for") { $0.instances.columns(3..<6) },
    Mistake("columns 2..<2 of 5 were asked for") { $0.instances.columns(2..<2) },
    Mistake("columns -1..<2 of 5 were asked for") { $0.instances.columns(-1..<2) },
    Mistake("meanOverBags needs a row a bag, found a row for instances") { $0.instances.meanOverBags() },
    Mistake("a loss needs one column with a row a bag, found 5 columns with a row for bags") {
      $0.instances.sumOverInstances().binaryCrossEntropy(ofLogitsWith: $0.labels)
    },
    Mistake("a loss needs one column with a row a bag, found 1 columns with a row for instances") {
      $0.instances.columns(0..<1).marginLoss(with: $0.labels)
    },
    Mistake("a loss must be a single number, found 5 columns with a row for bags") {
      $0.instances.meanOverInstances()
    },
    Mistake("parameter p has 2 rows and is used as one") {
      $0.instances * $0.parameter("p", rows: 2, columns: 5, initialiser: .zeros)
    },
    Mistake("a variable of another graph is asked for") { _ in
      ComputationGraph(featureCount: 5).instances.sumOverInstances().sumOverFeatures().meanOverBags()
    },
  ]

  @Test("A mistake in a trace gives an error that says what does not fit", arguments: mistakes)
  func mistake(_ mistake: Mistake) {
    let graph = ComputationGraph(featureCount: 5)
    let loss = mistake.trace(graph)
    let error = #expect(throws: GraphError.self) {
      try Trainer(graph: graph, loss: loss, outputs: [], optimiser: Optimiser(), seed: 1)
    }
    #expect(error?.problem == mistake.testDescription)
    #expect(error?.description == "the model cannot be built: \(mistake.testDescription)")
  }

  @Test("The first of several mistakes is reported")
  func firstMistake() {
    let graph = ComputationGraph(featureCount: 2)
    let loss = graph.instances.dropout(2).columns(5..<6).sumOverInstances().meanOverBags()
    let error = #expect(throws: GraphError.self) {
      try Trainer(graph: graph, loss: loss, outputs: [], optimiser: Optimiser(), seed: 1)
    }
    #expect(error?.problem == "dropout has rate 2.0, expected 0 <= rate < 1")
  }

  @Test("A parameter asked for twice is one parameter")
  func sharedParameter() throws {
    let graph = ComputationGraph(featureCount: 3)
    let twice = graph.instances.linear("a", to: 3).tanh().linear("a", to: 3)
    #expect(graph.parameterCount == 12)
    let loss = twice.sumOverInstances().sumOverFeatures().meanOverBags()
    let trainer = try Trainer(graph: graph, loss: loss, outputs: [], optimiser: Optimiser(), seed: 1)
    #expect(trainer.parameterDescriptions.map(\.name) == ["a.weight", "a.bias"])
    #expect(trainer.parameterCount == 12)
  }

  @Test("Scopes prefix names, and one name in two scopes is two parameters")
  func scopes() throws {
    let graph = ComputationGraph(featureCount: 4)
    let result = graph.scope("outer") {
      graph.scope("inner") { graph.instances.linear("layer", to: 3) } + graph.instances.linear("layer", to: 3)
    }
    let loss = result.linear("layer", to: 1, bias: false).sumOverInstances().meanOverBags()
    #expect(graph.parameterCount == 2 * (4 * 3 + 3) + 3)
    let trainer = try Trainer(graph: graph, loss: loss, outputs: [], optimiser: Optimiser(), seed: 1)
    let found = trainer.parameterDescriptions
    #expect(
      found.map(\.name) == [
        "outer.inner.layer.weight", "outer.inner.layer.bias", "outer.layer.weight", "outer.layer.bias", "layer.weight",
      ])
    #expect(found.map(\.rows) == [4, 1, 4, 1, 3])
    #expect(found.map(\.columns) == [3, 3, 3, 3, 1])
    #expect(found.map(\.decays) == [true, false, true, false, true])
  }

  @Test("Parameters start where their initialiser says, whatever other parameters there are")
  func starts() throws {
    func start(withOther: Bool) throws -> Trainer {
      let graph = ComputationGraph(featureCount: 40)
      var value = graph.instances
      if withOther { value = value * graph.parameter("other", columns: 40, initialiser: .normal(standardDeviation: 1)) }
      let loss = value.linear("a", to: 60).sumOverInstances().sumOverFeatures().meanOverBags()
      return try Trainer(graph: graph, loss: loss, outputs: [], optimiser: Optimiser(), seed: 3)
    }
    let weight = try #require(try start(withOther: false).parameter("a.weight"))
    #expect(try weight == start(withOther: true).parameter("a.weight"))
    let limit = Float(6.0 / 100).squareRoot()
    #expect(weight.elements.allSatisfy { abs($0) <= limit })
    // 2400 uniform values: the standard error of their variance, in units of limit^2 / 3, is .018.
    let variance = weight.elements.reduce(0) { $0 + $1 * $1 } / 2400
    #expect(abs(variance / (limit * limit / 3) - 1) < 0.1)
    #expect(try #require(try start(withOther: false).parameter("a.bias")).elements.allSatisfy { $0 == 0 })
  }

  @Test("Parameters can be read and replaced by name, where the shape fits")
  func replacing() throws {
    let graph = ComputationGraph(featureCount: 2)
    let loss = graph.instances.linear("a", to: 1).sumOverInstances().meanOverBags()
    let trainer = try Trainer(graph: graph, loss: loss, outputs: [], optimiser: Optimiser(), seed: 1)
    let value = Matrix<Float>([[1], [2]])
    #expect(trainer.setParameter("a.weight", to: value))
    #expect(trainer.parameter("a.weight") == value)
    #expect(!trainer.setParameter("a.weight", to: value.transposed))
    #expect(!trainer.setParameter("b.weight", to: value))
    #expect(trainer.parameter("b.weight") == nil)
  }
}

@Suite("Fused operations")
struct FusionTests {
  static let pairs: [(name: String, fused: @Sendable (Variable) -> Variable, plain: @Sendable (Variable) -> Variable)] =
    [
      (
        "weights times features", { ($0.columns(0..<1) * $0).sumOverInstances() },
        { ($0.columns(0..<1) * $0 + 0).sumOverInstances() }
      ),
      (
        "features times weights", { ($0 * $0.columns(0..<1)).sumOverInstances() },
        { ($0 * $0.columns(0..<1) + 0).sumOverInstances() }
      ),
      (
        "a column times itself",
        { input in
          let column = input.columns(1..<2)
          return (column * column).sumOverInstances()
        },
        { input in
          let column = input.columns(1..<2)
          return (column * column + 0).sumOverInstances()
        }
      ),
      (
        "features times bag vector", { ($0 * $0.meanOverInstances()).sumOverFeatures() },
        { ($0 * $0.meanOverInstances() + 0).sumOverFeatures() }
      ),
      (
        "bag vector times features", { ($0.meanOverInstances() * $0).sumOverFeatures() },
        { ($0.meanOverInstances() * $0 + 0).sumOverFeatures() }
      ),
    ]

  @Test("A fused product and sum has the value and gradient of the two operations", arguments: pairs.indices)
  func equality(_ index: Int) throws {
    let pair = Self.pairs[index]
    let runs = try [pair.fused, pair.plain].map { form in
      var generator = RandomGenerator(seed: 5)
      let run = try DoublePrecisionRun(
        featureCount: 3, bagSizes: [1, 4, 2], features: (0..<21).map { _ in generator.normal() }
      ) { graph in
        let value = form(graph.instances)
        let squares = value.squared().sumOverFeatures()
        return [(squares.rows == .bags ? squares : squares.sumOverInstances()).meanOverBags(), value]
      }
      run.run()
      return run
    }
    // The plain form also stores the product and the number added to it; the fused form stores neither.
    #expect(runs[0].operationCount == runs[1].operationCount - 2, "\(pair.name)")
    #expect(difference(runs[0].output(1), runs[1].output(1)) < 1e-14, "\(pair.name)")
    #expect(difference(runs[0].instanceGradient, runs[1].instanceGradient) < 1e-14, "\(pair.name)")
  }

  @Test("A product that is read twice is not fused away")
  func readTwice() throws {
    let run = try DoublePrecisionRun(featureCount: 2, bagSizes: [2], features: [2, 3, 5, 7]) { graph in
      let product = graph.instances.columns(0..<1) * graph.instances
      let sum = product.sumOverInstances()
      return [(sum + product.maxOverInstances()).sumOverFeatures().meanOverBags(), sum, product]
    }
    run.run()
    #expect(run.output(0) == [4 + 6 + 25 + 35 + 25 + 35])
    #expect(run.output(1) == [29, 41])
    #expect(run.output(2) == [4, 6, 25, 35])
  }
}
