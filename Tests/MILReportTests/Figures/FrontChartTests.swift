import MILRecords
import Testing

@testable import MILReport

@Suite("The figure of time and quality")
struct FrontChartTests {
  private static let points: [FrontChart.Point] = [
    .init(name: "a < b & \"c\"", seconds: 0.1, quality: 0.7), .init(name: "Second best", seconds: 0.1, quality: 0.8),
    .init(name: "Slower and worse", seconds: 1, quality: 0.75),
    .init(name: "Gated attention with a long name[units=128], gamma 1/d, training bags", seconds: 2, quality: 0.9),
    .init(name: "Very fast", seconds: 1e-5, quality: 0.5), .init(name: "As good and slower", seconds: 3, quality: 0.9),
    .init(name: "Not a number", seconds: .nan, quality: 0.99),
  ]

  @Test("The front has the models that no faster one equals, fastest first, also where smaller values are better")
  func front() {
    let chart = FrontChart(title: "t", metric: .accuracy, points: Self.points)
    #expect(chart.points.count == 6)
    #expect(chart.front.map(\.name) == ["Very fast", "Second best", Self.points[3].name])
    let errors = FrontChart(title: "t", metric: .rootMeanSquaredError, points: Self.points)
    #expect(errors.front.map(\.name) == ["Very fast"])
    #expect(FrontChart.seconds(1e-5) == "<0.001 s" && FrontChart.seconds(0.0514) == "0.051 s")
    #expect(FrontChart.seconds(2) == "2.00 s")
  }

  @Test("No text is cut off or covers another, names are whole, and the same models give the same bytes")
  func texts() throws {
    let many = (0..<14).map {
      FrontChart.Point(name: "Model \($0)", seconds: 1 + Double($0) / 1000, quality: 0.5 + Double($0) / 100)
    }
    for (points, marks) in [(Self.points, 6), (many, 14), (Array(many.prefix(2)), 2)] {
      let chart = FrontChart(title: "Front & more", metric: .accuracy, points: points)
      let drawn = try DrawnTexts(chart.svg)
      #expect(drawn.cut.isEmpty && drawn.overlapping.isEmpty, "\(drawn.cut) \(drawn.overlapping)")
      let words = drawn.texts.map(\.content).joined(separator: " ")
      for point in chart.front.dropLast() { #expect(words.contains(point.name), "\(point.name) in \(words)") }
      #expect(drawn.elements.count { $0 == "circle" } == marks)
      #expect(chart.svg == FrontChart(title: "Front & more", metric: .accuracy, points: points).svg)
      #expect(chart.svg.contains("<title>Front &amp; more</title>"))
      // A screen of 360 pixels has room for it.
      #expect(drawn.width <= 336, "\(drawn.width)")
    }
    let whole = FrontChart(title: "t", metric: .accuracy, points: Self.points).svg
    for word in Self.points[3].name.split(separator: " ") { #expect(whole.contains(word), "\(word)") }
  }
}
