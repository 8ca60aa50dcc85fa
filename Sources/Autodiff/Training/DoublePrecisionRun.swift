import LinearAlgebra

/// A traced computation on one batch in double precision: values, gradients, and optimiser steps.
///
/// Training runs in single precision; this is for the gradient check and for comparisons with golden numbers.
package final class DoublePrecisionRun {
  /// One row for each instance, bag after bag.
  let features: AlignedStorage<Double>
  let parameters: ParameterStore<Double>
  let executor: Executor<Double>
  private let labels: AlignedStorage<Double>
  private let starts: [Int]
  private let places: Matrix<Double>?
  private let edges: BagEdges?
  private let optimiser: OptimiserState<Double>
  private let isBlurred: Bool

  /// Traces a computation; gradients are those of its first output, a single number.
  ///
  /// - Parameters:
  ///   - featureCount: the number of features.
  ///   - bagSizes: the number of instances of each bag, at least one bag.
  ///   - features: a row for each instance, bag after bag; zeros if empty.
  ///   - labels: the targets of each bag, `targetColumns` numbers; 0, 1, 0, 1, ... if empty.
  ///   - targetColumns: the number of columns of targets.
  ///   - places: the position of each instance; nil for none.
  ///   - edges: the edges between instances of a bag; nil for none.
  ///   - optimiser: the optimiser of ``step()``.
  ///   - seed: the seed of parameters and dropout.
  ///   - takesShortcuts: whether operations are fused and overwrite their arguments.
  ///   - blur: the number of one of many patterns of errors of about single-precision rounding; nil for none.
  ///   - images: the shape of the images that the instances form; nil if they form none.
  ///   - bagFeatures: the number of last features that describe the bag of an instance.
  ///   - twoSets: whether the last feature before those divides instances into two sets.
  ///   - trace: the computation.
  /// - Throws: ``GraphError`` if the trace or the batch is inconsistent.
  package init(
    featureCount: Int, bagSizes: [Int], features: [Double] = [], labels: [Double] = [], targetColumns: Int = 1,
    places: Matrix<Double>? = nil, edges: BagEdges? = nil, optimiser: Optimiser = Optimiser(), seed: UInt64 = 1,
    takesShortcuts: Bool = true, blur: UInt64? = nil, images: ImageShape? = nil, bagFeatures: Int = 0,
    twoSets: Bool = false, _ trace: (ComputationGraph) throws -> [Variable]
  ) throws {
    (self.places, self.edges, isBlurred) = (places, edges, blur != nil)
    starts = bagSizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    let featureTotal = starts[bagSizes.count] * featureCount
    guard !bagSizes.isEmpty, bagSizes.allSatisfy({ $0 > 0 }), [0, featureTotal].contains(features.count),
      [0, bagSizes.count * targetColumns].contains(labels.count)
    else { throw GraphError("features and labels do not fit bags of \(bagSizes)") }
    let graph = ComputationGraph(
      featureCount: featureCount, targetColumns: targetColumns, images: images, bagFeatures: bagFeatures,
      twoSets: twoSets)
    let outputs = try trace(graph)
    if let blur { graph.blur(blur) }
    let plan = try Plan(
      graph, outputs: outputs, isTraining: true, instancesCarryGradient: true, takesShortcuts: takesShortcuts)
    self.features = AlignedStorage(count: featureTotal)
    self.labels = AlignedStorage(count: bagSizes.count * targetColumns)
    for index in 0..<bagSizes.count * targetColumns {
      self.labels.baseAddress[index] = labels.isEmpty ? Double(index % 2) : labels[index]
    }
    parameters = ParameterStore(graph.parameters, seed: seed)
    executor = Executor(plan, parameters, seed: seed)
    self.optimiser = OptimiserState(optimiser, parameters)
    if !features.isEmpty { _ = setFeatures(features) }
  }

  /// The number of operations in a run, after fusion.
  package var operationCount: Int { executor.plan.steps.count }

  /// Computes the outputs and, from the first of them, all gradients.
  package func run() {
    forward()
    withBatch { executor.backward($0) }
  }

  /// Computes the outputs.
  func forward() { withBatch { executor.forward($0) } }

  /// Updates the parameters by one step along the gradients of the last run.
  package func step() {
    optimiser.step()
    guard isBlurred else { return }
    let values = parameters.values
    for index in 0..<values.count { values.baseAddress[index] = Double(Float(values.baseAddress[index])) }
  }

  /// Returns the value of an output in the last run, row after row.
  package func output(_ position: Int) -> [Double] {
    let index = executor.plan.outputs[position]
    let node = executor.plan.nodes[index]
    return withBatch {
      Array(UnsafeBufferPointer(start: executor.values[index], count: executor.rowCount(node.rows, $0) * node.columns))
    }
  }

  /// The derivatives by the features, row after row; empty if the computation does not read them.
  package var instanceGradient: [Double] {
    let isRead = executor.plan.steps.contains { $0.arguments.contains(0) }
    return Array(UnsafeBufferPointer(start: executor.gradients[0], count: isRead ? features.count : 0))
  }

  /// Returns the derivatives by a parameter, row after row; empty if there is no such parameter or it is frozen.
  package func gradient(of name: String) -> [Double] {
    parameters.descriptions.contains { $0.name == name && $0.trains } ? scalars(of: name, parameters.gradient) : []
  }

  /// Returns the values of a parameter, row after row; empty if there is no such parameter.
  package func parameter(_ name: String) -> [Double] { scalars(of: name, parameters.value) }

  /// Replaces the values of a parameter; returns false if no parameter has that name and number of values.
  package func setParameter(_ name: String, to values: [Double]) -> Bool {
    guard let index = index(of: name), size(of: index) == values.count else { return false }
    for (position, value) in values.enumerated() { parameters.value(index)[position] = value }
    return true
  }

  /// Replaces the features; returns false if their number differs.
  package func setFeatures(_ values: [Double]) -> Bool {
    guard values.count == features.count else { return false }
    for (position, value) in values.enumerated() { features.baseAddress[position] = value }
    return true
  }

  private func scalars(of name: String, _ start: (Int) -> UnsafeMutablePointer<Double>) -> [Double] {
    index(of: name).map { Array(UnsafeBufferPointer(start: start($0), count: size(of: $0))) } ?? []
  }

  private func index(of name: String) -> Int? { parameters.descriptions.firstIndex { $0.name == name } }

  private func size(of index: Int) -> Int {
    parameters.descriptions[index].rows * parameters.descriptions[index].columns
  }

  private func withBatch<Result>(_ body: (Batch<Double>) -> Result) -> Result {
    starts.withUnsafeBufferPointer { starts in
      guard let first = starts.baseAddress else { preconditionFailure("a batch has at least its end") }
      var batch = Batch(
        instances: UnsafePointer(features.baseAddress), labels: UnsafePointer(labels.baseAddress), starts: first,
        bagCount: starts.count - 1)
      func withEdges(_ places: UnsafePointer<Double>?) -> Result {
        let surroundings = Surroundings(firstRows: first, places: places, placeColumns: self.places?.columns ?? 0)
        return (edges ?? BagEdges.none).withPointers {
          batch.surroundings = surroundings
          batch.surroundings?.edges = edges == nil ? nil : $0
          return body(batch)
        }
      }
      return places.map { $0.withUnsafeElements { withEdges($0.baseAddress) } } ?? withEdges(nil)
    }
  }
}
