import Autodiff
import UserInput

/// A weighted mean of the instances, with weights from a small network: a = softmax(w' tanh(V h)), z = sum a h.
///
/// Source: M. Ilse, J. M. Tomczak, M. Welling, Attention-based deep multiple instance learning, ICML 2018,
/// arXiv 1802.04712.
public struct AttentionPooling: Pooling {
  /// The number of rows of V.
  public var attentionUnits = 64

  /// Creates attention with 64 units.
  public init() {}

  /// Returns the attention-weighted mean over instances.
  public func pool(_ features: Variable) -> Pooled {
    let weights = scores(of: features).softmaxOverInstances()
    return Pooled((weights * features).sumOverInstances(), weights: weights)
  }

  /// Returns w' tanh(V h) of each instance.
  func scores(of features: Variable) -> Variable {
    features.linear("attention.hidden", to: attentionUnits).tanh().linear("attention.score", to: 1)
  }

  /// Throws for a layer without units.
  public func validate() throws { try ConfigurationError.require("attentionUnits", attentionUnits, in: 1...65536) }
}
