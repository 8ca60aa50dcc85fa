import Counts
import MILBench
import MILBenchTesting
import Testing

@Suite("Counts")
struct CountsTests {
  /// Draws bags of one feature; the count of a bag is the number of its instances above 0.
  private func bags(_ count: Int, seed: UInt64) throws -> BagDataset {
    var generator = RandomGenerator(seed: seed)
    var (rows, offsets, counts): ([[Float]], [Int], [Double]) = ([], [0], [])
    for _ in 0..<count {
      let size = 5 + Int(generator.next() % 8)
      let above = Int(generator.next() % UInt64(size + 1))
      for instance in 0..<size {
        rows.append([(instance < above ? 1 : -1) * Float(0.5 + 0.1 * generator.normal().magnitude)])
      }
      offsets.append(rows.count)
      counts.append(Double(above))
    }
    return try BagDataset(name: "counts", instances: Matrix(rows), offsets: offsets, targets: .numbers(counts))
      .asking(for: CountTask())
  }

  @Test("The loss has the derivative that finite differences have")
  func gradient() throws {
    let result = try GradientCheck.run(labels: [0, 3, 7]) { graph in
      CountTask().loss(graph.instances.meanOverInstances().linear("rate", to: 1), graph.targets).meanOverBags()
    }
    #expect(result.largestError < 1e-8)
  }

  @Test(
    "A network of milbench learns rates, which beat the mean count, and is kept",
    arguments: ["mi-net-bag[pooling=mean]", "attention"])
  func learning(_ model: String) throws {
    let (training, test) = try (bags(120, seed: 1), bags(60, seed: 2))
    var registry = try ModelRegistry.standard()
    try registry.register(task: CountTask.self)
    let resolved = try registry.resolve(
      "\(model.dropLast(model.hasSuffix("]") ? 1 : 0))\(model.hasSuffix("]") ? "," : "[")epochs=60,learningRate=0.005,optimiser=adam]"
    )
    let trained = try resolved.fit(training, FitContext(seed: 3))
    let rates = try trained.predict(test)
    guard case .numbers(let counts) = test.targets, case .numbers(let seen) = training.targets else { return }
    let mean = seen.reduce(0, +) / Double(seen.count)
    func error(_ predicted: [Double]) -> Double {
      zip(predicted, counts).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    #expect(rates.allSatisfy { $0 > 0 } && error(rates) < error(counts.map { _ in mean }))
    let bytes = try KeptModel(trained, trainedOn: training, seed: 3).bytes()
    #expect(try KeptModel(bytes: bytes, registry: registry).scores(test) == rates)
    #expect(throws: ModelError.self) { try KeptModel(bytes: bytes, registry: .standard()) }
  }

  @Test("Models of classes alone say that they do not apply, and counts that are none are refused")
  func refusals() throws {
    let error = #expect(throws: NotApplicable.self) {
      try ModelRegistry.standard().resolve("nsk-svm").fit(bags(20, seed: 1), FitContext(seed: 1))
    }
    #expect(error?.description.contains("the bags have numbers") == true)
    #expect(throws: TaskError("the task count needs whole numbers from 0, found 0.5")) {
      try CountTask().numbers(.numbers([1, 0.5]))
    }
  }
}
