extension SIMD4<Double> {
  /// Returns the powers of bases from 1 to 1e300 with one exponent, 0 or more; a power above 2^1000 is 2^1000.
  ///
  /// The power is 2^(e log2(b)) by polynomials, with a relative error below 1e-14 (1 + e log2(b)). It consists of
  /// additions, products and divisions alone, so it is the same on every machine, unlike the C library's.
  func power(_ exponent: Double) -> SIMD4<Double> { (exponent * logarithm).exponential }

  /// The logarithms to base 2 of normal numbers of at least 1.
  private var logarithm: SIMD4<Double> {
    // b = 2^k m with m in sqrt(1/2) ... sqrt(2): adding the distance from 1 to 2 sqrt(1/2) carries into the exponent.
    let shifted = bits &+ (1.0.bitPattern &- 0.5.squareRoot().bitPattern)
    let place = shifted &>> 52
    let k = SIMD4(bits: place | Self.wholeBits) - (Self.whole + 1023)
    let m = SIMD4(bits: (shifted & 0x000f_ffff_ffff_ffff) &+ 0.5.squareRoot().bitPattern)
    // log(m) = 2 (s + s³/3 + s⁵/5 + ...) with |s| < 0.172.
    let s = (m - 1) / (m + 1)
    let square = s * s
    let fourth = square * square
    let high = square.cubic(1 / 9, 1 / 11, 1 / 13, 1 / 15, square: fourth) + fourth * fourth * (1 / 17)
    let sum = square.cubic(1, 1 / 3, 1 / 5, 1 / 7, square: fourth) + high * (fourth * fourth)
    return k + s * sum * (2 / Self.logOf2)
  }

  /// The powers of 2, at most 2^1000.
  private var exponential: SIMD4<Double> {
    let limited = replacing(with: 1000, where: self .> 1000)
    // Adding 1.5 2^52 rounds to a whole number, which is then in the last bits.
    let rounded = limited + Self.whole * 1.5
    let r = (limited - (rounded - Self.whole * 1.5)) * Self.logOf2
    // The series of e^r with |r| < 0.347.
    let square = r * r
    let fourth = square * square
    let high =
      r.cubic(1 / 24, 1 / 120, 1 / 720, 1 / 5_040, square: square)
      + r.cubic(1 / 40_320, 1 / 362_880, 1 / 3_628_800, 1 / 39_916_800, square: square) * fourth
    let sum = r.cubic(1, 1, 1 / 2, 1 / 6, square: square) + high * fourth
    return SIMD4(bits: sum.bits &+ rounded.bits &<< 52)
  }

  /// Returns a + b x + c x² + d x³ with few operations that wait for each other.
  private func cubic(_ a: Double, _ b: Double, _ c: Double, _ d: Double, square: SIMD4<Double>) -> SIMD4<Double> {
    (self * b + a) + (self * d + c) * square
  }

  private static var logOf2: Double { 0.693147180559945309417232121458 }
  /// 2^52: a number between it and its double has its whole part in the last bits.
  private static var whole: Double { 0x1p52 }
  private static var wholeBits: UInt64 { whole.bitPattern }

  private var bits: SIMD4<UInt64> {
    SIMD4<UInt64>(self[0].bitPattern, self[1].bitPattern, self[2].bitPattern, self[3].bitPattern)
  }

  private init(bits: SIMD4<UInt64>) {
    self.init(
      Double(bitPattern: bits[0]), Double(bitPattern: bits[1]), Double(bitPattern: bits[2]),
      Double(bitPattern: bits[3]))
  }
}
