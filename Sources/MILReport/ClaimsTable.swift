import MILExperiments
import MILRecords

/// The claims of an experiment with answers from the measured cells, and the means of the cells by model.
///
/// A pure function of the experiment and its cells.
package struct ClaimsTable: Sendable, Equatable {
  private let experiment: Experiment
  private let cells: [CellSummary]
  private let metrics: [Metric]
  /// The number of trials of a model's complete cells.
  private let expected: Int
  /// The claims with their measurements.
  package let answers: [ClaimAnswer]

  /// Creates the table of an experiment; nil if it makes no claims.
  ///
  /// - Parameters:
  ///   - experiment: the models and their claims.
  ///   - cells: the measured cells.
  ///   - records: the trials of the cells, which may have more repetitions than the experiment.
  ///   - metrics: the metrics of the experiment's task.
  package init?(
    experiment: Experiment, cells: [CellSummary], records: [TrialRecord] = [], metrics: [Metric] = .standard
  ) {
    if experiment.claims.isEmpty { return nil }
    self.experiment = experiment
    self.cells = cells
    self.metrics = metrics
    let trials = experiment.trialsPerCell(recorded: records)
    expected = experiment.datasets.reduce(0) { $0 + (trials[$1] ?? 0) }
    answers = ClaimAnswer.answers(experiment, cells)
  }

  /// The table with one row for each condition: the comparison, its result, and whether the claim is true here.
  package var table: ReportTable {
    var table = ReportTable(
      title: "\(experiment.title): claims",
      columns: [
        .init("claim"), .init("answer"), .init("compared"), .init("bound"), .init("measured", .right),
        .init("lowest", .right), .init("highest", .right), .init("data sets"),
      ])
    for answer in answers {
      for (index, measurement) in answer.measurements.enumerated() {
        let values = measurement.values.map(\.value)
        let words = index == 0 ? [answer.claim.text, Self.word(answer.holds)] : ["", ""]
        let figures = [measurement.mean, values.min(), values.max()].map { $0.map(Self.number) ?? CellText.notRun }
        let count = "\(values.count) of \(experiment.datasets.count)"
        table.append(
          .init(
            words + [Self.words(measurement.condition), Self.bound(measurement.condition)] + figures + [count],
            beginsSection: index == 0))
      }
    }
    table.notes = [
      "Measured: the mean over the data sets on which both models have finished trials; lowest and highest are those of "
        + "single data sets. A claim holds when all its means lie within their bounds.\(areaNote)",
      dataNote,
    ]
    return table
  }

  /// The table with one row for each model, averaged over the data sets.
  ///
  /// The columns are the metrics that compare models, the leading one last, trained parameters and training seconds.
  package var models: ReportTable {
    // The cells determine which of the metrics apply to their targets.
    let known = cells.first { $0.finished > 0 }
    let applying = known.map { cell in
      metrics.filter { metric in metric == cell.leadingMetric || cell.metrics.contains { $0.key == metric.id } }
    }
    let compared = (applying ?? metrics.applying(to: [])).filter(\.isCompared).reversed()
    var table = ReportTable(
      title: "\(experiment.title): models",
      columns: [.init("model")] + compared.map { .init($0.title, .right) } + [
        .init("trained parameters", .right), .init("training seconds", .right), .init("data sets"), .init("trials"),
      ])
    for model in experiment.models {
      let own = cells.filter {
        $0.model == model.id && $0.protocol == experiment.protocolName(of: model)
          && experiment.datasets.contains($0.dataset)
      }
      func text(_ value: (CellSummary) -> Double?, _ print: (Double) -> String) -> String {
        let values = own.compactMap(value)
        return values.isEmpty ? CellText.notRun : print(values.reduce(0, +) / Double(values.count))
      }
      table.append(
        .init(
          [model.label ?? model.id]
            + compared.map { metric in text({ $0[metric.id] }, { NumberText.text($0, metric.style) }) } + [
              text({ $0.parameters.map(Double.init) }, { "\(Int($0.rounded()))" }), text(\.seconds, Self.number),
              "\(own.count { $0.finished > 0 }) of \(experiment.datasets.count)",
              "\(own.reduce(0) { $0 + $1.finished }) of \(expected)",
            ]))
    }
    table.notes = [
      "Means over data sets of the means over trials; seconds are those of fitting one trial on one core. AUC: "
        + "\(FoldClassNotes.area(cells.map { ($0.dataset, $0) })).", dataNote,
    ]
    return table
  }

  /// The folds over which an AUC is a mean, if a claim is about one.
  private var areaNote: String {
    let isAsked = answers.contains { $0.measurements.contains { $0.condition.metric == Metric.areaUnderCurve.id } }
    return isAsked ? " AUC: \(FoldClassNotes.area(cells.map { ($0.dataset, $0) }))." : ""
  }

  private var dataNote: String { "Data: \(experiment.datasets.joined(separator: "; "))." }

  private static func word(_ holds: Bool?) -> String {
    holds.map { $0 ? "holds" : "does not hold here" } ?? CellText.notRun
  }

  private static func words(_ condition: ClaimCondition) -> String {
    let sign = condition.comparison == .difference ? "−" : "/"
    return "\(condition.metric): \(condition.model) \(sign) \(condition.against)"
  }

  private static func bound(_ condition: ClaimCondition) -> String {
    switch (condition.atLeast, condition.atMost) {
    case (let low?, let high?): "\(number(low)) to \(number(high))"
    case (let low?, nil): "at least \(number(low))"
    case (nil, let high?): "at most \(number(high))"
    case (nil, nil): ""
    }
  }

  /// Returns three decimals for shares and seconds, fewer for large ratios.
  private static func number(_ value: Double) -> String {
    value.magnitude < 100 ? NumberText.share(value) : "\(value.rounded())"
  }
}

extension ReportPart {
  /// The answers to an experiment's claims, and the models of the claims, if there are claims.
  package static let claims = ReportPart("claims") { run in
    let (experiment, metrics) = (run.comparison.experiment, run.comparison.metrics)
    return ClaimsTable(experiment: experiment, cells: run.cells, records: run.records, metrics: metrics).map {
      var contents = Contents(tables: [$0.table, $0.models], numbers: $0.table)
      contents.files["models.csv"] = $0.models.csv
      return contents
    }
  }
}
