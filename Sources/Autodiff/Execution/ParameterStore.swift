import LinearAlgebra

/// The values and gradients of a graph's parameters: two blocks of memory, the decaying parameters first.
final class ParameterStore<Scalar: KernelScalar> {
  let descriptions: [ParameterDescription]
  /// Where each parameter starts in the blocks.
  let offsets: [Int]
  /// The scalars of the blocks; parameters start on 64-byte borders, and the gaps stay zero.
  let count: Int
  /// The scalars that weight decay applies to stand first.
  let decayingCount: Int
  let values: AlignedStorage<Scalar>
  let gradients: AlignedStorage<Scalar>

  init(_ descriptions: [ParameterDescription], seed: UInt64) {
    self.descriptions = descriptions
    var offsets = Array(repeating: 0, count: descriptions.count)
    var next = 0
    var decayingCount = 0
    for decays in [true, false] {
      for (index, description) in descriptions.enumerated() where description.decays == decays {
        offsets[index] = next
        next += (description.rows * description.columns + 15) / 16 * 16
      }
      if decays { decayingCount = next }
    }
    self.offsets = offsets
    self.decayingCount = decayingCount
    count = next
    values = AlignedStorage(count: next)
    gradients = AlignedStorage(count: next)
    for (index, description) in descriptions.enumerated() {
      // Each parameter draws from a generator of its own name, so that adding one does not change the others.
      var generator = RandomGenerator(seed: Seed.derive(from: seed, ["parameter", description.name]))
      let start = description.initialiser.values(
        rows: description.rows, columns: description.columns, using: &generator)
      for (position, value) in start.enumerated() { values.baseAddress[offsets[index] + position] = Scalar(value) }
    }
  }

  func value(_ index: Int) -> UnsafeMutablePointer<Scalar> { values.baseAddress + offsets[index] }
  func gradient(_ index: Int) -> UnsafeMutablePointer<Scalar> { gradients.baseAddress + offsets[index] }
}
