/// Numbers as bars from the largest to the smallest, for example the weights of a bag's instances.
package struct RankedBars: Sendable {
  /// The description of the figure for readers who cannot see it.
  package var title: String
  /// The name of the axis.
  package var axis: String
  /// The bars: name, number, and whether it is marked (a positive instance).
  package var bars: [(name: String, value: Double, isMarked: Bool)]
  /// The meaning of a mark.
  package var meaningOfMark: String?
  /// The width of the part with the bars, in pixels.
  package var width = 400.0

  /// Creates a figure from its parts.
  package init(
    title: String, axis: String, bars: [(name: String, value: Double, isMarked: Bool)], meaningOfMark: String? = nil
  ) {
    self.title = title
    self.axis = axis
    self.bars = bars
    self.meaningOfMark = meaningOfMark
  }

  /// The figure as SVG.
  package var svg: String {
    let sorted = bars.enumerated().sorted { ($1.element.value, $0.offset) < ($0.element.value, $1.offset) }.map(
      \.element)
    let left = 16 + sorted.map { TextWidth.of($0.name) }.reduce(0, max)
    let right = left + width
    let legend = meaningOfMark.map { Legend(["other", $0], width: right) }
    let decimals = NumberText.decimals(forLargest: sorted.map(\.value.magnitude).max() ?? 0)
    let top = (legend?.height ?? 0) + 14
    let bottom = top + Double(sorted.count) * 18
    let scale = Scale(of: [0] + sorted.map(\.value), start: left + 8, end: right)
    var drawing = Drawing(width: right + 64, height: bottom + 44, title: title)
    legend?.draw(into: &drawing, x: 8, y: 4)
    for (index, bar) in sorted.enumerated() {
      let y = top + Double(index) * 18
      let (from, to) = (scale.position(min(bar.value, 0)), scale.position(max(bar.value, 0)))
      drawing.text(bar.name, left, y + 13, anchor: .end)
      drawing.rectangle(from, y + 3, max(to - from, 0.5), 12, .series(bar.isMarked ? 1 : 0))
      if bar.isMarked { drawing.mark(1, to + 8, y + 9, size: 3.5) }
      let number = NumberText.plain(bar.value, decimals: decimals)
      drawing.text(number, to + (bar.isMarked ? 16 : 6), y + 13, .faint, size: 11)
    }
    drawing.line(scale.position(0), top, scale.position(0), bottom, .ink)
    for tick in scale.ticks(4) {
      drawing.text(Scale.label(tick), scale.position(tick), bottom + 16, .faint, anchor: .middle)
    }
    drawing.text(axis, (left + right) / 2, bottom + 36, anchor: .middle)
    return drawing.svg
  }
}
