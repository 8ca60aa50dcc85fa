import MILBags

/// mi-Graph: a machine on bags in which instances with more neighbours in their bag have lower weights.
///
/// Two instances of a bag are neighbours if their Euclidean distance is below the mean over all pairs of the bag; each
/// is its own neighbour. With W_a one over the number of neighbours of instance a, K(X, Z) = sum_{a in X, b in Z} W_a
/// W_b k(x_a, z_b) / (sum_a W_a sum_b W_b).
///
/// Deviations: the authors chose C and gamma by cross-validation; C = 10 and a gamma of one over the number of features
/// are the defaults.
///
/// Source: Z.-H. Zhou, Y.-Y. Sun, Y.-F. Li, Multi-instance learning by treating instances as non-I.I.D. samples, ICML
/// 2009, pp. 1249-1256, doi:10.1145/1553374.1553534.
package struct GraphKernelSVM: SupportVectorModel {
  /// The parameters of the machine; its kernel compares instances.
  package var machine = MachineConfiguration(.rbf, c: 10)

  /// Creates the default settings.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws { try machine.validate() }

  func train(_ bags: TrainingBags, seed: UInt64) throws -> TrainedMachine {
    let kernels = try bags.graphKernels()
    let problem = DualProblem(labels: bags.labels, rows: bags.numbers, caps: bags.prices)
    var solver = bags.solver(problem, kernels)
    let solution = try solver.solve()
    let progress = Alternation(single: solution)
    let vectors = bags.dataset.kernelVectors
    var (rows, coefficients): ([Int], [Double]) = ([], [])
    for (place, coefficient) in solution.coefficients.enumerated() where coefficient != 0 {
      let instances = Array(bags.instanceRows(place))
      rows += instances
      coefficients += vectors.selecting(instances).graphShares.map { $0 * coefficient }
    }
    return TrainedMachine(
      machine: SupportVectorMachine(
        kernel: bags.kernel(features: bags.dataset.featureCount), vectors: vectors, rows: rows,
        coefficients: coefficients, bias: solution.bias),
      score: .graphShares, notes: progress.notes.merging(["kernels": bags.memoryNote]) { $1 })
  }
}

extension GraphKernelSVM {
  /// Returns the memory for kernels, and for the distances of all pairs of instances in the longest bag.
  package func memory(training: BagShape, scoring: BagShape) throws -> Double {
    let longest = Double(max(training.longestBag, scoring.longestBag))
    return kernelMemory(training: training, scoring: scoring) + 4 * longest * longest + Self.blockMemory(longest)
  }
}

extension KernelVectors {
  /// W_a / sum W of the instances of a bag; see ``GraphKernelSVM``.
  var graphShares: [Double] {
    guard count > 1 else { return Array(repeating: 1, count: count) }
    var distances: [[Float]] = []
    var sum = 0.0
    forEachRowOfSquaredDistances(from: self, 0..<count) { row in
      let own = row.map { $0.squareRoot() }
      sum += own.reduce(0) { $0 + Double($1) }
      distances.append(own)
    }
    // Sums in another order of instances differ only by rounding, which must not make neighbours of two instances at
    // the mean.
    let mean = Float(sum / Double(count * (count - 1)) * (1 - 1e-6))
    let weights = distances.enumerated().map { place, row in
      1 / Double(row.enumerated().count { $0 == place || $1 < mean })
    }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }
}

extension TrainingBags {
  /// Returns the graph kernels of the bags.
  fileprivate func graphKernels() throws -> KernelRows {
    let kernel = kernel(features: dataset.featureCount)
    return try rows("graphs", kernel, order: dataset.bagCount) { _ in
      let (instances, vectors) = (try instanceKernels(), dataset.kernelVectors)
      let bags = dataset.rowsOfBags
      let shares = bags.flatMap { vectors.selecting(Array($0)).graphShares }
      return try KernelRows(
        stored: bags.map { bag in
          var total = [Double](repeating: 0, count: dataset.instanceCount)
          for row in bag {
            let (kernels, share) = (instances.row(row), shares[row])
            for k in total.indices { total[k] += share * Double(kernels[k]) }
          }
          return bags.map { other in Float(other.reduce(0) { $0 + shares[$1] * total[$1] }) }
        })
    }
  }
}
