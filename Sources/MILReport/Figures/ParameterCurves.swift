import Foundation
import MILExperiments
import MILRecords

/// Accuracy over a parameter, for experiments whose models are one model with different values of it.
///
/// The axis is the parameter with the most distinct numbers among the models; the other differences distinguish the
/// curves.
struct ParameterCurves {
  let figures: [ReportFigure]

  init(_ table: ComparisonTable, _ records: [TrialRecord]) {
    let names = Set(table.experiment.models.map { String($0.id.prefix { $0 != "[" }) })
    guard names.count == 1 else {
      figures = []
      return
    }
    // Records contain the whole configuration, including defaults.
    let configurations = Dictionary(records.map { ($0.model, SettingLeaves($0.configuration).values) }) { first, _ in
      first
    }
    let models = table.experiment.models.map(\.id).filter { configurations[$0] != nil }
    let keys = Set(configurations.values.flatMap(\.keys)).sorted()
    func values(_ key: String) -> Set<String> { Set(models.map { configurations[$0]?[key] ?? "" }) }
    let varying = keys.filter { values($0).count > 1 }
    let numeric = varying.filter { values($0).allSatisfy { Double($0) != nil } }
    guard let axis = numeric.max(by: { values($0).count < values($1).count }), values(axis).count > 2 else {
      figures = []
      return
    }
    let others = varying.filter { $0 != axis }
    func curveName(_ model: String) -> String {
      others.map { "\(Self.short($0)) \(configurations[model]?[$0] ?? "")" }.joined(separator: ", ")
    }
    var seen: Set<String> = []
    let curveNames = models.map(curveName).filter { seen.insert($0).inserted }
    figures = table.experiment.datasets.compactMap { dataset in
      let rows = table.rows.filter { $0.key.dataset == dataset && $0.ours?.leading.mean != nil }
      let curves = curveNames.compactMap { name -> LineChart.Curve? in
        let points = rows.filter { configurations[$0.key.model] != nil && curveName($0.key.model) == name }
          .compactMap { row -> LineChart.Point? in
            guard let x = configurations[row.key.model]?[axis].flatMap(Double.init), let ours = row.ours,
              let accuracy = ours.leading.mean
            else { return nil }
            let error = ours.leading.correctedStandardError ?? 0
            return LineChart.Point(x: x, y: accuracy, interval: accuracy - error...accuracy + error)
          }
        return points.isEmpty
          ? nil
          : LineChart.Curve(name: name.isEmpty ? table.leading.title : name, points: points.sorted { $0.x < $1.x })
      }
      guard !curves.isEmpty, let title = rows.first?.datasetTitle else { return nil }
      var chart = LineChart(
        title: "\(table.experiment.title): \(table.leading.title) over \(Self.short(axis)) on \(title)",
        axes: (Self.short(axis), "mean \(table.leading.title), last epoch"), curves: curves)
      chart.ticksAtPoints = values(axis).count <= 10
      return ReportFigure(
        name: "\(Self.short(axis))-\(dataset)", svg: chart.svg,
        caption:
          "\(title): mean \(table.leading.title) after the last epoch over \(Self.short(axis)). Bands: one corrected standard "
          + "error of the mean to either side, the standard deviation of the fold accuracies times sqrt(1 / trials + test / training), "
          + "as Nadeau and Bengio (2003) correct it for folds that share training bags. Curves of the same folds compare "
          + "more closely than their bands: statistics.csv.")
    }
  }

  private static func short(_ path: String) -> String { path.split(separator: ".").last.map(String.init) ?? path }
}
