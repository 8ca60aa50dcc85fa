import LinearAlgebra
import Synchronization
import Testing

@Suite("Work divided among cores")
struct CoresTests {
  @Test("Each part is taken once", arguments: [1, 2, 5])
  func parts(cores: Int) {
    let taken = Mutex([Int](repeating: 0, count: 40))
    let inside = Mutex(Set<Int>())
    Cores.$inside.withValue(cores) {
      Cores.share(40) { next in
        while let part = next() {
          taken.withLock { $0[part] += 1 }
          inside.withLock { _ = $0.insert(Cores.inside) }
        }
      }
    }
    #expect(taken.withLock { $0 } == [Int](repeating: 1, count: 40))
    // The work of a part is not divided again.
    #expect(inside.withLock { $0 } == [1])
  }

  @Test(
    "Ranges cover all items, and follow from the work alone", arguments: [(1_000_000, 1), (5000, 1024), (130, 9999)])
  func ranges(count: Int, cost: Int) {
    func ranges(cores: Int) -> [Range<Int>] {
      let found = Mutex<[Range<Int>]>([])
      Cores.$inside.withValue(cores) {
        Cores.divide(count, cost: cost) { range in found.withLock { $0.append(range) } }
      }
      return found.withLock { $0.sorted { $0.lowerBound < $1.lowerBound } }
    }
    let alone = ranges(cores: 1)
    #expect(alone.count > 1)
    #expect(alone.flatMap { Array($0) } == Array(0..<count))
    #expect(alone.allSatisfy { $0.lowerBound.isMultiple(of: 64) })
    for cores in [2, 3] { #expect(ranges(cores: cores) == alone) }
  }

  @Test("Little work is one range")
  func little() {
    var ranges: [Range<Int>] = []
    Cores.$inside.withValue(4) { Cores.divide(1000) { ranges.append($0) } }
    #expect(ranges == [0..<1000])
  }

  @Test("The cores that share a product with a vector change no bit of it", arguments: [false, true])
  func vectorProduct(transpose: Bool) {
    let (m, n) = (4100, 530)
    var generator = RandomGenerator(seed: 2)
    let a = AlignedStorage<Float>(count: m * n)
    let x = AlignedStorage<Float>(count: max(m, n))
    for index in 0..<m * n { a.baseAddress[index] = Float(generator.uniform(from: -1, to: 1)) }
    for index in 0..<max(m, n) { x.baseAddress[index] = Float(generator.uniform(from: -1, to: 1)) }
    func product(cores: Int?) -> [Float] {
      let y = AlignedStorage<Float>(count: transpose ? n : m)
      for index in 0..<y.count { y.baseAddress[index] = 1 }
      Cores.$inside.withValue(cores ?? 1) {
        let call = cores == nil ? Float.gemv : Float.vectorProduct
        call(transpose, m, n, 0.5, a.baseAddress, n, x.baseAddress, 2, y.baseAddress)
      }
      return (0..<y.count).map { y.baseAddress[$0] }
    }
    let alone = product(cores: 1)
    for cores in [2, 3] { #expect(product(cores: cores) == alone) }
    for (part, whole) in zip(alone, product(cores: nil)) { #expect(abs(part - whole) < 1e-3) }
  }
}
