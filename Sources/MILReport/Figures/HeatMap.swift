/// Numbers at positions of an image as squares that are darker for larger numbers, for example the weights of patches.
package struct HeatMap: Sendable {
  /// A number at a position: x from left to right, y from top to bottom, in any unit.
  package struct Cell: Sendable {
    /// The position from left to right.
    package var x: Double
    /// The position from top to bottom.
    package var y: Double
    /// The number.
    package var value: Double
    /// Whether it is marked (a positive instance).
    package var isMarked: Bool

    /// Creates a cell from its parts.
    package init(x: Double, y: Double, value: Double, isMarked: Bool = false) {
      self.x = x
      self.y = y
      self.value = value
      self.isMarked = isMarked
    }
  }

  /// The description of the figure for readers who cannot see it.
  package var title: String
  /// The meaning of the numbers.
  package var axis: String
  /// The cells of the figure.
  package var cells: [Cell]
  /// The meaning of a mark.
  package var meaningOfMark: String?

  /// Creates a figure from its parts.
  package init(title: String, axis: String, cells: [Cell], meaningOfMark: String? = nil) {
    self.title = title
    self.axis = axis
    self.cells = cells.filter { $0.x.isFinite && $0.y.isFinite && $0.value.isFinite }
    self.meaningOfMark = meaningOfMark
  }

  private static let side = 300.0

  /// The figure as SVG: 300 pixels along the longer side, and its legend.
  package var svg: String {
    let (left, right) = (cells.map(\.x).min() ?? 0, cells.map(\.x).max() ?? 0)
    let (top, bottom) = (cells.map(\.y).min() ?? 0, cells.map(\.y).max() ?? 0)
    let spacing = Self.spacing(cells)
    let scale = Self.side / max(right - left + spacing, bottom - top + spacing)
    let size = max(spacing * scale, 5)
    let margin = 8 + size / 2
    let (width, height) = ((right - left) * scale + 2 * margin, (bottom - top) * scale + 2 * margin)
    let (low, high) = (cells.map(\.value).min() ?? 0, cells.map(\.value).max() ?? 0)
    func opacity(_ value: Double) -> Double { high > low ? 0.06 + 0.94 * (value - low) / (high - low) : 0.5 }

    let words = meaningOfMark.map { [axis, "square: \($0)"] } ?? [axis]
    let textWidth = words.map { TextWidth.of($0) }.reduce(0, max) + 16
    var drawing = Drawing(
      width: max(width, 276, textWidth), height: height + 44 + 18 * Double(words.count), title: title)
    drawing.rectangle(4, 4, width - 8, height - 8, .band)
    for cell in cells {
      let (x, y) = (margin + (cell.x - left) * scale, margin + (cell.y - top) * scale)
      drawing.rectangle(x - size / 2, y - size / 2, size, size, .series(0), opacity: opacity(cell.value))
      if cell.isMarked { drawing.mark(1, x, y, size: min(max(size / 5, 2), 5)) }
    }
    // The scale runs from the smallest to the largest number.
    let steps = 8
    for step in 0..<steps {
      let share = (Double(step) + 0.5) / Double(steps)
      drawing.rectangle(
        78 + Double(step) * 15, height + 8, 15, 12, .series(0), opacity: opacity(low + share * (high - low)))
    }
    drawing.text(Scale.label(low), 72, height + 18, .faint, anchor: .end)
    drawing.text(Scale.label(high), 78 + Double(steps) * 15 + 6, height + 18, .faint)
    for (line, word) in words.enumerated() { drawing.text(word, 8, height + 42 + 18 * Double(line)) }
    return drawing.svg
  }

  /// Returns the smallest distance between neighbouring columns or rows of cells.
  ///
  /// For positions that form no grid, it is about the distance of as many evenly spread cells.
  private static func spacing(_ cells: [Cell]) -> Double {
    func range(_ values: [Double]) -> Double { (values.max() ?? 0) - (values.min() ?? 0) }
    func gap(_ values: [Double]) -> Double? {
      let sorted = values.sorted()
      let least = range(values) * 1e-9
      return zip(sorted.dropFirst(), sorted).map(-).filter { $0 > least }.min()
    }
    let (xs, ys) = (cells.map(\.x), cells.map(\.y))
    let longest = max(range(xs), range(ys))
    guard longest > 0, longest.isFinite else { return 1 }
    let even = longest / max(Double(cells.count).squareRoot(), 1)
    let grid = [gap(xs), gap(ys)].compactMap(\.self).min() ?? longest
    // The spacing of a real grid is not much smaller than that of evenly spread cells.
    return grid >= even / 4 ? grid : even
  }
}
