/// Parses decimal numbers in bytes to the nearest `Double`, independent of the locale.
package enum DecimalNumber {
  /// Parses the number that begins at `position` and advances past it; nil if no number begins there.
  ///
  /// A number has a sign, digits with at most one point, and an exponent, as in `-12`, `1.`, `.5` and `6.02e+23`. Up to
  /// 19 digits are read as one whole number, and scaled by a power of ten in integer arithmetic with a single rounding.
  /// The standard library parses longer ones and extreme exponents.
  @inline(__always)
  package static func parse(_ bytes: [UInt8], at position: inout Int, end: Int) -> Double? {
    let start = position
    var next = position
    var isNegative = false
    if next < end, bytes[next] == minus || bytes[next] == plus {
      isNegative = bytes[next] == minus
      next &+= 1
    }
    var mantissa: UInt64 = 0
    var digits = 0
    var significant = 0
    var exponent = 0
    var seenPoint = false
    while next < end {
      let digit = bytes[next] &- zero
      if digit < 10 {
        digits &+= 1
        if mantissa != 0 || digit != 0 { significant &+= 1 }
        if significant <= 19 { mantissa = mantissa &* 10 &+ UInt64(digit) }
        if seenPoint { exponent &-= 1 }
      } else if bytes[next] == point, !seenPoint {
        seenPoint = true
      } else {
        break
      }
      next &+= 1
    }
    guard digits > 0 else { return nil }
    if next < end, bytes[next] | 0x20 == letterE { exponent &+= readExponent(bytes, at: &next, end: end) }
    position = next
    if significant <= 19 {
      if exponent == 0, mantissa <= 1 << 53 { return isNegative ? -Double(mantissa) : Double(mantissa) }
      if let value = scaled(mantissa, by: exponent) { return isNegative ? -value : value }
    }
    return Double(String(decoding: bytes[start..<next], as: UTF8.self))
  }

  /// Reads `e`, a sign and digits; without digits, it reads nothing and returns 0.
  private static func readExponent(_ bytes: [UInt8], at position: inout Int, end: Int) -> Int {
    var next = position + 1
    var isNegative = false
    if next < end, bytes[next] == minus || bytes[next] == plus {
      isNegative = bytes[next] == minus
      next += 1
    }
    let first = next
    var value = 0
    while next < end, bytes[next] &- zero < 10 {
      // Already beyond any Double; more digits must not overflow.
      if value < 100_000 { value = value * 10 + Int(bytes[next] &- zero) }
      next += 1
    }
    guard next > first else { return 0 }
    position = next
    return isNegative ? -value : value
  }

  /// Returns `mantissa * 10^exponent`, correctly rounded; nil for exponents beyond 64-bit powers of five.
  private static func scaled(_ mantissa: UInt64, by exponent: Int) -> Double? {
    guard mantissa != 0 else { return 0 }
    if exponent < 0 {
      guard exponent >= -27 else { return nil }
      if exponent >= -22, mantissa <= 1 << 53 { return Double(mantissa) / exactPowersOfTen[-exponent] }
      // Both are shifted to fill their words, so that the quotient has 64 or 65 bits: enough for one rounding.
      let divisor = powersOfFive[-exponent]
      let shift = mantissa.leadingZeroBitCount
      let divisorShift = divisor.leadingZeroBitCount
      let numerator = mantissa << shift
      let (quotient, remainder) = (divisor << divisorShift).dividingFullWidth((numerator >> 1, numerator << 63))
      let sticky: UInt64 = remainder == 0 ? 0 : 1
      return Double(quotient | sticky) * power(of: divisorShift - shift + exponent - 63)
    }
    guard exponent <= 27 else { return nil }
    let (high, low) = mantissa.multipliedFullWidth(by: powersOfFive[exponent])
    guard high != 0 else { return Double(low) * power(of: exponent) }
    let shift = high.leadingZeroBitCount
    let top = shift == 0 ? high : high << shift | low >> (64 - shift)
    let sticky: UInt64 = low << shift == 0 ? 0 : 1
    return Double(top | sticky) * power(of: exponent + 64 - shift)
  }

  /// Returns 2^exponent; every argument here yields a normal number.
  private static func power(of exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: 1)
  }

  private static let exactPowersOfTen: [Double] = (0...22).map { exponent in
    (0..<exponent).reduce(1.0) { value, _ in value * 10 }
  }
  private static let powersOfFive: [UInt64] = (0...27).map { exponent in
    (0..<exponent).reduce(1) { value, _ in value * 5 }
  }
  private static let minus = UInt8(ascii: "-")
  private static let plus = UInt8(ascii: "+")
  private static let point = UInt8(ascii: ".")
  private static let zero = UInt8(ascii: "0")
  private static let letterE = UInt8(ascii: "e")
}
