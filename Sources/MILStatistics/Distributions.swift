import Foundation

/// Student's t distribution with mean 0.
package struct StudentDistribution: Sendable, Equatable {
  /// The degrees of freedom, more than 0.
  package let degreesOfFreedom: Double

  /// Creates the distribution with this many degrees of freedom, which must be positive.
  package init(degreesOfFreedom: Double) {
    precondition(degreesOfFreedom > 0, "\(degreesOfFreedom) degrees of freedom")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// The density at 0.
  var peak: Double {
    let v = degreesOfFreedom
    return exp(SpecialFunctions.logGamma((v + 1) / 2) - SpecialFunctions.logGamma(v / 2)) / (v * .pi).squareRoot()
  }

  /// Returns the probability of a value of at most `t`.
  package func cumulative(_ t: Double) -> Double { t > 0 ? 1 - twoSided(t) / 2 : twoSided(t) / 2 }

  /// Returns the probability of a value at least as far from 0 as `t`: I_x(v/2, 1/2) with x = v / (v + t²).
  package func twoSided(_ t: Double) -> Double {
    if t.isInfinite { return 0 }
    let v = degreesOfFreedom
    return SpecialFunctions.incompleteBeta(v / 2, 0.5, at: v / (v + t * t), complement: t * t / (v + t * t))
  }

  /// Returns the quantile of `probability` by bisection; the probability must lie within 0 and 1.
  package func quantile(_ probability: Double) -> Double {
    precondition(probability > 0 && probability < 1, "the quantile of probability \(probability)")
    if probability < 0.5 { return -quantile(1 - probability) }
    var (low, high) = (0.0, 1.0)
    while cumulative(high) < probability, high < 1e300 { high *= 2 }
    while true {
      let middle = (low + high) / 2
      guard low < middle, middle < high else { return middle }
      if cumulative(middle) < probability { low = middle } else { high = middle }
    }
  }
}

/// The F distribution.
package struct FisherDistribution: Sendable, Equatable {
  /// The degrees of freedom of the numerator, more than 0.
  package let numerator: Double
  /// The degrees of freedom of the denominator, more than 0.
  package let denominator: Double

  /// Creates the distribution with these degrees of freedom, which must be positive.
  package init(numerator: Double, denominator: Double) {
    precondition(numerator > 0 && denominator > 0, "\(numerator) and \(denominator) degrees of freedom")
    self.numerator = numerator
    self.denominator = denominator
  }

  /// Returns the probability of a value above `f`: I_x(d2/2, d1/2) with x = d2 / (d2 + d1 f).
  package func upperTail(_ f: Double) -> Double {
    if f <= 0 { return 1 }
    if f.isInfinite { return 0 }
    let whole = denominator + numerator * f
    return SpecialFunctions.incompleteBeta(
      denominator / 2, numerator / 2, at: denominator / whole, complement: numerator * f / whole)
  }
}

/// The chi-square distribution.
package struct ChiSquareDistribution: Sendable, Equatable {
  /// The degrees of freedom, more than 0.
  package let degreesOfFreedom: Double

  /// Creates the distribution with this many degrees of freedom, which must be positive.
  package init(degreesOfFreedom: Double) {
    precondition(degreesOfFreedom > 0, "\(degreesOfFreedom) degrees of freedom")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// Returns the probability of a value above `x`: Q(v/2, x/2).
  package func upperTail(_ x: Double) -> Double {
    SpecialFunctions.upperIncompleteGamma(degreesOfFreedom / 2, at: x / 2)
  }

  /// Returns the value with a probability of 0 < p < 1 below it, by bisection.
  package func quantile(_ probability: Double) -> Double {
    var (low, high) = (0.0, max(degreesOfFreedom, 1))
    while 1 - upperTail(high) < probability { high *= 2 }
    for _ in 0..<200 where high - low > 1e-14 * high {
      let middle = (low + high) / 2
      if 1 - upperTail(middle) < probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}

/// The binomial distribution: the number of successes in independent trials.
package struct BinomialDistribution: Sendable, Equatable {
  /// The number of trials, 0 or more.
  package let trials: Int
  /// The probability of success in one trial, in 0 ... 1.
  package let probability: Double

  /// Creates the distribution of the successes in `trials` trials of the given probability.
  package init(trials: Int, probability: Double) {
    precondition(trials >= 0 && (0...1).contains(probability), "\(trials) trials of probability \(probability)")
    self.trials = trials
    self.probability = probability
  }

  /// Returns the probability of at most `successes` successes: I_(1-p)(n - k, k + 1).
  package func cumulative(_ successes: Int) -> Double {
    if successes < 0 { return 0 }
    if successes >= trials { return 1 }
    return SpecialFunctions.incompleteBeta(
      Double(trials - successes), Double(successes) + 1, at: 1 - probability, complement: probability)
  }
}
