import Autodiff

/// The loss of bags that have classes: the cross entropy, or a function of it that is more robust to wrong labels.
///
/// With p the probability of the bag's label and l = -log p its cross entropy:
///
/// - `cross-entropy`: l.
/// - `generalised`: (1 - p^q) / q = (1 - exp(-q l)) / q, between the cross entropy (q towards 0) and the absolute error
///   (q = 1). Source: Z. Zhang, M. R. Sabuncu, Generalized cross entropy loss for training deep neural networks with
///   noisy labels, NeurIPS 2018, arXiv:1805.07836.
/// - `symmetric`: alpha l + beta r with r = -A (1 - p), the cross entropy with label and probabilities exchanged. A =
///   -4 replaces the logarithm of 0, as in the article. Source: Y. Wang, X. Ma, Z. Chen, Y. Luo, J. Yi, J. Bailey,
///   Symmetric cross entropy for robust learning with noisy labels, ICCV 2019, doi:10.1109/ICCV.2019.00041.
package struct ClassLoss: Sendable, Equatable {
  /// A loss by name.
  package enum Kind: String, Codable, Sendable, CaseIterable {
    /// The cross entropy.
    case crossEntropy = "cross-entropy"
    /// The generalised cross entropy.
    case generalised
    /// The symmetric cross entropy.
    case symmetric
  }

  /// The kind of loss.
  package var kind: Kind
  /// q of the generalised cross entropy.
  package var exponent: Double
  /// The weight of the cross entropy in the symmetric one.
  package var alpha: Double
  /// The weight of the reverse cross entropy in the symmetric one.
  package var beta: Double

  /// The number that replaces the logarithm of 0.
  private static let logarithmOfZero = -4.0

  /// Creates a loss. The defaults are those of the articles; for the symmetric cross entropy, those for ten classes.
  package init(_ kind: Kind = .crossEntropy, exponent: Double = 0.7, alpha: Double = 0.1, beta: Double = 1) {
    (self.kind, self.exponent, self.alpha, self.beta) = (kind, exponent, alpha, beta)
  }

  /// Returns the loss of bags whose cross entropies are given.
  package func of(_ crossEntropy: Variable) -> Variable {
    switch kind {
    case .crossEntropy: crossEntropy
    case .generalised: ((crossEntropy * -exponent).exp() * -1 + 1) * (1 / exponent)
    case .symmetric:
      crossEntropy * alpha + ((crossEntropy * -1).exp() * -1 + 1) * (-Self.logarithmOfZero * beta)
    }
  }
}
