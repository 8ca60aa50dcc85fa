import MILRecords
import MILStatistics

/// The captions of the statistics' tables: the test, the correction, the treatment of ties, and their reliability.
struct StatisticsNotes {
  private let tables: StatisticsTables
  private var statistics: StudyStatistics { tables.statistics }
  private var rules: ComparisonRules { statistics.rules }
  private var level: String { NumberText.briefShare(rules.level) }

  init(_ tables: StatisticsTables) { self.tables = tables }

  /// Returns the notes below the ranks.
  func ranks(_ metric: MetricStatistics, _ over: DatasetsComparison) -> [String] {
    var notes = [
      "Ranks over \(count(over.datasets.count, "data set")) (\(list(over.datasets))) by the mean \(tables.words(metric)) "
        + "of the folds after the last epoch, 1 for the best; equal means share the mean of their ranks. Wins, ties and "
        + "losses are those of single data sets, against all other models."
    ]
    notes += areas(metric)
    if !over.omittedDatasets.isEmpty {
      notes.append("Left out, since a model has no result there: \(list(over.omittedDatasets)).")
    }
    if over.areVariants {
      notes.append(
        "These data sets are variants of one, with bags in common, and not so many independent samples: no test over data "
          + "sets is made of them.")
    }
    guard let friedmanP = over.friedmanP, let smallest = over.smallestFriedmanP else { return notes }
    let f = over.friedmanF.map { "F = \(NumberText.hundredths($0))" } ?? "F without bound"
    let limit =
      smallest < 0.001 ? "" : "; no test that permutes ranks can go below \(NumberText.probability(smallest)) here"
    notes.append(
      "Friedman test with the statistic of Iman and Davenport, corrected for ties: \(f), p "
        + "\(NumberText.equality(friedmanP))\(limit).")
    notes.append(
      "Groups: models with a letter in common follow one another in rank, and no two of them are told apart by exact "
        + "Wilcoxon signed-rank tests over the data sets (zeros after Pratt, ties share their mean rank), adjusted after "
        + "Holm for \(pairs(over)), at \(level).")
    return notes + [power(over)]
  }

  /// Returns the power of the tests with this number of data sets.
  private func power(_ over: DatasetsComparison) -> String {
    let sets = over.datasets.count
    let smallest = NumberText.probability(over.smallestWilcoxonP)
    let start =
      "Power: with \(sets) data sets a model that wins on all of them reaches p = 2/2^\(sets) (\(smallest)), "
      + "\(NumberText.probability(over.smallestAdjustedP)) after adjustment for \(pairs(over))"
    return over.smallestAdjustedP < rules.level
      ? "\(start); a weaker pattern is not told apart as easily."
      : "\(start): no pair can be told apart over these data sets at \(level), whatever the results; that all models "
        + "share a group says nothing of them."
  }

  /// Returns the notes below the matrix of wins.
  func wins(_ metric: MetricStatistics) -> [String] {
    let compared = metric.pairs.filter { $0.p != nil }
    let missing = metric.pairs.count - compared.count
    var notes = [
      "Row against column: \(statistics.datasets.count == 1 ? "" : "the data sets with a ")win, tie or loss. A win is a "
        + "larger mean where the corrected resampled t-test (Nadeau and Bengio 2003; one difference a fold, variance times "
        + "1/n + test/training) has p below \(level), without adjustment; everything else is a tie.",
      chance(compared),
    ]
    if statistics.models.contains(where: { model in statistics.models.contains { !model.isCompared(with: $0) } }) {
      notes.append(
        "Compared are models under the same settings of the protocol, and a model under settings of which one differs.")
    }
    notes += areas(metric)
    if missing > 0 {
      let reasons = Set(metric.pairs.compactMap(\.problem)).sorted()
      notes.append(
        "Of \(count(metric.pairs.count, "comparison")) \(missing) cannot be made: \(reasons.joined(separator: "; ")).")
    }
    notes.append("All pairs with all tests: statistics.csv; the same and the ranks: statistics.json.")
    return notes
  }

  /// Returns the folds of a metric that not every fold has, and the number of shared folds without it.
  private func areas(_ metric: MetricStatistics) -> [String] {
    guard let needs = tables.metric(of: metric).needs,
      let all = statistics.metrics.first(where: { tables.metric(of: $0).needs == nil })
    else { return [] }
    let left = statistics.datasets.compactMap { dataset -> String? in
      let folds = zip(all.pairs, metric.pairs).filter { $0.0.dataset == dataset }
        .map { (left: $0.0.folds - $0.1.folds, of: $0.0.folds) }
      guard let most = folds.max(by: { $0.left < $1.left }), most.left > 0 else { return nil }
      return "\(most.left) of \(most.of) (\(tables.datasetTitles[dataset] ?? dataset))"
    }
    return [
      "\(tables.words(metric)): mean over the folds whose test bags have \(needs); "
        + (left.isEmpty ? "no fold is left out." : "folds left out: \(left.joined(separator: "; ")).")
    ]
  }

  /// Returns the number of significant pairs without those against a floor.
  ///
  /// A win over a floor says nothing about a model's difference from others.
  private func chance(_ compared: [PairComparison]) -> String {
    let floors = Set(statistics.floors)
    let real = compared.filter { !floors.contains($0.a) && !floors.contains($0.b) }
    func apart(_ pairs: [PairComparison]) -> Int { pairs.count { $0.verdict != .tie } }
    func adjusted(_ pairs: [PairComparison]) -> Int { pairs.count { ($0.adjustedP ?? 1) < rules.level } }
    let expected = Double(real.count) * rules.level
    let start =
      "Told apart: \(apart(real)) of \(count(real.count, "comparison")), of which about "
      + "\(NumberText.tenths(expected)) would be by chance alone if no two models differed; after Holm's adjustment "
      + "within each data set: \(adjusted(real))."
    guard real.count < compared.count else { return start }
    let rest = compared.count - real.count
    return start + " Left out of these counts: \(count(rest, "comparison")) with "
      + "\(statistics.floors.map(statistics.label).joined(separator: ", ")), which gives all bags of a fold one score; "
      + "\(apart(compared) - apart(real)) of them are told apart, \(adjusted(compared) - adjusted(real)) after the adjustment."
  }

  /// The notes below the significant pairs.
  var toldApart: [String] {
    let points = NumberText.tenths(100 * rules.equivalence)
    let level = NumberText.tenths(100 * rules.bootstrapLevel)
    return [
      "Difference: mean over the folds on which both finished, better minus worse. P: corrected resampled t-test, "
        + "two-sided; adjusted: after Holm for all pairs on the data set. Probability: Bayesian correlated t-test (Corani "
        + "and Benavoli 2015), equal within \(points) point\(points == "1" ? "" : "s").",
      "Interval over bags: \(level) % percentile bootstrap of the mean over bags, a bag's figure being the share of "
        + "repetitions that call it right, \(rules.resamples) resamples. McNemar: exact, on the majority vote of the "
        + "repetitions for each bag; bags with an even vote are left out.",
    ]
  }

  private func pairs(_ over: DatasetsComparison) -> String {
    count(over.ranks.count * (over.ranks.count - 1) / 2, "pair")
  }

  private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

  private func list(_ datasets: [String]) -> String {
    datasets.map { tables.datasetTitles[$0] ?? $0 }.joined(separator: ", ")
  }
}
