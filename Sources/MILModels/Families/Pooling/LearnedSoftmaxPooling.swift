import Autodiff
import UserInput

/// Each feature weighted by its own softmax: z = sum a x, a = softmax(s x), with a learned sharpness s, the inverse of the
/// temperature, for each feature.
///
/// The mean at s = 0, the maximum as s grows, the minimum as it falls below 0. The weight of an instance is the mean of
/// its features' weights.
///
/// Source: B. McFee, J. Salamon, J. P. Bello, Adaptive pooling operators for weakly labeled sound event detection,
/// IEEE/ACM Transactions on Audio, Speech, and Language Processing 26(11), 2018, doi:10.1109/TASLP.2018.2858559.
package struct LearnedSoftmaxPooling: Pooling {
  /// Where the sharpness of every feature starts.
  package var sharpness = 1.0

  /// A softmax that starts with temperature 1.
  package init() {}

  /// The softmax-weighted sum over instances, feature by feature.
  package func pool(_ features: Variable) -> Pooled {
    let learned = features.graph.parameter(
      "sharpness", columns: features.columns, initialiser: .constant(sharpness))
    let weights = (learned * features).softmaxOverInstances()
    let share = weights.sumOverFeatures() / Double(features.columns)
    return Pooled((weights * features).sumOverInstances(), weights: share)
  }

  /// Refuses a start that no training comes back from.
  package func validate() throws { try ConfigurationError.require("sharpness", sharpness, in: -1e3...1e3) }
}
