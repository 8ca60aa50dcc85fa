import Autodiff
import UserInput

/// Attention whose hidden units are gated: a = softmax(w' (tanh(V h) * sigmoid(U h))), z = sum a h.
///
/// Source: M. Ilse, J. M. Tomczak, M. Welling, Attention-based deep multiple instance learning, ICML 2018,
/// arXiv 1802.04712.
package struct GatedAttentionPooling: ScoredPooling {
  /// The number of rows of V and of U.
  package var attentionUnits = 64

  /// Creates gated attention with 64 units.
  package init() {}

  /// Returns the attention-weighted mean over instances.
  package func pool(_ features: Variable) -> Pooled { weighted(features) }

  /// Returns w' (tanh(V h) * sigmoid(U h)) of each instance.
  func scores(of features: Variable) -> Variable { features.gatedScores("attention", units: attentionUnits) }

  /// Throws for a layer without units.
  package func validate() throws { try ConfigurationError.require("attentionUnits", attentionUnits, in: 1...65536) }
}

extension Variable {
  /// Returns w' (tanh(V h) * sigmoid(U h)) of each row, with the layers `name.hidden`, `name.gate` and `name.score`.
  ///
  /// - Parameters:
  ///   - name: the name within the enclosing scope.
  ///   - units: the number of rows of V and of U.
  ///   - columns: the number of scores.
  ///   - dropout: the dropout rate of both layers.
  func gatedScores(_ name: String, units: Int, to columns: Int = 1, dropout: Double = 0) -> Variable {
    let hidden = linear("\(name).hidden", to: units).tanh().dropout(dropout)
    let gate = linear("\(name).gate", to: units).sigmoid().dropout(dropout)
    return (hidden * gate).linear("\(name).score", to: columns)
  }
}
