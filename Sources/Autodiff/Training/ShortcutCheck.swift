import LinearAlgebra

/// The comparison of actual training, in single precision with all shortcuts, with training in double precision without
/// any.
///
/// ``GradientCheck`` cannot detect a wrong shortcut, since it requests the gradient of every instance and so skips
/// none.
///
/// Rounding is not an error. If the two differ by more than usual, the training in double precision is repeated with
/// errors of about single-precision rounding. Differences of that size do not count: a gradient whose parts cancel is
/// only rounding, along which Adam takes full-length steps.
package enum ShortcutCheck {
  /// The largest disagreement.
  package struct Result: Sendable {
    /// |single - double| beyond the effect of rounding, divided by max(1, |double|): the largest over losses, outputs
    /// and parameters.
    package let largestError: Double
    /// The loss, output or parameter of that error, and its position.
    package let location: String
    /// The number of compared values.
    package let comparisons: Int
    /// The number of values with a noticeable difference that rounding explains.
    package let rounded: Int
  }

  /// The difference, relative to max(1, |double|), from which on the effect of rounding is examined.
  private static let noticeable = 1e-5
  /// The number of trainings with errors, and the allowed multiple of their largest deviation.
  private static let (blurredTrainings, margin): (UInt64, Double) = (8, 8)

  /// Trains a computation on bags in both ways from the same parameters, and compares what it is after each step.
  ///
  /// Steps are on one bag, on neighbours and on bags out of order. Instances come as they are and, where few of their
  /// values differ, as sparse rows too.
  /// - Parameters:
  ///   - bags: at least one bag.
  ///   - optimiser: how parameters follow their gradients; a method that divides by small gradients enlarges rounding.
  ///   - scores: whether to compare the outputs behind the loss; with dropout they differ from training to scoring.
  ///   - seed: decides parameters and dropout.
  ///   - images: the shape of the images that the instances are, where they are such.
  ///   - trace: the computation; its first output is the loss, a single number.
  /// - Throws: ``GraphError`` where the trace does not fit together.
  package static func run(
    _ bags: BagMatrix, optimiser: Optimiser = Optimiser(learningRate: 0.05), scores: Bool = true, seed: UInt64 = 3,
    images: ImageShape? = nil, _ trace: (ComputationGraph) throws -> [Variable]
  ) throws -> Result {
    var worst = Worst()
    let all = Array(0..<bags.bagCount)
    let orders = [[0], Array(all.suffix(1)), Array(all.prefix(2).reversed()), Array(all.dropFirst()), all]
    let prepared = bags.preparedForPasses()
    for bags in prepared.sparse == nil ? [bags] : [bags, prepared] {
      for order in orders where !order.isEmpty {
        let training = Training(
          bags: bags, order: order, optimiser: optimiser, scores: scores, seed: seed, images: images)
        try compare(training, trace, &worst)
      }
    }
    return Result(
      largestError: worst.error, location: worst.location, comparisons: worst.comparisons, rounded: worst.rounded)
  }

  private struct Worst {
    var (error, location, comparisons, rounded) = (0.0, "nowhere", 0, 0)

    /// Compares values that rounding changes by up to `blur`.
    mutating func note(_ ours: Numbers<Float>, _ golden: [Double], blur: Double) {
      if ours.values.count != golden.count { (error, location) = (.infinity, "the size of \(ours.name)") }
      for (index, pair) in zip(ours.values, golden).enumerated() {
        let (difference, scale) = (abs(Double(pair.0) - pair.1), max(1, abs(pair.1)))
        let remaining = (difference - margin * blur) / scale
        comparisons += 1
        if difference > noticeable * scale && remaining <= noticeable { rounded += 1 }
        if remaining > error || remaining.isNaN {
          (error, location) = (remaining.isNaN ? .infinity : remaining, "\(ours.name)[\(index)]")
        }
      }
    }
  }

  private static func compare(
    _ training: Training, _ trace: (ComputationGraph) throws -> [Variable], _ worst: inout Worst
  ) throws {
    let (ours, start) = try training.asRun(trace)
    let golden = try training.inDoublePrecision(from: start, trace)
    var blurs = Array(repeating: 0.0, count: golden.count)
    let isNoticeable = zip(ours, golden).contains { ours, golden in
      zip(ours.values, golden.values).contains { abs(Double($0) - $1) > noticeable * max(1, abs($1)) }
    }
    for seed in 1...blurredTrainings where isNoticeable {
      let blurred = try training.inDoublePrecision(from: start, blur: seed, trace)
      for (index, pair) in zip(golden, blurred).enumerated() {
        blurs[index] = zip(pair.0.values, pair.1.values).reduce(blurs[index]) { max($0, abs($1.0 - $1.1)) }
      }
    }
    for ((ours, golden), blur) in zip(zip(ours, golden), blurs) { worst.note(ours, golden.values, blur: blur) }
  }
}

/// A loss, an output or a parameter at some point of a training.
private struct Numbers<Scalar> {
  let name: String
  let values: [Scalar]
}

/// A few steps on some bags, each on all of them.
private struct Training {
  let bags: BagMatrix
  let order: [Int]
  let optimiser: Optimiser
  let scores: Bool
  let seed: UInt64
  let images: ImageShape?
  let steps = 1...3

  /// Returns all values of the training in single precision with all shortcuts, and its initial parameters.
  func asRun(
    _ trace: (ComputationGraph) throws -> [Variable]
  ) throws -> (numbers: [Numbers<Float>], start: [Numbers<Float>]) {
    let graph = ComputationGraph(
      featureCount: bags.instances.columns, targetColumns: bags.targetColumns, images: images)
    let variables = try trace(graph)
    guard let loss = variables.first else { throw GraphError("there is no loss to compare") }
    let trainer = try Trainer(
      graph: graph, loss: loss, outputs: Array(variables.dropFirst()), optimiser: optimiser, seed: seed)
    func parameters() -> [Numbers<Float>] {
      trainer.parameterDescriptions.map { Numbers(name: $0.name, values: trainer.parameter($0.name)?.elements ?? []) }
    }
    let start = parameters()
    var numbers: [Numbers<Float>] = []
    for step in steps {
      numbers.append(Numbers(name: "the loss of step \(step)", values: [trainer.step(on: bags, order, order.indices)]))
      numbers += parameters()
    }
    if scores && variables.count > 1 {
      for (index, output) in trainer.evaluate(bags.selecting(order)).enumerated() {
        numbers.append(Numbers(name: "output \(index + 1)", values: output.elements))
      }
    }
    return (numbers, start)
  }

  /// Returns the same values in double precision without any shortcut.
  func inDoublePrecision(
    from start: [Numbers<Float>], blur: UInt64? = nil, _ trace: (ComputationGraph) throws -> [Variable]
  ) throws -> [Numbers<Double>] {
    let taken = bags.selecting(order)
    var outputs = 0
    let run = try DoublePrecisionRun(
      featureCount: bags.instances.columns, bagSizes: order.map { bags.offsets[$0 + 1] - bags.offsets[$0] },
      features: taken.instances.elements.map(Double.init), labels: taken.labels.map(Double.init),
      targetColumns: bags.targetColumns,
      places: taken.places?.map(Double.init), edges: taken.edges, optimiser: optimiser, seed: seed,
      takesShortcuts: false, blur: blur, images: images
    ) { graph in
      let variables = try trace(graph)
      outputs = variables.count - 1
      return variables
    }
    // From exactly the same values, not from separately rounded ones.
    for parameter in start { _ = run.setParameter(parameter.name, to: parameter.values.map(Double.init)) }
    var numbers: [Numbers<Double>] = []
    for step in steps {
      run.run()
      numbers.append(Numbers(name: "the loss of step \(step)", values: run.output(0)))
      run.step()
      numbers += start.map { Numbers(name: $0.name, values: run.parameter($0.name)) }
    }
    if scores && outputs > 0 {
      run.forward()
      numbers += (1...outputs).map { Numbers(name: "output \($0)", values: run.output($0)) }
    }
    return numbers
  }
}
