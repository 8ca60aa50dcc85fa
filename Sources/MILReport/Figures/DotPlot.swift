/// Values with intervals in sections, one line for each measured quantity.
///
/// An example is a paper's figures beside ours.
package struct DotPlot: Sendable {
  /// One value of a line.
  package struct Value: Sendable {
    /// The index of the series in ``DotPlot/series``.
    package var series: Int
    /// The position of the mark.
    package var value: Double
    /// The ends of the interval through the mark.
    package var interval: ClosedRange<Double>?

    /// Creates a value from its parts.
    package init(series: Int, value: Double, interval: ClosedRange<Double>? = nil) {
      self.series = series
      self.value = value
      self.interval = interval
    }
  }

  /// The description of the figure for readers who cannot see it.
  package var title: String
  /// The name of the axis.
  package var axis: String
  /// The names of the series; those in `hollow` have hollow marks.
  package var series: [String]
  /// The series with hollow marks.
  package var hollow: Set<Int> = []
  /// Lines under headings.
  package var sections: [(name: String, lines: [(label: String, values: [Value])])]
  /// The limits of the axis.
  package var bounds: ClosedRange<Double> = 0...1

  /// Creates a plot without lines.
  package init(title: String, axis: String, series: [String]) {
    self.title = title
    self.axis = axis
    self.series = series
    sections = []
  }

  /// The figure as SVG.
  package var svg: String {
    let lineHeight = 18.0
    let labels = sections.flatMap { $0.lines.map(\.label) }
    let left = 16 + (labels.map { TextWidth.of($0) } + sections.map { TextWidth.of($0.name) * 1.06 }).reduce(0, max)
    let plotWidth = max(320, 660 - left)
    let width = left + plotWidth + 24
    let legend = Legend(series, width: width - 16)
    let lineCount = sections.reduce(0) { $0 + $1.lines.count }
    let top = legend.height + 26
    let bottom = top + Double(lineCount) * lineHeight + Double(sections.count) * 26
    let values = sections.flatMap { $0.lines.flatMap(\.values) }
    let ends = values.flatMap { value in
      [value.value] + (value.interval.map { [$0.lowerBound, $0.upperBound] } ?? [])
    }
    let scale = Scale(of: ends, start: left + 8, end: left + plotWidth, bounds: bounds)
    var drawing = Drawing(width: width, height: bottom + 44, title: title)
    legend.draw(into: &drawing, x: 8, y: 8, hollow: hollow)
    for tick in scale.ticks() {
      let x = scale.position(tick)
      drawing.line(x, top - 4, x, bottom, .faint, width: 0.5, dash: "1 3")
      drawing.text(Scale.label(tick), x, bottom + 16, .faint, anchor: .middle)
    }
    drawing.line(left + 8, bottom, left + plotWidth, bottom, .ink)
    drawing.text(axis, left + 8 + plotWidth / 2, bottom + 36, anchor: .middle)
    var y = top
    for section in sections {
      drawing.text(section.name, 8, y + 18, isBold: true)
      y += 26
      for (index, line) in section.lines.enumerated() {
        if index % 2 == 0 { drawing.rectangle(8, y, width - 16, lineHeight, .band, opacity: 0.6) }
        drawing.text(line.label, left, y + 13, anchor: .end)
        draw(line.values, y + lineHeight / 2, scale, into: &drawing)
        y += lineHeight
      }
    }
    return drawing.svg
  }

  private func draw(_ values: [Value], _ y: Double, _ scale: Scale, into drawing: inout Drawing) {
    // Intervals are slightly apart, so that each is visible.
    let offsets = values.count > 1 ? values.indices.map { (Double($0) / Double(values.count - 1) - 0.5) * 7 } : [0]
    for (value, offset) in zip(values, offsets) {
      if let interval = value.interval {
        drawing.line(
          scale.position(interval.lowerBound), y + offset, scale.position(interval.upperBound), y + offset,
          .series(value.series), width: 1.5)
      }
    }
    for (value, offset) in zip(values, offsets) {
      drawing.mark(value.series, scale.position(value.value), y + offset, isHollow: hollow.contains(value.series))
    }
  }
}

/// The names of series with their marks, on as many lines as needed.
struct Legend {
  private let lines: [[(series: Int, name: String)]]

  init(_ names: [String], width: Double) {
    var lines: [[(series: Int, name: String)]] = [[]]
    var used = 0.0
    for (series, name) in names.enumerated() {
      let needed = TextWidth.of(name) + 34
      if used > 0 && used + needed > width {
        lines.append([])
        used = 0
      }
      lines[lines.count - 1].append((series, name))
      used += needed
    }
    self.lines = lines
  }

  var height: Double { Double(lines.count) * 18 }

  func draw(into drawing: inout Drawing, x: Double, y: Double, hollow: Set<Int> = [], isDashed: Bool = false) {
    for (index, line) in lines.enumerated() {
      var x = x
      let middle = y + Double(index) * 18 + 8
      for (series, name) in line {
        if isDashed { drawing.polyline([(x, middle), (x + 20, middle)], .series(series), dash: Palette.dash(series)) }
        drawing.mark(series, x + 10, middle, isHollow: hollow.contains(series))
        drawing.text(name, x + 24, middle + 4)
        x += TextWidth.of(name) + 34
      }
    }
  }
}
