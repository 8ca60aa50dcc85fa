import Autodiff
import UserInput

/// The pooling of a bag's random features; nothing in it is learned.
package struct RandomFeaturePooling: Pooling {
  /// The kinds of pooling.
  package enum Kind: String, Codable, Sendable, CaseIterable {
    /// ``MeanPooling``
    case mean
    /// ``MaxPooling``
    case max
    /// ``LogSumExpPooling``
    case logSumExp = "log-sum-exp"
    /// A weighted mean, a = softmax(w . h), with a normal random w that is not learned.
    case attention
    /// Mean, maximum and minimum, one after the other: three times as many features.
    case meanMaxMin = "mean-max-min"
  }

  /// The kind of pooling.
  package var pooling = Kind.meanMaxMin
  /// The sharpness of log-sum-exp pooling.
  package var sharpness = 1.0
  /// The standard deviation of attention's sums w . h, for features of mean square 1; 0 makes attention the mean.
  package var attentionScale = 5.0

  /// Creates a pooling by mean, maximum and minimum.
  package init() {}

  /// Pools with the chosen pooling.
  package func pool(_ features: Variable) -> Pooled {
    switch pooling {
    case .mean: return MeanPooling().pool(features)
    case .max: return MaxPooling().pool(features)
    case .logSumExp: return logSumExp.pool(features)
    case .attention:
      let deviation = attentionScale / Double(features.columns).squareRoot()
      let sums = features.linear(
        "attention", to: 1, bias: false, initialiser: .normal(standardDeviation: deviation), trains: false)
      let weights = sums.softmaxOverInstances()
      return Pooled((weights * features).sumOverInstances(), weights: weights)
    case .meanMaxMin:
      let minimum = -(-features).maxOverInstances()
      return Pooled(
        features.meanOverInstances().concatenated(with: features.maxOverInstances()).concatenated(with: minimum))
    }
  }

  /// Throws if a value is outside its range.
  package func validate() throws {
    try logSumExp.validate()
    try ConfigurationError.require("attentionScale", attentionScale, in: 0...1e3)
  }

  private var logSumExp: LogSumExpPooling {
    var pooling = LogSumExpPooling()
    pooling.sharpness = sharpness
    return pooling
  }
}
