import LinearAlgebra

/// One model in training: its parameters, the state of its optimiser, and the memory of its steps.
///
/// It is used inside one trial, on one thread at a time. After ``reserve(for:bagsPerStep:)`` a step allocates nothing.
package final class Trainer {
  private let parameters: ParameterStore<Float>
  private let training: Executor<Float>
  private let scoring: Evaluator
  private let optimiser: OptimiserState<Float>
  /// The number of features of an instance.
  package let featureCount: Int
  /// The memory in which the rows of a batch are gathered if its bags are not adjacent in the matrix.
  private var gathered = AlignedStorage<Float>(count: 0)
  private var gatheredLabels: [Float] = []
  private var starts: [Int] = []
  /// The row of the matrix at which each bag of a batch begins.
  private var firstRows: [Int] = []
  /// The rows of the matrix in a batch of sparse rows.
  private var rows: [Int32] = []

  /// Creates a trainer and draws its parameters.
  ///
  /// - Parameters:
  ///   - graph: the traced model.
  ///   - loss: the loss, a single number.
  ///   - outputs: the outputs of ``evaluate(_:)``.
  ///   - optimiser: the update rule and its constants.
  ///   - seed: the seed of the initial parameters and the dropout masks.
  /// - Throws: ``GraphError`` if the trace is inconsistent.
  package init(graph: ComputationGraph, loss: Variable, outputs: [Variable], optimiser: Optimiser, seed: UInt64) throws
  {
    let movesWeights = optimiser.method.rule.init(optimiser, .single).treatsScalarsSeparately
    let trainingPlan = try Plan(graph, outputs: [loss], isTraining: true, movesWeights: movesWeights)
    let scoringPlan = try Plan(graph, outputs: outputs, isTraining: false)
    featureCount = graph.featureCount
    let followed = trainingPlan.ownedWeights
    parameters = ParameterStore(graph.parameters, seed: seed, followed: followed)
    training = Executor(trainingPlan, parameters, seed: seed)
    scoring = try Evaluator(scoringPlan, parameters, featureCount: featureCount, seed: seed)
    self.optimiser = OptimiserState(optimiser, parameters, followed: followed)
    training.optimiser = self.optimiser
  }

  /// The number of learned scalars.
  package var parameterCount: Int { parameters.learnedScalars }
  /// The number of optimiser steps taken.
  package var stepCount: Int { optimiser.steps }
  /// The names and shapes of the parameters.
  package var parameterDescriptions: [ParameterDescription] { parameters.descriptions }
  /// The number of memory allocations by the steps.
  package var reservations: Int { training.reservations }

  /// Returns the values of a parameter, or nil if no parameter has that name.
  package func parameter(_ name: String) -> Matrix<Float>? { parameters.matrix(name) }

  /// Replaces the values of a parameter; returns false if no parameter has that name and shape.
  @discardableResult
  package func setParameter(_ name: String, to value: Matrix<Float>) -> Bool { parameters.set(name, to: value) }

  /// Allocates all the memory that steps over these bags need.
  package func reserve(for bags: BagMatrix, bagsPerStep: Int) {
    let count = min(bagsPerStep, bags.bagCount)
    let instances = bags.largestBatch(of: count)
    training.reserve(
      instances: instances, bags: count,
      edges: training.plan.readsSurroundings ? bags.largestEdgeCount(of: count) : 0)
    starts.reserveCapacity(count + 1)
    firstRows.reserveCapacity(count)
    gatheredLabels.reserveCapacity(count * bags.targetColumns)
    if bags.sparse != nil && training.plan.takesSparseInstances {
      rows.reserveCapacity(instances)
      training.reserve(sparseEntries: bags.largestEntryCount(of: count))
    } else if count > 1 && gathered.count < instances * featureCount {
      gathered = AlignedStorage(count: instances * featureCount)
    }
  }

  /// Allocates the memory for steps on up to the given numbers of instances and bags, each step with a matrix of its
  /// own.
  package func reserve(instances: Int, bags: Int) {
    training.reserve(instances: instances, bags: bags)
    starts.reserveCapacity(bags + 1)
    firstRows.reserveCapacity(bags)
    gatheredLabels.reserveCapacity(bags * training.plan.nodes[1].columns)
  }

  /// Takes one step on the bags `order[range]`: forward, backward, and an update of the parameters.
  ///
  /// - Returns: the loss before the update, the mean over the bags of the step.
  package func step(on bags: BagMatrix, _ order: [Int], _ range: Range<Int>) -> Float {
    precondition(bags.instances.columns == featureCount, "\(bags.instances.columns) features, expected \(featureCount)")
    precondition(
      bags.targetColumns == training.plan.nodes[1].columns, "\(bags.targetColumns) columns of targets, expected others")
    starts.removeAll(keepingCapacity: true)
    gatheredLabels.removeAll(keepingCapacity: true)
    firstRows.removeAll(keepingCapacity: true)
    starts.append(0)
    var areNeighbours = true
    for position in range {
      let bag = order[position]
      if position > range.lowerBound && bag != order[position - 1] + 1 { areNeighbours = false }
      starts.append(starts[starts.count - 1] + bags.offsets[bag + 1] - bags.offsets[bag])
      for column in 0..<bags.targetColumns { gatheredLabels.append(bags.labels[bag * bags.targetColumns + column]) }
      firstRows.append(bags.offsets[bag])
    }
    if let sparse = bags.sparse, training.plan.takesSparseInstances {
      return sparse.withPointers { sparseStep(bags, order, range, $0) }
    }
    return bags.instances.withUnsafeElements { elements in
      guard let base = elements.baseAddress, !range.isEmpty else { return 0 }
      if areNeighbours { return step(on: bags, base + bags.offsets[order[range.lowerBound]] * featureCount) }
      let needed = starts[range.count] * featureCount
      if gathered.count < needed { gathered = AlignedStorage(count: needed) }
      for (index, position) in range.enumerated() {
        let bag = order[position]
        (gathered.baseAddress + starts[index] * featureCount).update(
          from: base + bags.offsets[bag] * featureCount,
          count: (bags.offsets[bag + 1] - bags.offsets[bag]) * featureCount)
      }
      return step(on: bags, gathered.baseAddress)
    }
  }

  private func sparseStep(
    _ bags: BagMatrix, _ order: [Int], _ range: Range<Int>, _ sparse: SparsePointers<Float>
  ) -> Float {
    rows.removeAll(keepingCapacity: true)
    var entries = 0
    for position in range {
      let bag = order[position]
      for row in bags.offsets[bag]..<bags.offsets[bag + 1] { rows.append(Int32(truncatingIfNeeded: row)) }
      entries += sparse.starts[bags.offsets[bag + 1]] - sparse.starts[bags.offsets[bag]]
    }
    training.reserve(sparseEntries: entries)
    return rows.withUnsafeMutableBufferPointer { rows in
      bags.instances.withUnsafeElements { elements in
        elements.baseAddress.map { step(on: bags, $0, rows: rows.baseAddress, sparse: sparse) } ?? 0
      }
    }
  }

  private func step(
    on bags: BagMatrix, _ instances: UnsafePointer<Float>, rows: UnsafeMutablePointer<Int32>? = nil,
    sparse: SparsePointers<Float>? = nil
  ) -> Float {
    starts.withUnsafeBufferPointer { starts in
      gatheredLabels.withUnsafeBufferPointer { labels in
        guard let first = starts.baseAddress else { return 0 }
        var batch = Batch(
          instances: instances, labels: labels.baseAddress, starts: first, bagCount: starts.count - 1, rows: rows,
          sparse: sparse)
        guard training.plan.readsSurroundings else { return step(batch) }
        return firstRows.withUnsafeBufferPointer { rows in
          guard let first = rows.baseAddress else { return 0 }
          return bags.withSurroundings(first) {
            batch.surroundings = $0
            return step(batch)
          }
        }
      }
    }
  }

  private func step(_ batch: Batch<Float>) -> Float {
    training.forward(batch)
    optimiser.begin()
    training.backward(batch)
    optimiser.finish()
    return training.values[training.plan.outputs[0]][0]
  }

  /// The evaluator of the outputs with the current parameters; it outlives the trainer.
  package var evaluator: Evaluator { scoring }

  /// Returns the outputs for all bags, each as one matrix with a row for each bag or instance; see ``Evaluator``.
  package func evaluate(_ bags: BagMatrix) -> [Matrix<Float>] { scoring.evaluate(bags) }
}
