/// The patches of a bag as figures: ranked, and at their positions.
struct PatchFigures {
  /// One patch.
  struct Patch {
    let name: String
    let value: Double
    let isMarked: Bool
    let place: (x: Double, y: Double)?
    let picture: Picture
    let address: String
  }

  let heading: String
  let word: String
  let meaningOfMark: String?
  /// The patches, those with the largest values first.
  let patches: [Patch]

  private static let columns = 10

  /// Returns the figure of the first `limit` patches with their values below them.
  func ranked(limit: Int) -> String {
    let shown = Array(patches.prefix(limit))
    let (side, width, height) = (56.0, 72.0, 104.0)
    let legend = meaningOfMark.map { Legend(["other", $0], width: 16 + width * Double(Self.columns)) }
    let top = (legend?.height ?? 0) + 8
    let lines = (shown.count + Self.columns - 1) / Self.columns
    var drawing = Drawing(
      width: 16 + width * Double(Self.columns), height: top + height * Double(lines) + 8,
      title: "\(heading): patches by \(word)")
    legend?.draw(into: &drawing, x: 8, y: 4)
    let decimals = NumberText.decimals(forLargest: shown.map(\.value.magnitude).max() ?? 0) + 1
    for (index, patch) in shown.enumerated() {
      let (line, column) = index.quotientAndRemainder(dividingBy: Self.columns)
      let (x, y) = (8 + width * Double(column) + 8, top + height * Double(line))
      drawing.rectangle(x - 3, y - 1, side + 6, side + 6, .series(patch.isMarked ? 1 : 0))
      drawing.picture(patch.address, x, y + 2, side, side * Double(patch.picture.height) / Double(patch.picture.width))
      if patch.isMarked { drawing.mark(1, x + side - 4, y + side - 2, size: 3.5) }
      drawing.text(patch.name, x + side / 2, y + side + 20, anchor: .middle)
      drawing.text(
        NumberText.plain(patch.value, decimals: decimals), x + side / 2, y + side + 35, .faint, size: 11,
        anchor: .middle)
    }
    return drawing.svg
  }

  /// The figure of all patches at their positions, paler for smaller values; nil if they have no positions.
  var placed: String? {
    let placed = patches.compactMap { patch in patch.place.map { (patch, $0.x, $0.y) } }
    guard let picture = patches.first?.picture, !placed.isEmpty else { return nil }
    let (xs, ys) = (placed.map(\.1), placed.map(\.2))
    let (left, top) = (xs.min() ?? 0, ys.min() ?? 0)
    let (width, height) = (Double(picture.width), Double(picture.height))
    let extent = max((xs.max() ?? 0) - left + width, (ys.max() ?? 0) - top + height)
    guard extent.isFinite, extent > 0 else { return nil }
    let scale = 640 / extent
    let (low, high) = (patches.map(\.value).min() ?? 0, patches.map(\.value).max() ?? 0)
    var drawing = Drawing(
      width: ((xs.max() ?? 0) - left + width) * scale + 16, height: ((ys.max() ?? 0) - top + height) * scale + 16,
      title: "\(heading): patches in their places")
    drawing.rectangle(4, 4, drawing.width - 8, drawing.height - 8, .band)
    // The largest values come last, and so on top.
    for (patch, x, y) in placed.reversed() {
      let share = high > low ? (patch.value - low) / (high - low) : 1
      let (x, y) = (8 + (x - left) * scale, 8 + (y - top) * scale)
      drawing.picture(patch.address, x, y, width * scale, height * scale, opacity: 0.2 + 0.8 * share)
      if patch.isMarked { drawing.mark(1, x + width * scale / 2, y + height * scale / 2, size: 2.5) }
    }
    return drawing.svg
  }
}
