import LinearAlgebra
import Testing

@Suite("Random generator")
struct RandomGeneratorTests {
  struct Golden: Decodable {
    var sequences: [Sequence]
    var seeds: [DerivedSeed]
  }

  struct Sequence: Decodable {
    var seed: UInt64
    var bits: [UInt64]
    var uniform: [Double]
    var belowSeven: [Int]
    var belowLarge: [Int]
    var normal: [Double]
    var permutation: [Int]
  }

  struct DerivedSeed: Decodable {
    var master: UInt64
    var path: [String]
    var seed: UInt64
  }

  let golden: Golden

  init() throws { golden = try Fixture.read("generator.json") }

  @Test("bits, uniform and bounded values and permutations are those of an independent implementation")
  func sequences() {
    #expect(golden.sequences.count == 4)
    for expected in golden.sequences {
      func draw<Value>(_ count: Int, _ next: (inout RandomGenerator) -> Value) -> [Value] {
        var generator = RandomGenerator(seed: expected.seed)
        return (0..<count).map { _ in next(&generator) }
      }
      #expect(draw(6) { $0.next() } == expected.bits)
      #expect(draw(6) { $0.uniform() } == expected.uniform)
      #expect(draw(6) { $0.integer(below: 7) } == expected.belowSeven)
      #expect(draw(8) { $0.integer(below: 6_148_914_691_236_517_206) } == expected.belowLarge)
      #expect(draw(1) { $0.permutation(of: 12) } == [expected.permutation])
      for (ours, theirs) in zip(draw(7) { $0.normal() }, expected.normal) {
        #expect((ours - theirs).magnitude <= 1e-14 * max(theirs.magnitude, 1))
      }
    }
  }

  @Test("derived seeds are those of an independent implementation")
  func seeds() {
    #expect(golden.seeds.count == 5)
    for expected in golden.seeds { #expect(Seed.derive(from: expected.master, expected.path) == expected.seed) }
  }

  @Test("a seed depends on every component and on where one ends")
  func seedComponents() {
    let paths = [["a", "b"], ["ab"], ["b", "a"], ["a", "b", ""], ["a"], []]
    #expect(Set(paths.map { Seed.derive(from: 7, $0) }).count == paths.count)
    #expect(Seed.derive(from: 7, ["a"]) != Seed.derive(from: 8, ["a"]))
  }

  @Test("uniform values have the moments of the uniform distribution")
  func uniformMoments() {
    var generator = RandomGenerator(seed: 5)
    let values = (0..<20_000).map { _ in generator.uniform() }
    #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
    let mean = values.reduce(0, +) / 20_000
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    #expect((mean - 0.5).magnitude < 0.01)
    #expect((variance - 1 / 12).magnitude < 0.003)
    let shifted = (0..<1000).map { _ in generator.uniform(from: -3, to: -1) }
    #expect(shifted.allSatisfy { $0 >= -3 && $0 < -1 })
  }

  @Test("normal values have the moments of the normal distribution")
  func normalMoments() {
    var generator = RandomGenerator(seed: 6)
    let values = (0..<20_000).map { _ in generator.normal() }
    func moment(_ power: Int) -> Double {
      values.reduce(0) { sum, value in sum + (0..<power).reduce(1) { product, _ in product * value } } / 20_000
    }
    #expect(moment(1).magnitude < 0.03)
    #expect((moment(2) - 1).magnitude < 0.05)
    #expect(moment(3).magnitude < 0.1)
    #expect((moment(4) - 3).magnitude < 0.25)
  }

  @Test("bounded values and the places of a permutation are equally frequent")
  func frequencies() {
    var generator = RandomGenerator(seed: 8)
    var counts = [Int](repeating: 0, count: 5)
    var firsts = [Int](repeating: 0, count: 5)
    for _ in 0..<10_000 {
      counts[generator.integer(below: 5)] += 1
      firsts[generator.permutation(of: 5)[0]] += 1
    }
    for count in counts + firsts { #expect((count - 2000).magnitude < 200) }
  }

  @Test("a permutation holds every number once, for short lists too")
  func permutations() {
    var generator = RandomGenerator(seed: 9)
    for count in [0, 1, 2, 50] { #expect(generator.permutation(of: count).sorted() == Array(0..<count)) }
    #expect((0..<20).map { _ in generator.integer(below: 1) }.allSatisfy { $0 == 0 })
  }
}
