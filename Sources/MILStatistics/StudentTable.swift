import Foundation

/// A table of the probabilities of Student's t, for many values with the same degrees of freedom.
///
/// The upper tail at t = sinh(u) is interpolated between equal steps of u by the cubic polynomial with its values and
/// derivatives. The error is below 1e-11. Beyond the table it is computed.
struct StudentTable: Sendable {
  private let student: StudentDistribution
  /// The upper tails at the steps, from u = 0 on, and their changes within a step at the rate there.
  private let steps: [(tail: Double, change: Double)]

  private static let stepsPerUnit = 256.0
  /// sinh(14) is 600,000.
  private static let last = 14

  /// Computes the table of a distribution.
  init(_ student: StudentDistribution) {
    self.student = student
    let (peak, v) = (student.peak, student.degreesOfFreedom)
    steps = (0...Self.last * Int(Self.stepsPerUnit)).map { index in
      let u = Double(index) / Self.stepsPerUnit
      let t = sinh(u)
      let density = peak * exp(-(v + 1) / 2 * log(1 + t * t / v))
      return (student.twoSided(t) / 2, -density * cosh(u) / Self.stepsPerUnit)
    }
  }

  /// Returns the probability of a value of at most `t`.
  func cumulative(_ t: Double) -> Double {
    let place = asinh(t.magnitude) * Self.stepsPerUnit
    guard place < Double(steps.count - 1) else { return student.cumulative(t) }
    let index = Int(place)
    let (low, high) = (steps[index], steps[index + 1])
    let share = place - Double(index)
    let rest = 1 - share
    let tail =
      rest * rest * (low.tail * (1 + 2 * share) + low.change * share)
      + share * share * (high.tail * (1 + 2 * rest) - high.change * rest)
    return t > 0 ? 1 - tail : tail
  }
}
