import Autodiff
import LinearAlgebra
import MILBags
import MILBenchTesting
import Testing
import UserInput

@testable import MILModels

@Suite("Phases of a training")
struct TrainingPhaseTests {
  private func fit(_ settings: String) throws -> (state: ModelState, steps: Int, scores: [Double]) {
    var registry = ModelRegistry()
    try registry.register(
      ModelRegistration(
        id: "student", title: "Student", summary: "A test.", citation: "None.", published: .dataHandlingOfMINet,
        StudentNetwork()))
    let bags = try plantedBags()
    let trained = try registry.resolve("student[\(settings)]").fit(bags, FitContext(seed: 1))
    return try (trained.state(), trained.summary.steps, trained.predict(bags))
  }

  @Test("A phase begins with what earlier ones have learned under the same names, and draws the rest")
  func pretraining() throws {
    let (plain, long) = try (
      fit("epochs=1,learningRate=0,teacherEpochs=1,teacherRate=0"), fit("epochs=1,learningRate=0")
    )
    #expect(long.steps == 12 + 5 * 12 && plain.steps == 24)
    for name in ["teacher.weight", "trunk.1.weight"] {
      #expect(try plain.state.floats(name) != long.state.floats(name), "\(name)")
    }
    #expect(try plain.state.floats("classifier.weight") == long.state.floats("classifier.weight"))
    #expect(plain.scores != long.scores)
  }

  @Test("What a later phase asks for as frozen stays as it was learned, and the rest is trained on")
  func teacher() throws {
    let (still, trained) = try (fit("epochs=1,learningRate=0"), fit("epochs=3,learningRate=0.1"))
    #expect(try still.state.floats("teacher.weight") == trained.state.floats("teacher.weight"))
    #expect(try still.state.floats("trunk.1.weight") != trained.state.floats("trunk.1.weight"))
    #expect(try still.state.floats("classifier.weight") != trained.state.floats("classifier.weight"))
  }

  @Test("A model's parameter can name an update rule of its own")
  func updateRule() throws {
    let (usual, own) = try (fit("epochs=1,learningRate=0.01"), fit("epochs=1,learningRate=0.01,rule=sign"))
    let (before, after) = try (
      fit("epochs=1,learningRate=0,rule=sign").state.floats("classifier.bias"), own.state.floats("classifier.bias")
    )
    #expect(usual.scores != own.scores)
    // Twelve steps of .01 in either direction.
    let moved = Double(after[0, 0] - before[0, 0]) / 0.01
    #expect(abs(moved - moved.rounded()) < 1e-3 && abs(moved) <= 12.001)
  }

  @Test("Earlier phases draw bags as the training says")
  func sampling() throws {
    let settings = "epochs=1,learningRate=0,teacherEpochs=1"
    let (all, balanced) = try (fit(settings), fit("\(settings),sampling=balanced"))
    #expect(try all.state.floats("teacher.weight") != balanced.state.floats("teacher.weight"))
    #expect(try all.state.floats("classifier.weight") == balanced.state.floats("classifier.weight"))
  }

  @Test("Parameters of one name and two shapes are an error")
  func shapes() throws {
    let error = #expect(throws: ModelError.self) { try fit("epochs=1,teacherUnits=3") }
    #expect(error?.description.contains("parameter trunk.1.weight is 4 x 3 in one phase") == true)
  }
}

@Suite("Networks that cannot be trained")
struct UntrainableNetworkTests {
  @Test(
    "A training without steps is refused, although the model does not validate its parts",
    arguments: [
      ("epochs=0", "epochs"), ("bagsPerStep=-1", "bagsPerStep"), ("teacherEpochs=0", "the epochs of a phase"),
    ])
  func steps(_ settings: String, name: String) throws {
    var registry = ModelRegistry()
    try registry.register(
      ModelRegistration(
        id: "student", title: "Student", summary: "A test.", citation: "None.", published: .dataHandlingOfMINet,
        StudentNetwork()))
    let model = try registry.resolve("student[\(settings)]")
    let (bags, context) = try (plantedBags(), FitContext(seed: 1))
    let error = #expect(throws: ConfigurationError.self) { try model.fit(bags, context) }
    #expect(error.map { "\($0)".contains(name) } == true, "\(String(describing: error))")
    let shape = BagShape(bags)
    #expect(throws: ConfigurationError.self) { try model.memory(training: shape, scoring: shape) }
  }

  @Test("A network that reads what data sets do not bring is refused, also with kept parameters")
  func places() throws {
    let (bags, context) = try (plantedBags(), FitContext(seed: 1))
    let problem = "it reads places of 2 columns, the bags have no places"
    let fit = #expect(throws: GraphError.self) { try PlacesNetwork().fit(bags, context) }
    #expect(fit?.problem == problem)
    let kept = try PlacesNetwork().fitted(from: ModelState(featureCount: 4))
    #expect(#expect(throws: GraphError.self) { try kept.predict(bags) }?.problem == problem)
    let places = (0..<bags.instanceCount).map { InstancePlace(x: Double($0), y: 1) }
    let placed = try BagDataset(
      name: "placed", instances: bags.instances, offsets: bags.offsets, labels: bags.labels, places: places)
    let scores = try kept.predict(placed)
    #expect(scores.count == bags.bagCount && Set(scores).count > 1)
  }
}

/// A network of positions only, without parameters.
private struct PlacesNetwork: NetworkModel {
  var training = TrainingConfiguration()

  func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    task.network((graph.places() * 0.01).sumOverFeatures().meanOverInstances())
  }
}

/// A teacher learns a trunk and a head; the student keeps the trunk and learns to agree with the frozen head.
private struct StudentNetwork: NetworkModel {
  enum Rule: String, Codable, Sendable, CaseIterable { case usual, sign }

  var teacherEpochs = 5
  var teacherRate = 0.05
  var teacherUnits = 6
  var rule = Rule.usual
  var training = TrainingConfiguration()

  var optimiser: Optimiser {
    var optimiser = training.rule
    if rule == .sign { optimiser.method = Optimiser.Method(SignDescent.self) }
    return optimiser
  }

  var earlierPhases: [TrainingPhase] {
    var teaching = training
    (teaching.epochs, teaching.learningRate) = (teacherEpochs, teacherRate)
    return [
      TrainingPhase(teaching) { [teacherUnits] graph, _ in
        let hidden = graph.instances.linear("trunk.1", to: teacherUnits).tanh()
        return hidden.meanOverInstances().linear("teacher", to: 1).binaryCrossEntropy(ofLogitsWith: graph.labels)
      }
    ]
  }

  func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    let bag = graph.instances.linear("trunk.1", to: 6).tanh().meanOverInstances()
    let (teacher, student) = (bag.linear("teacher", to: 1, trains: false), bag.linear("classifier", to: 1))
    return TracedNetwork(
      loss: student.binaryCrossEntropy(ofLogitsWith: graph.labels) + (student - teacher).squared(),
      prediction: student.sigmoid())
  }
}

/// An update rule that moves every scalar by the rate against the sign of its gradient.
private struct SignDescent: GenericUpdateRule {
  static let id = "sign"
  let meanCount = 0
  private var rate = 0.0

  init(_ optimiser: Optimiser, _ precision: ParameterPrecision) {}

  mutating func begin(rate: Double) { self.rate = rate }

  func follow<Scalar: KernelScalar>(_ scalars: MovedScalars<Scalar>) {
    for place in 0..<scalars.count where scalars.gradient[place] != 0 {
      scalars.values[place] += Scalar(scalars.gradient[place] > 0 ? -rate : rate)
    }
  }
}
