/// Points in a plane; thin lines join them to their names at the side, so that names never overlap.
package struct ScatterChart: Sendable {
  /// The description of the figure for readers who cannot see it.
  package var title: String
  /// The names of the axes.
  package var axes: (x: String, y: String)
  /// Whether the horizontal axis is logarithmic.
  package var isLogarithmic: Bool
  /// The points: their names and numbers.
  package var points: [(name: String, x: Double, y: Double)]
  /// The limits of the vertical axis.
  package var bounds: ClosedRange<Double> = 0...1

  /// Creates a chart from its parts.
  package init(
    title: String, axes: (x: String, y: String), isLogarithmic: Bool, points: [(name: String, x: Double, y: Double)]
  ) {
    self.title = title
    self.axes = axes
    self.isLogarithmic = isLogarithmic
    self.points = points
  }

  /// The figure as SVG.
  package var svg: String {
    let names = points.map { TextWidth.of($0.name, size: 11) }.reduce(0, max)
    let (left, top) = (62.0, 16.0)
    let right = left + 400
    let bottom = top + max(260, Double(points.count) * 15)
    let x = Scale(of: points.map(\.x), start: left + 8, end: right - 8, isLogarithmic: isLogarithmic)
    let y = Scale(of: points.map(\.y), start: bottom - 8, end: top + 8, bounds: bounds)
    var drawing = Drawing(width: right + 44 + names + 8, height: bottom + 48, title: title)
    for tick in y.ticks() {
      drawing.line(left, y.position(tick), right, y.position(tick), .faint, width: 0.5, dash: "1 3")
      drawing.text(Scale.label(tick), left - 6, y.position(tick) + 4, .faint, anchor: .end)
    }
    for tick in x.ticks(4) {
      drawing.line(x.position(tick), bottom, x.position(tick), bottom + 4, .ink)
      drawing.text(Scale.label(tick), x.position(tick), bottom + 18, .faint, anchor: .middle)
    }
    drawing.line(left, bottom, right, bottom, .ink)
    drawing.line(left, top, left, bottom, .ink)
    drawing.text(axes.x, (left + right) / 2, bottom + 38, anchor: .middle)
    drawing.text(axes.y, 14, (top + bottom) / 2, anchor: .middle, rotation: -90)
    let order = points.indices.sorted { (points[$0].y, points[$0].name) > (points[$1].y, points[$1].name) }
    let places = spread(order.map { y.position(points[$0].y) }, gap: 15, within: top + 6...bottom - 2)
    for (index, place) in zip(order, places) {
      let (px, py) = (x.position(points[index].x), y.position(points[index].y))
      drawing.polyline([(px, py), (right + 8, place), (right + 36, place)], .faint, width: 0.6)
      drawing.text(points[index].name, right + 40, place + 4, size: 11)
    }
    for index in order { drawing.mark(0, x.position(points[index].x), y.position(points[index].y)) }
    return drawing.svg
  }
}

/// Returns the positions nearest to the wanted ones, ascending, at least `gap` apart, and within bounds if these
/// suffice.
func spread(_ wanted: [Double], gap: Double, within bounds: ClosedRange<Double>) -> [Double] {
  var places = wanted
  for index in places.indices {
    let least = index == 0 ? bounds.lowerBound : places[index - 1] + gap
    places[index] = max(places[index], least)
  }
  var limit = bounds.upperBound
  for index in places.indices.reversed() {
    places[index] = min(places[index], limit)
    limit = places[index] - gap
  }
  return places
}
