import Autodiff
import LinearAlgebra
import MILBags
import MILBenchTesting
import MILModels
import MILRecords
import Testing

@Suite("What every model keeps to")
struct ModelContractTests {
  /// A contract and a model to check.
  struct Case: CustomTestStringConvertible, Sendable {
    let model: ModelUnderTest
    let contract: ModelContract
    var testDescription: String { "\(model): \(contract)" }

    static let all = ModelUnderTest.all.flatMap { model in
      let isNetwork = (try? model.network()) != nil
      return ModelContract.all.filter { isNetwork || !$0.isForNetworks }.map { Case(model: model, contract: $0) }
    }
  }

  @Test("Every model keeps to every contract", arguments: Case.all)
  func keeps(_ one: Case) throws { try one.contract.check(one.model) }

  @Test("Contracts have names of their own")
  func names() {
    #expect(Set(ModelContract.all.map(\.name)).count == ModelContract.all.count)
  }

  /// Returns the contracts that a model violates, in a registry with this model only.
  private func violated(by registration: ModelRegistration) throws -> [String] {
    var registry = ModelRegistry()
    try registry.register(registration)
    let model = try ModelUnderTest(registration.id, in: registry)
    return ModelContract.all.filter { contract in
      do {
        try contract.check(model)
        return false
      } catch {
        #expect(!"\(error)".contains("\n"))
        return true
      }
    }.map(\.name)
  }

  @Test(
    "The mistakes of a pooling are found, and one without mistakes has none",
    arguments: [
      (BrokenPooling.Mistake.none, nil), (.otherBags, "nor on the other bags"), (.logarithm, "Awkward bags"),
      (.weights, "Instance numbers are one"), (.hastyOperation, "double precision without any shortcut"),
    ])
  func poolings(_ mistake: BrokenPooling.Mistake, words: String?) throws {
    var pooling = BrokenPooling()
    pooling.mistake = mistake
    let violated = try violated(
      by: ModelRegistration(id: "broken", title: "Broken", summary: "A test.", citation: "None.", pooling: pooling))
    #expect(violated.isEmpty == (words == nil), "\(violated)")
    if let words { #expect(violated.contains { $0.contains(words) }, "\(violated)") }
  }

  @Test(
    "A wrong shortcut is found where it is met, in other tasks or an earlier phase",
    arguments: [
      (HastyNetwork.Place.nowhere, nil), (.earlierPhase, "Earlier phases"), (.otherTasks, "other tasks"),
    ])
  func places(_ place: HastyNetwork.Place, words: String?) throws {
    var network = HastyNetwork()
    network.place = place
    var registry = ModelRegistry()
    try registry.register(
      ModelRegistration(
        id: "hasty", title: "Hasty", summary: "A test.", citation: "None.", published: .dataHandlingOfMINet, network))
    let model = try ModelUnderTest("hasty", in: registry)
    let contracts = ModelContract.all.filter { $0.name.contains("without any shortcut") }
    #expect(contracts.count == 4)
    for contract in contracts {
      if let words, contract.name.contains(words) {
        let error = #expect(throws: (any Error).self) { try contract.check(model) }
        #expect(error.map { "\($0)".contains("is off by") } == true)
      } else {
        #expect(throws: Never.self) { try contract.check(model) }
      }
    }
  }

  @Test("The mistakes of a model are found")
  func classifiers() throws {
    let violated = try violated(
      by: ModelRegistration(
        id: "broken", title: "Broken", summary: " ", citation: "None.", published: .dataHandlingOfMINet,
        FirstInstance()))
    for words in ["order of a bag's instances", "A seed decides", "not a number", "a summary and a source"] {
      #expect(violated.contains { $0.contains(words) }, "\(words) is not among \(violated)")
    }
    for words in ["order of bags", "another number of features"] {
      #expect(!violated.contains { $0.contains(words) }, "\(words)")
    }
  }
}

/// A network that has a hasty operation in only one place of its training.
struct HastyNetwork: NetworkModel {
  enum Place: String, Codable, Sendable, CaseIterable {
    case nowhere, earlierPhase, otherTasks
  }
  var place = Place.nowhere
  var training = TrainingConfiguration()

  func validate() throws { try training.validate() }

  var earlierPhases: [TrainingPhase] {
    [
      TrainingPhase(training) { graph, task in
        task.loss(output(graph, task, isHasty: place == .earlierPhase), graph.targets)
      }
    ]
  }

  func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    task.network(output(graph, task, isHasty: place == .otherTasks && task.targetKind != .twoClasses))
  }

  private func output(_ graph: ComputationGraph, _ task: any BagTask, isHasty: Bool) -> Variable {
    let features = graph.instances.linear("layer", to: 4)
    return (isHasty ? LessBagMean().applied(to: features) : features).maxOverInstances()
      .linear("output", to: task.outputColumns)
  }
}

/// A mean with a selectable mistake.
struct BrokenPooling: Pooling {
  enum Mistake: String, Codable, Sendable, CaseIterable {
    case none, otherBags, logarithm, weights, hastyOperation
  }
  var mistake = Mistake.none

  func pool(_ features: Variable) -> Pooled {
    let bag = features.meanOverInstances()
    switch mistake {
    case .none: return Pooled(bag)
    case .otherBags: return Pooled(bag - bag.meanOverBags())
    case .logarithm: return Pooled(features.log().meanOverInstances())
    case .weights: return Pooled(bag, weights: features)
    case .hastyOperation: return Pooled(LessBagMean().applied(to: features).maxOverInstances())
    }
  }
}

/// Each instance minus the mean of its bag, declared wrongly as an operation that does not mix instances.
private struct LessBagMean: GenericOperation {
  var traits: OperationTraits { OperationTraits(treatsInstancesSeparately: true, backwardReads: []) }

  func shape(of arguments: [VariableShape]) throws -> VariableShape { try arguments.onlyInstances("less bag mean") }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    subtractMeans(pass, of: pass.value(0)) { pass.result[$0] = $1 }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (target, adds) = (pass.gradient(0), pass.flow(0) == .add)
    subtractMeans(pass, of: pass.slope) { target[$0] = adds ? target[$0] + $1 : $1 }
  }

  private func subtractMeans<Scalar: KernelScalar>(
    _ pass: OperationPass<Scalar>, of values: UnsafePointer<Scalar>, _ body: (_ element: Int, _ value: Scalar) -> Void
  ) {
    let width = pass.columns(0)
    pass.forEachBag { _, rows in
      for column in 0..<width {
        let mean = rows.reduce(0) { $0 + values[$1 * width + column] } / Scalar(rows.count)
        for row in rows { body(row * width + column, values[row * width + column] - mean) }
      }
    }
  }
}

/// A model that scores a bag by the first feature of its first instance.
private struct FirstInstance: Model {
  var traits: ModelTraits { ModelTraits(scores: .decisions) }

  func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel { Fitted() }

  struct Fitted: FittedModel {
    let summary = FitSummary()

    func predict(_ bags: BagDataset) throws -> [Double] {
      let instances = try bags.matrix()
      return (0..<bags.bagCount).map { Double(instances[bags[rowsOfBag: $0].lowerBound, 0]) }
    }
  }
}
