import LinearAlgebra
import MILData

/// The bags that a machine is trained on, and the kernel matrices that they share with the rest of their data set.
struct TrainingBags {
  let origin: BagOrigin
  let parameters: MachineConfiguration
  /// Told of a large kernel matrix before it is computed.
  let announce: (String) -> Void

  /// The label of each bag, 1 or -1.
  var labels: [Double] { origin.bags.map { origin.dataset.labels[$0] == 1 ? 1 : -1 } }
  /// The number of bags.
  var count: Int { origin.bags.count }

  /// The rows of the instance matrix that hold the instances of bag `place`.
  func instanceRows(_ place: Int) -> Range<Int> { origin.dataset[rowsOfBag: origin.bags[place]] }
  /// The row of the instance matrix that holds the mean of bag `place`.
  func meanRow(_ place: Int) -> Int { origin.dataset.instanceCount + origin.bags[place] }

  /// The bags as a data set.
  var dataset: BagDataset { origin.dataset.selecting(bags: origin.bags) }

  /// Some of the bags.
  func selecting(_ places: [Int]) -> TrainingBags {
    TrainingBags(origin: origin.selecting(places), parameters: parameters, announce: announce)
  }

  /// The kernel with the parameters of a setting, on vectors of `features` features.
  func kernel(_ setting: MachineSetting, features: Int) -> KernelFunction {
    KernelFunction(
      kind: parameters.kernel, gamma: setting.gamma ?? 1 / Double(features), degree: parameters.degree,
      offset: parameters.offset)
  }

  /// The kernels of all instances, and after them the mean of each bag.
  func instanceKernels(_ setting: MachineSetting) throws -> KernelRows {
    let kernel = kernel(setting, features: origin.dataset.featureCount)
    return try rows("instances and means", kernel, order: origin.dataset.instanceCount + origin.dataset.bagCount) {
      try KernelRows(origin.dataset.instancesAndMeans, kernel, isStored: $0)
    }
  }

  /// The kernels of the bags' feature ranges.
  func rangeKernels(_ setting: MachineSetting) throws -> KernelRows {
    let kernel = kernel(setting, features: 2 * origin.dataset.featureCount)
    return try rows("feature ranges", kernel, order: origin.dataset.bagCount) {
      try KernelRows(origin.dataset.featureRanges, kernel, isStored: $0)
    }
  }

  /// The set kernels of the bags.
  func setKernels(_ setting: MachineSetting, _ normalisation: SetNormalisation) throws -> KernelRows {
    let kernel = kernel(setting, features: origin.dataset.featureCount)
    return try rows("sets, \(normalisation.rawValue)", kernel, order: origin.dataset.bagCount) { _ in
      try KernelRows(stored: normalisation.kernels(of: origin.dataset, instanceKernels(setting)))
    }
  }

  private func rows(
    _ representation: String, _ kernel: KernelFunction, order: Int, _ make: (_ isStored: Bool) throws -> KernelRows
  ) throws -> KernelRows {
    let isStored = Self.mebibytes(order) <= Double(parameters.gramMemory)
    let key = KernelCache.Key(
      origin: origin.identity, representation: representation, kernel: kernel, isStored: isStored)
    return try origin.cache.rows(for: key) {
      if Self.mebibytes(order) > Double(min(100, parameters.gramMemory)) { announce(size(order)) }
      return try make(isStored)
    }
  }

  /// What a kernel matrix takes.
  private static func mebibytes(_ order: Int) -> Double { Double(order) * Double(order) * 4 / 0x1p20 }

  /// What memory the matrix of the instances takes, or would take, for the journal.
  var memoryNote: String { size(origin.dataset.instanceCount + origin.dataset.bagCount) }

  private func size(_ order: Int) -> String {
    let size = "\(order) x \(order) kernels, \(Int(Self.mebibytes(order).rounded(.up))) MiB"
    return Self.mebibytes(order) <= Double(parameters.gramMemory)
      ? size : "\(size) would exceed gramMemory = \(parameters.gramMemory), so rows are computed as needed"
  }

  /// A solver for a problem, with the memory that the parameters allow.
  func solver(_ problem: DualProblem, _ rows: KernelRows) -> DualSolver {
    let bytes = rows.isStored ? 128 << 20 : parameters.gramMemory << 20
    return DualSolver(problem, rows: rows, tolerance: parameters.tolerance, cacheBytes: bytes)
  }
}
