import Foundation

extension Metric {
  /// The log loss over all bags of a repetition, see ``Metrics/logLoss(labels:probabilities:)``.
  package static let logLoss = ofProbabilities("logLoss", "log loss", Metrics.logLoss)

  /// The Brier score over all bags of a repetition, see ``Metrics/brierScore(labels:probabilities:)``.
  package static let brierScore = ofProbabilities("brier", "Brier score", Metrics.brierScore)

  /// Returns a loss that is not defined for scores that are not probabilities.
  private static func ofProbabilities(
    _ id: String, _ title: String, _ loss: @escaping @Sendable ([Int], [Double]) -> Double?
  ) -> Metric {
    var metric = Metric(id: id, title: title) { $0.areProbabilities ? loss($0.labels, $0.scores) : nil }
    (metric.better, metric.scope) = (.smaller, .repetitions)
    return metric
  }
}

extension Metrics {
  /// Returns the mean negative log-likelihood of the labels, in nats; nil without bags.
  ///
  /// Probabilities are first clipped to [e, 1 - e] with e = 2^-52, as scikit-learn does for double precision.
  package static func logLoss(labels: [Int], probabilities: [Double]) -> Double? {
    let limit = Double.ulpOfOne
    return mean(
      zip(labels, probabilities).map { label, probability in
        -log(min(max(label == 1 ? probability : 1 - probability, limit), 1 - limit))
      })
  }

  /// Returns the mean squared difference between probability and label; nil without bags.
  ///
  /// Source: G. W. Brier, Verification of forecasts expressed in terms of probability, Monthly Weather Review 78(1),
  /// 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2.
  package static func brierScore(labels: [Int], probabilities: [Double]) -> Double? {
    mean(zip(labels, probabilities).map { ($1 - Double($0)) * ($1 - Double($0)) })
  }
}
