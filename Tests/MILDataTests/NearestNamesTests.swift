import MILData
import Testing

@Suite("Nearest names")
struct NearestNamesTests {
  private let names = ["musk1", "musk2", "elephant", "fox", "tiger", "talk.religion.misc"]

  @Test(
    "A slip of the pen finds its name",
    arguments: [("elefant", "elephant"), ("Tigre", "tiger"), ("ofx", "fox"), ("religion", "talk.religion.misc")])
  func slips(typed: String, name: String) {
    #expect(nearestNames(to: typed, in: names) == [name])
  }

  @Test("Equally near names come in alphabetical order, at most three")
  func ties() {
    #expect(nearestNames(to: "musk", in: names) == ["musk1", "musk2"])
    #expect(nearestNames(to: "a", in: ["e", "d", "c", "b"]) == ["b", "c", "d"])
    #expect(nearestNames(to: "x", in: []) == [])
    #expect(!nearestNames(to: String(repeating: "q", count: 100_000), in: names).isEmpty)
  }
}
