import MILBags

/// The normalisation of a set kernel.
package enum SetNormalisation: String, Codable, Sendable, CaseIterable {
  /// The lengths of both bags in the space of the set kernel: sqrt(K(X, X) K(Z, Z)).
  case featureSpace = "feature-space"
  /// The numbers of instances of both bags.
  case averaging
  /// None: the plain multiple-instance kernel.
  case none

  /// Returns the norm of a bag, from its instances.
  func norm(of instances: KernelVectors, _ kernel: KernelFunction) -> Double {
    switch self {
    case .none: return 1
    case .averaging: return Double(instances.count)
    case .featureSpace:
      var sum = 0.0
      instances.forEachRow(of: kernel, with: instances) { _, row in sum += row.reduce(0) { $0 + Double($1) } }
      return Self.length(sum)
    }
  }

  /// Returns the root of K(X, X), or 1 for a bag without length, whose kernels are all 0.
  private static func length(_ square: Double) -> Double { square > 0 ? square.squareRoot() : 1 }

  /// Returns the set kernels of all bags of a data set, from the kernels of its instances.
  func kernels(of dataset: BagDataset, _ instances: KernelRows) -> [[Float]] {
    var sums: [[Double]] = []
    for bag in dataset.labels.indices {
      var total = [Double](repeating: 0, count: dataset.instanceCount)
      for row in dataset[rowsOfBag: bag] {
        let kernels = instances.row(row)
        for k in total.indices { total[k] += Double(kernels[k]) }
      }
      sums.append(dataset.labels.indices.map { total[dataset[rowsOfBag: $0]].reduce(0, +) })
    }
    let norms: [Double] = dataset.labels.indices.map { bag in
      switch self {
      case .none: 1
      case .averaging: Double(dataset[sizeOfBag: bag])
      case .featureSpace: Self.length(sums[bag][bag])
      }
    }
    return sums.indices.map { a in sums.indices.map { b in Float(sums[a][b] / (norms[a] * norms[b])) } }
  }
}

/// NSK-SVM: a machine on bags with the normalised set kernel.
///
/// K(X, Z) = sum_{x in X, z in Z} k(x, z) / (norm(X) norm(Z)).
///
/// Source: T. Gaertner, P. A. Flach, A. Kowalczyk, A. J. Smola, Multi-instance kernels, ICML 2002, pp. 179-186.
package struct SetKernelSVM: SupportVectorModel {
  /// The parameters of the machine; its kernel compares instances.
  package var machine = MachineConfiguration()
  /// The normalisation of the sum of instance kernels.
  package var normalisation = SetNormalisation.featureSpace

  /// Creates the default settings.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws { try machine.validate() }

  func train(_ bags: TrainingBags, seed: UInt64) throws -> TrainedMachine {
    let kernels = try bags.setKernels(normalisation)
    let (solution, progress) = try bags.solvedOnBags(kernels)
    // The sum over bags of coefficient times set kernel is a sum over their instances.
    let kernel = bags.kernel(features: bags.dataset.featureCount)
    let vectors = bags.dataset.kernelVectors
    var (rows, coefficients): ([Int], [Double]) = ([], [])
    for (place, coefficient) in solution.coefficients.enumerated() where coefficient != 0 {
      let instances = Array(bags.instanceRows(place))
      let norm = normalisation.norm(of: vectors.selecting(instances), kernel)
      rows += instances
      coefficients += instances.map { _ in coefficient / norm }
    }
    return TrainedMachine(
      machine: SupportVectorMachine(
        kernel: kernel, vectors: vectors, rows: rows, coefficients: coefficients, bias: solution.bias),
      score: .normalisedSum(normalisation), notes: progress.notes.merging(["kernels": bags.memoryNote]) { $1 })
  }
}

/// MI-Kernel: a machine on the ranges of a bag's features, the statistic (minimax) kernel.
///
/// K(X, Z) = k(s(X), s(Z)), where s(X) contains the smallest and the largest value of each feature in the bag.
///
/// Source: T. Gaertner, P. A. Flach, A. Kowalczyk, A. J. Smola, Multi-instance kernels, ICML 2002, pp. 179-186.
package struct StatisticKernelSVM: SupportVectorModel {
  /// The parameters of the machine; its kernel compares feature ranges, twice as many numbers as there are features.
  package var machine = MachineConfiguration()

  /// Creates the default settings.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws { try machine.validate() }

  func train(_ bags: TrainingBags, seed: UInt64) throws -> TrainedMachine {
    let kernels = try bags.rangeKernels()
    let (solution, progress) = try bags.solvedOnBags(kernels)
    let machine = SupportVectorMachine(
      kernel: bags.kernel(features: 2 * bags.dataset.featureCount),
      vectors: kernels.vectors ?? bags.dataset.featureRanges, rows: bags.numbers,
      coefficients: solution.coefficients, bias: solution.bias)
    return TrainedMachine(machine: machine, score: .featureRanges, notes: progress.notes)
  }
}

extension SetKernelSVM {
  /// Returns the memory for kernels, and for a block of those within the longest bag, from which its norm follows.
  package func memory(training: BagShape, scoring: BagShape) throws -> Double {
    let longest = Double(max(training.longestBag, scoring.longestBag))
    return kernelMemory(training: training, scoring: scoring) + Self.blockMemory(longest)
  }
}

extension StatisticKernelSVM {
  /// Returns the memory for the features, the feature ranges of bags in double precision, and the kernels of bags.
  package func memory(training: BagShape, scoring: BagShape) throws -> Double {
    let bags = Double(training.bags + scoring.bags)
    return 2 * (training.bytes + scoring.bytes) + 32 * bags * Double(training.features) + 12 * bags * bags
  }
}

extension TrainingBags {
  /// Solves the machine whose samples are the bags, on kernels of all bags.
  fileprivate func solvedOnBags(_ kernels: KernelRows) throws -> (DualSolution, Alternation) {
    let problem = DualProblem(labels: labels, rows: numbers, caps: prices)
    var solver = solver(problem, kernels)
    let solution = try solver.solve()
    return (solution, Alternation(single: solution))
  }
}
