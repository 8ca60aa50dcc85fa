import MILRecords
import MILStatistics

/// The figures of a model under one protocol over several data sets.
///
/// Means, ranks, win rates and improvability compare the models that were run on all of these sets.
struct OverallFigures: Sendable {
  /// The share of data sets, and of repetitions, in which a model is ahead of another one, averaged over the others.
  struct Rate: Sendable {
    let datasets: Double
    let repetitions: Double?

    /// Both in percent, for example `80/76`.
    var text: String {
      let parts = [datasets, repetitions].compactMap { $0 }.map { NumberText.plain(100 * $0, decimals: 0) }
      return parts.joined(separator: "/")
    }
  }

  /// The number of these data sets on which it was run, and their number under the protocol.
  let sets: Int, allSets: Int
  /// The means by each metric; empty unless it was run on all sets.
  var means: [Double?] = []
  /// The mean rank by each metric.
  var ranks: [Double?] = []
  /// The number of sets on which it comes first, by each metric.
  var wins: [Int] = []
  /// The win rate by each metric; empty unless it was run on all sets, nil without another model.
  var rates: [Rate?] = []
  /// The mean gap to the best as a share of its error by each metric, see ``Improvability``.
  var gaps: [Double?] = []
  /// The median seconds of training a fold; nil unless it was run on all sets.
  var seconds: Double?

  /// Returns the figures of each entry of boards of one protocol.
  static func all(_ boards: [SiteBoard], _ metrics: [Metric]) -> [[String]: OverallFigures] {
    let cells = Dictionary(grouping: boards.flatMap(\.cells), by: \.entry)
    let placed = boards.map { board in
      metrics.map { metric in
        Dictionary(zip(board.cells.map(\.entry), board.ranks(metric)).map { ($0, $1) }) { a, _ in a }
      }
    }
    var found = cells.map { entry, own -> (entry: [String], figures: OverallFigures) in
      var figures = OverallFigures(sets: own.count, allSets: boards.count)
      figures.wins = metrics.indices.map { metric in
        placed.count { ranks in
          // Tied best models share a rank, such as 1.5, and each of them comes first.
          let best = ranks[metric].values.compactMap { $0 }.min()
          return best != nil && ranks[metric][entry] == .some(best)
        }
      }
      if own.count == boards.count, !own.isEmpty {
        figures.means = metrics.map { metric in mean(own.compactMap { SiteBoard.value($0, metric) }) }
        figures.seconds = SiteCell.median(own.flatMap { $0.records.map { $0.seconds } })
      }
      return (entry, figures)
    }.sorted { $0.entry.lexicographicallyPrecedes($1.entry) }
    let complete = found.indices.filter { !found[$0].figures.means.isEmpty }
    let rivals = boards.map { board -> [SiteCell] in
      let byEntry = Dictionary(board.cells.map { ($0.entry, $0) }) { a, _ in a }
      return complete.compactMap { byEntry[found[$0].entry] }
    }
    for metric in metrics {
      let compared = compare(rivals, metric, count: complete.count)
      for (place, index) in complete.enumerated() {
        found[index].figures.ranks.append(compared.ranks[place])
        found[index].figures.rates.append(compared.rates[place])
        found[index].figures.gaps.append(compared.gaps[place])
      }
    }
    return Dictionary(found.map { ($0.entry, $0.figures) }) { a, _ in a }
  }

  /// Returns mean ranks, win rates and gaps of models by a metric, given their cells on each data set.
  private static func compare(
    _ boards: [[SiteCell]], _ metric: Metric, count: Int
  ) -> (ranks: [Double?], rates: [Rate?], gaps: [Double?]) {
    let rows = boards.filter { $0.count == count }.map { cells in cells.map { SiteBoard.value($0, metric) } }
    let known = zip(boards, rows).filter { !$1.contains(nil) }.map { (cells: $0, values: $1.compactMap { $0 }) }
    let none = [Double?](repeating: nil, count: count)
    guard !known.isEmpty, count > 0 else { return (none, [Rate?](repeating: nil, count: count), none) }
    let ranks = Ranks.averages(known.map { $0.values.map { metric.better.sign * ($0 * 1e9).rounded() } })
    let gaps = known.map { Improvability.gaps($0.values, metric) }
    let means = known.map { $0.cells.map { $0.repetitionMeans(metric) } }
    let rates = (0..<count).map { own -> Rate? in
      let others = (0..<count).filter { $0 != own }
      var shares: [Double] = []
      var repeated: [Double] = []
      for (row, repetitions) in zip(known, means) {
        for other in others {
          shares.append(share(row.values[own] - row.values[other], metric))
          for (repetition, value) in repetitions[own].sorted(by: { $0.key < $1.key }) {
            if let against = repetitions[other][repetition] { repeated.append(share(value - against, metric)) }
          }
        }
      }
      return mean(shares).map { Rate(datasets: $0, repetitions: mean(repeated)) }
    }
    let hasErrors = !gaps.contains { $0 == nil }
    let meanGaps = (0..<count).map { index in hasErrors ? mean(gaps.compactMap { $0?[index] }) : nil }
    return (ranks.map { $0 }, rates, meanGaps)
  }

  /// Returns 1 for a gain, 0 for a loss and 0.5 for none.
  private static func share(_ difference: Double, _ metric: Metric) -> Double {
    difference.magnitude < 1e-9 ? 0.5 : (difference > 0) == (metric.better == .larger) ? 1 : 0
  }
}

extension SiteCell {
  /// Returns the mean of a metric over the folds of each repetition in which it is defined.
  func repetitionMeans(_ metric: Metric) -> [Int: Double] {
    Dictionary(grouping: records, by: \.repetition).compactMapValues { own in
      MILRecords.mean(own.compactMap { metric.value(Outcomes([$0])) })
    }
  }
}
