import Foundation
import Testing

@Suite("Files and splits of the user's own on the command line")
struct OwnFilesTests {
  /// Sixteen bags, s1 to s16, of two instances each, with one column of folds and one of parts.
  private static let table: String = {
    let rows = (1...16).flatMap { bag in
      (0..<2).map { place in
        let label = bag % 2
        let value = Double((bag * 7 + place * 5) % 11) / 10 + (place == 0 ? Double(label) : 0)
        return "s\(bag),\(label),\(value),\(Double((bag * 3 + place) % 5))"
      }
    }
    return (["bag,label,f1,f2"] + rows).joined(separator: "\n") + "\n"
  }()

  private static let split =
    ",train,val,test\n"
    + (0..<10).map { "\($0),s\($0 + 1),\($0 < 3 ? "s\($0 + 11)" : ""),\($0 < 3 ? "s\($0 + 14)" : "")\n" }.joined()

  private func figures(_ run: ToolRun) throws -> [Double?] {
    let json = try run.json
    return ["accuracy", "auc", "trials", "folds", "repeats"].map { json[$0] as? Double }
  }

  private func evaluate(_ workshop: Workshop, _ dataset: String, _ more: String...) async throws -> ToolRun {
    try await Tool.run(
      ["evaluate", "--model", "logistic-bag-mean", "--dataset", dataset, "--quiet", "--json"] + more,
      in: workshop.folder)
  }

  @Test("The same bags have the same figures under every file name, and as an imported set")
  func names() async throws {
    try await Workshop.open { workshop in
      for name in ["b.csv", "another.csv", "musk1.csv"] { try workshop.write(Self.table, to: name) }
      let first = try await evaluate(workshop, "b.csv", "--folds", "4")
      #expect(first.status == 0, "\(first.errors)")
      for name in ["another.csv", "musk1.csv"] {
        #expect(try await figures(evaluate(workshop, name, "--folds", "4")) == figures(first))
      }
    }
  }

  @Test("CLAM's split, leave-one-out and exported folds are taken; validation bags are left out and said")
  func splits() async throws {
    try await Workshop.open { workshop in
      try workshop.write(Self.table, to: "b.csv")
      try workshop.write(Self.split, to: "splits_0.csv")
      let fixed = try await evaluate(workshop, "b.csv", "--folds", "splits_0.csv", "--output", "kept")
      #expect(try figures(fixed)[2...].map { $0 } == [1, 1, 1], "\(fixed.errors)")
      #expect(fixed.errors.contains("3 bags under val are neither trained on nor tested"))
      let again = try await Tool.run(
        [
          "evaluate", "--model", "logistic-bag-mean", "--dataset", "b.csv", "--json", "--folds", "splits_0.csv",
          "--output", "kept",
        ], in: workshop.folder)
      #expect(again.errors.contains("1 of 1 trials are taken from the journal"), "\(again.errors)")
      #expect(again.errors.contains("--fresh runs them again") && !fixed.errors.contains("from the journal"))
      #expect(try again.json["takenFromJournal"] as? Double == 1 && fixed.json["takenFromJournal"] as? Double == 0)
      let journal = try workshop.contents("kept/evaluate/journal.jsonl.gz")
      #expect(journal.contains("\"foldsSource\":\"splits_0.csv (SHA-256 "))
      #expect(journal.contains("\"trainingBags\":10"))
      let single = try await evaluate(workshop, "b.csv", "--folds", "loo")
      #expect(try figures(single)[2...].map { $0 } == [16, 16, 1], "\(single.errors)")
      let twice = try await evaluate(workshop, "b.csv", "--folds", "loo", "--repeats", "2")
      #expect(twice.status != 0 && twice.complaint?.contains("leave-one-out has one partition") == true)
      for folds in ["loo", "splits_0.csv", "3"] {
        let export = try await workshop.milbench("folds", "export", "--dataset", "b.csv", "--folds", folds)
        let files = export.output.split(separator: "\n").map(String.init)
        #expect(export.status == 0 && files.count == 2, "\(export.errors)")
        let read = try await evaluate(workshop, "b.csv", "--folds", files[0])
        let listed = try await evaluate(workshop, "b.csv", "--folds", files[1])
        #expect(read.status == 0 && listed.status == 0, "\(read.errors)\(listed.errors)")
        #expect(try figures(read) == figures(listed))
      }
      let unknown = try await evaluate(workshop, "b.csv", "--folds", "splits_7.csv")
      #expect(
        unknown.complaint == "splits_7.csv: no such file of folds, expected one with its path, or a number, or loo")
    }
  }

  @Test("A column of the data gives the folds")
  func column() async throws {
    try await Workshop.open { workshop in
      let lines = Self.table.split(separator: "\n").map(String.init)
      let rows = lines.dropFirst().enumerated().map { "\($1),\($0 / 2 < 8 ? "train" : "test"),\($0 / 2 % 4)" }
      try workshop.write(([lines[0] + ",split,cv"] + rows).joined(separator: "\n") + "\n", to: "c.csv")
      let split = try await evaluate(workshop, "c.csv", "--fold-column", "split", "--ignore-column", "cv")
      #expect(try figures(split)[2...].map { $0 } == [1, 1, 1], "\(split.errors)")
      let folds = try await evaluate(workshop, "c.csv", "--fold-column", "cv", "--ignore-column", "split")
      #expect(try figures(folds)[2...].map { $0 } == [4, 4, 1], "\(folds.errors)")
      let both = try await evaluate(workshop, "c.csv", "--fold-column", "cv", "--folds", "3")
      #expect(both.status == 64 && both.errors.contains("both give folds"))
    }
  }

  @Test("Compare takes files, two of one name in different folders too, and all splits of a folder")
  func compare() async throws {
    try await Workshop.open { workshop in
      for folder in ["left", "right"] {
        try FileManager.default.createDirectory(
          at: workshop.folder.appending(path: folder), withIntermediateDirectories: true)
      }
      try workshop.write(Self.table, to: "left/b.csv")
      try workshop.write(Self.table.replacing("s16", with: "t16"), to: "right/b.csv")
      let run = try await workshop.milbench(
        "compare", "constant", "logistic-bag-mean", "--datasets", "left/b.csv", "--folds", "4", "--repeats", "1",
        "--quiet")
      #expect(run.status == 0 && run.output.contains("b") && !run.output.contains("not run"), "\(run.errors)")
      let two = try await workshop.milbench(
        "compare", "constant", "logistic-bag-mean", "--datasets", "left/b.csv", "right/b.csv",
        "--folds", "loo", "--quiet",
        "--json", "--output", "other")
      #expect(try two.json["datasets"] as? [String] == ["left/b", "right/b"], "\(two.errors)")
      #expect(try two.json["folds"] as? Int == 16)
      try workshop.write(Self.split, to: "left/splits_0.csv")
      let fixed = try await workshop.milbench(
        "compare", "constant", "logistic-bag-mean", "--datasets", "left/b.csv", "--folds",
        "left/splits_0.csv", "--quiet",
        "--output", "third")
      #expect(fixed.status == 0 && !fixed.output.contains("not run"), "\(fixed.errors)")
    }
  }

  @Test("An experiment takes files and splits beside its own file, or in the working folder")
  func experiment() async throws {
    try await Workshop.open { workshop in
      try workshop.write(Self.table, to: "experiments/paper/b.csv")
      try workshop.write(Self.split, to: "splits_0.csv")
      for (name, folds) in [("one", "4"), ("two", "\"splits_0.csv\""), ("three", "\"loo\"")] {
        try workshop.write(
          "{title: \"Own\", datasets: [\"b.csv\"], models: [\"constant\", \"logistic-bag-mean\"], folds: \(folds)"
            + (name == "one" ? ", repeats: 1}" : "}"), to: "experiments/paper/\(name).json5")
        let run = try await workshop.milbench("run", "paper/\(name)", "--quiet")
        #expect(run.status == 0 && !run.output.contains("not run"), "\(run.errors)\(run.output)")
      }
    }
  }

  @Test("Imported sets cannot take names that mean something else")
  func imports() async throws {
    try await Workshop.open { workshop in
      try workshop.write(Self.table, to: "b.csv")
      for name in ["musk1", "classical", "rare-cells", "loo", "b.csv", "", "x[y=1]", "a/b", "-x", "12"] {
        try await workshop.expectError(["data", "import", "b.csv", "--name=\(name)"], [])
      }
    }
  }
}
