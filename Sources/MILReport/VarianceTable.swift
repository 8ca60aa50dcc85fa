import MILExperiments
import MILRecords
import MILStatistics

/// The sources of variance of each model: the deviation of its repetitions' means if one source varies alone.
///
/// A pure function of the records of cells whose protocols have `varies`. A row is a model on a data set by a metric.
package struct VarianceTable: Sendable {
  /// The repetitions of one source.
  struct Source: Sendable, Equatable {
    /// The sample standard deviation of the repetitions' means.
    let deviation: Double
    /// The 95 % interval of the deviation, by chi-square: sqrt(r s^2 / quantile) with r degrees of freedom.
    let interval: ClosedRange<Double>
    /// The difference of the largest and the smallest mean.
    let range: Double
    /// The number of repetitions.
    let repetitions: Int

    /// Creates the deviation of two or more means; nil for fewer.
    init?(_ means: [Double]) {
      guard means.count > 1, let deviation = sampleDeviation(means), let low = means.min(), let high = means.max()
      else { return nil }
      let freedom = Double(means.count - 1)
      let distribution = ChiSquareDistribution(degreesOfFreedom: freedom)
      self.deviation = deviation
      interval =
        deviation * (freedom / distribution.quantile(0.975)).squareRoot()...deviation
        * (freedom / distribution.quantile(0.025)).squareRoot()
      range = high - low
      repetitions = means.count
    }
  }

  /// A model on a data set by a metric.
  struct Row: Sendable {
    let dataset, datasetTitle, model, label, rules: String
    let metric: Metric
    /// The sources by the value of `varies`.
    var sources: [String: Source]

    /// The share of the sum of the variances of single sources that is one of them; nil without all three.
    func share(of source: String) -> Double? {
      let parts = VarianceTable.single.compactMap { sources[$0.name]?.deviation }
      let total = parts.reduce(0) { $0 + $1 * $1 }
      guard parts.count == VarianceTable.single.count, total > 0, let own = sources[source]?.deviation
      else { return nil }
      return own * own / total
    }

    /// The number of repetitions of two models with this deviation each whose difference of two points a test at .05
    /// finds with a probability of .8, (1.960 + 0.842)^2 2 s^2 / .02^2.
    var repetitionsForTwoPoints: Int? {
      sources["all"].map { max(2, Int((pow2(1.959964 + 0.841621) * 2 * pow2($0.deviation / 0.02)).rounded(.up))) }
    }

    /// The smallest difference of two such models that as many repetitions as here find as often.
    var smallestDifference: Double? {
      sources["all"].map { (1.959964 + 0.841621) * $0.deviation * (2 / Double($0.repetitions)).squareRoot() }
    }

    private func pow2(_ value: Double) -> Double { value * value }
  }

  /// The single sources with their titles.
  static let single = [
    (name: "initialisation", title: "initial parameters"), (name: "order", title: "order"),
    (name: "folds", title: "folds"),
  ]

  /// The single sources, and all together.
  private static let sources = single + [(name: "all", title: "all")]

  let rows: [Row]
  private let title: String

  /// Collects the sources of a comparison; nil if no protocol varies a single one.
  package init?(_ comparison: ComparisonTable, records: [TrialRecord]) {
    guard comparison.rows.contains(where: { Self.source(of: $0) != "all" }) else { return nil }
    title = "\(comparison.experiment.title): sources of variance"
    let trials = Dictionary(grouping: records.filter(\.hasResult), by: \.cell)
    let metrics = comparison.metrics.filter { $0.isCompared && $0.scope == .folds }
    var rows: [Row] = []
    for row in comparison.rows {
      for metric in metrics {
        let values = (trials[row.key] ?? []).compactMap { record in
          metric.value(Outcomes([record])).map { (record.repetition, $0) }
        }
        let means = Dictionary(grouping: values, by: \.0).sorted { $0.key < $1.key }
          .compactMap { mean($0.value.map(\.1)) }
        guard let source = Source(means) else { continue }
        let rules = ProtocolSetting.values(in: row.key.protocol).rules
        let place = rows.firstIndex {
          $0.dataset == row.key.dataset && $0.model == row.key.model && $0.rules == rules && $0.metric.id == metric.id
        }
        if let place {
          rows[place].sources[Self.source(of: row)] = source
        } else {
          rows.append(
            Row(
              dataset: row.key.dataset, datasetTitle: row.datasetTitle, model: row.key.model,
              label: row.modelLabel, rules: rules, metric: metric, sources: [Self.source(of: row): source]))
        }
      }
    }
    guard !rows.isEmpty else { return nil }
    let order = metrics.map(\.id)
    let datasets = rows.map(\.dataset)
    self.rows = rows.enumerated().sorted { left, right in
      func key(_ entry: (offset: Int, element: Row)) -> [Int] {
        [
          datasets.firstIndex(of: entry.element.dataset) ?? 0, order.firstIndex(of: entry.element.metric.id) ?? 0,
          entry.offset,
        ]
      }
      return key(left).lexicographicallyPrecedes(key(right))
    }.map(\.element)
  }

  private static func source(of row: ComparisonTable.Row) -> String {
    ProtocolSetting.values(in: row.key.protocol).settings["varies"] ?? "all"
  }

  /// The table for readers.
  package var table: ReportTable {
    ReportTable(
      title, Self.columns, rows: rows, section: { "\($0.dataset) \($0.metric.id)" },
      notes: [
        "SD: the sample standard deviation over repetitions of the mean over a repetition's folds, in points of a share, with "
          + "its 95 % interval by chi-square. One source varies, the others stay as in the first repetition; all: everything "
          + "varies. Order includes dropout and other draws of training. –: the source does not apply to the model.",
        "Share: the variance of the folds as a share of the sum of the three. Range: the largest mean of a repetition minus "
          + "the smallest one, if all varies.",
        "Least difference: the smallest difference of two models with this deviation that as many repetitions as here find "
          + "with a probability of .8 at level .05; for 2 points: the repetitions that find a difference of .02. Both count the "
          + "repetitions as independent and say nothing of other bags, whose share in an interval repetition does not reduce.",
      ])
  }

  /// The table for programs.
  package var numbers: ReportTable { ReportTable(forPrograms: title, Self.columns, rows: rows) }

  private static var columns: [TableColumn<Row>] {
    let named: [TableColumn<Row>] = [
      .text("data set", key: "dataset", exact: { $0.dataset }) { $0.datasetTitle },
      .text("model", key: "model", exact: { $0.model }) { $0.label }, .text(nil, key: "rules") { $0.rules },
      .text("metric", key: "metric", exact: { $0.metric.id }) { $0.metric.title },
    ]
    let sources = sources.flatMap { name, title -> [TableColumn<Row>] in
      [
        .text("\(title)", group: "SD") { row in
          row.sources[name].map {
            "\(NumberText.share($0.deviation)) (\(NumberText.share($0.interval.lowerBound)) to "
              + "\(NumberText.share($0.interval.upperBound)))"
          } ?? "–"
        },
        .number(nil, key: "\(name)SD") { $0.sources[name]?.deviation },
        .number(nil, key: "\(name)SDLow") { $0.sources[name]?.interval.lowerBound },
        .number(nil, key: "\(name)SDHigh") { $0.sources[name]?.interval.upperBound },
        .number(nil, key: "\(name)Range") { $0.sources[name]?.range },
        .count(nil, key: "\(name)Repetitions") { $0.sources[name]?.repetitions },
      ]
    }
    let ends: [TableColumn<Row>] = [
      .number("share of folds", key: "foldsShare") { $0.share(of: "folds") },
      .number("range") { $0.sources["all"]?.range },
      .number("least difference", key: "leastDifference") { $0.smallestDifference },
      .count("for 2 points", key: "repetitionsForTwoPoints") { $0.repetitionsForTwoPoints },
    ]
    return named + sources + ends
  }

  /// The figures: the deviations of all sources, one for each metric.
  package var figures: [ReportFigure] {
    var seen: Set<String> = []
    let metrics = rows.map(\.metric).filter { seen.insert($0.id).inserted }
    return metrics.enumerated().map { place, metric in
      var plot = DotPlot(
        title: "\(title), \(metric.title)", axis: "standard deviation of \(metric.title) over repetitions",
        series: Self.sources.map(\.title))
      plot.bounds = 0...Double.infinity
      for row in rows where row.metric.id == metric.id {
        let values = Self.sources.enumerated().compactMap { series, source in
          row.sources[source.name].map {
            DotPlot.Value(series: series, value: $0.deviation, interval: $0.interval)
          }
        }
        if plot.sections.last?.name == row.datasetTitle {
          plot.sections[plot.sections.count - 1].lines.append((row.label, values))
        } else {
          plot.sections.append((row.datasetTitle, [(row.label, values)]))
        }
      }
      return ReportFigure(
        name: "variance\(place == 0 ? "" : "-\(metric.id)")", svg: plot.svg,
        caption:
          "The standard deviation of the mean \(metric.title) of a repetition if one source of randomness varies alone, and if "
          + "all vary. Lines: 95 % intervals by chi-square.")
    }
  }
}

extension ReportPart {
  /// The sources of variance, for experiments whose repetitions vary one at a time.
  package static let variance = ReportPart("variance") { run in
    let tables = run.byMetric.compactMap { VarianceTable($0.comparison, records: $0.records) }
    guard !tables.isEmpty else { return nil }
    return Contents(tables: tables.map(\.table), numbers: tables.first?.numbers, figures: tables.flatMap(\.figures))
  }
}
