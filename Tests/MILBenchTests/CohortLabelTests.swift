import Foundation
import Testing

@Suite("The labels of a held-out cohort")
struct CohortLabelTests {
  private func write(_ pair: [String], to name: String, in workshop: Workshop) throws {
    let id = { (bag: Int) in name.hasPrefix("train") ? "s\(bag)" : "t\(bag)" }
    let label = { (bag: Int) in pair[1 - bag % 2] }
    let text =
      name.hasSuffix("arff")
      ? SampleBags.attributes(id: id, label: label)
      : name.hasSuffix("svm") ? SampleBags.sparse(id: id, label: label) : SampleBags.table(id: id, label: label)
    try workshop.write(text, to: name)
  }

  private func evaluate(_ kind: String, in workshop: Workshop, _ options: [String]) async throws -> ToolRun {
    try await Tool.run(
      ["evaluate", "--model", "constant", "--dataset", "train.\(kind)", "--test", "test.\(kind)"] + options,
      in: workshop.folder)
  }

  @Test(
    "Labels of other names are refused, and mapped where an option or the names say how",
    arguments: ["csv", "arff", "svm"])
  func names(kind: String) async throws {
    try await Workshop.open { workshop in
      try write(["normal", "cancer"], to: "train.\(kind)", in: workshop)
      let given = ["--positive", "cancer"]
      try write(["normal", "cancer"], to: "test.\(kind)", in: workshop)
      let same = try await evaluate(kind, in: workshop, given)
      #expect(same.status == 0, "\(same.errors)")
      for pair in [["benign", "cancer"], ["benign", "tumour"], ["0", "1"]] {
        try write(pair, to: "test.\(kind)", in: workshop)
        let run = try await evaluate(kind, in: workshop, given)
        #expect(run.status != 0 && run.output.isEmpty, "\(pair)")
        #expect(run.errors.contains("--test-positive names the label of this file"), "\(run.errors)")
        #expect(run.errors.contains("\"normal\" (negative) and \"cancer\" (positive)"), "\(run.errors)")
        let mapped = try await evaluate(kind, in: workshop, given + ["--test-positive", pair[1]])
        #expect(mapped.status == 0 && mapped.errors.contains("\"\(pair[1])\" is positive"), "\(mapped.errors)")
      }
      try write(["normal", "cancer"], to: "test.\(kind)", in: workshop)
      let turned = try await evaluate(kind, in: workshop, given + ["--test-positive", "normal"])
      #expect(turned.status != 0 && turned.errors.contains("a call without --test-positive"), "\(turned.errors)")
      try write(["0", "1"], to: "train.\(kind)", in: workshop)
      try write(["no", "yes"], to: "test.\(kind)", in: workshop)
      let own = try await evaluate(kind, in: workshop, [])
      #expect(own.status == 0 && own.errors.contains("as 1 and 0 of the model"), "\(own.errors)")
      try await workshop.expectError(
        ["evaluate", "--model", "constant", "--dataset", "train.\(kind)", "--test-positive", "1"],
        ["--test-positive without --test"])
    }
  }
}
