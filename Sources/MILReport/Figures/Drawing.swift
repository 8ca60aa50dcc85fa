import UserInput

/// A figure under construction: shapes and texts on a plane, written as SVG.
///
/// Coordinates are CSS pixels from the upper left corner. Colours follow the reader's light or dark scheme and become
/// dark on white in print. The same calls result in the same bytes.
struct Drawing {
  /// The alignment of a text at its point.
  enum Anchor: String { case start, middle, end }

  /// The colour of a shape: a class of the figures' style sheet.
  enum Paint: Equatable {
    /// Text and axes.
    case ink
    /// Grid lines and secondary text.
    case faint
    /// A row's background.
    case band
    /// The colour of a series, from 0.
    case series(Int)

    var name: String {
      switch self {
      case .ink: "i"
      case .faint: "f"
      case .band: "b"
      case .series(let index): "s\(index % Palette.count)"
      }
    }
  }

  let width: Double
  let height: Double
  /// The description of the figure for readers who cannot see it.
  let title: String
  private var elements: [String] = []

  init(width: Double, height: Double, title: String) {
    self.width = width
    self.height = height
    self.title = title
  }

  mutating func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ paint: Paint, width: Double = 1, dash: String = ""
  ) {
    let dashes = dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\""
    elements.append(
      "<line class=\"l\(paint.name)\" x1=\"\(n(x1))\" y1=\"\(n(y1))\" x2=\"\(n(x2))\" y2=\"\(n(y2))\" "
        + "stroke-width=\"\(n(width))\"\(dashes)/>")
  }

  mutating func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ paint: Paint, opacity: Double = 1
  ) {
    let faded = opacity < 1 ? " fill-opacity=\"\(n(opacity))\"" : ""
    elements.append(
      "<rect class=\"\(paint.name)\" x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(max(width, 0)))\" "
        + "height=\"\(n(max(height, 0)))\"\(faded)/>")
  }

  /// Adds an image by its address, in the given size.
  mutating func picture(
    _ address: String, _ x: Double, _ y: Double, _ width: Double, _ height: Double, opacity: Double = 1
  ) {
    let faded = opacity < 1 ? " opacity=\"\(n(opacity))\"" : ""
    elements.append(
      "<image x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(width))\" height=\"\(n(height))\" "
        + "preserveAspectRatio=\"none\"\(faded) href=\"\(address)\"/>")
  }

  mutating func polyline(_ points: [(x: Double, y: Double)], _ paint: Paint, width: Double = 1.5, dash: String = "") {
    guard points.count > 1 else { return }
    let dashes = dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\""
    let path = points.map { "\(n($0.x)),\(n($0.y))" }.joined(separator: " ")
    elements.append(
      "<polyline class=\"l\(paint.name)\" fill=\"none\" stroke-width=\"\(n(width))\"\(dashes) points=\"\(path)\"/>")
  }

  mutating func polygon(_ points: [(x: Double, y: Double)], _ paint: Paint, opacity: Double) {
    guard points.count > 2 else { return }
    let path = points.map { "\(n($0.x)),\(n($0.y))" }.joined(separator: " ")
    elements.append("<polygon class=\"\(paint.name)\" fill-opacity=\"\(n(opacity))\" points=\"\(path)\"/>")
  }

  /// Adds a text with its baseline at `y`.
  mutating func text(
    _ text: String, _ x: Double, _ y: Double, _ paint: Paint = .ink, size: Double = TextWidth.size,
    anchor: Anchor = .start, isBold: Bool = false, rotation: Double = 0
  ) {
    let weight = isBold ? " font-weight=\"bold\"" : ""
    let turn = rotation == 0 ? "" : " transform=\"rotate(\(n(rotation)) \(n(x)) \(n(y)))\""
    elements.append(
      "<text class=\"\(paint.name)\" x=\"\(n(x))\" y=\"\(n(y))\" font-size=\"\(n(size))\" "
        + "text-anchor=\"\(anchor.rawValue)\"\(weight)\(turn)>\(escaped(text))</text>")
  }

  /// Adds a mark of a series; its shape distinguishes series when colours do not.
  mutating func mark(_ series: Int, _ x: Double, _ y: Double, size: Double = 4.5, isHollow: Bool = false) {
    let name = Paint.series(series).name
    let paint = isHollow ? "class=\"l\(name) h\" stroke-width=\"1.5\"" : "class=\"\(name)\""
    func shape(_ corners: [(Double, Double)]) -> String {
      let points = corners.map { "\(n(x + $0.0 * size)),\(n(y + $0.1 * size))" }.joined(separator: " ")
      return "<polygon \(paint) points=\"\(points)\"/>"
    }
    switch series % 6 {
    case 0: elements.append("<circle \(paint) cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(size))\"/>")
    case 1: elements.append(shape([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]))
    case 2: elements.append(shape([(0, -1.2), (1.1, 0.8), (-1.1, 0.8)]))
    case 3: elements.append(shape([(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)]))
    case 4: elements.append(shape([(0, 1.2), (1.1, -0.8), (-1.1, -0.8)]))
    default:
      elements.append(
        shape([
          (-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4), (0.4, 1.2), (-0.4, 1.2),
          (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4),
        ]))
    }
  }

  /// The figure as a complete file or as an element of a page.
  var svg: String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(n(width)) \(n(height))" width="\(n(width))" \
    height="\(n(height))" role="img" font-family="\(TextWidth.family)"><title>\(escaped(title))</title>
    <style>\(Palette.styleSheet)</style>
    \(elements.joined(separator: "\n"))
    </svg>

    """
  }

  private func n(_ value: Double) -> String { NumberText.coordinate(value) }
  private func escaped(_ text: String) -> String { text.escapedForXML() }
}

extension String {
  /// Returns the text with markup characters of XML and HTML escaped, and control characters, which XML forbids,
  /// visible.
  func escapedForXML() -> String {
    let text = printable
    // Most texts have nothing to escape, and a page has thousands. The four characters are single bytes.
    guard text.utf8.contains(where: { Self.entity($0) != nil }) else { return text }
    var escaped: [UInt8] = []
    for byte in text.utf8 {
      if let entity = Self.entity(byte) { escaped += entity.utf8 } else { escaped.append(byte) }
    }
    return String(decoding: escaped, as: UTF8.self)
  }

  private static func entity(_ byte: UInt8) -> String? {
    switch byte {
    case UInt8(ascii: "&"): "&amp;"
    case UInt8(ascii: "<"): "&lt;"
    case UInt8(ascii: ">"): "&gt;"
    case UInt8(ascii: "\""): "&quot;"
    default: nil
    }
  }
}
