import MILRecords
import MILStatistics

extension StatisticsTables {
  /// The result of the comparison by the leading metric, in one sentence with its uncertainty.
  package var sentence: String {
    guard let leading = statistics.metrics.first else { return "" }
    guard let over = leading.overDatasets, let best = over.ranks.first, let next = over.ranks.dropFirst().first else {
      return "No data set has a result of every model, so there is nothing to compare."
    }
    if statistics.models.count == 2, statistics.datasets.count == 1, let pair = leading.pairs.first {
      return sentence(of: pair)
    }
    return over.datasets.count == 1
      ? sentence(on: over.datasets[0], best, next, leading) : sentence(over, best, next, leading)
  }

  private var level: String { NumberText.briefShare(statistics.rules.level) }

  private var leadingTitle: String { statistics.metrics.first.map(words) ?? "" }

  private var isLargerBetter: Bool { statistics.metrics.first.map { metric(of: $0).better == .larger } ?? true }

  private func title(_ dataset: String) -> String { datasetTitles[dataset] ?? dataset }

  /// Returns the sentence on two models on one data set.
  private func sentence(of pair: PairComparison) -> String {
    let (a, b) = (statistics.label(of: pair.a), statistics.label(of: pair.b))
    guard let difference = pair.difference, let p = pair.p, let better = pair.probabilityABetter,
      let equal = pair.probabilityEqual, let worse = pair.probabilityBBetter
    else { return "On \(title(pair.dataset)) \(a) and \(b) cannot be compared: \(pair.problem ?? "no result")." }
    let outcome =
      switch pair.verdict {
      case .aBetter: "\(a) is better than \(b)"
      case .bBetter: "\(a) is worse than \(b)"
      case .tie, .notCompared: "\(a) and \(b) are not told apart"
      }
    let interval = pair.bootstrapLow.flatMap { low in
      pair.bootstrapHigh.map { high in
        "\(NumberText.tenths(100 * statistics.rules.bootstrapLevel)) % interval over bags "
          + "\(NumberText.signedShare(low)) to \(NumberText.signedShare(high)), "
      }
    }
    return "On \(title(pair.dataset)) \(outcome): \(leadingTitle) differs by \(NumberText.signedShare(difference)) ("
      + "\(interval ?? "")corrected resampled t-test p \(NumberText.equality(p)), probability better "
      + "\(NumberText.probability(better)), practically equal \(NumberText.probability(equal)), worse "
      + "\(NumberText.probability(worse)))."
  }

  /// Returns the sentence on several models and one data set with results of all.
  private func sentence(
    on dataset: String, _ best: DatasetsComparison.Ranked, _ next: DatasetsComparison.Ranked,
    _ leading: MetricStatistics
  ) -> String {
    let others = statistics.models.filter { $0.key != best.model }
    let pairs = leading.pairs.filter { $0.dataset == dataset && ($0.a == best.model || $0.b == best.model) }
    let beaten = pairs.filter { $0.verdict == ($0.a == best.model ? .aBetter : .bBetter) }
      .map { $0.a == best.model ? $0.b : $0.a }
    let names = others.filter { beaten.contains($0.key) }.map(\.label)
    return
      "On \(title(dataset)) \(statistics.label(of: best.model)) has the \(isLargerBetter ? "largest" : "smallest") mean \(leadingTitle) "
      + "(\(NumberText.share(best.mean))) and \(toldApart(names, of: others.count)) (corrected resampled "
      + "t-test at \(level), unadjusted\(pairs.compactMap { lead(of: best.model, over: next.model, in: $0) }.joined()))."
  }

  /// Returns the lead of the first model over the next, if the pair is theirs.
  private func lead(of best: String, over next: String, in pair: PairComparison) -> String? {
    guard [pair.a, pair.b].contains(next), let difference = pair.difference, let p = pair.p,
      let equal = pair.probabilityEqual
    else { return nil }
    // A subtraction avoids the sign of a negative zero.
    let lead = NumberText.signedShare(pair.a == best ? difference : 0 - difference)
    return "; \(lead) over \(statistics.label(of: next)), the next, has p \(NumberText.equality(p)), practically equal "
      + "\(NumberText.probability(equal))"
  }

  /// Returns the sentence on several data sets.
  private func sentence(
    _ over: DatasetsComparison, _ best: DatasetsComparison.Ranked, _ next: DatasetsComparison.Ranked,
    _ leading: MetricStatistics
  ) -> String {
    let beaten = over.ranks.indices.filter { $0 > 0 && over.adjustedP[0][$0] < statistics.rules.level }
    let names = beaten.map { statistics.label(of: over.ranks[$0].model) }
    let tally = leading.tally(of: best.model, against: next.model)
    let counts = tally.map { ", against which it wins on \($0.wins), ties on \($0.ties) and loses on \($0.losses)" }
    func words(_ model: DatasetsComparison.Ranked) -> String {
      "\(statistics.label(of: model.model)) (mean rank \(NumberText.hundredths(model.averageRank)), mean \(leadingTitle) "
        + "\(NumberText.share(model.mean)))"
    }
    let start = "Over \(over.datasets.count) data sets \(words(best)) comes before \(words(next))\(counts ?? "")"
    if over.areVariants { return start + "; they are variants of one data set, so no test is made over them." }
    return start
      + ", and \(toldApart(names, of: over.ranks.count - 1)) (exact Wilcoxon signed-rank tests, adjusted after "
      + "Holm, at \(level); the smallest p-value so few data sets can give is \(NumberText.probability(over.smallestAdjustedP)))."
      + nextDatasetSentence(best.model, next.model, leading)
  }

  private func toldApart(_ names: [String], of count: Int) -> String {
    if count == 1 { return names.isEmpty ? "is not told apart from it" : "is told apart from it" }
    if names.isEmpty { return "is told apart from none of the \(count) others" }
    return "is told apart from \(names.count == count ? "all \(count) others" : names.joined(separator: ", "))"
  }
}
