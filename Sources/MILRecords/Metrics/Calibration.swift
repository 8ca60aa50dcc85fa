extension Metric {
  /// The expected calibration error over all bags of a repetition, see ``Calibration/expectedError``.
  ///
  /// Not among the standard metrics, so that files of finished runs keep their columns; a program of one's own adds it to
  /// those that it gives to `MILBench.main`.
  public static let calibrationError = {
    var metric = Metric(id: "calibrationError", title: "calibration error") { outcomes in
      outcomes.areProbabilities
        ? Calibration(labels: outcomes.labels, probabilities: outcomes.scores).expectedError : nil
    }
    (metric.better, metric.scope) = (.smaller, .repetitions)
    return metric
  }()
}

/// Probabilities of bags set against how often these are positive, in ten bins of equal width.
///
/// Bin m of 1 ... 10 has the bags with a probability in ((m - 1)/10, m/10]; the first one has those with 0, too.
package struct Calibration: Sendable, Equatable {
  /// The bags of one bin.
  package struct Bin: Sendable, Equatable {
    /// The number of bags.
    package var bags = 0
    /// The number of positive bags.
    package var positives = 0
    /// The sum of their probabilities.
    var sum = 0.0

    /// The mean probability; nil without bags.
    package var probability: Double? { bags == 0 ? nil : sum / Double(bags) }
    /// The share of positive bags; nil without bags.
    package var share: Double? { bags == 0 ? nil : Double(positives) / Double(bags) }
  }

  /// The number of bins.
  package static let binCount = 10

  /// The bins, by ascending probability.
  package private(set) var bins = Array(repeating: Bin(), count: Calibration.binCount)

  /// The bins of bags.
  ///
  /// - Parameters:
  ///   - labels: 0 or 1 for each bag.
  ///   - probabilities: that of the positive class for each bag, within 0 ... 1.
  package init(labels: [Int], probabilities: [Double]) {
    for (label, probability) in zip(labels, probabilities) {
      let place = (1..<Self.binCount).count { probability > Double($0) / Double(Self.binCount) }
      bins[place].bags += 1
      bins[place].positives += label == 1 ? 1 : 0
      bins[place].sum += probability
    }
  }

  /// The mean over bags of how far the share of positive bags lies from the mean probability of their bin:
  /// sum_m n_m / n |y_m - p_m|; nil without bags.
  ///
  /// Source: M. P. Naeini, G. F. Cooper, M. Hauskrecht, Obtaining well calibrated probabilities using Bayesian binning, AAAI
  /// 2015, doi:10.1609/aaai.v29i1.9602; with bins of equal width as C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, On
  /// calibration of modern neural networks, ICML 2017, have it.
  package var expectedError: Double? {
    let bags = bins.reduce(0) { $0 + $1.bags }
    guard bags > 0 else { return nil }
    return bins.reduce(0) { $0 + (Double($1.positives) - $1.sum).magnitude } / Double(bags)
  }
}
