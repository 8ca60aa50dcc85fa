/// A square of pairs, row against column, with a text and a shade for each: wins, ties and losses.
package struct PairMatrix: Sendable {
  /// One pair.
  package struct Cell: Sendable {
    /// The text in the cell.
    package var text: String
    /// The balance, from -1 (the column is always better) to 1 (the row is).
    package var balance: Double

    /// Creates a cell from its parts.
    package init(text: String, balance: Double) {
      self.text = text
      self.balance = balance
    }
  }

  /// The description of the figure for readers who cannot see it.
  package var title: String
  /// The names of rows and columns.
  package var names: [String]
  /// The cells, row by row; nil on the diagonal and for pairs without a comparison.
  package var cells: [[Cell?]]

  /// Creates a matrix from its parts.
  package init(title: String, names: [String], cells: [[Cell?]]) {
    self.title = title
    self.names = names
    self.cells = cells
  }

  /// The figure as SVG.
  package var svg: String {
    let texts = cells.flatMap { $0.compactMap { $0.map { TextWidth.of($0.text, size: 11) } } }
    let side = max(34, texts.reduce(0, max) + 10)
    let label = names.map { TextWidth.of($0) }.reduce(0, max)
    let (left, top) = (label + 16, label * 0.72 + 20)
    let size = Double(names.count) * side
    // The last slanted name extends beyond the last column.
    var drawing = Drawing(width: left + size + label * 0.72 + 12, height: top + size + 12, title: title)
    for (row, name) in names.enumerated() {
      let y = top + Double(row) * side
      drawing.text(name, left - 8, y + side / 2 + 4, anchor: .end)
      drawing.text(name, left + Double(row) * side + side / 2, top - 8, rotation: -45)
      for (column, cell) in (row < cells.count ? cells[row] : []).enumerated() {
        let x = left + Double(column) * side
        guard let cell else {
          drawing.rectangle(x + 1, y + 1, side - 2, side - 2, .band)
          continue
        }
        let strength = min(abs(cell.balance), 1) * 0.45
        drawing.rectangle(x + 1, y + 1, side - 2, side - 2, .series(cell.balance >= 0 ? 0 : 1), opacity: strength)
        let isStrong = abs(cell.balance) > 0.5
        drawing.text(cell.text, x + side / 2, y + side / 2 + 4, size: 11, anchor: .middle, isBold: isStrong)
      }
    }
    return drawing.svg
  }
}
