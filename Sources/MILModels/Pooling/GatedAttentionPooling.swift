import Autodiff

/// Attention whose hidden units are gated: a = softmax(w' (tanh(V h) * sigmoid(U h))), z = sum a h.
///
/// Source: M. Ilse, J. M. Tomczak, M. Welling, Attention-based deep multiple instance learning, ICML 2018,
/// arXiv 1802.04712.
public struct GatedAttentionPooling: Pooling {
  /// The number of rows of V and of U.
  public var attentionUnits = 64

  /// Gated attention with 64 units.
  public init() {}

  /// The attention-weighted mean over instances.
  public func pool(_ features: Variable) -> Pooled {
    let hidden = features.linear("attention.hidden", to: attentionUnits).tanh()
    let gate = features.linear("attention.gate", to: attentionUnits).sigmoid()
    let weights = (hidden * gate).linear("attention.score", to: 1).softmaxOverInstances()
    return Pooled((weights * features).sumOverInstances(), weights: weights)
  }

  /// Refuses a layer without units.
  public func validate() throws { try ConfigurationError.require("attentionUnits", attentionUnits, in: 1...65536) }
}
