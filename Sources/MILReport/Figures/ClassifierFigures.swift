import MILRecords
import MILStatistics

/// ROC curves and calibration of models on one data set of two classes, by the scores of test bags.
package struct ClassifierFigures {
  /// A model's trials.
  private struct Entry {
    let name: String
    let curves: [ROCCurve]
    let calibration: Calibration?
    let brier: Double?
    let expectedError: Double?
  }

  private let dataset: String
  private let entries: [Entry]

  /// Creates the figures of trials.
  ///
  /// - Parameters:
  ///   - models: the names of the models with their trials; trials without a result or of other tasks are left out.
  ///   - dataset: the name of the data set.
  package init(_ models: [(name: String, records: [TrialRecord])], on dataset: String) {
    self.dataset = dataset
    entries = models.compactMap { name, records in
      let usable = records.filter { $0.hasResult && $0.targets.kind == .twoClasses && $0.outputs == nil }
        .sorted { $0.key < $1.key }
      let repetitions = Dictionary(grouping: usable, by: \.repetition).sorted { $0.key < $1.key }
        .map { Outcomes($0.value, areProbabilities: usable.allSatisfy(\.scoresAreProbabilities)) }
      let curves = repetitions.compactMap { ROCCurve(labels: $0.labels, scores: $0.scores) }
      guard !curves.isEmpty else { return nil }
      let areProbabilities = repetitions.allSatisfy(\.areProbabilities)
      return Entry(
        name: name, curves: curves,
        calibration: areProbabilities
          ? Calibration(labels: repetitions.flatMap(\.labels), probabilities: repetitions.flatMap(\.scores)) : nil,
        brier: Self.mean(.brierScore, repetitions), expectedError: Self.mean(.calibrationError, repetitions))
    }
  }

  private static func mean(_ metric: Metric, _ repetitions: [Outcomes]) -> Double? {
    let values = repetitions.compactMap(metric.value)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// The mean over repetitions of the first model's expected calibration error; nil unless scores are probabilities.
  package var expectedCalibrationError: Double? { entries.first?.expectedError }

  /// The ROC curves of all models, six per figure, then the calibration of each model with probabilities.
  package var figures: [ReportFigure] { rocFigures + calibrationFigures }

  /// The ROC curves of all models, with as many per figure as there are colours.
  package var rocFigures: [ReportFigure] {
    let groups = stride(from: 0, to: entries.count, by: Palette.count).map {
      Array(entries[$0..<min($0 + Palette.count, entries.count)])
    }
    return groups.enumerated().map { index, group in
      let chart = ROCChart(
        title: "ROC curves on \(dataset)",
        series: group.compactMap { entry in series(entry, showsParts: entries.count == 1) })
      return ReportFigure(
        name: "roc" + (groups.count > 1 ? "-\(index + 1)" : ""), svg: chart.svg,
        caption: "\(dataset): ROC curves of the scores of test bags, all folds of a repetition together"
          + "\(repeatsText(group)). AUC: the mean of the areas of the repetitions. Scores of different folds are taken to mean "
          + "the same, which the AUC within folds does not ask for. Dashed: a model that tells nothing.")
    }
  }

  private func series(_ entry: Entry, showsParts: Bool) -> ROCChart.Series? {
    guard let mean = entry.curves.count == 1 ? entry.curves[0] : ROCCurve(meanOf: entry.curves) else { return nil }
    return ROCChart.Series(
      name: "\(entry.name), AUC \(NumberText.share(mean.area))", curve: mean,
      parts: showsParts && entry.curves.count > 1 ? entry.curves : [])
  }

  private func repeatsText(_ group: [Entry]) -> String {
    let most = group.map(\.curves.count).max() ?? 1
    guard most > 1 else { return "" }
    return "; thick: the mean sensitivity of up to \(most) repetitions"
      + (entries.count == 1 ? ", each of which is drawn thin" : "")
  }

  /// The calibration of each model with probabilities.
  private var calibrationFigures: [ReportFigure] {
    entries.enumerated().compactMap { index, entry in
      guard let calibration = entry.calibration, let brier = entry.brier, let error = entry.expectedError else {
        return nil
      }
      let diagram = ReliabilityDiagram(
        title: "Calibration of \(entry.name) on \(dataset)", calibration: calibration, repeats: entry.curves.count)
      return ReportFigure(
        name: "calibration" + (entries.count > 1 ? "-\(index + 1)" : ""), svg: diagram.svg,
        caption: "\(entry.name) on \(dataset): share of positive test bags against the mean probability that they were "
          + "given, in ten bins of equal width over all folds and repetitions. Lines: Wilson's 95 % interval for the bags of a bin "
          + "in one repetition, since repetitions score the same bags. Grey: the bags of each bin. Dashed: perfect "
          + "calibration. Brier score \(NumberText.share(brier)), expected calibration error \(NumberText.share(error)), "
          + "means of the repetitions.")
    }
  }
}
