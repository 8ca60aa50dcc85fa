import LinearAlgebra
import MILBags
import UserInput

/// miFV: a linear support vector machine on the Fisher vector of each bag.
///
/// A mixture of Gaussians with diagonal covariances is fitted to all training instances. The vector of a bag is the
/// gradient of its log likelihood in means and deviations, for component k with share w, mean m and deviation s:
///
/// - sum_i p_ik (x_i - m) / (s sqrt w),
/// - sum_i p_ik ((x_i - m)^2 / s^2 - 1) / sqrt(2 w),
///
/// where p_ik is the probability of the component given the instance. The signed square root of each element follows,
/// and all are divided by their length.
///
/// Deviations: the gradient in the shares is left out, as in the library that the authors used; it is 0 for one
/// component. The mixture starts from clusters along the first principal axis, so nothing is random. The authors chose
/// C, the number of components and the principal components by cross-validation. C = 1 and one component without
/// principal components are the defaults.
///
/// Source: X.-S. Wei, J. Wu, Z.-H. Zhou, Scalable algorithms for multi-instance learning, IEEE Transactions on Neural
/// Networks and Learning Systems 28(4), 2017, doi:10.1109/TNNLS.2016.2519102.
package struct FisherVectorModel: Model {
  /// The number of Gaussians.
  package var components = 1
  /// The share of the variance that the principal components before the mixture retain; 0 for the raw features.
  package var pcaEnergy = 0.0
  /// The machine on the vectors.
  package var machine = LinearMachineConfiguration()

  /// Creates a model with one Gaussian, C = 1.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("components", components, in: 1...1000)
    try ConfigurationError.require("pcaEnergy", pcaEnergy, in: 0...1)
    try machine.validate()
  }

  /// The traits; scores are decision values.
  package var traits: ModelTraits {
    var traits = ModelTraits(
      scores: .decisions,
      trained:
        "a mixture of Gaussians by expectation and maximisation, and a weight an element of the bag's vector, by "
        + "the machine's dual problem")
    traits.isDeterministic = true
    return traits
  }

  /// Fits the mixture to all instances and the machine to the bags.
  package func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    let instances = try training.finiteInstances()
    let axes = pcaEnergy > 0 ? try PrincipalAxes(of: instances, energy: pcaEnergy) : nil
    let mixture = try GaussianMixture(of: axes?.coordinates(of: instances) ?? instances, count: components)
    return try FisherEncoder(axes: axes, mixture: mixture).fitted(training, machine)
  }

  /// Restores the fitted model from a state.
  package func fitted(from state: ModelState) throws -> any FittedModel {
    try FittedBagVectors<FisherEncoder>(from: state)
  }

  /// Returns the memory for instances in double precision, their squares, their differences from the mean, and the
  /// vectors.
  package func memory(training: BagShape, scoring: BagShape) throws -> Double {
    let vectors = 16 * Double(components) * Double(max(training.bags, scoring.bags)) * Double(training.features)
    return training.bytes + scoring.bytes + 8 * max(training.bytes, scoring.bytes) + 2 * vectors
      + 8 * Double(training.bags) * Double(training.bags)
      + 16 * Double(components) * Double(max(training.instances, scoring.instances))
  }
}

/// The encoder of bags as Fisher vectors.
struct FisherEncoder: BagEncoder {
  let axes: PrincipalAxes?
  let mixture: GaussianMixture

  init(axes: PrincipalAxes?, mixture: GaussianMixture) { (self.axes, self.mixture) = (axes, mixture) }

  init(from state: ModelState) throws {
    axes = state.has("axes") ? try PrincipalAxes(from: state) : nil
    mixture = try GaussianMixture(from: state, columns: axes?.axes.columns ?? state.featureCount)
  }

  func keep(in state: inout ModelState) {
    axes?.keep(in: &state)
    mixture.keep(in: &state)
  }

  func vector(of instances: Matrix<Double>) -> [Double] {
    let points = axes?.coordinates(of: instances) ?? instances
    let memberships = mixture.responsibilities(points).shares
    var (means, deviations): ([Double], [Double]) = ([], [])
    for (component, share) in mixture.shares.enumerated() {
      for column in 0..<points.columns {
        let variance = mixture.variances[component, column]
        let mean = mixture.means[component, column]
        var (first, second) = (0.0, 0.0)
        if variance.isFinite {
          // Differences, since sums of squares would cancel.
          for row in 0..<points.rows {
            let z = (points[row, column] - mean) / variance.squareRoot()
            first += memberships[row, component] * z
            second += memberships[row, component] * (z * z - 1)
          }
        }
        means.append(first / share.squareRoot())
        deviations.append(second / (2 * share).squareRoot())
      }
    }
    return powerNormalised(means + deviations)
  }
}
