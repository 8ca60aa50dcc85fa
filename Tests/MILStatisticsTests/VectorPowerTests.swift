import Foundation
import Testing

@testable import MILStatistics

@Suite("Powers of four numbers")
struct VectorPowerTests {
  @Test("They agree with the C library's from 1 to 2^1000", arguments: [0.5, 1.0005, 2.7, 24.5, 161.6])
  func agree(exponent: Double) {
    for step in 0..<4000 {
      // Dense around 1, and up to 1e17.
      let bases = SIMD4(0.0, 0.25, 0.5, 0.75).map { 1 + exp(0.015 * (Double(step) + $0) - 20) }
      let powers = bases.power(exponent)
      for lane in 0..<4 {
        let expected = min(pow(bases[lane], exponent), 0x1p1000)
        let tolerance = 1e-14 * (1 + exponent * log2(bases[lane]))
        #expect((powers[lane] / expected - 1).magnitude < tolerance, "\(bases[lane])")
      }
    }
  }

  @Test("1 stays 1, and what is too large is 2^1000")
  func ends() {
    #expect(SIMD4(1, 1e200, 1e300, .infinity).power(7.5) == SIMD4(1, 0x1p1000, 0x1p1000, 0x1p1000))
  }
}

extension SIMD4<Double> {
  fileprivate func map(_ body: (Double) -> Double) -> SIMD4<Double> {
    SIMD4(body(self[0]), body(self[1]), body(self[2]), body(self[3]))
  }
}
