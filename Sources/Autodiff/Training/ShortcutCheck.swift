import LinearAlgebra

/// The comparison of training as it is run, in single precision with all shortcuts, with double precision without any.
///
/// ``GradientCheck`` cannot see a wrong shortcut, since it asks for the gradient of every instance and so leaves none out.
public enum ShortcutCheck {
  /// Where the two disagreed most.
  public struct Result: Sendable {
    /// |single - double| / max(1, |double|), the largest over losses, outputs and parameters.
    public let largestError: Double
    /// The loss, output or parameter of that error, and its position.
    public let location: String
    /// How many numbers were compared.
    public let comparisons: Int
  }

  /// Trains a computation on bags in both ways from the same parameters, and compares what it is after each step.
  ///
  /// Steps are on one bag, on neighbours and on bags out of order. Instances come as they are and, where few of their
  /// values differ, as sparse rows too.
  /// - Parameters:
  ///   - bags: at least one bag.
  ///   - optimiser: how parameters follow their gradients; a method that divides by small gradients enlarges rounding.
  ///   - scores: whether the outputs behind the loss are compared; with dropout they differ between training and scoring.
  ///   - seed: decides parameters and dropout.
  ///   - trace: the computation; its first output is the loss, a single number.
  /// - Throws: ``GraphError`` where the trace does not fit together.
  public static func run(
    _ bags: BagMatrix, optimiser: Optimiser = Optimiser(learningRate: 0.05), scores: Bool = true, seed: UInt64 = 3,
    _ trace: (Graph) throws -> [Variable]
  ) throws -> Result {
    var worst = Worst()
    let all = Array(0..<bags.bagCount)
    let orders = [[0], Array(all.suffix(1)), Array(all.prefix(2).reversed()), Array(all.dropFirst()), all]
    let prepared = bags.preparedForPasses()
    for bags in prepared.sparse == nil ? [bags] : [bags, prepared] {
      for order in orders where !order.isEmpty {
        try compare(bags, order, optimiser, scores: scores, seed: seed, trace, &worst)
      }
    }
    return Result(largestError: worst.error, location: worst.location, comparisons: worst.comparisons)
  }

  private struct Worst {
    var (error, location, comparisons) = (0.0, "nowhere", 0)

    mutating func note(_ name: String, _ ours: [Float], _ golden: [Double]) {
      if ours.count != golden.count { (error, location) = (.infinity, "the size of \(name)") }
      for (index, pair) in zip(ours, golden).enumerated() {
        let difference = abs(Double(pair.0) - pair.1) / max(1, abs(pair.1))
        comparisons += 1
        if difference > error || difference.isNaN {
          (error, location) = (difference.isNaN ? .infinity : difference, "\(name)[\(index)]")
        }
      }
    }
  }

  private static func compare(
    _ bags: BagMatrix, _ order: [Int], _ optimiser: Optimiser, scores: Bool, seed: UInt64,
    _ trace: (Graph) throws -> [Variable], _ worst: inout Worst
  ) throws {
    let taken = bags.selecting(order)
    let sizes = order.map { bags.offsets[$0 + 1] - bags.offsets[$0] }
    let graph = Graph(featureCount: bags.instances.columns, targetColumns: bags.targetColumns)
    let variables = try trace(graph)
    guard let loss = variables.first else { throw GraphError("there is no loss to compare") }
    let trainer = try Trainer(
      graph: graph, loss: loss, outputs: Array(variables.dropFirst()), optimiser: optimiser, seed: seed)
    let run = try DoublePrecisionRun(
      featureCount: bags.instances.columns, bagSizes: sizes,
      features: taken.instances.elements.map(Double.init), labels: taken.labels.map(Double.init),
      targetColumns: bags.targetColumns,
      places: taken.places?.map(Double.init), edges: taken.edges, optimiser: optimiser, seed: seed,
      takesShortcuts: false, trace)
    let names = trainer.parameterDescriptions.map(\.name)
    // From the same numbers, not from roundings of the same ones.
    for name in names { _ = run.setParameter(name, to: trainer.parameter(name)?.elements.map(Double.init) ?? []) }
    for step in 1...3 {
      let loss = trainer.step(on: bags, order, order.indices)
      run.run()
      worst.note("the loss of step \(step)", [loss], run.output(0))
      run.step()
      for name in names { worst.note(name, trainer.parameter(name)?.elements ?? [], run.parameter(name)) }
    }
    guard scores, variables.count > 1 else { return }
    run.forward()
    for (index, output) in trainer.evaluate(taken).enumerated() {
      worst.note("output \(index + 1)", output.elements, run.output(index + 1))
    }
  }
}
