import LinearAlgebra
import Testing

@Suite("Products in parts")
struct LargeProductTests {
  private func filled(_ count: Int, _ seed: UInt64) -> AlignedStorage<Float> {
    let result = AlignedStorage<Float>(count: count)
    var generator = RandomGenerator(seed: seed)
    for index in 0..<count { result.baseAddress[index] = Float(generator.uniform(from: -1, to: 1)) }
    return result
  }

  @Test(
    "The cores that share a product change no bit of it",
    arguments: [(false, false, 1501, 300, 640), (true, false, 1024, 260, 1100), (false, true, 2000, 310, 480)])
  func bits(_ one: (transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int)) throws {
    let (a, b) = (filled(one.m * one.k, 1), filled(one.n * one.k, 2))
    func product(cores: Int) -> [Float] {
      let c = filled(one.m * one.n, 3)
      Cores.$inside.withValue(cores) {
        Float.product(
          transposeA: one.transposeA, transposeB: one.transposeB, m: one.m, n: one.n, k: one.k, alpha: 0.5,
          a: a.baseAddress, lda: one.transposeA ? one.m : one.k, b: b.baseAddress, ldb: one.transposeB ? one.k : one.n,
          beta: 1, c: c.baseAddress, ldc: one.n)
      }
      return (0..<one.m * one.n).map { c.baseAddress[$0] }
    }
    let alone = product(cores: 1)
    for cores in [2, 3, 7, 64] { #expect(product(cores: cores) == alone) }
    let whole = filled(one.m * one.n, 3)
    Float.gemm(
      transposeA: one.transposeA, transposeB: one.transposeB, m: one.m, n: one.n, k: one.k, alpha: 0.5,
      a: a.baseAddress, lda: one.transposeA ? one.m : one.k, b: b.baseAddress, ldb: one.transposeB ? one.k : one.n,
      beta: 1, c: whole.baseAddress, ldc: one.n)
    for index in 0..<one.m * one.n { #expect(abs(whole.baseAddress[index] - alone[index]) < 1e-3) }
  }
}
