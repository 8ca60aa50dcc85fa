import MILBags

/// The key of a kernel matrix of vectors of a data set's bags.
private struct KernelKey: SharedKey {
  var representation: String
  var kernel: KernelFunction
  var isStored: Bool

  static func bytes(of value: KernelRows) -> Int { value.bytes }
}

/// The training bags of a machine, and the kernel matrices that they share with the rest of their data set.
struct TrainingBags {
  let shared: SharedBags
  /// The label of each bag, 1 or -1.
  let labels: [Double]
  let parameters: MachineConfiguration
  /// Called before a large kernel matrix is computed.
  let announce: (String) -> Void

  /// The numbers of the bags, which are their rows in kernels of bags.
  var numbers: [Int] { shared.numbers }
  /// The data set of the bags; only the kernels of these bags are read.
  var dataset: BagDataset { shared.dataset }
  /// The cost of errors of each bag.
  var prices: [Double] {
    let classes = labels.map { $0 > 0 ? 1 : 0 }
    return parameters.classWeights.weights(classes).map { $0 * parameters.price }
  }
  /// The number of bags.
  var count: Int { numbers.count }

  /// Returns the rows of the instance matrix with the instances of bag `place`.
  func instanceRows(_ place: Int) -> Range<Int> { dataset[rowsOfBag: numbers[place]] }
  /// Returns the row of the instance matrix with the mean of bag `place`.
  func meanRow(_ place: Int) -> Int { dataset.instanceCount + numbers[place] }

  /// Returns the kernel on vectors of `features` features.
  func kernel(features: Int) -> KernelFunction {
    KernelFunction(
      kind: parameters.kernel, gamma: parameters.gamma.value ?? 1 / Double(features), degree: parameters.degree,
      offset: parameters.offset)
  }

  /// Returns the kernels of all instances, followed by the mean of each bag.
  func instanceKernels() throws -> KernelRows {
    let kernel = kernel(features: dataset.featureCount)
    return try rows("instances and means", kernel, order: dataset.instanceCount + dataset.bagCount) {
      try KernelRows(dataset.instancesAndMeans, kernel, isStored: $0)
    }
  }

  /// Returns the kernels of the bags' feature ranges.
  func rangeKernels() throws -> KernelRows {
    let kernel = kernel(features: 2 * dataset.featureCount)
    return try rows("feature ranges", kernel, order: dataset.bagCount) {
      try KernelRows(dataset.featureRanges, kernel, isStored: $0)
    }
  }

  /// Returns the set kernels of the bags.
  func setKernels(_ normalisation: SetNormalisation) throws -> KernelRows {
    let kernel = kernel(features: dataset.featureCount)
    return try rows("sets, \(normalisation.rawValue)", kernel, order: dataset.bagCount) { _ in
      try KernelRows(stored: normalisation.kernels(of: dataset, instanceKernels()))
    }
  }

  func rows(
    _ representation: String, _ kernel: KernelFunction, order: Int, _ make: (_ isStored: Bool) throws -> KernelRows
  ) throws -> KernelRows {
    let isStored = Self.mebibytes(order) <= Double(parameters.gramMemory)
    return try shared.value(KernelKey(representation: representation, kernel: kernel, isStored: isStored)) {
      if Self.mebibytes(order) > Double(min(100, parameters.gramMemory)) { announce(size(order)) }
      return try make(isStored)
    }
  }

  /// Returns the size of a kernel matrix in MiB.
  private static func mebibytes(_ order: Int) -> Double { Double(order) * Double(order) * 4 / 0x1p20 }

  /// The size of the instance kernel matrix, stored or not, for the journal.
  var memoryNote: String { size(dataset.instanceCount + dataset.bagCount) }

  private func size(_ order: Int) -> String {
    let size = "\(order) x \(order) kernels, \(Int(Self.mebibytes(order).rounded(.up))) MiB"
    return Self.mebibytes(order) <= Double(parameters.gramMemory)
      ? size : "\(size) would exceed gramMemory = \(parameters.gramMemory), so rows are computed as needed"
  }

  /// Returns a solver for a problem, with the memory that the parameters allow.
  func solver(_ problem: DualProblem, _ rows: KernelRows) -> DualSolver {
    let bytes = rows.isStored ? 128 << 20 : parameters.gramMemory << 20
    return DualSolver(problem, rows: rows, tolerance: parameters.tolerance, cacheBytes: bytes)
  }
}
