import Foundation

/// The project's own seeded random generator: xoshiro256**, seeded by SplitMix64.
///
/// The mappings to uniform, normal, bounded and permuted values are implemented here too, since those of the standard
/// library may change between releases. A seed yields the same values on every platform (normal values up to the last
/// bit of the C library's `log`, `sin` and `cos`).
///
/// Source: D. Blackman, S. Vigna, Scrambled linear pseudorandom number generators, ACM Transactions on
/// Mathematical Software 47(4), 2021, doi:10.1145/3460772.
public struct RandomGenerator: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)
  private var spareNormal: Double?

  /// Creates a generator whose whole sequence follows from `seed`.
  public init(seed: UInt64) {
    var seeder = SplitMix64(state: seed)
    state = (seeder.next(), seeder.next(), seeder.next(), seeder.next())
  }

  /// Returns the next 64 random bits.
  public mutating func next() -> UInt64 {
    let result = rotated(state.1 &* 5, by: 7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = rotated(state.3, by: 45)
    return result
  }

  /// Returns a value uniform in [0, 1), a multiple of 2^-53.
  package mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// Returns a value uniform in [low, high).
  package mutating func uniform(from low: Double, to high: Double) -> Double {
    low + (high - low) * uniform()
  }

  /// Returns a whole number uniform in 0 ..< bound, without bias; `bound` must be positive.
  ///
  /// Source: D. Lemire, Fast random integer generation in an interval, ACM Transactions on Modeling and Computer
  /// Simulation 29(1), 2019, doi:10.1145/3230636.
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "no whole number lies below \(bound)")
    let bound = UInt64(bound)
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }

  /// Returns a normal value with mean 0 and variance 1, by the method of Box and Muller, which produces values in
  /// pairs.
  ///
  /// Source: G. E. P. Box, M. E. Muller, A note on the generation of random normal deviates, Annals of
  /// Mathematical Statistics 29(2), 1958, doi:10.1214/aoms/1177706645.
  public mutating func normal() -> Double {
    if let value = spareNormal {
      spareNormal = nil
      return value
    }
    let radius = (-2 * log(1 - uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    spareNormal = radius * sin(angle)
    return radius * cos(angle)
  }

  /// Returns the numbers 0 ..< count in random order (Fisher and Yates, from the last position down).
  public mutating func permutation(of count: Int) -> [Int] {
    var result = Array(0..<count)
    permute(&result)
    return result
  }

  /// Shuffles the elements in place; inlinable, since only specialised code does so without allocating.
  @inlinable
  package mutating func permute<Element>(_ elements: inout [Element]) {
    guard elements.count > 1 else { return }
    for last in stride(from: elements.count - 1, through: 1, by: -1) {
      elements.swapAt(last, integer(below: last + 1))
    }
  }

  private func rotated(_ value: UInt64, by bits: UInt64) -> UInt64 {
    (value << bits) | (value >> (64 - bits))
  }
}

/// The generator that fills the state of ``RandomGenerator`` and finishes ``Seed`` hashes.
///
/// Source: G. L. Steele, D. Lea, C. H. Flood, Fast splittable pseudorandom number generators, OOPSLA 2014,
/// doi:10.1145/2660193.2660195.
struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Seeds derived from a master seed and a path of names, so that no seed depends on the order of work.
package enum Seed {
  /// Returns the seed of the object named by `path`, for example `["fold", "musk1", "3"]`.
  ///
  /// The bytes of each component and a separator go through the 64-bit FNV-1a hash. It starts from the master seed
  /// mixed by SplitMix64, and the result is mixed once more.
  package static func derive(from master: UInt64, _ path: [String]) -> UInt64 {
    var start = SplitMix64(state: master)
    var hash = 0xcbf2_9ce4_8422_2325 ^ start.next()
    for component in path {
      for byte in component.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = (hash ^ 0xff) &* 0x100_0000_01b3
    }
    var finish = SplitMix64(state: hash)
    return finish.next()
  }
}
