import LinearAlgebra

/// The comparison of a graph's gradients with finite differences, in double precision, and its largest disagreement.
public struct GradientCheck: Sendable {
  /// |gradient - difference| / max(1, |gradient|, |difference|), the largest over all inputs and parameters.
  public let largestError: Double
  /// The parameter (or `instances`) and position of that error.
  public let location: String
  /// The number of compared derivatives.
  package let comparisons: Int

  /// Traces a computation on bags of the given sizes and checks the derivative of every parameter and every feature.
  ///
  /// Values that are not a single number are first reduced to one: multiplied by a learned row, squared, and summed
  /// over bags. Features are normal, labels alternate. Dropout uses one mask throughout.
  /// - Parameters:
  ///   - bagSizes: the number of instances of each bag.
  ///   - featureCount: the number of features.
  ///   - seed: the seed of features, parameters and dropout.
  ///   - step: the distance of the central differences.
  ///   - labels: the targets of each bag, `targetColumns` numbers; 0, 1, 0, 1, ... if empty.
  ///   - targetColumns: the number of columns of targets.
  ///   - places: the position of each instance, if the computation reads places.
  ///   - edges: the edges between instances of a bag, if it reads edges.
  ///   - trace: the computation.
  public static func run(
    bagSizes: [Int] = [1, 3, 4], featureCount: Int = 5, seed: UInt64 = 1, step: Double = 1e-5,
    labels: [Double] = [], targetColumns: Int = 1, places: Matrix<Double>? = nil, edges: BagEdges? = nil,
    _ trace: (ComputationGraph) -> Variable
  ) throws -> GradientCheck {
    let run = try DoublePrecisionRun(
      featureCount: featureCount, bagSizes: bagSizes, labels: labels, targetColumns: targetColumns, places: places,
      edges: edges, seed: seed
    ) {
      [single(trace($0))]
    }
    var generator = RandomGenerator(seed: Seed.derive(from: seed, ["gradient check"]))
    let values = run.parameters.values
    for index in 0..<values.count where values.baseAddress[index] == 0 {
      // Parameters that start at zero would hide errors; the gaps between parameters do not matter.
      values.baseAddress[index] = 0.3 * generator.normal()
    }
    for index in 0..<run.features.count { run.features.baseAddress[index] = generator.normal() }
    return compare(run, step)
  }

  private static func single(_ value: Variable) -> Variable {
    if value.rows == .single && value.columns == 1 { return value }
    let probe = value.graph.parameter("gradient check", columns: value.columns, initialiser: .uniform(0.5, 1.5))
    let mixed = (value * probe + 0.3).squared()
    var bags = mixed
    if case .pairs = bags.rows { bags = bags.sumOverSources() }
    if case .slots = bags.rows { bags = bags.sumOverSlots() }
    if bags.rows == .instances { bags = bags.sumOverInstances() }
    return bags.rows == .bags ? bags.sumOverFeatures().meanOverBags() : bags.sumOverFeatures()
  }

  private static func compare(_ run: DoublePrecisionRun, _ step: Double) -> GradientCheck {
    let executor = run.executor
    let dropoutGenerator = executor.dropoutGenerator
    func loss() -> Double {
      executor.dropoutGenerator = dropoutGenerator
      run.forward()
      return executor.values[executor.plan.outputs[0]][0]
    }
    run.run()
    var worst = (error: 0.0, location: "nowhere")
    var comparisons = 0
    func check(_ name: String, _ count: Int, _ value: UnsafeMutablePointer<Double>, _ gradient: [Double]) {
      for index in 0..<count {
        let original = value[index]
        value[index] = original + step
        let above = loss()
        value[index] = original - step
        let below = loss()
        value[index] = original
        let difference = (above - below) / (2 * step)
        let error = abs(gradient[index] - difference) / max(1, abs(gradient[index]), abs(difference))
        comparisons += 1
        if error > worst.error || error.isNaN { worst = (error.isNaN ? .infinity : error, "\(name)[\(index)]") }
      }
    }
    // Copied before the comparisons, each of which runs the computation again.
    let descriptions = run.parameters.descriptions
    let slopes = descriptions.map { run.gradient(of: $0.name) }
    let featureSlopes = run.instanceGradient
    for (index, description) in descriptions.enumerated() {
      check(description.name, slopes[index].count, run.parameters.value(index), slopes[index])
    }
    check("instances", featureSlopes.count, run.features.baseAddress, featureSlopes)
    return GradientCheck(largestError: worst.error, location: worst.location, comparisons: comparisons)
  }
}
