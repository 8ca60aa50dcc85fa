extension Metric {
  /// The expected calibration error over all bags of a repetition; see ``Calibration/expectedError``.
  ///
  /// It is not a standard metric, so that files of finished runs keep their columns. A user's program adds it to the
  /// metrics that it passes to `MILBench.main`.
  public static let calibrationError = {
    var metric = Metric(id: "calibrationError", title: "calibration error") { outcomes in
      outcomes.areProbabilities
        ? Calibration(labels: outcomes.labels, probabilities: outcomes.scores).expectedError : nil
    }
    (metric.better, metric.scope) = (.smaller, .repetitions)
    return metric
  }()
}

/// A comparison of bags' probabilities with their share of positives, in ten bins of equal width.
///
/// Bin m of 1 ... 10 has the bags with a probability in ((m - 1)/10, m/10]; the first bin also has those with 0.
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

  /// Assigns bags to bins.
  ///
  /// - Parameters:
  ///   - labels: 0 or 1 for each bag.
  ///   - probabilities: the probability of the positive class for each bag, within 0 ... 1.
  package init(labels: [Int], probabilities: [Double]) {
    for (label, probability) in zip(labels, probabilities) {
      let place = (1..<Self.binCount).count { probability > Double($0) / Double(Self.binCount) }
      bins[place].bags += 1
      bins[place].positives += label == 1 ? 1 : 0
      bins[place].sum += probability
    }
  }

  /// The expected calibration error: the mean over bags of the distance between their bin's share of positive bags and
  /// its mean probability; nil without bags.
  ///
  /// sum_m n_m / n |y_m - p_m|
  ///
  /// Source: M. P. Naeini, G. F. Cooper, M. Hauskrecht, Obtaining well calibrated probabilities using Bayesian binning,
  /// AAAI 2015, doi:10.1609/aaai.v29i1.9602; with bins of equal width as in C. Guo, G. Pleiss, Y. Sun, K. Q.
  /// Weinberger, On calibration of modern neural networks, ICML 2017.
  package var expectedError: Double? {
    let bags = bins.reduce(0) { $0 + $1.bags }
    guard bags > 0 else { return nil }
    return bins.reduce(0) { $0 + (Double($1.positives) - $1.sum).magnitude } / Double(bags)
  }
}
