import LinearAlgebra
import MILBags
import UserInput

/// miVLAD: a linear support vector machine on sums of residuals of each bag's instances.
///
/// Principal components and k centres are fitted to all training instances. The vector of a bag contains, for each
/// centre, the sum of x - centre over the instances nearest to it. The signed square root of each element follows, and
/// all are divided by their length.
///
/// Deviations: centres start along the first principal axis, so nothing is random. The authors chose C, the number of
/// centres and the principal components by cross-validation. C = 1, two centres and all components with variance are
/// the defaults.
///
/// Source: X.-S. Wei, J. Wu, Z.-H. Zhou, Scalable algorithms for multi-instance learning, IEEE Transactions on Neural
/// Networks and Learning Systems 28(4), 2017, doi:10.1109/TNNLS.2016.2519102.
package struct ResidualVectorModel: Model {
  /// The number of centres.
  package var centres = 2
  /// The share of the variance that the principal components before the clusters retain; 0 for the raw features.
  package var pcaEnergy = 1.0
  /// The machine on the vectors.
  package var machine = LinearMachineConfiguration()

  /// Creates a model with two centres, C = 1.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("centres", centres, in: 1...1000)
    try ConfigurationError.require("pcaEnergy", pcaEnergy, in: 0...1)
    try machine.validate()
  }

  /// The traits; scores are decision values.
  package var traits: ModelTraits {
    var traits = ModelTraits(
      scores: .decisions,
      trained: "principal components and centres of all instances, and a weight an element of the bag's vector, by the "
        + "machine's dual problem")
    traits.isDeterministic = true
    return traits
  }

  /// Fits centres to all instances and the machine to the bags.
  package func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    let instances = try training.finiteInstances()
    let axes = pcaEnergy > 0 ? try PrincipalAxes(of: instances, energy: pcaEnergy) : nil
    let clusters = try Clusters(of: axes?.coordinates(of: instances) ?? instances, count: centres)
    return try ResidualEncoder(axes: axes, clusters: clusters).fitted(training, machine)
  }

  /// Restores the fitted model from a state.
  package func fitted(from state: ModelState) throws -> any FittedModel {
    try FittedBagVectors<ResidualEncoder>(from: state)
  }

  /// Returns the memory for instances in double precision, their coordinates, their differences from the mean, and the
  /// vectors.
  package func memory(training: BagShape, scoring: BagShape) throws -> Double {
    let vectors = 8 * Double(centres) * Double(max(training.bags, scoring.bags)) * Double(training.features)
    return training.bytes + scoring.bytes + 8 * max(training.bytes, scoring.bytes) + 2 * vectors
      + 8 * Double(training.bags) * Double(training.bags) + 24 * Double(training.features) * Double(training.features)
      + 24 * Double(centres) * Double(max(training.instances, scoring.instances))
  }
}

/// The encoder of bags as vectors of locally aggregated descriptors.
struct ResidualEncoder: BagEncoder {
  let axes: PrincipalAxes?
  let clusters: Clusters

  init(axes: PrincipalAxes?, clusters: Clusters) { (self.axes, self.clusters) = (axes, clusters) }

  init(from state: ModelState) throws {
    axes = state.has("axes") ? try PrincipalAxes(from: state) : nil
    clusters = Clusters(
      centres: try state.doubles("centres", columns: axes?.axes.columns ?? state.featureCount))
    guard clusters.centres.rows > 0 else { throw ModelError("array centres has no rows, expected at least one") }
  }

  func keep(in state: inout ModelState) {
    axes?.keep(in: &state)
    state.set("centres", to: clusters.centres)
  }

  func vector(of instances: Matrix<Double>) -> [Double] {
    powerNormalised(clusters.residualSums(axes?.coordinates(of: instances) ?? instances).elements)
  }
}
