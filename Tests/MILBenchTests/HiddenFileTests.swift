import Foundation
import Testing

@Suite("Files with the names of data sets")
struct HiddenFileTests {
  private func fill(_ workshop: Workshop) throws { try workshop.write(SampleBags.table(), to: "b.csv") }

  @Test("A set is not imported under the name of a file in any letter case", arguments: ["shadow", "Shadow", "SHADOW"])
  func imported(item: String) async throws {
    try await Workshop.open { workshop in
      try fill(workshop)
      try workshop.write("", to: item == "Shadow" ? "\(item)/x" : item)
      try await workshop.expectError(
        ["data", "import", "b.csv", "--name", "shadow"], ["in the working folder", "--name"])
      let other = try await workshop.milbench("data", "import", "b.csv", "--name", "shade")
      #expect(other.status == 0, "\(other.errors)")
    }
  }

  @Test("A file with the name of a set is reported, and is an error in another letter case than the set's")
  func lookedUp() async throws {
    try await Workshop.open { workshop in
      try fill(workshop)
      _ = try await workshop.milbench("data", "import", "b.csv", "--name", "mine")
      let before = try await workshop.milbench("describe", "mine")
      #expect(before.status == 0 && !before.errors.contains("working folder"), "\(before.errors)")
      for (item, meaning) in [("mine", "imported set"), ("musk1", "set of the catalogue")] {
        try workshop.write("x", to: item)
        let run = try await workshop.milbench("describe", item)
        let text = run.output + run.errors
        #expect(run.status == 0 && text.contains("\(item) is the \(meaning)"), "\(text)")
        #expect(text.contains("./\(item)"), "\(text)")
      }
      for item in ["MINE", "Mine", "MUSK1"] {
        try workshop.write("x", to: item)
        try await workshop.expectError(
          ["describe", item], ["in another letter case", "expected ./\(item) for the one or \(item.lowercased())"])
      }
    }
  }
}
