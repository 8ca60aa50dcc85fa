import Autodiff
import LinearAlgebra
import MILRecords
import TestSupport
import Testing

@testable import MILBags

/// Golden losses, gradients and predictions, by NumPy; see Fixtures/tasks/make_tasks.py.
private struct TaskFixture: Decodable {
  struct Case: Decodable {
    struct Given: Decodable {
      var labels: [Int]?
      var values, times: [Double]?
      var events: [Bool]?
    }

    var name: String
    var targets: Given
    var output, gradient, prediction: [[Double]]
    var loss: Double
    var ends: [Double]?

    var given: Targets {
      if let labels = targets.labels { return .classes(labels, names: ["a", "b", "c"]) }
      if let values = targets.values { return .numbers(values) }
      return .survival(times: targets.times ?? [], events: targets.events ?? [])
    }
  }

  var cases: [Case]
  var risks: [Double]
  var concordance: Double

  static func load() throws -> TaskFixture { try Fixture.json("tasks/tasks.json", as: TaskFixture.self) }
}

@Suite("Tasks")
struct BagTaskTests {
  private func task(_ name: String) throws -> any BagTask {
    switch name {
    case "several-classes": SeveralClasses(count: 3)
    case "number": NumberPrediction()
    case "cox": CoxSurvival()
    default: DiscreteSurvival()
    }
  }

  /// Runs a loss on bags of one instance, whose features are the output.
  private func run(_ task: any BagTask, _ targets: Targets, _ output: [[Double]]) throws -> DoublePrecisionRun {
    let numbers = try task.numbers(targets)
    return try DoublePrecisionRun(
      featureCount: task.outputColumns, bagSizes: output.map { _ in 1 }, features: output.flatMap(\.self),
      labels: numbers.elements.map(Double.init), targetColumns: task.targetColumns
    ) { graph in
      let output = graph.instances.sumOverInstances()
      let loss = task.loss(output, graph.targets)
      return [loss.rows == .bags ? loss.meanOverBags() : loss, task.prediction(output)]
    }
  }

  @Test(
    "Loss, gradient and prediction are those of independent code", arguments: try TaskFixture.load().cases.map(\.name))
  func golden(_ name: String) throws {
    let golden = try #require(try TaskFixture.load().cases.first { $0.name == name })
    let task = try task(name).fitted(to: golden.given)
    #expect(type(of: task).id == name && task.targetKind == golden.given.kind)
    if let ends = golden.ends {
      let found = try #require(task as? DiscreteSurvival).ends
      #expect(found.count == ends.count && zip(found, ends).allSatisfy { abs($0 - $1) < 1e-12 })
    }
    let run = try run(task, golden.given, golden.output)
    run.run()
    // Targets are in single precision.
    #expect(abs(run.output(0)[0] - golden.loss) < 1e-6)
    let (gradient, prediction) = (golden.gradient.flatMap(\.self), golden.prediction.flatMap(\.self))
    #expect(run.instanceGradient.count == gradient.count)
    #expect(zip(run.instanceGradient, gradient).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(run.output(1).count == prediction.count)
    #expect(zip(run.output(1), prediction).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test("Large outputs neither overflow nor lose the loss", arguments: ["several-classes", "survival", "cox"])
  func largeOutputs(_ name: String) throws {
    let golden = try #require(try TaskFixture.load().cases.first { $0.name == name })
    let task = try task(name).fitted(to: golden.given)
    let run = try run(task, golden.given, golden.output.map { $0.map { 1e4 * $0 } })
    run.run()
    #expect(run.output(0)[0].isFinite && run.output(0)[0] > 100)
    #expect(run.instanceGradient.allSatisfy(\.isFinite) && run.instanceGradient.contains { $0 != 0 })
  }

  @Test("The gradient of Cox's likelihood with ties and without events agrees with finite differences")
  func coxGradient() throws {
    let labels: [Double] = [3, 1, 3, 1, 3, 0, 1, 1, 2, 1]
    let result = try GradientCheck.run(bagSizes: [1, 2, 3, 1, 2], labels: labels, targetColumns: 2) { graph in
      CoxSurvival().loss(graph.instances.meanOverInstances().linear("risk", to: 1), graph.targets)
    }
    #expect(result.largestError < 1e-8)
    let silent = try run(CoxSurvival(), .survival(times: [1, 2], events: [false, false]), [[1], [2]])
    silent.run()
    #expect(silent.output(0) == [0] && silent.instanceGradient == [0, 0])
  }

  @Test("What a search counts is larger for better predictions")
  func merit() throws {
    let fixture = try TaskFixture.load()
    let survival = try #require(fixture.cases.first { $0.name == "cox" }).given
    #expect(abs(CoxSurvival().merit(fixture.risks, survival, threshold: 0) - 8 * fixture.concordance) < 1e-12)
    let classes = Targets.classes([2, 0, 1], names: ["a", "b", "c"])
    let task = SeveralClasses(count: 3)
    #expect(task.classes(called: [0, 0.2, 0.8, 0.4, 0.4, 0.2, 1, 0, 0], threshold: 0.5) == [2, 0, 0])
    #expect(task.merit([0, 0.2, 0.8, 0.4, 0.4, 0.2, 1, 0, 0], classes, threshold: 0.5) == 2)
    #expect(TwoClasses().merit([0.5, 0.4, 0.9], .labels([1, 1, 0]), threshold: 0.5) == 1)
    #expect(NumberPrediction().merit([1, 2], .numbers([3, 2]), threshold: 0) == -4)
  }

  @Test("A task comes back from its name and settings, and a file that names another says which there are")
  func namedTasks() throws {
    let scaled = try NumberPrediction().fitted(to: .numbers([1, 3]))
    let tasks: [any BagTask] = [TwoClasses(), SeveralClasses(count: 4), scaled, DiscreteSurvival(), CoxSurvival()]
    for task in tasks {
      let (name, settings) = (type(of: task).id, try BagTasks.settings(of: task))
      let read = try BagTasks.task(named: name, settings: settings)
      #expect(try type(of: read) == type(of: task) && BagTasks.settings(of: read) == settings)
      #expect(BagTasks.name(of: task) == (task is TwoClasses ? nil : name))
    }
    #expect(try BagTasks.settings(of: SeveralClasses(count: 4)) == #"{"count":4}"#)
    #expect(throws: TaskError("the task cax, expected one of cox")) {
      try BagTasks.task(named: "cax", settings: "{}", among: [CoxSurvival.self])
    }
    #expect(throws: TaskError(#"the task several-classes with unreadable settings {"count":"#)) {
      try BagTasks.task(named: "several-classes", settings: #"{"count":"#)
    }
    #expect(throws: TaskError("the task several-classes with sizes outside 1 to 65536")) {
      try BagTasks.task(named: "several-classes", settings: #"{"count":65537}"#)
    }
  }

  @Test("A task other than the default for targets is requested by its name")
  func alternatives() {
    #expect(BagTasks.alternative(named: "cox") is CoxSurvival && BagTasks.alternative(named: "survival") == nil)
    for kind in Targets.Kind.allCases {
      let alternatives = BagTasks.alternatives(for: kind)
      #expect(alternatives.count == (kind == .survival ? 1 : 0) && alternatives.allSatisfy { $0.targetKind == kind })
    }
  }

  @Test("Epochs are compared by the log loss where there are probabilities for it, otherwise by the leading metric")
  func stopping() {
    #expect(TwoClasses().stoppingMetric == .logLoss && SeveralClasses(count: 3).stoppingMetric == .classLogLoss)
    #expect(NumberPrediction().stoppingMetric == .rootMeanSquaredError && CoxSurvival().stoppingMetric == .concordance)
  }

  @Test("Targets ask for their task, and another kind is refused")
  func kinds() throws {
    for (targets, id) in [
      (Targets.labels([0, 1]), "two-classes"), (.classes([0, 1], names: ["a", "b", "c"]), "several-classes"),
      (.numbers([1, 2]), "number"), (.survival(times: [1, 2], events: [true, false]), "survival"),
    ] { #expect(type(of: targets.task).id == id) }
    #expect(Set(BagTasks.all.map { $0.id }).count == BagTasks.all.count)
    #expect(SeveralClasses(count: 5).classCount == 5 && TwoClasses().classCount == 2 && CoxSurvival().classCount == 0)
    #expect(SeveralClasses(count: 3).leadingMetric == .accuracy && CoxSurvival().leadingMetric == .concordance)
    #expect(throws: TaskError("the task number needs numbers, found two classes")) {
      try NumberPrediction().numbers(.labels([1]))
    }
    #expect(throws: TaskError("the task is of 3 classes, found bags of 4")) {
      try SeveralClasses(count: 3).numbers(.classes([1], names: ["a", "b", "c", "d"]))
    }
    #expect(throws: TaskError("none of the 2 training bags has an event, expected one at least")) {
      try DiscreteSurvival().fitted(to: .survival(times: [1, 2], events: [false, false]))
    }
    let bags = try BagDataset(
      name: "made", instances: Matrix([[1], [2]]), offsets: [0, 1, 2],
      targets: .survival(times: [1, 2], events: [true, false]))
    let asked = try bags.asking(for: CoxSurvival())
    #expect(asked.task is CoxSurvival && asked.selecting(bags: [1]).withoutAnswers.task is CoxSurvival)
    #expect(try asked.withEveryInstanceABag().task is CoxSurvival)
    #expect(throws: TaskError("the task two-classes needs two classes, found survival times")) {
      try bags.asking(for: TwoClasses())
    }
  }
}
