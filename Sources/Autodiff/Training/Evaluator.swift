import LinearAlgebra

/// An evaluator of a graph's variables for any number of bags, with fixed parameters.
///
/// It serves features without learned parameters, and the scores of a ``Trainer``, whose parameters it then shares.
package final class Evaluator {
  private let parameters: ParameterStore<Float>
  private let executor: Executor<Float>
  /// The number of features of an instance.
  package let featureCount: Int

  /// The number of instances computed at a time, which bounds the memory for a large data set.
  package static let block = 1024

  /// Creates an evaluator and draws its parameters.
  ///
  /// - Parameters:
  ///   - graph: the traced computation.
  ///   - outputs: the outputs of ``evaluate(_:)``.
  ///   - seed: the seed of the parameters.
  /// - Throws: ``GraphError`` if the trace is inconsistent.
  package convenience init(graph: ComputationGraph, outputs: [Variable], seed: UInt64) throws {
    let plan = try Plan(graph, outputs: outputs, isTraining: false)
    try self.init(plan, ParameterStore(graph.parameters, seed: seed), featureCount: graph.featureCount, seed: seed)
  }

  init(_ plan: Plan, _ parameters: ParameterStore<Float>, featureCount: Int, seed: UInt64) throws {
    for case .pairs in plan.outputs.map({ plan.nodes[$0].rows }) {
      throw GraphError("a row a pair cannot be asked for; bring the sources of each target together")
    }
    self.parameters = parameters
    self.featureCount = featureCount
    executor = Executor(plan, parameters, seed: seed)
  }

  /// The names and shapes of the parameters.
  package var parameterDescriptions: [ParameterDescription] { parameters.descriptions }

  /// Returns the values of a parameter, or nil if no parameter has that name.
  package func parameter(_ name: String) -> Matrix<Float>? { parameters.matrix(name) }

  /// Replaces the values of a parameter; returns false if no parameter has that name and shape.
  @discardableResult
  package func setParameter(_ name: String, to value: Matrix<Float>) -> Bool { parameters.set(name, to: value) }

  /// Returns the outputs for all bags, each as one matrix with a row for each bag or instance.
  ///
  /// Bags are computed together, with one product per layer, in blocks of about a thousand instances.
  package func evaluate(_ bags: BagMatrix) -> [Matrix<Float>] {
    precondition(bags.instances.columns == featureCount, "\(bags.instances.columns) features, expected \(featureCount)")
    let outputs = executor.plan.outputs.map { executor.plan.nodes[$0] }
    var results = outputs.map { node in
      Matrix<Float>(
        rows: Self.rows(of: node.rows, bags: 0..<bags.bagCount, instances: 0..<bags.instances.rows).count,
        columns: node.columns)
    }
    bags.instances.withUnsafeElements { elements in
      guard let base = elements.baseAddress else { return }
      var first = 0
      while first < bags.bagCount {
        var end = first + 1
        while end < bags.bagCount && bags.offsets[end + 1] - bags.offsets[first] <= Self.block { end += 1 }
        score(bags, first..<end, base, into: &results)
        first = end
      }
    }
    return results
  }

  /// Returns a variable's rows for some bags, among those for all.
  private static func rows(of kind: RowKind, bags: Range<Int>, instances: Range<Int>) -> Range<Int> {
    switch kind {
    case .single, .pairs: 0..<1
    case .bags: bags
    case .slots(let count): bags.lowerBound * count..<bags.upperBound * count
    case .instances: instances
    }
  }

  private func score(
    _ bags: BagMatrix, _ range: Range<Int>, _ base: UnsafePointer<Float>, into results: inout [Matrix<Float>]
  ) {
    let start = bags.offsets[range.lowerBound]
    let starts = (range.lowerBound...range.upperBound).map { bags.offsets[$0] - start }
    starts.withUnsafeBufferPointer { starts in
      guard let first = starts.baseAddress else { return }
      var batch = Batch(instances: base + start * featureCount, labels: nil, starts: first, bagCount: range.count)
      if executor.plan.readsSurroundings {
        return bags.offsets[range].withUnsafeBufferPointer { rows in
          guard let first = rows.baseAddress else { return }
          bags.withSurroundings(first) {
            batch.surroundings = $0
            executor.forward(batch)
          }
        }
      }
      guard let sparse = bags.sparse, executor.plan.takesSparseInstances else { return executor.forward(batch) }
      var rows = (start..<start + batch.instanceCount).map { Int32(truncatingIfNeeded: $0) }
      rows.withUnsafeMutableBufferPointer { rows in
        sparse.withPointers { sparse in
          batch.rows = rows.baseAddress
          batch.sparse = sparse
          executor.forward(batch)
        }
      }
    }
    for (position, output) in executor.plan.outputs.enumerated() {
      let node = executor.plan.nodes[output]
      let rows = Self.rows(of: node.rows, bags: range, instances: start..<start + starts[range.count])
      let values = executor.values[output]
      results[position].withUnsafeMutableElements { elements in
        guard let target = elements.baseAddress else { return }
        (target + rows.lowerBound * node.columns).update(from: values, count: rows.count * node.columns)
      }
    }
  }
}
