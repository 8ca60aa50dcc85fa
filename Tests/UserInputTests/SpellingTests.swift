import Testing
import UserInput

@Suite("Spelling")
struct SpellingTests {
  @Test("the nearest names come first, whatever their case")
  func nearest() {
    #expect(Spelling.nearest(to: "Attenton", in: ["dp-minn", "gated-attention", "attention"]).first == "attention")
    #expect(Spelling.nearest(to: "musk", in: ["fox", "musk2", "musk1"]) == ["musk1", "musk2"])
  }

  @Test("a word that resembles nothing gets no suggestion")
  func none() {
    #expect(Spelling.nearest(to: "elephantine", in: ["fox", "tiger"]).isEmpty)
  }
}
