/// The sampling error of a share of bags, which few bags cause and repeated cross-validation does not reduce.
package enum BinomialError {
  /// Returns the standard error of an accuracy that is estimated on `bags` bags: sqrt(a (1 - a) / n).
  ///
  /// Nil if there are no bags or the accuracy lies outside 0 ... 1.
  package static func standardError(accuracy: Double, bags: Int) -> Double? {
    guard bags > 0, (0...1).contains(accuracy) else { return nil }
    return (accuracy * (1 - accuracy) / Double(bags)).squareRoot()
  }

  /// Returns the 95% interval of a share of `bags` bags, which is also valid for few bags and for shares of 0 and 1.
  ///
  /// (a + z²/2n ± z sqrt(a (1 - a)/n + z²/4n²)) / (1 + z²/n), with z = 1.96; nil as ``standardError(accuracy:bags:)``.
  ///
  /// Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of the
  /// American Statistical Association 22(158), 1927, doi:10.1080/01621459.1927.10502953.
  package static func wilsonInterval(accuracy: Double, bags: Int) -> ClosedRange<Double>? {
    guard bags > 0, (0...1).contains(accuracy) else { return nil }
    let z = 1.959963984540054
    let n = Double(bags)
    let scale = 1 + z * z / n
    let center = (accuracy + z * z / (2 * n)) / scale
    let half = z * (accuracy * (1 - accuracy) / n + z * z / (4 * n * n)).squareRoot() / scale
    // At 0 and 1, one end is exact except for rounding.
    return (accuracy == 0 ? 0 : max(0, center - half))...(accuracy == 1 ? 1 : min(1, center + half))
  }
}

/// The standard error of a mean over the folds of a repeated cross-validation, which share most of their training bags.
///
/// Source: C. Nadeau, Y. Bengio, Inference for the generalization error, Machine Learning 52, 2003,
/// doi:10.1023/A:1024068626366.
package enum CorrectedError {
  /// Returns the corrected standard error, s sqrt(1/J + test/training).
  ///
  /// - Parameters:
  ///   - deviation: the sample standard deviation s of the values.
  ///   - count: the number of values J, one a fold of a repetition.
  ///   - testPerTraining: the size of the test part divided by that of the training part, 1/(k - 1) for k folds.
  package static func standardError(deviation: Double, count: Int, testPerTraining: Double) -> Double {
    deviation * (1 / Double(count) + testPerTraining).squareRoot()
  }

  /// Returns the size of the test parts of trials divided by that of their training parts.
  ///
  /// Nil if neither the records nor their settings say. Records without the number of training bags count as folds of a
  /// partition, 1/(k - 1) for k folds.
  package static func testPerTraining(_ records: [TrialRecord]) -> Double? {
    let training = records.compactMap { $0.trainingBags }
    if training.count == records.count, !records.isEmpty {
      return Double(records.reduce(0) { $0 + $1.bags.count }) / Double(training.reduce(0, +))
    }
    let folds = records.first?.statedFolds ?? records.map { $0.fold }.max() ?? 0
    return folds > 1 ? 1 / Double(folds - 1) : nil
  }
}
