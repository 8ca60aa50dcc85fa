import LinearAlgebra

/// The values and gradients of a graph's parameters in two blocks of memory. The decaying parameters come first and the
/// frozen ones, which have no gradients, last.
final class ParameterStore<Scalar: KernelScalar> {
  let descriptions: [ParameterDescription]
  /// The start of each parameter in the blocks.
  let offsets: [Int]
  /// The number of scalars of the blocks; parameters are aligned to 64 bytes, and the gaps stay zero.
  let count: Int
  /// The number of scalars with weight decay, which come first.
  let decayingCount: Int
  /// The number of scalars that an optimiser updates, which precede the frozen ones.
  let trainedCount: Int
  let values: AlignedStorage<Scalar>
  private let gradients: AlignedStorage<Scalar>
  private let gradientOffsets: [Int]

  /// Draws the initial parameters.
  ///
  /// - Parameters:
  ///   - descriptions: the names, shapes and initialisers.
  ///   - seed: the seed of the values.
  ///   - followed: parameters that are updated right after their gradient is computed; these gradients share their
  ///     memory.
  init(_ descriptions: [ParameterDescription], seed: UInt64, followed: Set<Int> = []) {
    self.descriptions = descriptions
    var offsets = Array(repeating: 0, count: descriptions.count)
    var next = 0
    func place(_ isNext: (ParameterDescription) -> Bool) -> Int {
      for (index, description) in descriptions.enumerated() where isNext(description) {
        offsets[index] = next
        next += ArenaLayout.padded(description.count)
      }
      return next
    }
    decayingCount = place { $0.decays }
    trainedCount = place { $0.trains && !$0.decays }
    _ = place { !$0.trains }
    self.offsets = offsets
    count = next
    values = AlignedStorage(count: next)
    // In the order of the values, so that neighbours with stored gradients are neighbours here too.
    var gradientOffsets = Array(repeating: 0, count: descriptions.count)
    var kept = 0
    let trained = descriptions.indices.filter { descriptions[$0].trains }
    for index in trained.sorted(by: { offsets[$0] < offsets[$1] }) where !followed.contains(index) {
      gradientOffsets[index] = kept
      kept += ArenaLayout.padded(descriptions[index].count)
    }
    for index in trained where followed.contains(index) { gradientOffsets[index] = kept }
    self.gradientOffsets = gradientOffsets
    let shared = trained.filter(followed.contains).map { ArenaLayout.padded(descriptions[$0].count) }.max() ?? 0
    gradients = AlignedStorage(count: kept + shared)
    for (index, description) in descriptions.enumerated() {
      // Each parameter has a generator derived from its name, so that adding one does not change the others.
      var generator = RandomGenerator(seed: Seed.derive(from: seed, ["parameter", description.name]))
      let start = values.baseAddress + offsets[index]
      description.initialiser.draw(rows: description.rows, columns: description.columns, using: &generator) {
        start[$0] = Scalar($1)
      }
    }
  }

  func value(_ index: Int) -> UnsafeMutablePointer<Scalar> { values.baseAddress + offsets[index] }
  /// Returns the gradient of a parameter that trains.
  func gradient(_ index: Int) -> UnsafeMutablePointer<Scalar> { gradients.baseAddress + gradientOffsets[index] }

  /// Returns the scalars that train, except those of some parameters: as few ranges as possible, or each parameter by
  /// itself.
  func trainedRanges(without excluded: Set<Int>, joined: Bool) -> [TrainedRange<Scalar>] {
    var result: [TrainedRange<Scalar>] = []
    let included = descriptions.indices.filter { descriptions[$0].trains && !excluded.contains($0) }
    for index in included.sorted(by: { offsets[$0] < offsets[$1] }) {
      let count = descriptions[index].count
      let range = offsets[index]..<offsets[index] + (joined ? ArenaLayout.padded(count) : count)
      let decays = descriptions[index].decays
      if joined, let last = result.last, last.range.upperBound == range.lowerBound, last.decays == decays {
        result[result.count - 1].range = last.range.lowerBound..<range.upperBound
      } else {
        result.append(TrainedRange(range: range, gradient: gradient(index), decays: decays))
      }
    }
    return result
  }

  /// The number of learned scalars.
  var learnedScalars: Int { descriptions.reduce(0) { $0 + ($1.trains ? $1.count : 0) } }

  /// Returns the values of a parameter, or nil if no parameter has that name.
  func matrix(_ name: String) -> Matrix<Scalar>? {
    guard let index = descriptions.firstIndex(where: { $0.name == name }) else { return nil }
    let description = descriptions[index]
    return Matrix(
      rows: description.rows, columns: description.columns,
      elements: UnsafeBufferPointer(start: value(index), count: description.count))
  }

  /// Replaces the values of a parameter; returns false if no parameter has that name and shape.
  func set(_ name: String, to matrix: Matrix<Scalar>) -> Bool {
    guard
      let index = descriptions.firstIndex(where: {
        $0.name == name && $0.rows == matrix.rows && $0.columns == matrix.columns
      })
    else { return false }
    matrix.withUnsafeElements { elements in
      guard let start = elements.baseAddress else { return }
      value(index).update(from: start, count: elements.count)
    }
    return true
  }
}

/// Adjacent scalars of a ``ParameterStore`` that are updated together.
struct TrainedRange<Scalar> {
  var range: Range<Int>
  /// The gradient of the first scalar.
  let gradient: UnsafeMutablePointer<Scalar>
  let decays: Bool
}
