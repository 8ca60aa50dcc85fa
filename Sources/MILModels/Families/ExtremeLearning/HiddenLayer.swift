import Autodiff
import UserInput

/// A layer of random features of each instance, H = g(X W + b), that is not learned.
///
/// W is normal with standard deviation `inputScale` / sqrt(d), so that the sums of d standardised features have about
/// the deviation `inputScale` for any d; b is normal with deviation `inputScale`. For random Fourier features g is
/// sqrt(2) cos and b uniform in [0, 2 pi). Inner products of features, times 1 / units, then approximate the Gaussian
/// kernel exp(-inputScale^2 |x - y|^2 / (2 d)).
///
/// Sources: G.-B. Huang, Q.-Y. Zhu, C.-K. Siew, Extreme learning machine: theory and applications, Neurocomputing 70,
/// 2006, doi:10.1016/j.neucom.2005.12.126; A. Rahimi, B. Recht, Random features for large-scale kernel machines, NIPS
/// 2007.
package struct HiddenLayer: Codable, Sendable, Equatable {
  /// The function g.
  package enum Activation: String, Codable, Sendable, CaseIterable {
    /// The hyperbolic tangent.
    case tanh
    /// 1 / (1 + exp(-x)).
    case sigmoid
    /// max(x, 0).
    case relu
    /// sqrt(2) cos(x): random Fourier features.
    case fourier
    /// No function: a random linear map, for ablations.
    case none
  }

  /// The number of hidden features per instance.
  package var hiddenUnits = 1000
  /// The function g.
  package var activation = Activation.tanh
  /// The standard deviation of the arguments of g, for standardised features.
  package var inputScale = 1.0

  /// Creates a layer of a thousand tanh units.
  package init() {}

  /// Creates a layer with another number of tanh units.
  package init(hiddenUnits: Int) { self.hiddenUnits = hiddenUnits }

  /// Returns the hidden features of each instance.
  ///
  /// - Parameters:
  ///   - instances: one row per instance.
  ///   - bias: whether to include b; random Fourier features always do.
  ///   - trains: whether W and b are learned after all.
  package func features(of instances: Variable, bias: Bool = true, trains: Bool = false) -> Variable {
    let deviation = inputScale / Double(instances.columns).squareRoot()
    let sums = instances.linear(
      "hidden", to: hiddenUnits, bias: bias || activation == .fourier,
      initialiser: .normal(standardDeviation: deviation),
      biasInitialiser: activation == .fourier ? .uniform(0, 2 * .pi) : .normal(standardDeviation: inputScale),
      trains: trains)
    switch activation {
    case .tanh: return sums.tanh()
    case .sigmoid: return sums.sigmoid()
    case .relu: return sums.relu()
    case .fourier: return sums.cosine() * 2.0.squareRoot()
    case .none: return sums
    }
  }

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("hiddenUnits", hiddenUnits, in: 1...65536)
    try ConfigurationError.require("inputScale", inputScale, in: 1e-6...1e6)
  }
}
