import MILRecords

/// The numbers that a model predicts for test bags against the true ones.
struct NumbersFigure {
  /// A bag: its true number, and the mean of those predicted for it.
  struct Point: Equatable {
    let truth, predicted: Double
  }

  /// The bags in the order of their numbers in the data set.
  let points: [Point]
  private let title: String
  private let repetitions: Int

  /// Collects finished trials with one prediction for each bag.
  init(_ records: [TrialRecord], title: String) {
    self.title = title
    var bags: [Int: (truth: Double, predictions: [Double])] = [:]
    let usable = records.filter { $0.targets.kind == .numbers && $0.outputs == nil }
    for record in usable {
      for (bag, (truth, score)) in zip(record.bags, zip(record.targets.values, record.scores)) {
        bags[bag, default: (truth, [])].predictions.append(score)
      }
    }
    repetitions = Set(usable.map { $0.repetition }).count
    points = bags.sorted { $0.key < $1.key }.compactMap { _, bag in
      mean(bag.predictions).map { Point(truth: bag.truth, predicted: $0) }
    }.filter { $0.truth.isFinite && $0.predicted.isFinite }
  }

  /// The figure; nil without bags.
  var figure: ReportFigure? {
    guard !points.isEmpty else { return nil }
    return ReportFigure(
      name: "predictions", svg: svg,
      caption: "\(title): the number predicted for each test bag against its true number, \(points.count) bags"
        + "\(repetitions > 1 ? "; the mean of the predictions of \(repetitions) repetitions" : ""). Dashed: a prediction without "
        + "error.")
  }

  private var svg: String {
    let (left, top, size) = (72.0, 16.0, 440.0)
    let (right, bottom) = (left + size, top + size)
    // Both axes have one scale, so that the diagonal means equality.
    let values = points.flatMap { [$0.truth, $0.predicted] }
    let x = Scale(of: values, start: left, end: right)
    let y = Scale(of: values, start: bottom, end: top)
    var drawing = Drawing(width: right + 32, height: bottom + 48, title: "Predicted and true numbers of \(title)")
    for tick in y.ticks() {
      drawing.line(left, y.position(tick), right, y.position(tick), .faint, width: 0.5, dash: "1 3")
      drawing.text(Scale.label(tick), left - 6, y.position(tick) + 4, .faint, anchor: .end)
      drawing.line(x.position(tick), bottom, x.position(tick), bottom + 4, .ink)
      drawing.text(Scale.label(tick), x.position(tick), bottom + 18, .faint, anchor: .middle)
    }
    drawing.line(left, bottom, right, top, .faint, dash: "4 4")
    drawing.line(left, bottom, right, bottom, .ink)
    drawing.line(left, top, left, bottom, .ink)
    drawing.text("true number", (left + right) / 2, bottom + 38, anchor: .middle)
    drawing.text("predicted number", 14, (top + bottom) / 2, anchor: .middle, rotation: -90)
    for point in points {
      drawing.mark(0, x.position(point.truth), y.position(point.predicted), size: 3, isHollow: true)
    }
    return drawing.svg
  }
}
