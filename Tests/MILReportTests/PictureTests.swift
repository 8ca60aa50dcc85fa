import MILRecords
import MILReport
import Testing

@Suite("Patches in explanations")
struct PictureTests {
  private static func picture(_ shade: UInt8) throws -> Picture {
    try #require(Picture(width: 3, height: 2, channels: 3, pixels: (0..<18).map { shade &+ $0 }))
  }

  @Test("A picture is a PNG file with its sizes")
  func file() throws {
    let file = try #require(try Self.picture(1).png)
    #expect(file.prefix(8) == [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
    // The first chunk states width, height, eight bits and colours without transparency.
    #expect(file[12..<26] == [0x49, 0x48, 0x44, 0x52, 0, 0, 0, 3, 0, 0, 0, 2, 8, 2])
    let grey = try #require(Picture(width: 1, height: 2, channels: 1, pixels: [0, 255])?.png)
    #expect(grey[25] == 0)
    #expect(Picture(width: 1, height: 2, channels: 2, pixels: [0, 1, 2, 3]) == nil)
    #expect(Picture(width: 1, height: 2, channels: 1, pixels: [0]) == nil)
  }

  private static func instance(_ number: Int) throws -> BagExplanation.Instance {
    let place = (x: Double(number % 10) * 3, y: Double(number / 10) * 2)
    return BagExplanation.Instance(
      number: number + 1, value: Double(number) / 100, label: number % 2, place: place,
      picture: try picture(UInt8(number)))
  }

  @Test("A page shows patches by rank and in their places, and needs no other file")
  func page() throws {
    let explanation = BagExplanation(
      model: "Attention", bag: "b", dataset: "d", verdict: "Score 1.", kind: .weights,
      instances: try (0..<50).map(Self.instance))
    #expect(explanation.figures.map(\.name) == ["patches", "patches-in-place", "bars", "heat-map"])
    func count(_ text: String, _ part: String) -> Int {
      text.split(separator: part, omittingEmptySubsequences: false).count - 1
    }
    #expect(count(explanation.figures[0].svg, "<image ") == 40)
    #expect(count(explanation.figures[1].svg, "<image ") == 50)
    let html = explanation.page.html
    #expect(count(html, "href=\"data:image/png;base64,iVBORw0KGgo") == 90)
    #expect(!html.contains("src="))
    var plain = explanation.instances
    for place in plain.indices { plain[place].picture = nil }
    let without = BagExplanation(
      model: "Attention", bag: "b", dataset: "d", verdict: "Score 1.", kind: .weights, instances: plain)
    #expect(without.figures.map(\.name) == ["bars", "heat-map"])
  }
}
