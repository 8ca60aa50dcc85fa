import Foundation

/// The nodes of a trapezoidal rule for integrals over a density around 0 of about unit width.
///
/// The places are y = sinh(u) for u in equal steps: dense in the centre, sparse in tails.
struct DensityNodes {
  /// Four nodes side by side.
  struct Group {
    /// The places.
    var places = SIMD4<Double>()
    /// The inverses of the density at the places.
    var inverses = SIMD4<Double>(repeating: 1)
    /// The density times the distance of neighbouring places.
    var masses = SIMD4<Double>()
  }

  /// The nodes without those of negligible mass; after the last one the lanes have no mass.
  let groups: [Group]

  private static let step = 0.28
  private static let last = 23
  private static let smallestMass = 1e-8

  /// Creates the nodes of a density, stretched to a width.
  init(width: Double = 1, inverse: (Double) -> Double) {
    let nodes = (-Self.last...Self.last).compactMap { index -> (place: Double, inverse: Double, mass: Double)? in
      let u = Double(index) * Self.step
      let place = sinh(u)
      let inverse = inverse(place)
      let mass = cosh(u) * Self.step / inverse
      return mass > Self.smallestMass ? (place * width, inverse * width, mass) : nil
    }
    groups = stride(from: 0, to: nodes.count, by: 4).map { start in
      var group = Group()
      for (lane, node) in nodes[start..<min(start + 4, nodes.count)].enumerated() {
        (group.places[lane], group.inverses[lane], group.masses[lane]) = (node.place, node.inverse, node.mass)
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
  private let shape: Shape

  /// Creates the likelihood of at least three folds.
  init(_ folds: FoldDifferences, equivalence: Double) {
    let n = Double(folds.differences.count)
    let mean = folds.differences.reduce(0, +) / n
    var squares = folds.differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    // The variance of a uniform distribution over the region.
    if squares < n * 1e-18 { squares = n * equivalence * equivalence / 3 }
    let correlation = folds.testPerTraining / (1 + folds.testPerTraining)
    let shape = Shape(degreesOfFreedom: folds.differences.count - 2)
    self.mean = mean
    deviation = (squares / (n - 1)).squareRoot()
    width = (squares * (1 + (n - 1) * correlation) / (n * (n - 2) * (1 - correlation))).squareRoot()
    nodes = DensityNodes(width: width) { shape.inverses(at: SIMD4(repeating: $0))[0] }
    self.shape = shape
  }

  /// Returns the integral of a mass over this density on the nodes of another one, see ``MeansDistribution``.
  fileprivate func sum(over nodes: DensityNodes, centre: Double, width stretch: Double) -> Double {
    let (start, step) = ((centre - mean) / width, stretch / width)
    var sums = SIMD4<Double>()
    for group in nodes.groups {
      sums += group.masses / (group.inverses * stretch + shape.inverses(at: start + step * group.places) * width)
    }
    return sums.sum()
  }

  /// The inverse of Student's density with whole degrees of freedom v: (1 + y²/v)^((v + 1)/2) / c.
  private struct Shape {
    private let perDegree: Double
    private let inversePeak: Double
    private let exponent: Int
    private let hasRoot: Bool

    init(degreesOfFreedom: Int) {
      perDegree = 1 / Double(degreesOfFreedom)
      inversePeak = 1 / StudentDistribution(degreesOfFreedom: Double(degreesOfFreedom)).peak
      exponent = (degreesOfFreedom + 1) / 2
      hasRoot = degreesOfFreedom.isMultiple(of: 2)
    }

    /// Returns the inverses at four places, by repeated squaring: the same on every machine.
    @inline(__always) func inverses(at places: SIMD4<Double>) -> SIMD4<Double> {
      var base = 1 + places * places * perDegree
      var rest = exponent
      var power = (hasRoot ? base.squareRoot() : SIMD4(repeating: 1)) * inversePeak
      while true {
        if !rest.isMultiple(of: 2) { power *= base }
        rest /= 2
        guard rest > 0 else { return power }
        base *= base
      }
    }
  }
}

/// Student's t of the means of data sets, for one number of degrees of freedom.
struct MeansDistribution {
  /// The degrees of freedom.
  let degreesOfFreedom: Double
  /// The probabilities of the distribution of unit width.
  let tails: StudentTable
  /// The logarithm of the prior mass of these degrees of freedom.
  let logPrior: Double
  private let nodes: DensityNodes
  private let inversePeak: Double
  private let exponent: Double

  init(degreesOfFreedom: Double, logPrior: Double) {
    self.degreesOfFreedom = degreesOfFreedom
    self.logPrior = logPrior
    let student = StudentDistribution(degreesOfFreedom: degreesOfFreedom)
    tails = StudentTable(student)
    let (inversePeak, exponent) = (1 / student.peak, (degreesOfFreedom + 1) / 2)
    nodes = DensityNodes { inversePeak * exp(exponent * log(1 + $0 * $0 / degreesOfFreedom)) }
    (self.inversePeak, self.exponent) = (inversePeak, exponent)
  }

  /// Returns the logarithm of the likelihood of all data sets, given the centre and the width of the distribution.
  func logLikelihood(_ likelihoods: [DatasetLikelihood], centre: Double, width: Double) -> Double {
    likelihoods.reduce(0) { $0 + log(overlap($1, centre: centre, width: width) + .leastNormalMagnitude) }
  }

  /// Returns the integral of f g, of the distribution f and a likelihood g.
  ///
  /// The two may have any widths, so the integrand is divided into f g f/(f + g) and f g g/(f + g), each integrated on
  /// the nodes of the density that it follows. With the mass of a node, which has the factor f or g, each term is that
  /// mass times f g/(f + g) = 1/(1/f + 1/g).
  private func overlap(_ likelihood: DatasetLikelihood, centre: Double, width: Double) -> Double {
    let inverseWidth = 1 / width
    let start = (likelihood.mean - centre) * inverseWidth
    let (perDegree, factor) = (1 / degreesOfFreedom, inversePeak * width)
    var sums = SIMD4<Double>()
    for group in likelihood.nodes.groups {
      let places = start + group.places * inverseWidth
      let inverses = (1 + places * places * perDegree).power(exponent) * factor
      sums += group.masses / (inverses + group.inverses)
    }
    return likelihood.sum(over: nodes, centre: centre, width: width) + sums.sum()
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
