import Foundation

/// The posterior of the upper level of ``HierarchicalBayesTest``, by the trapezoidal rule in three variables.
///
/// The degrees of freedom v and the width w have nodes whose distance grows with the value. For each of them the centre
/// m has nodes around the most likely one, as far as the likelihood is not negligible.
struct HierarchicalPosterior {
  let likelihoods: [DatasetLikelihood]
  /// The bound of the centre, on both sides.
  let largestCentre: Double
  /// The bound of the width.
  let largestWidth: Double
  /// Half the width of the region of practical equivalence.
  let equivalence: Double

  private static let widthStep = 0.3
  private static let firstWidth = -2.2
  private static let centreStep = 0.2
  /// The share of the largest mass below which a part of the grid is left out.
  private static let negligible = 1e-5

  /// The probabilities that the next data set's difference lies above the region, and below it.
  var shares: (above: Double, below: Double) {
    var total = WeightedSum()
    var highest = -Double.infinity
    let widths = self.widths
    for distribution in MeansDistribution.all {
      var isPastFirst = false
      for (width, logMass) in widths {
        let peak = peak(distribution, width)
        // The logarithm of the density at the most likely centre, which the integral needs again.
        let prior = distribution.logPrior + logMass
        // The logarithm of the density at the most likely centre, which the integral needs again.
        let atPeak = prior + distribution.logLikelihood(likelihoods, centre: peak.centre, width: width)
        let height = atPeak + log(peak.scale)
        highest = max(highest, height)
        if height < highest + log(Self.negligible) {
          // Beyond those that matter, all wider distributions have less mass.
          if isPastFirst { break }
          continue
        }
        isPastFirst = true
        total.add(overCentres(distribution, width, peak, prior, atPeak: atPeak))
      }
    }
    return (total.above / total.mass, total.below / total.mass)
  }

  /// The nodes of the width, with the logarithm of their mass under a uniform prior.
  private var widths: [(width: Double, logMass: Double)] {
    let unit = likelihoods.map(\.width).min() ?? 1
    let last = max(log(largestWidth / unit), Self.firstWidth + Self.widthStep)
    let count = Int(((last - Self.firstWidth) / Self.widthStep).rounded(.up))
    let step = (last - Self.firstWidth) / Double(count)
    return (0...count).map { index in
      let u = Self.firstWidth + step * Double(index)
      let width = unit * exp(u - exp(-u))
      let end = index == count ? 0.5 : 1
      return (width, log(width * (1 + exp(-u)) * step * end))
    }
  }

  /// Returns about the most likely centre, given the width, and about the standard deviation of the centre.
  ///
  /// Means are weighted by their precision, and less if they are far from the centre, as in a fit of Student's t.
  private func peak(_ distribution: MeansDistribution, _ width: Double) -> (centre: Double, scale: Double) {
    let v = distribution.degreesOfFreedom
    let sorted = likelihoods.map(\.mean).sorted()
    var centre = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    var precision = 0.0
    for _ in 0..<8 {
      var sum = 0.0
      precision = 0
      for likelihood in likelihoods {
        let variance = width * width + likelihood.width * likelihood.width
        let offset = likelihood.mean - centre
        let weight = (v + 1) / (v + offset * offset / variance) / variance
        sum += weight * likelihood.mean
        precision += weight
      }
      centre = min(max(sum / precision, -largestCentre), largestCentre)
    }
    return (centre, 1 / precision.squareRoot())
  }

  /// Returns the integral over the centre for one distribution and width.
  private func overCentres(
    _ distribution: MeansDistribution, _ width: Double, _ peak: (centre: Double, scale: Double), _ prior: Double,
    atPeak: Double
  ) -> WeightedSum {
    var sum = WeightedSum()
    func add(_ centre: Double, logMass: Double) {
      sum.add(
        logMass, above: distribution.tails.cumulative((centre - equivalence) / width),
        below: distribution.tails.cumulative((-centre - equivalence) / width))
    }
    let least = atPeak + log(peak.scale) + log(Self.negligible)
    var stepAtPeak = 0.0
    for side in [-1.0, 1] {
      let last = asinh(max(largestCentre - side * peak.centre, 0) / peak.scale)
      let count = Int((last / Self.centreStep).rounded(.up))
      guard count > 0 else { continue }
      let step = last / Double(count)
      stepAtPeak += step / 2
      for index in 1...count {
        let u = step * Double(index)
        let end = index == count ? 0.5 : 1
        let centre = peak.centre + side * peak.scale * sinh(u)
        let logMass =
          prior + log(peak.scale * cosh(u) * step * end)
          + distribution.logLikelihood(likelihoods, centre: centre, width: width)
        add(centre, logMass: logMass)
        if logMass < least { break }
      }
    }
    if stepAtPeak > 0 { add(peak.centre, logMass: atPeak + log(peak.scale * stepAtPeak)) }
    return sum
  }
}

/// A sum of terms e^x with what they weigh, kept relative to the largest so that none overflows.
private struct WeightedSum {
  private(set) var mass = 0.0
  private(set) var above = 0.0
  private(set) var below = 0.0
  private var scale = -Double.infinity

  mutating func add(_ logMass: Double, above share: Double, below other: Double) {
    rescale(to: logMass)
    let term = exp(logMass - scale)
    mass += term
    above += term * share
    below += term * other
  }

  mutating func add(_ sum: WeightedSum) {
    guard sum.mass > 0 else { return }
    rescale(to: sum.scale)
    let factor = exp(sum.scale - scale)
    mass += sum.mass * factor
    above += sum.above * factor
    below += sum.below * factor
  }

  private mutating func rescale(to logMass: Double) {
    guard logMass > scale else { return }
    let factor = scale == -.infinity ? 0 : exp(scale - logMass)
    mass *= factor
    above *= factor
    below *= factor
    scale = logMass
  }
}
