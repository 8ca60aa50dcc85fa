import Foundation
import MILBench
import Testing

@Suite("Comparisons")
struct CompareTests {
  private static let call = [
    "compare", "constant", "mi-net-bag[epochs=1,layers=4]", "--datasets", "musk1", "--folds", "3", "--repeats", "1",
  ]

  @Test("A comparison runs what no journal holds, and prints cells, pairs and ranks as JSON")
  func compare() async throws {
    try await Workshop.open { workshop in
      _ = try await workshop.milbench("run", "--quiet", "--only", "constant")
      let first = try await Tool.run(Self.call + ["--json"], in: workshop.folder)
      #expect(first.status == 0 && first.errors.contains("3 trials run, 3 taken from journals"), "\(first.errors)")
      let json = try first.json
      #expect(json["models"] as? [String] == ["constant", "mi-net-bag[epochs=1,layers=4]"])
      #expect(json["datasets"] as? [String] == ["musk1"])
      let cells = try #require(json["cells"] as? [[String: Any]])
      let keys = [
        "dataset", "model", "accuracy", "accuracySDFolds", "accuracySDRepeats", "accuracyBinomialStandardError",
        "accuracyCorrectedStandardError", "oracleAccuracy", "auc", "seconds", "notes",
      ]
      #expect(cells.count == 2 && cells.allSatisfy { cell in keys.allSatisfy { cell[$0] != nil } })
      let pairs = try #require(json["pairs"] as? [[String: Any]])
      let pair = try #require(pairs.first)
      #expect(pairs.count == 1 && pair["dataset"] as? String == "musk1" && pair["a"] as? String == "constant")
      for key in ["difference", "p", "probabilityABetter", "probabilityEqual"] {
        #expect(pair[key] is Double, "\(key)")
      }
      #expect(["a better", "tie", "b better"].contains(pair["verdict"] as? String))
      let ranks = try #require(json["ranks"] as? [[String: Any]])
      #expect(Set(ranks.compactMap { $0["averageRank"] as? Double }) == [1, 2])
      #expect((json["sentence"] as? String)?.hasPrefix("On musk1 ") == true)
    }
  }

  @Test("A second comparison runs nothing, writes the same files and says the verdict first")
  func again() async throws {
    try await Workshop.open { workshop in
      _ = try await Tool.run(Self.call + ["--quiet"], in: workshop.folder)
      let files = ["table.md", "statistics.md", "statistics.csv", "statistics.json"].map { "runs/compare/" + $0 }
      let contents = try files.map { try workshop.contents($0) }
      let second = try await Tool.run(Self.call, in: workshop.folder)
      #expect(second.errors.contains("0 trials run, 6 taken from journals"))
      #expect(try files.map { try workshop.contents($0) } == contents)
      let first = second.output.split(separator: "\n").first
      #expect(first?.contains("corrected resampled t-test p ") == true && first?.hasSuffix(").") == true)
      #expect(second.output.contains("corrected SE"), "tables are short, and this is no terminal")
    }
  }

  @Test("A folder of runs may be a link")
  func link() async throws {
    try await Workshop.open { workshop in
      _ = try await workshop.milbench("run", "--quiet", "--only", "constant", "--output", "disk")
      try FileManager.default.createSymbolicLink(
        atPath: workshop.folder.appending(path: "runs").path, withDestinationPath: "disk")
      let run = try await Tool.run(Self.call, in: workshop.folder)
      #expect(run.status == 0 && run.errors.contains("3 trials run, 3 taken from journals"), "\(run.errors)")
    }
  }

  @Test("A table of statistics that is the user's own is not replaced")
  func ownStatistics() async throws {
    try await Workshop.open { workshop in
      try workshop.write("patient,score\na,1\n", to: "runs/compare/statistics.csv")
      let run = try await Tool.run(Self.call + ["--quiet"], in: workshop.folder)
      #expect(run.status == 1 && run.errors.contains("statistics.csv: a file is there that is not"), "\(run.errors)")
      #expect(try workshop.contents("runs/compare/statistics.csv") == "patient,score\na,1\n")
    }
  }

  @Test("Trials of earlier calls with other settings are not mentioned")
  func otherCalls() async throws {
    try await Workshop.open { workshop in
      func call(_ command: [String], _ folds: String) async throws -> ToolRun {
        try await Tool.run(
          command + ["--folds", folds, "--output", "runs", "--quiet", "--fresh"], in: workshop.folder)
      }
      let compare = ["compare", "constant", "logistic-bag-mean", "--datasets", "musk1", "--repeats", "1"]
      for command in [compare, ["evaluate", "--model", "constant", "--dataset", "musk1"]] {
        for folds in ["3", "2", "3"] {
          let run = try await call(command, folds)
          #expect(run.status == 0 && !(run.output + run.errors).contains("left out:"), "\(run.errors)")
        }
      }
      #expect(try workshop.contents("runs/compare/journal.jsonl.gz").split(separator: "\n").count >= 10)
    }
  }

  @Test("Journals of another folder are used where it is named")
  func reuse() async throws {
    try await Workshop.open { workshop in
      _ = try await workshop.milbench("run", "--quiet", "--output", "others")
      let run = try await Tool.run(Self.call + ["--reuse", "others"], in: workshop.folder)
      #expect(run.errors.contains("0 trials run, 6 taken from journals"), "\(run.errors)")
      try await workshop.expectError(
        Self.call + ["--quiet", "--reuse", "another"], ["--reuse another: there is no such folder"])
    }
  }

  @Test("The results that come with milbench are used, so that only a new model is trained")
  func shipped() async throws {
    try await Workshop.open { workshop in
      // A journal of trials without times, like a committed one.
      _ = try await workshop.milbench("run", "--quiet", "--only", "constant", "--output", "milbench/results")
      for file in ["Package.swift", "Sources/MILBench/MILBench.swift"] {
        let place = workshop.folder.appending(path: "milbench/\(file)")
        try FileManager.default.createDirectory(
          at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try workshop.write("", to: "milbench/\(file)")
      }
      let journal = workshop.folder.appending(path: "milbench/results/paper/tiny/journal.jsonl.gz")
      let program = try workshop.copyTool(to: "milbench")
      let before = try await Tool.run(Self.call + ["--output", "first"], in: workshop.folder, program: program)
      #expect(before.errors.contains("6 trials run, 0 taken from journals"), "\(before.errors)")
      try FileManager.default.moveItem(
        at: journal, to: journal.deletingLastPathComponent().appending(path: "reference.jsonl.gz"))
      let after = try await Tool.run(Self.call + ["--output", "second"], in: workshop.folder, program: program)
      #expect(after.errors.contains("3 trials run, 3 taken from journals"), "\(after.errors)")
    }
  }

  @Test("If all trials of a model fail, the figures of the other are printed, as a table and as JSON")
  func failing() async throws {
    try await Workshop.open { workshop in
      try workshop.write("echo broken >&2; exit 4\n", to: "models/model.sh")
      try workshop.write(
        "{ title: 'Broken', citation: 'Nobody.', command: ['sh', 'model.sh'] }", to: "models/broken.json5")
      let call = [
        "compare", "constant", "broken", "--datasets", "musk1", "--folds", "2", "--repeats", "1", "--quiet",
      ]
      let table = try await Tool.run(call, in: workshop.folder)
      #expect(table.status == 3 && table.output.hasPrefix("Fewer than two models have finished trials"))
      #expect(table.output.contains("2 of 2") && table.output.contains("0 of 2, 2 of 2 failed"), "\(table.output)")
      #expect(table.complaint == "of 4 trials, 2 failed; figures are of the others")
      #expect(workshop.exists("runs/compare/table.md"))
      let run = try await Tool.run(call + ["--json"], in: workshop.folder)
      let cells = try #require(try run.json["cells"] as? [[String: Any]])
      #expect(run.status == 3 && Set(cells.compactMap { $0["finished"] as? Int }) == [0, 2])
      #expect(try (run.json["pairs"] as? [Any])?.isEmpty == true && (run.json["ranks"] as? [Any])?.isEmpty == true)
      #expect(try (run.json["sentence"] as? String)?.hasPrefix("Fewer than two models") == true)
      let both = try await Tool.run(
        ["evaluate", "--model", "broken", "--dataset", "musk1", "--folds", "2", "--quiet"], in: workshop.folder)
      #expect(both.status == 3 && both.complaint == "of 2 trials, 2 failed; there are no figures", "\(both.errors)")
    }
  }

  @Test("A model against itself is refused, and so are one model alone and unknown names")
  func mistakes() async throws {
    try await Workshop.open { workshop in
      func compare(_ models: String..., datasets: String = "musk1", more: [String] = []) -> [String] {
        ["compare"] + models + ["--datasets", datasets, "--quiet"] + more
      }
      try await workshop.expectError(compare("constant"), ["one model, expected at least two"])
      try await workshop.expectError(
        compare("constant", "constant"), ["\"constant\" is constant, which it already has"])
      try await workshop.expectError(compare("constant", "atention"), ["\"atention\"", "\"attention\""])
      try await workshop.expectError(compare("constant", "attention", datasets: "musk11"), ["musk11", "musk1"])
      try await workshop.expectError(
        compare("constant", "attention", datasets: "there/is.none.csv"), ["there/is.none.csv: found no such file"])
      try await workshop.expectError(
        compare("constant", "attention", datasets: "none.csv"), ["none.csv: found no such file"])
      try await workshop.expectError(compare("constant", "attention", more: ["--folds=1"]), ["--folds is 1"])
      try await workshop.expectError(compare("constant", "attention", more: ["--output="]), ["--output"])
      #expect(!workshop.exists("runs"))
    }
  }
}
