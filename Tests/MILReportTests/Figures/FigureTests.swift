import Foundation
import MILRecords
import MILReport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The content of a figure's file: its size and its texts with their positions.
final class DrawnTexts: NSObject, XMLParserDelegate {
  struct Text {
    var content = ""
    var x = 0.0
    var y = 0.0
    var size = 12.0
    var anchor = "start"
    var isTurned = false

    /// The bounding box of the text, with the widths of a wide font.
    var box: (left: Double, right: Double, top: Double, bottom: Double) {
      let width = Double(content.count) * size * 0.5
      let left = anchor == "start" ? x : anchor == "end" ? x - width : x - width / 2
      return (left, left + width, y - size * 0.75, y + size * 0.2)
    }
  }

  private(set) var texts: [Text] = []
  private(set) var width = 0.0
  private(set) var height = 0.0
  private(set) var elements: [String] = []
  private var current: Text?

  init(_ svg: String) throws {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    let isRead = parser.parse()
    try #require(isRead, "\(String(describing: parser.parserError))")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements.append(name)
    func number(_ key: String) -> Double { attributes[key].flatMap(Double.init) ?? 0 }
    if name == "svg" { (width, height) = (number("width"), number("height")) }
    guard name == "text" else { return }
    current = Text(
      x: number("x"), y: number("y"), size: number("font-size"), anchor: attributes["text-anchor"] ?? "start",
      isTurned: attributes["transform"] != nil)
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { current?.content += string }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    if name == "text", let current { texts.append(current) }
    if name == "text" { current = nil }
  }

  /// The texts that extend beyond the figure.
  var cut: [String] {
    texts.filter { !$0.isTurned && !$0.content.isEmpty }.filter {
      $0.box.left < 0 || $0.box.right > width || $0.box.top < 0 || $0.box.bottom > height
    }.map(\.content)
  }

  /// The pairs of texts of which one covers the other.
  var overlapping: [String] {
    let level = texts.filter { !$0.isTurned && !$0.content.isEmpty }
    return level.indices.flatMap { first in
      level[(first + 1)...].filter { other in
        let (a, b) = (level[first].box, other.box)
        return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
      }.map { "\(level[first].content) / \($0.content)" }
    }
  }
}

@Suite("Figures")
struct FigureTests {
  static let names = [
    "MI-Net", "mi-Net", "Gated attention with a long name[units=128]", "DP-MINN", "a < b & \"c\"", "mi-SVM", "ELM",
  ]

  static var figures: [(name: String, svg: String, marks: Int)] {
    var dots = DotPlot(title: "dots", axis: "accuracy", series: ["paper", "ours, last epoch", "ours, oracle epoch"])
    dots.sections = ["Musk1", "A data set with a name"].map { set in
      (
        set,
        names.enumerated().map { index, name in
          let value = 0.8 + Double(index) / 100
          return (
            name,
            [.init(series: 0, value: value, interval: value - 0.02...value + 0.02), .init(series: 1, value: 0.84)]
          )
        }
      )
    }
    let curves = names.prefix(6).enumerated().map { index, name in
      LineChart.Curve(
        name: name,
        points: (1...5).map {
          let y = 0.7 + Double($0 * index) / 100
          return .init(x: Double($0), y: y, interval: y - 0.01...y + 0.01)
        })
    }
    let scatter = ScatterChart(
      title: "scatter", axes: ("seconds", "accuracy"), isLogarithmic: true,
      points: names.enumerated().map { ($1, 0.01 * Double($0 + 1), $0 < 5 ? 0.85 : 0.6) })
    let ranks = CriticalDifferenceDiagram(
      title: "ranks", models: names.enumerated().map { ($1, 1 + Double($0) * 0.9) },
      groups: [[0, 1, 2], [2, 3], [5, 6]])
    let pairs = PairMatrix(
      title: "pairs", names: names,
      cells: names.indices.map { row in
        names.indices.map { row == $0 ? nil : PairMatrix.Cell(text: "12/3/4", balance: row < $0 ? 0.6 : -0.6) }
      })
    let bars = RankedBars(
      title: "bars", axis: "weight", bars: names.enumerated().map { ($1, 0.3 - Double($0) / 10, $0 == 2) },
      meaningOfMark: "positive")
    return [
      ("dots", dots.svg, 28),
      ("curves", LineChart(title: "curves", axes: ("epoch", "accuracy"), curves: Array(curves)).svg, 30),
      ("scatter", scatter.svg, 7), ("ranks", ranks.svg, 0), ("pairs", pairs.svg, 0), ("bars", bars.svg, 0),
    ]
  }

  @Test("Figures are well-formed, no text is cut off and none covers another", arguments: figures.map(\.name))
  func texts(_ name: String) throws {
    let figure = try #require(Self.figures.first { $0.name == name })
    let drawn = try DrawnTexts(figure.svg)
    #expect(drawn.cut.isEmpty)
    #expect(drawn.overlapping.isEmpty)
    let contents = Set(drawn.texts.map(\.content))
    for expected in Self.names.prefix(6) {
      #expect(contents.contains { $0 == expected || $0.hasPrefix("\(expected) (") }, "\(expected)")
    }
    let marks = drawn.elements.count { $0 == "circle" || $0 == "polygon" || $0 == "rect" }
    #expect(marks >= figure.marks)
  }

  @Test(
    "Maps and narrow bars are drawn whole, whatever the places and numbers are",
    arguments: [1.0, 1e-4, 250], [[1, 1], [7, 3], [30, 1], [1, 30]])
  func maps(scale: Double, shape: [Int]) throws {
    let count = shape[0] * shape[1]
    let explanation = BagExplanation(
      model: "Gated attention with a long name", bag: "a slide", dataset: "slides", verdict: "Score 1.", kind: .weights,
      instances: (0..<count).map { index in
        let place = (x: 100 + 32 * Double(index % shape[0]), y: 32 * Double(index / shape[0]))
        return .init(
          number: index + 1, value: scale * Double(index - 2) / Double(count), label: index % 5 == 0 ? 1 : 0,
          place: place)
      })
    for figure in explanation.figures {
      let drawn = try DrawnTexts(figure.svg)
      #expect(drawn.cut.isEmpty && drawn.overlapping.isEmpty, "\(figure.name)")
      #expect(drawn.width <= 350)
      #expect(!figure.svg.contains("nan") && !figure.svg.contains("inf"))
      #expect(drawn.elements.count { $0 == "rect" } >= min(count, BagExplanation.barLimit))
    }
  }

  @Test("The same figure gives the same bytes")
  func determinism() {
    #expect(Self.figures.map(\.svg) == Self.figures.map(\.svg))
  }

  @Test("A figure of nothing, or of one value, is drawn without a number that is none")
  func degenerate() throws {
    let empty = LineChart(title: "t", axes: ("x", "y"), curves: []).svg
    let one = LineChart(title: "t", axes: ("x", "y"), curves: [.init(name: "a", points: [.init(x: 1, y: 1)])]).svg
    let same = ScatterChart(title: "t", axes: ("x", "y"), isLogarithmic: true, points: [("a", 2, 0.5), ("b", 2, 0.5)])
      .svg
    let ranks = CriticalDifferenceDiagram(title: "t", models: [("a", 1)], groups: []).svg
    for svg in [empty, one, same, ranks] {
      _ = try DrawnTexts(svg)
      #expect(!svg.contains("nan") && !svg.contains("inf"))
    }
  }
}
