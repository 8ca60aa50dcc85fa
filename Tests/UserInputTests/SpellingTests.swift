import Testing
import UserInput

@Suite("Spelling")
struct SpellingTests {
  @Test("The nearest names come first, at most three, letter case aside")
  func nearest() {
    let names = ["musk1", "musk2", "fox", "tiger", "elephant"]
    #expect(Spelling.nearest(to: "MUSK", in: names) == ["musk1", "musk2"])
    #expect(Spelling.nearest(to: "elefant", in: names) == ["elephant"])
    #expect(Spelling.nearest(to: "attention", in: ["gated-attention", "dp-minn"]) == ["gated-attention"])
    #expect(Spelling.nearest(to: "Attenton", in: ["dp-minn", "gated-attention", "attention"]).first == "attention")
    #expect(Spelling.nearest(to: "a1", in: ["a2", "a3", "a4", "a5"]) == ["a2", "a3", "a4"])
  }

  @Test("A word that resembles nothing gets no suggestion")
  func none() {
    #expect(Spelling.nearest(to: "zzzzzz", in: ["musk1", "fox"]).isEmpty)
    #expect(Spelling.nearest(to: "elephantine", in: ["fox", "tiger"]).isEmpty)
  }
}
