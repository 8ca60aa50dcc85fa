import Foundation
import Testing

@Suite("One's own runs beside the reference run")
struct ReferenceRunTests {
  /// Opens a workshop with a finished reference run of musk1 and fox; the data of fox are missing.
  private func open(_ body: (Workshop) async throws -> Void) async throws {
    try await Workshop.open { workshop in
      try workshop.write(
        #"{title: "T", datasets: ["musk1", "fox"], models: ["constant", "mi-net-bag[epochs=1,layers=4]"], folds: 2, "#
          + "repeats: 2}", to: "experiments/paper/tiny.json5")
      #expect(try await workshop.milbench("run", "--quiet", "--output", "made").status == 0)
      let journal = try workshop.contents("made/paper/tiny/journal.jsonl.gz")
      #expect(journal.contains(#""dataset":"musk1""#))
      try workshop.write(
        journal + journal.replacing(#""dataset":"musk1""#, with: #""dataset":"fox""#),
        to: "results/paper/tiny/reference.jsonl")
      try await body(workshop)
    }
  }

  private func rows(_ table: String, _ start: String) -> [Substring] {
    table.split(separator: "\n").filter { $0.hasPrefix("| " + start) }
  }

  @Test("A stranger's journal prints where neither the model nor the data are known")
  func stranger() async throws {
    try await Workshop.open { workshop in
      _ = try await workshop.milbench("run", "--quiet", "--output", "made")
      let own = try workshop.contents("made/paper/tiny/journal.jsonl.gz")
      #expect(own.contains(#""title":"Majority class""#))
      let theirs = own.replacing(#""dataset":"musk1""#, with: #""dataset":"hospital""#)
        .replacing(#""model":"constant""#, with: #""model":"oracle[depth=2]""#)
        .replacing(#""title":"Majority class""#, with: #""title":"Oracle of Delphi""#)
        .replacing(#""model":"mi-net-bag[epochs=1,layers=4]""#, with: #""model":"pythia""#)
      try workshop.write(
        #"{title: "T", datasets: ["hospital"], models: ["oracle[depth=2]", "pythia"], folds: 3, repeats: 1}"#,
        to: "experiments/paper/tiny.json5")
      try workshop.write(theirs, to: "results/paper/tiny/reference.jsonl.gz")
      let report = try await workshop.milbench("report", "--reference")
      #expect(report.status == 0, "\(report.errors)")
      let table = try workshop.contents("results/paper/tiny/table.md")
      #expect(table.contains("| hospital | Oracle of Delphi |") && table.contains("3 of 3"), "\(table)")
      #expect(!table.contains("oracle[depth=2]"))
      // A comparison of the journal alone needs no experiment.
      let compared = try await workshop.milbench("compare", "--journal", "results/paper/tiny/reference.jsonl.gz")
      #expect(compared.status == 0 && compared.output.contains("Oracle of Delphi"), "\(compared.errors)")
      #expect(compared.output.hasPrefix("On hospital "))
      // A model without records must be known, so that a typing error is not taken for one.
      try await workshop.expectError(["run"], ["oracle"])
    }
  }

  @Test("Neither run hides the other, each row says whose it is, and results/ is not touched")
  func rows() async throws {
    try await open { workshop in
      func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: workshop.folder.appending(path: "results").path).sorted()
      }
      let before = try files()
      // Without own runs, the report has the reference run alone, and does not state its origin.
      #expect(try await workshop.milbench("report").status == 0)
      let alone = try workshop.contents("runs/paper/tiny/table.md")
      #expect(rows(alone, "fox | Majority class | .").count == 1 && !alone.contains("reference"))
      #expect(alone.contains("Ours: 2 times 2-fold"))
      let run = try await workshop.milbench(
        "run", "--quiet", "--only", "musk1", "--only", "constant", "--repeats", "1")
      #expect(
        run.status == 0
          && run.output.hasSuffix(
            "paper/tiny: runs/paper/tiny/table.md; all 2 trials give the reference run's scores, bit for bit\n"
              + "all of them: runs/index.html\n"),
        "\(run.output.suffix(300))")
      let table = try workshop.contents("runs/paper/tiny/table.md")
      #expect(rows(table, "musk1 | Majority class | own | .").count == 1)
      #expect(rows(table, "musk1 | Majority class | reference | .").count == 1)
      #expect(rows(table, "fox | ").count == 2 && rows(table, "fox | Majority class | reference |").count == 1)
      #expect(rows(table, "musk1 | MI-Net").count == 1 && table.contains("| reference | ."))
      #expect(table.contains("Ours: one 2-fold cross-validation (own run) and 2 times 2-fold cross-validation (refe"))
      // The command did not ask whether data of fox exist, and the report does not check.
      #expect(!table.contains("No data for fox"))
      let json = try await workshop.milbench("report", "--json").output
      let cells = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[[String: Any]]])
      #expect(cells.first?.compactMap { $0["run"] as? String } == ["own"] + Array(repeating: "reference", count: 4))
      // The result of the reference run is printed beside the user's own.
      let printed = try await workshop.milbench("report", "--format", "markdown").output
      #expect(printed.contains("(reference run)"))
      #expect(try files() == before)
    }
  }

  @Test("The tables of the reference run are written by --reference, whatever one has run, and by --output")
  func explicit() async throws {
    try await open { workshop in
      #expect(try await workshop.milbench("report", "--reference").status == 0)
      let tables =
        ["table.md", "table.csv", "statistics.md"].map { "results/paper/tiny/\($0)" } + ["results/index.html"]
      let contents = try tables.map { try workshop.contents($0) }
      _ = try await workshop.milbench("run", "--quiet", "--only", "musk1", "--repeats", "1")
      #expect(try await workshop.milbench("report", "paper/tiny").status == 0)
      #expect(try tables.map { try workshop.contents($0) } == contents)
      for arguments in [["report", "--reference"], ["report", "--output", "results"]] {
        #expect(try await Tool.run(arguments, in: workshop.folder).status == 0)
        #expect(try tables.map { try workshop.contents($0) } == contents)
      }
    }
  }

  @Test("A comparison says which rows are taken from the reference run")
  func comparison() async throws {
    try await open { workshop in
      let call = [
        "compare", "constant", "mi-net-bag[epochs=1,layers=4]", "elm-mil", "--datasets", "musk1", "--folds", "2",
        "--repeats", "3",
      ]
      let run = try await Tool.run(call, in: workshop.folder)
      #expect(run.status == 0 && run.errors.contains("10 trials run, 8 taken from journals"), "\(run.errors)")
      let table = try workshop.contents("runs/compare/table.md")
      #expect(rows(table, "musk1 | Majority class | own and reference |").count == 1)
      #expect(table.contains("| own |"))
    }
  }

  @Test("--fresh runs every trial again in evaluate, compare, run and audit")
  func fresh() async throws {
    try await Workshop.open { workshop in
      let calls = [
        ["run"], ["compare", "constant", "logistic-bag-mean", "--datasets", "musk1", "--folds", "2", "--repeats", "1"],
        ["evaluate", "--model", "constant", "--dataset", "musk1", "--folds", "2", "--output", "kept"],
        ["audit", "constant", "--training-bags", "12", "--test-bags", "10", "--padding", "0", "--seeds", "2"],
      ]
      let journals = [
        "runs/paper/tiny/journal.jsonl.gz", "runs/compare/journal.jsonl.gz", "kept/evaluate/journal.jsonl.gz",
        "runs/audit/trials.ndjson.gz",
      ]
      for (call, journal) in zip(calls, journals) {
        func lines(_ more: [String]) async throws -> Int {
          #expect(try await Tool.run(call + ["--quiet"] + more, in: workshop.folder).status == 0, "\(call)")
          return try workshop.contents(journal).split(separator: "\n").count
        }
        let once = try await lines([])
        #expect(try await lines([]) == once)
        #expect(try await lines(["--fresh"]) == 2 * once)
      }
    }
  }

  @Test("Trials of released models that are older than the program are told of, with the way to run them again")
  func olderTrials() async throws {
    try await Workshop.open { workshop in
      _ = try await workshop.milbench("run", "--quiet")
      #expect(!(try await workshop.milbench("run").errors.contains("older than this build")))
      let program = try workshop.copyTool(to: "rebuilt")
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: 60)], ofItemAtPath: program.path)
      let run = try await Tool.run(["run"], in: workshop.folder, program: program)
      #expect(run.errors.contains("6 trials in journals are older than this build;") && run.errors.contains("--fresh"))
    }
  }
}
