import Foundation

/// The nodes of a trapezoidal rule for integrals over a density around 0 of about unit width.
///
/// The places are y = sinh(u) for u in equal steps: dense in the centre, sparse in tails.
struct DensityNodes {
  /// A node.
  struct Node {
    /// The place.
    let place: Double
    /// The density at the place.
    let density: Double
    /// The density times the distance of neighbouring places.
    let mass: Double
  }

  /// The nodes, without those of negligible mass.
  let all: [Node]
  /// The same nodes, four side by side, with nodes without density and mass at the end.
  let groups: [(places: SIMD4<Double>, densities: SIMD4<Double>, masses: SIMD4<Double>)]

  private static let step = 0.28
  private static let last = 23
  private static let smallestMass = 1e-8

  /// Creates the nodes of a density, stretched to a width.
  init(width: Double = 1, _ density: (Double) -> Double) {
    let all = (-Self.last...Self.last).compactMap { index -> Node? in
      let u = Double(index) * Self.step
      let place = sinh(u)
      let value = density(place)
      let mass = value * cosh(u) * Self.step
      return mass > Self.smallestMass ? Node(place: place * width, density: value / width, mass: mass) : nil
    }
    self.all = all
    groups = stride(from: 0, to: all.count, by: 4).map { start in
      var group = (places: SIMD4<Double>(), densities: SIMD4<Double>(), masses: SIMD4<Double>())
      for (lane, node) in all[start..<min(start + 4, all.count)].enumerated() {
        (group.places[lane], group.densities[lane], group.masses[lane]) = (node.place, node.density, node.mass)
      }
      return group
    }
  }
}

/// The likelihood of the mean difference on one data set, after integrating over the standard deviation.
///
/// With n folds, mean x, sum of squares S around it and correlation r it is Student's t with n - 2 degrees of freedom
/// around x. Its squared width is S (1 + (n - 1) r) / (n (n - 2) (1 - r)).
struct DatasetLikelihood {
  /// The mean difference over the folds.
  let mean: Double
  /// The width of the density.
  let width: Double
  /// The sample standard deviation of the folds.
  let deviation: Double
  /// The nodes around ``mean``.
  let nodes: DensityNodes
  private let degreesOfFreedom: Int
  private let constant: Double

  /// Creates the likelihood of at least three folds.
  init(_ folds: FoldDifferences, equivalence: Double) {
    let n = Double(folds.differences.count)
    let mean = folds.differences.reduce(0, +) / n
    var squares = folds.differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    // The variance of a uniform distribution over the region.
    if squares < n * 1e-18 { squares = n * equivalence * equivalence / 3 }
    let correlation = folds.testPerTraining / (1 + folds.testPerTraining)
    let degrees = folds.differences.count - 2
    let constant = StudentDistribution(degreesOfFreedom: Double(degrees)).peak
    self.mean = mean
    deviation = (squares / (n - 1)).squareRoot()
    width = (squares * (1 + (n - 1) * correlation) / (n * (n - 2) * (1 - correlation))).squareRoot()
    nodes = DensityNodes(width: width) { Self.values(SIMD4(repeating: $0), degrees, constant)[0] }
    degreesOfFreedom = degrees
    self.constant = constant
  }

  /// Returns the densities at four mean differences.
  func densities(at differences: SIMD4<Double>) -> SIMD4<Double> {
    Self.values((differences - mean) / width, degreesOfFreedom, constant) / width
  }

  /// Returns c (1 + y²/v)^(-(v + 1)/2) by repeated squaring, the same on every machine.
  private static func values(
    _ places: SIMD4<Double>, _ degreesOfFreedom: Int, _ constant: Double
  ) -> SIMD4<Double> {
    var base = 1 + places * places / Double(degreesOfFreedom)
    var exponent = (degreesOfFreedom + 1) / 2
    var power = degreesOfFreedom.isMultiple(of: 2) ? base.squareRoot() : SIMD4(repeating: 1)
    while exponent > 0 {
      if !exponent.isMultiple(of: 2) { power *= base }
      base *= base
      exponent /= 2
    }
    return constant / power
  }
}

/// Student's t of the means of data sets, for one number of degrees of freedom.
struct MeansDistribution {
  /// The distribution of unit width.
  let student: StudentDistribution
  /// The logarithm of the prior mass of these degrees of freedom.
  let logPrior: Double
  private let nodes: DensityNodes
  private let constant: Double
  private let exponent: Double

  init(degreesOfFreedom: Double, logPrior: Double) {
    student = StudentDistribution(degreesOfFreedom: degreesOfFreedom)
    self.logPrior = logPrior
    let (constant, exponent) = (student.peak, -(degreesOfFreedom + 1) / 2)
    nodes = DensityNodes { constant * exp(exponent * log(1 + $0 * $0 / degreesOfFreedom)) }
    (self.constant, self.exponent) = (constant, exponent)
  }

  /// Returns the logarithm of the likelihood of all data sets, given the centre and the width of the distribution.
  func logLikelihood(_ likelihoods: [DatasetLikelihood], centre: Double, width: Double) -> Double {
    likelihoods.reduce(0) { $0 + log(overlap($1, centre: centre, width: width) + .leastNormalMagnitude) }
  }

  /// Returns the integral of f g, of the distribution f and a likelihood g.
  ///
  /// The two may have any widths, so the integrand is divided into f g f/(f + g) and f g g/(f + g), each integrated on
  /// the nodes of the density that it follows.
  private func overlap(_ likelihood: DatasetLikelihood, centre: Double, width: Double) -> Double {
    let v = student.degreesOfFreedom
    var sums = SIMD4<Double>()
    for group in nodes.groups {
      let f = group.densities / width
      let g = likelihood.densities(at: centre + width * group.places)
      sums += f * g / (f + g + .leastNormalMagnitude) * group.masses
    }
    var sum = sums.sum()
    let offset = likelihood.mean - centre
    for node in likelihood.nodes.all {
      let place = (offset + node.place) / width
      let f = constant / width * exp(exponent * log(1 + place * place / v))
      sum += f * node.density / (f + node.density + .leastNormalMagnitude) * node.mass
    }
    return sum
  }

  /// The distributions at the nodes of the prior of the degrees of freedom, computed once.
  static let all: [MeansDistribution] = {
    let step = 0.5
    return (-4...7).map { index in
      // From 1 + 1e-3 to 1 + 300, where the prior ends.
      let u = Double(index) * step
      let above = 10 * exp(u - exp(-u))
      let mass = prior(above) * above * (1 + exp(-u)) * step
      return MeansDistribution(degreesOfFreedom: 1 + above, logPrior: log(mass))
    }
  }()

  /// Returns the prior density of the degrees of freedom above 1.
  ///
  /// It is the gamma density averaged over its shape and rate. Over the rate the average is, with the regularised upper
  /// incomplete gamma function Q, a/y² (Q(a + 1, 0.05 y) - Q(a + 1, 0.15 y)) / 0.1; over the shape a it is Simpson's.
  static func prior(_ above: Double) -> Double {
    let (low, high, intervals) = (0.5, 5.0, 90)
    let step = (high - low) / Double(intervals)
    let sum = (0...intervals).reduce(0.0) { sum, index in
      let shape = low + step * Double(index)
      let weight = index == 0 || index == intervals ? 1.0 : index.isMultiple(of: 2) ? 2 : 4
      let inside =
        SpecialFunctions.upperIncompleteGamma(shape + 1, at: 0.05 * above)
        - SpecialFunctions.upperIncompleteGamma(shape + 1, at: 0.15 * above)
      return sum + weight * shape * inside
    }
    return sum * step / 3 / (high - low) / 0.1 / (above * above)
  }
}

extension StudentDistribution {
  /// The density at 0.
  fileprivate var peak: Double {
    let v = degreesOfFreedom
    return exp(SpecialFunctions.logGamma((v + 1) / 2) - SpecialFunctions.logGamma(v / 2)) / (v * .pi).squareRoot()
  }
}
