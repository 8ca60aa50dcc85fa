import MILRecords
import MILStatistics

/// The survival of bags in each quarter of the risks that a model predicts.
struct RiskFigure {
  /// The times and events of the bags of a quarter.
  private struct Group {
    var times: [Double] = []
    var events: [Bool] = []
  }

  private static let names = ["lowest quarter of risks", "second quarter", "third quarter", "highest quarter"]

  /// The curves with their names, lowest risks first, without quarters that have no bag.
  let curves: [(name: String, curve: SurvivalCurve)]
  /// Whether the quarters are those of the test bags of a fold, not of all folds of a repetition.
  let isWithinFolds: Bool
  private let title: String

  /// Groups the test bags of finished trials with one risk for each bag.
  ///
  /// Risks of different folds need not have a common scale, so quarters are within folds if each has at least four
  /// bags.
  init(_ records: [TrialRecord], title: String) {
    self.title = title
    let usable = records.filter { $0.targets.kind == .survival && $0.outputs == nil }
    let isWithinFolds = usable.allSatisfy { $0.bags.count >= Self.names.count }
    self.isWithinFolds = isWithinFolds
    let parts =
      isWithinFolds
      ? usable.map { [$0] }
      : Dictionary(grouping: usable, by: \.repetition).sorted { $0.key < $1.key }.map(\.value)
    var groups = Self.names.map { _ in Group() }
    for outcomes in parts.map({ Outcomes($0) }) {
      guard case .survival(let times, let events) = outcomes.targets else { continue }
      for (bag, quarter) in Self.quarters(outcomes.scores).enumerated() {
        groups[quarter].times.append(times[bag])
        groups[quarter].events.append(events[bag])
      }
    }
    curves = zip(Self.names, groups).compactMap { name, group in
      SurvivalCurve(times: group.times, events: group.events).map { (name, $0) }
    }
  }

  /// Returns the quarter of each risk, 0 for the lowest; equal risks share the quarter of their mean rank.
  static func quarters(_ risks: [Double]) -> [Int] {
    Ranks.ascending(risks).map { rank in
      min(names.count - 1, Int(Double(names.count) * (rank - 0.5) / Double(risks.count)))
    }
  }

  /// The figure; nil without bags.
  var figure: ReportFigure? {
    guard !curves.isEmpty else { return nil }
    let start = min(0, curves.flatMap { $0.curve.steps.map(\.time) + [$0.curve.end] }.min() ?? 0)
    let lines = curves.map { name, curve in
      var points = [LineChart.Point(x: start, y: 1)]
      for step in curve.steps {
        points.append(LineChart.Point(x: step.time, y: points[points.count - 1].y))
        points.append(LineChart.Point(x: step.time, y: step.share))
      }
      points.append(LineChart.Point(x: curve.end, y: points[points.count - 1].y))
      return LineChart.Curve(name: name, points: points, marked: [(points.count - 1, "")])
    }
    let chart = LineChart(
      title: "Survival by predicted risk of \(title)", axes: ("time", "share of bags without event"), bounds: 0...1,
      curves: lines)
    return ReportFigure(
      name: "survival", svg: chart.svg,
      caption:
        "\(title): share of test bags whose event has not happened yet (Kaplan and Meier 1958), for each quarter of the "
        + "predicted risks among the test bags of \(isWithinFolds ? "a fold" : "all folds of a repetition together"), over all "
        + "folds and repetitions. Marks: the last time at which a bag was seen. The further apart the curves, the better "
        + "risks tell bags apart.")
  }
}
