import Testing

@testable import MILBags

@Suite("Positions of texts")
struct TextIndexTests {
  @Test("Each text is found at the position where it was noted")
  func positions() {
    var index = TextIndex()
    var texts: [String] = []
    for number in 0..<5000 {
      let text = "bag \(number % 3000)"
      let known = index.note(text, among: texts)
      #expect(known == (number < 3000 ? nil : number - 3000))
      if known == nil { texts.append(text) }
    }
    #expect(texts.count == 3000)
  }

  @Test("Equal texts are told from distinct ones")
  func distinct() {
    let texts = (0..<1000).map(String.init)
    #expect(TextIndex.areDistinct([]) && TextIndex.areDistinct(["a"]) && TextIndex.areDistinct(texts))
    #expect(!TextIndex.areDistinct(texts + ["517"]) && !TextIndex.areDistinct(["", ""]))
  }
}
