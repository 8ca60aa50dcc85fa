import MILRecords
import MILStatistics
import UserInput

/// ROC curves and calibration of each of several classes against the rest, and the confusion matrix.
struct SeveralClassesFigures {
  /// A class against the rest.
  private struct OfClass {
    let name: String
    let curves: [ROCCurve]
    let calibration: Calibration?
  }

  private let title: String
  private let records: [TrialRecord]
  private let repetitions: Int
  private let classes: [OfClass]

  /// Collects finished trials of several classes, sorted by key; trials without an output for each class have no
  /// curves.
  init(_ records: [TrialRecord], title: String) {
    (self.records, self.title) = (records, title)
    let names = records.first?.targets.classNames ?? []
    let usable = records.filter { Outcomes([$0]).outputs.count == names.count && $0.targets.classNames == names }
    let areProbabilities = usable.allSatisfy(\.scoresAreProbabilities)
    let outcomes = Dictionary(grouping: usable, by: \.repetition).sorted { $0.key < $1.key }
      .map { Outcomes($0.value, areProbabilities: areProbabilities) }
    repetitions = outcomes.count
    classes = names.enumerated().map { label, name in
      let sides = outcomes.map { one in (labels: one.labels.map { $0 == label ? 1 : 0 }, scores: one.outputs[label]) }
      return OfClass(
        name: name.onOneLine(limit: 40), curves: sides.compactMap { ROCCurve(labels: $0.labels, scores: $0.scores) },
        calibration: areProbabilities && !sides.isEmpty
          ? Calibration(labels: sides.flatMap(\.labels), probabilities: sides.flatMap(\.scores)) : nil)
    }
  }

  /// The ROC curves, the calibration of probabilities, and the confusion matrix.
  var figures: [ReportFigure] { rocFigures + calibrationFigures + [confusionFigure].compactMap { $0 } }

  /// Returns classes in groups of as many as there are colours, each with the end of its figure's name.
  private func groups(_ all: [OfClass]) -> [(end: String, classes: [OfClass])] {
    let starts = Array(stride(from: 0, to: all.count, by: Palette.count))
    return starts.enumerated().map { index, start in
      (starts.count > 1 ? "-\(index + 1)" : "", Array(all[start..<min(start + Palette.count, all.count)]))
    }
  }

  private var rocFigures: [ReportFigure] {
    groups(classes.filter { !$0.curves.isEmpty }).map { end, group in
      let series = group.compactMap { one -> ROCChart.Series? in
        guard let mean = one.curves.count == 1 ? one.curves[0] : ROCCurve(meanOf: one.curves) else { return nil }
        return ROCChart.Series(name: "\(one.name), AUC \(NumberText.share(mean.area))", curve: mean)
      }
      let chart = ROCChart(
        title: "ROC curves of \(title)", series: series,
        axes: ("share of bags of other classes called it", "share of bags of a class called it"))
      return ReportFigure(
        name: "roc\(end)", svg: chart.svg,
        caption:
          "\(title): ROC curves of each class against the rest, by its output for the test bags of all folds of a "
          + "repetition together\(repetitions > 1 ? "; the mean sensitivity of \(repetitions) repetitions" : ""). AUC: the mean "
          + "of the areas of the repetitions. Outputs of different folds are taken to mean the same, which the AUC within "
          + "folds does not ask for. Dashed: a model that tells nothing.")
    }
  }

  private var calibrationFigures: [ReportFigure] {
    groups(classes.filter { $0.calibration != nil }).map { end, group in
      let chart = ClassCalibrationChart(
        title: "Calibration of \(title)", classes: group.compactMap { one in one.calibration.map { (one.name, $0) } })
      return ReportFigure(
        name: "calibration\(end)", svg: chart.svg,
        caption:
          "\(title): share of test bags of a class against the mean probability of the class that they were given, in "
          + "ten bins of equal width over all folds and repetitions. Dashed: perfect calibration.")
    }
  }

  private var confusionFigure: ReportFigure? {
    guard let results = ClassResults(records) else { return nil }
    let cells = results.classes.map { own in
      own.calledAs.map { count in
        PairMatrix.Cell(text: String(count), balance: own.bags == 0 ? 0 : Double(count) / Double(own.bags))
      }
    }
    let matrix = PairMatrix(
      title: "Confusion matrix of \(title)", names: results.classes.map { $0.name.onOneLine(limit: 40) }, cells: cells)
    return ReportFigure(
      name: "confusion", svg: matrix.svg,
      caption:
        "\(title): numbers of test bags by their class (row) and the class that they are called (column), over all "
        + "folds and repetitions. The darker a cell, the larger its share of the row; bold: more than half.")
  }
}

/// The calibration of each of several classes against the rest on a square.
struct ClassCalibrationChart {
  /// A description of the figure for readers who cannot see it.
  var title: String
  /// The classes with their bins, no more than there are colours.
  var classes: [(name: String, calibration: Calibration)]

  /// The figure.
  var svg: String {
    let legend = Legend(classes.map(\.name), width: 624)
    let square = UnitSquare(left: 62, top: legend.height + 24, size: 440)
    var drawing = Drawing(width: 640, height: square.bottom + 48, title: title)
    legend.draw(into: &drawing, x: 8, y: 8, isDashed: true)
    square.draw(into: &drawing, axes: ("mean probability of a bin", "share of bags of the class"))
    for (index, one) in classes.enumerated() {
      let points = one.calibration.bins.compactMap { bin in
        bin.probability.flatMap { probability in bin.share.map { (x: square.x(probability), y: square.y($0)) } }
      }
      drawing.polyline(points, .series(index), dash: Palette.dash(index))
      for point in points { drawing.mark(index, point.x, point.y) }
    }
    return drawing.svg
  }
}
