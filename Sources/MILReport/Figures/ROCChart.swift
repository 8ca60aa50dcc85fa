import MILStatistics

/// ROC curves on a square, with the parts of each mean curve.
struct ROCChart {
  /// A curve.
  struct Series {
    /// Its name in the legend.
    var name: String
    /// The curve.
    var curve: ROCCurve
    /// The curves of which it is the mean, drawn thin; empty for a single curve.
    var parts: [ROCCurve] = []
  }

  /// A description of the figure for readers who cannot see it.
  var title: String
  /// The curves, no more than there are colours.
  var series: [Series]
  /// The names of the axes.
  var axes = (x: "share of negative bags called positive", y: "share of positive bags called positive")

  /// The figure.
  var svg: String {
    let legend = Legend(series.map(\.name), width: 624)
    let square = UnitSquare(left: 62, top: legend.height + 24, size: 440)
    var drawing = Drawing(width: 640, height: square.bottom + 48, title: title)
    legend.draw(into: &drawing, x: 8, y: 8, isDashed: true)
    square.draw(into: &drawing, axes: axes)
    func places(_ curve: ROCCurve) -> [(x: Double, y: Double)] {
      curve.points.map { (square.x($0.falseAlarms), square.y($0.sensitivity)) }
    }
    for curve in series.flatMap(\.parts) { drawing.polyline(places(curve), .faint, width: 0.6) }
    for (index, one) in series.enumerated() {
      let points = places(one.curve)
      drawing.polyline(points, .series(index), width: 2, dash: Palette.dash(index))
      // Marks are at different shares, so that they do not cover each other.
      let share = 0.1 + 0.05 * Double(index)
      drawing.mark(index, square.x(share), square.y(one.curve.sensitivity(at: share)))
    }
    return drawing.svg
  }
}

/// A square with shares from 0 to 1 on both axes and the diagonal.
struct UnitSquare {
  let left, top, size: Double
  var right: Double { left + size }
  var bottom: Double { top + size }

  func x(_ share: Double) -> Double { left + share * size }
  func y(_ share: Double) -> Double { bottom - share * size }

  /// Draws the axes with their names, and the diagonal.
  func draw(into drawing: inout Drawing, axes: (x: String, y: String)) {
    for step in 0...5 {
      let share = Double(step) / 5
      drawing.line(left, y(share), right, y(share), .faint, width: 0.5, dash: "1 3")
      drawing.text(Scale.label(share), left - 6, y(share) + 4, .faint, anchor: .end)
      drawing.line(x(share), bottom, x(share), bottom + 4, .ink)
      drawing.text(Scale.label(share), x(share), bottom + 18, .faint, anchor: .middle)
    }
    drawing.line(left, bottom, right, top, .faint, dash: "4 4")
    drawing.line(left, bottom, right, bottom, .ink)
    drawing.line(left, top, left, bottom, .ink)
    drawing.text(axes.x, (left + right) / 2, bottom + 38, anchor: .middle)
    drawing.text(axes.y, 14, (top + bottom) / 2, anchor: .middle, rotation: -90)
  }
}
