import MILRecords

/// Models by their time and quality, and the front: the models that no faster one equals or surpasses.
///
/// The figure is as wide as a small screen. Models of the front have a number, which names them below the plot.
package struct FrontChart: Sendable {
  /// A model with its seconds and its quality.
  package struct Point: Sendable, Equatable {
    /// The model's name.
    package var name: String
    /// The seconds of a fit; values below ``FrontChart/leastSeconds`` are drawn there.
    package var seconds: Double
    /// The mean by the metric.
    package var quality: Double

    /// Creates a point from its parts.
    package init(name: String, seconds: Double, quality: Double) {
      (self.name, self.seconds, self.quality) = (name, seconds, quality)
    }
  }

  /// The least time on the axis.
  package static let leastSeconds = 1e-3

  /// The description of the figure for readers who cannot see it.
  package var title: String
  /// The metric of the quality.
  package var metric: Metric
  /// The models.
  package let points: [Point]
  /// The models of the front, fastest first: each is better than all faster ones.
  package let front: [Point]

  /// Creates a chart from its parts.
  package init(title: String, metric: Metric, points: [Point]) {
    (self.title, self.metric) = (title, metric)
    self.points = points.filter { $0.seconds.isFinite && $0.quality.isFinite }
    let sign = metric.better.sign
    var best = -Double.infinity
    front = self.points.sorted {
      ($0.seconds, -sign * $0.quality, $0.name) < ($1.seconds, -sign * $1.quality, $1.name)
    }.filter { point in
      guard sign * point.quality > best else { return false }
      best = sign * point.quality
      return true
    }
  }

  private static let (left, right, top, bottom) = (46.0, 328.0, 30.0, 250.0)
  /// The left edge of the names in the legend.
  private static let nameStart = 34.0
  private static let size = 11.0
  private static let lineHeight = 15.0

  /// The figure as SVG.
  package var svg: String {
    let lines = legend
    let widths = lines.map { Self.nameStart + TextWidth.of($0.name, size: Self.size) + Self.figuresWidth }
    let width = max(Self.right + 8, widths.max() ?? 0)
    let start = Self.bottom + 62
    var drawing = Drawing(
      width: width, height: start + Double(lines.count) * Self.lineHeight + 4, title: title)
    draw(&drawing)
    for (index, line) in lines.enumerated() {
      let y = start + Double(index) * Self.lineHeight
      drawing.text(line.number, 26, y, size: Self.size, anchor: .end, isBold: true)
      drawing.text(line.name, Self.nameStart, y, size: Self.size)
      drawing.text(line.figures, width - 6, y, .faint, size: Self.size, anchor: .end)
    }
    return drawing.svg
  }

  /// The room for the figures of a line of the legend.
  private static let figuresWidth = 92.0

  /// The lines of the legend; a long name takes several.
  private var legend: [(number: String, name: String, figures: String)] {
    var lines: [(number: String, name: String, figures: String)] = []
    for (index, point) in front.enumerated() {
      let room = Self.right - Self.nameStart - Self.figuresWidth
      let figures = "\(NumberText.text(point.quality, metric.style)), \(Self.seconds(point.seconds))"
      for (line, name) in TextWidth.lines(of: point.name, width: room, size: Self.size).enumerated() {
        lines.append((line == 0 ? "\(index + 1)" : "", name, line == 0 ? figures : ""))
      }
    }
    return lines
  }

  /// Returns a time as text: `0.05 s`, and `<0.001 s` for less than the axis shows.
  static func seconds(_ value: Double) -> String {
    value < leastSeconds ? "<0.001 s" : NumberText.plain(value, decimals: value < 0.1 ? 3 : 2) + " s"
  }

  private func draw(_ drawing: inout Drawing) {
    let (left, right, top, bottom) = (Self.left, Self.right, Self.top, Self.bottom)
    let times = points.map { max($0.seconds, Self.leastSeconds) }
    let x = Scale(of: times, start: left + 8, end: right - 8, isLogarithmic: true)
    let isUp = metric.better.sign > 0
    let y = Scale(of: points.map(\.quality), start: isUp ? bottom - 8 : top + 8, end: isUp ? top + 8 : bottom - 8)
    for tick in y.ticks(5) {
      drawing.line(left, y.position(tick), right, y.position(tick), .faint, width: 0.5, dash: "1 3")
      drawing.text(Scale.label(tick), left - 5, y.position(tick) + 4, .faint, size: Self.size, anchor: .end)
    }
    for tick in Self.powers(x) {
      drawing.line(x.position(tick), bottom, x.position(tick), bottom + 4, .ink)
      drawing.text(Scale.label(tick), x.position(tick), bottom + 16, .faint, size: Self.size, anchor: .middle)
    }
    drawing.line(left, bottom, right, bottom, .ink)
    drawing.line(left, top, left, bottom, .ink)
    drawing.text("median seconds a fold", (left + right) / 2, bottom + 34, size: Self.size, anchor: .middle)
    drawing.text(metric.title, 11, (top + bottom) / 2, size: Self.size, anchor: .middle, rotation: -90)
    for (point, time) in zip(points, times) where !front.contains(point) {
      drawing.mark(0, x.position(time), y.position(point.quality), size: 3, isHollow: true)
    }
    let places = front.map { (x: x.position(max($0.seconds, Self.leastSeconds)), y: y.position($0.quality)) }
    var steps: [(x: Double, y: Double)] = []
    for place in places {
      if let last = steps.last { steps.append((place.x, last.y)) }
      steps.append(place)
    }
    if let last = steps.last { steps.append((right, last.y)) }
    drawing.polyline(steps, .series(0), width: 1.2)
    let gap = min(17, (right - left - 12) / Double(max(places.count - 1, 1)))
    // No model is better and faster, so a line from the front up to its number crosses no mark.
    let labels = spread(places.map(\.x), gap: gap, within: left + 6...right - 6)
    for (index, (place, label)) in zip(places, labels).enumerated() {
      drawing.polyline([(place.x, place.y), (place.x, top + 2), (label, top - 12)], .faint, width: 0.6)
      drawing.mark(0, place.x, place.y)
      drawing.text("\(index + 1)", label, top - 15, size: Self.size, anchor: .middle, isBold: true)
    }
  }

  /// The powers of ten on the axis of times, or the ends of a short axis.
  private static func powers(_ scale: Scale) -> [Double] {
    let powers = [0.001, 0.01, 0.1, 1, 10, 100, 1000, 10_000, 100_000].filter {
      (scale.lower...scale.upper).contains($0)
    }
    return powers.isEmpty ? Array(scale.ticks(2).prefix(1)) : powers
  }
}
