import Foundation

/// The two integrals of this module's distributions, each as a share of the whole.
enum SpecialFunctions {
  /// Returns the regularised incomplete beta function I_x(a, b); `a` and `b` positive, `x` cut to 0 ... 1.
  ///
  /// It is the integral of t^(a-1) (1-t)^(b-1) from 0 to x over that from 0 to 1. The method is the continued fraction
  /// of DLMF 8.17.22, which converges fast below the mean; above it, I_x(a, b) = 1 - I_(1-x)(b, a).
  ///
  /// Source: F. W. J. Olver and others (editors), NIST Digital Library of Mathematical Functions, section 8.17,
  /// https://dlmf.nist.gov/8.17.
  static func incompleteBeta(_ a: Double, _ b: Double, at x: Double) -> Double {
    incompleteBeta(a, b, at: x, complement: 1 - x)
  }

  /// Returns the same with a more accurate value of 1 - x than `x` provides, as in tails.
  static func incompleteBeta(_ a: Double, _ b: Double, at x: Double, complement: Double) -> Double {
    precondition(a > 0 && b > 0, "the parameters \(a) and \(b) are not both positive")
    if x <= 0 { return 0 }
    if complement <= 0 { return 1 }
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(b, a, at: complement, complement: x) }
    let scale = logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log(complement)
    let fraction = continuedFraction(first: 1) { step in
      let m = Double(step / 2)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      return (step.isMultiple(of: 2) ? even : odd, 1)
    }
    return exp(scale) / (a * fraction)
  }

  /// Returns the upper regularised incomplete gamma function Q(a, x); `a` positive.
  ///
  /// It is the integral of t^(a-1) e^-t from x on over that from 0 on. The method is the series of DLMF 8.7.1 up to x =
  /// a + 1 and the continued fraction of DLMF 8.9.2 beyond.
  ///
  /// Source: F. W. J. Olver and others (editors), NIST Digital Library of Mathematical Functions, sections 8.7 and 8.9,
  /// https://dlmf.nist.gov/8.
  static func upperIncompleteGamma(_ a: Double, at x: Double) -> Double {
    precondition(a > 0, "the parameter \(a) is not positive")
    if x <= 0 { return 1 }
    let scale = exp(a * log(x) - x - logGamma(a))
    if x < a + 1 {
      var (term, sum, n) = (1 / a, 1 / a, a)
      while term > sum * Double.ulpOfOne / 4 {
        n += 1
        term *= x / n
        sum += term
      }
      return 1 - scale * sum
    }
    return scale
      / continuedFraction(first: x + 1 - a) { step in
        let n = Double(step)
        return (n * (a - n), x + 2 * n + 1 - a)
      }
  }

  /// Returns the natural logarithm of the gamma function of a positive number.
  static func logGamma(_ x: Double) -> Double {
    // The C library's function of one argument writes a global variable.
    var sign: Int32 = 0
    return lgamma_r(x, &sign)
  }

  /// Returns first + n1/(d1 + n2/(d2 + ...)), by the modified method of Lentz.
  ///
  /// `term` returns numerator and denominator from step 1 on.
  private static func continuedFraction(
    first: Double, term: (Int) -> (numerator: Double, denominator: Double)
  ) -> Double {
    let tiny = 1e-300
    func nonZero(_ value: Double) -> Double { value.magnitude < tiny ? tiny : value }
    var fraction = nonZero(first)
    var (c, d) = (fraction, 0.0)
    for step in 1...10_000 {
      let (numerator, denominator) = term(step)
      d = 1 / nonZero(denominator + numerator * d)
      c = nonZero(denominator + numerator / c)
      fraction *= c * d
      if (c * d - 1).magnitude < Double.ulpOfOne { break }
    }
    return fraction
  }
}
