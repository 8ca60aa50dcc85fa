/// Curves over a common axis, with bands for their uncertainty and marks at chosen points.
public struct LineChart: Sendable {
  /// A point of a curve.
  public struct Point: Sendable {
    /// The position on the horizontal axis.
    package var x: Double
    /// The value.
    package var y: Double
    /// The ends of the interval.
    package var interval: ClosedRange<Double>?

    /// Creates a point from its parts.
    public init(x: Double, y: Double, interval: ClosedRange<Double>? = nil) {
      self.x = x
      self.y = y
      self.interval = interval
    }
  }

  /// A curve.
  public struct Curve: Sendable {
    /// The name in the legend.
    package var name: String
    /// The points, from left to right.
    package var points: [Point]
    /// The points with a mark and, if it is not empty, a text; nil to mark all points.
    package var marked: [(index: Int, text: String)]?

    /// Creates a curve from its parts.
    public init(name: String, points: [Point], marked: [(index: Int, text: String)]? = nil) {
      self.name = name
      self.points = points
      self.marked = marked
    }
  }

  /// The description of the figure for readers who cannot see it.
  package var title: String
  /// The names of the axes.
  package var axes: (x: String, y: String)
  /// The curves.
  package var curves: [Curve]
  /// The limits of the vertical axis.
  package var bounds: ClosedRange<Double>
  /// Values that the vertical axis includes besides those of the curves, so that several charts have one axis.
  package var shown: [Double] = []
  /// Whether ticks are only at the points, for an axis of counts.
  package var ticksAtPoints = false

  /// Creates a chart.
  ///
  /// - Parameters:
  ///   - title: the description of the figure for readers who cannot see it.
  ///   - axes: the names of the axes.
  ///   - bounds: the limits of the vertical axis.
  ///   - curves: the curves.
  public init(
    title: String, axes: (x: String, y: String), bounds: ClosedRange<Double> = -.infinity ... .infinity,
    curves: [Curve]
  ) {
    self.title = title
    self.axes = axes
    self.bounds = bounds
    self.curves = curves
  }

  /// The figure as SVG.
  public var svg: String {
    let legend = Legend(curves.map(\.name), width: 624)
    let (left, right, top) = (62.0, 624.0, legend.height + 24)
    let bottom = top + 280
    let points = curves.flatMap(\.points)
    let values = shown + points.flatMap { [$0.y] + ($0.interval.map { [$0.lowerBound, $0.upperBound] } ?? []) }
    let x = Scale(of: points.map(\.x), start: left + 6, end: right - 6)
    let y = Scale(of: values, start: bottom - 4, end: top + 4, bounds: bounds)
    var drawing = Drawing(width: 640, height: bottom + 48, title: title)
    legend.draw(into: &drawing, x: 8, y: 8, isDashed: true)
    for tick in y.ticks() {
      drawing.line(left, y.position(tick), right, y.position(tick), .faint, width: 0.5, dash: "1 3")
      drawing.text(Scale.label(tick), left - 6, y.position(tick) + 4, .faint, anchor: .end)
    }
    for tick in ticksAtPoints ? Set(points.map(\.x)).sorted() : x.ticks() {
      drawing.line(x.position(tick), bottom, x.position(tick), bottom + 4, .ink)
      drawing.text(Scale.label(tick), x.position(tick), bottom + 18, .faint, anchor: .middle)
    }
    drawing.line(left, bottom, right, bottom, .ink)
    drawing.line(left, top, left, bottom, .ink)
    drawing.text(axes.x, (left + right) / 2, bottom + 38, anchor: .middle)
    drawing.text(axes.y, 14, (top + bottom) / 2, anchor: .middle, rotation: -90)
    draw(x, y, into: &drawing)
    return drawing.svg
  }

  private func draw(_ x: Scale, _ y: Scale, into drawing: inout Drawing) {
    for (series, curve) in curves.enumerated() {
      let upper = curve.points.compactMap { point in
        point.interval.map { (x: x.position(point.x), y: y.position($0.upperBound)) }
      }
      let lower = curve.points.compactMap { point in
        point.interval.map { (x: x.position(point.x), y: y.position($0.lowerBound)) }
      }
      drawing.polygon(upper + lower.reversed(), .series(series), opacity: 0.12)
    }
    for (series, curve) in curves.enumerated() {
      drawing.polyline(
        curve.points.map { (x.position($0.x), y.position($0.y)) }, .series(series), dash: Palette.dash(series))
      for (index, text) in curve.marked ?? curve.points.indices.map({ ($0, "") }) where index < curve.points.count {
        let point = curve.points[index]
        let (px, py) = (x.position(point.x), y.position(point.y))
        drawing.mark(series, px, py)
        let isLeft = px > (x.start + x.end) / 2
        drawing.text(text, px + (isLeft ? -8 : 8), py - 8, size: 11, anchor: isLeft ? .end : .start)
      }
    }
  }
}
