import MILRecords

/// The differences of two models on the folds of one data set, with what a correlated test needs to know of the folds.
package struct FoldDifferences: Sendable, Equatable {
  /// First model minus second, one for each fold.
  package let differences: [Double]
  /// The size of the test part divided by that of the training part.
  package let testPerTraining: Double

  /// Creates the differences of one data set.
  package init(_ differences: [Double], testPerTraining: Double) {
    (self.differences, self.testPerTraining) = (differences, testPerTraining)
  }
}

/// The Bayesian hierarchical comparison of two models: the probabilities for the next data set that one model is
/// better, that the other is, and of practical equality.
///
/// The differences on the folds of data set i are normal with mean d_i, standard deviation s_i and correlation r =
/// test/(test + training) of any two. The means of the data sets are a sample of Student's t: d_i = m + w t_v. An
/// uncertain mean that is far from the others is drawn towards them.
///
/// Priors: m is uniform over the possible differences, -1 ... 1 of shares. w is uniform from 0 to 1,000 standard
/// deviations of the means, each s_i from 0 to 1,000 mean standard deviations. v - 1 is gamma with shape uniform in 0.5
/// ... 5 and rate uniform in 0.05 ... 0.15. The probabilities are those of a draw d from t_v(m, w), averaged over the
/// posterior of m, w and v: above, within and below the region of practical equivalence; they sum to 1.
///
/// The article samples the posterior and counts which of the three is the most probable. Here the posterior is
/// integrated: over s_i in closed form (its bound changes no printed digit), over the rest by quadrature. There is no
/// sampling error, no seed and no chain to check, and swapped models have the mirrored result. The error of the
/// quadrature is about .0002, and at most .001.
///
/// A data set whose folds all differ equally has no spread. It gets that of a uniform distribution over the region of
/// equivalence, as in the authors' program.
///
/// With fewer than three data sets the result would depend on the bounds of the priors.
///
/// Source: G. Corani, A. Benavoli, J. Demšar, F. Mangili, M. Zaffalon, Statistical comparison of classifiers through
/// Bayesian hierarchical modelling, Machine Learning 106, 2017, doi:10.1007/s10994-017-5641-9.
package struct HierarchicalBayesTest: Sendable, Equatable {
  /// The fewest data sets.
  package static let fewestDatasets = 3
  /// The fewest folds of a data set; with fewer its standard deviation has no posterior without the bound.
  package static let fewestFolds = 3

  /// The probability that the first model is better on the next data set by more than the region of equivalence.
  package let aBetter: Double
  /// The probability that the difference on the next data set lies in the region.
  package let equal: Double
  /// The probability that the second model is better by more than the region.
  package let bBetter: Double

  /// Compares two models; nil for fewer than three data sets with at least three folds, or without a width.
  ///
  /// - Parameters:
  ///   - datasets: the differences of each data set; those with fewer than three folds are left out.
  ///   - equivalence: half the width of the region of practical equivalence, in the unit of the differences, above 0.
  ///   - largest: the largest possible difference, 1 for shares.
  package init?(_ datasets: [FoldDifferences], equivalence: Double, largest: Double = 1) {
    let used = datasets.filter { $0.differences.count >= Self.fewestFolds }
    guard used.count >= Self.fewestDatasets, equivalence > 0, largest > 0 else { return nil }
    let likelihoods = used.map { DatasetLikelihood($0, equivalence: equivalence) }
    guard likelihoods.allSatisfy({ $0.mean.isFinite && $0.width.isFinite && $0.width > 0 }) else { return nil }
    let means = likelihoods.map(\.mean)
    let among = sampleDeviation(means) ?? 0
    let within = likelihoods.reduce(0) { $0 + $1.deviation } / Double(likelihoods.count)
    let posterior = HierarchicalPosterior(
      likelihoods: likelihoods, largestCentre: largest, largestWidth: 1000 * (among > 1e-9 ? among : within),
      equivalence: equivalence)
    let shares = posterior.shares
    aBetter = shares.above
    bBetter = shares.below
    equal = max(0, 1 - shares.above - shares.below)
  }
}
