import Testing
import UserInput

@Suite("Spelling")
struct SpellingTests {
  private let names = ["musk1", "musk2", "elephant", "fox", "tiger", "talk.religion.misc"]

  @Test(
    "A slip of the pen finds its name",
    arguments: [
      ("elefant", "elephant"), ("Tigre", "tiger"), ("ofx", "fox"), ("religion", "talk.religion.misc"),
      ("musc1", "musk1"), ("the elephant", "elephant"),
    ])
  func slips(typed: String, name: String) {
    #expect(Spelling.nearest(to: typed, in: names) == [name])
  }

  @Test("The nearest name comes first, and equally near ones in alphabetical order, at most three")
  func order() {
    #expect(Spelling.nearest(to: "Attenton", in: ["dp-minn", "gated-attention", "attention"]).first == "attention")
    #expect(Spelling.nearest(to: "attention", in: ["gated-attention", "dp-minn"]) == ["gated-attention"])
    #expect(Spelling.nearest(to: "MUSK", in: names.reversed()) == ["musk1", "musk2"])
    #expect(Spelling.nearest(to: "a1", in: ["a5", "a4", "a3", "a2"]) == ["a2", "a3", "a4"])
  }

  @Test("A word that resembles nothing gets no suggestion, and an endless one no endless search")
  func none() {
    #expect(Spelling.nearest(to: "zzzzzz", in: names).isEmpty)
    #expect(Spelling.nearest(to: "elephantine", in: ["fox", "tiger"]).isEmpty)
    #expect(Spelling.nearest(to: "x", in: []).isEmpty)
    #expect(Spelling.nearest(to: String(repeating: "q", count: 100_000), in: names).isEmpty)
  }
}
