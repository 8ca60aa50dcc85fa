import Testing
import UserInput

@Suite("Short lists")
struct ShortListTests {
  @Test("A list has at most so many elements, and says that there are more")
  func lists() {
    let names = ["a", "b", "c", "d"]
    #expect(names.shortList(4) == "a, b, c, d" && names.shortList(3) == "a, b, c ...")
    #expect(names.shortList(2, rest: .count) == "a, b and 2 more" && names.shortList(9, rest: .count) == "a, b, c, d")
    #expect((1...3).shortList(2) { "<\($0)>" } == "<1>, <2> ..." && [String]().shortList(1) == "")
  }
}
