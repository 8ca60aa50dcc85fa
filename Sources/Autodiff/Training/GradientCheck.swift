import LinearAlgebra

/// The comparison of a graph's gradients with finite differences, in double precision.
public enum GradientCheck {
  /// Where the two disagreed most.
  public struct Result: Sendable {
    /// |gradient - difference| / max(1, |gradient|, |difference|), the largest over all inputs and parameters.
    public let largestError: Double
    /// The parameter (or `instances`) and position of that error.
    public let location: String
    /// How many derivatives were compared.
    public let comparisons: Int
  }

  /// Traces a computation on bags of the given sizes and checks the derivative of every parameter and every feature.
  ///
  /// Values that are not a single number are first turned into one: multiplied by a learned row, squared, and summed
  /// up over bags. Features are normal, labels alternate. Dropout keeps one mask throughout.
  /// - Parameters:
  ///   - bagSizes: the number of instances of each bag.
  ///   - featureCount: the number of features.
  ///   - seed: decides features, parameters and dropout.
  ///   - step: the distance of the central differences.
  ///   - trace: the computation.
  public static func run(
    bagSizes: [Int] = [1, 3, 4], featureCount: Int = 5, seed: UInt64 = 1, step: Double = 1e-5,
    _ trace: (Graph) -> Variable
  ) throws -> Result {
    let graph = Graph(featureCount: featureCount)
    let plan = try Plan(graph, outputs: [single(trace(graph))], isTraining: true, instancesCarryGradient: true)
    let parameters = ParameterStore<Double>(graph.parameters, seed: seed)
    let executor = Executor(plan, parameters, seed: seed)
    var generator = RandomGenerator(seed: Seed.derive(from: seed, ["gradient check"]))
    for index in 0..<parameters.count where parameters.values.baseAddress[index] == 0 {
      // Parameters that start at zero would hide mistakes; the gaps between parameters do not matter.
      parameters.values.baseAddress[index] = 0.3 * generator.normal()
    }
    let starts = bagSizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    let features = AlignedStorage<Double>(count: (starts.last ?? 0) * featureCount)
    for index in 0..<features.count { features.baseAddress[index] = generator.normal() }
    let labels = bagSizes.indices.map { Double($0 % 2) }
    return starts.withUnsafeBufferPointer { starts in
      labels.withUnsafeBufferPointer { labels in
        guard let first = starts.baseAddress else {
          return Result(largestError: .infinity, location: "no bags", comparisons: 0)
        }
        let batch = Batch(
          instances: UnsafePointer(features.baseAddress), labels: labels.baseAddress, starts: first,
          bagCount: bagSizes.count)
        return compare(executor, batch, features, step, seed)
      }
    }
  }

  private static func single(_ value: Variable) -> Variable {
    if value.rows == .single && value.columns == 1 { return value }
    let probe = value.graph.parameter("gradient check", columns: value.columns, initialiser: .uniform(0.5, 1.5))
    let mixed = (value * probe + 0.3).squared()
    let bags = mixed.rows == .instances ? mixed.sumOverInstances() : mixed
    return bags.rows == .bags ? bags.sumOverFeatures().meanOverBags() : bags.sumOverFeatures()
  }

  private static func compare(
    _ executor: Executor<Double>, _ batch: Batch<Double>, _ features: AlignedStorage<Double>, _ step: Double,
    _ seed: UInt64
  ) -> Result {
    let dropoutGenerator = executor.dropoutGenerator
    func loss() -> Double {
      executor.dropoutGenerator = dropoutGenerator
      executor.forward(batch)
      return executor.values[executor.plan.outputs[0]][0]
    }
    _ = loss()
    executor.backward(batch)
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
    let store = executor.parameters
    let slopes = store.descriptions.indices.map { index in
      let count = store.descriptions[index].rows * store.descriptions[index].columns
      return Array(UnsafeBufferPointer(start: store.gradient(index), count: count))
    }
    let isRead = executor.plan.steps.contains { $0.first == 0 || $0.second == 0 }
    let featureSlopes = Array(UnsafeBufferPointer(start: executor.gradients[0], count: isRead ? features.count : 0))
    for (index, description) in store.descriptions.enumerated() {
      check(description.name, slopes[index].count, store.value(index), slopes[index])
    }
    check("instances", featureSlopes.count, features.baseAddress, featureSlopes)
    return Result(largestError: worst.error, location: worst.location, comparisons: comparisons)
  }
}
