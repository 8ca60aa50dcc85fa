import Foundation
import MILRecords
import Subprocesses
import Testing

@Suite("External models on the command line")
struct ExternalTests {
  private func open<Result>(script: String, _ body: (Workshop) async throws -> Result) async throws -> Result {
    try await Workshop.open { workshop in
      let models = workshop.folder.appending(path: "models")
      try FileManager.default.createDirectory(at: models, withIntermediateDirectories: true)
      try workshop.write(script, to: "models/model.sh")
      try workshop.write(
        "{ title: 'Half', citation: 'Nobody.', command: ['sh', 'model.sh'], parameters: { share: 0.5 } }",
        to: "models/half.json5")
      return try await body(workshop)
    }
  }

  /// A program that predicts all bags as positive.
  private static let half = """
    bags=$(sed -n 's/.*"bags" : \\([0-9]*\\).*/\\1/p' "$2/job.json")
    if [ $1 = score ]; then awk -v n=$bags 'BEGIN { for (k = 0; k < n; k++) print 0.5 }' > $2/scores.csv; fi
    """

  @Test("A description in the folder models is a model of every command, in the same journals and tables")
  func commands() async throws {
    try await open(script: Self.half) { workshop in
      let list = try await workshop.milbench("list", "models").output
      #expect(list.contains("half  (Half)") && list.contains("share=0.5") && list.contains("Nobody."))
      try workshop.write(
        "{ title: 'T', datasets: ['musk1'], models: ['constant', 'half[share=0.25]'], folds: 3, repeats: 1 }",
        to: "experiments/external.json5")
      #expect(try await workshop.milbench("run", "external", "--quiet").status == 0)
      let records = try JournalSet<TrialRecord>(reading: [workshop.results.appending(path: "external/journal.jsonl.gz")]
      ).selected
      let external = records.filter { $0.model == "half[share=0.25]" }
      #expect(external.count == 3 && external.allSatisfy { $0.status == .finished && $0.threshold == 0.5 })
      #expect(external.allSatisfy { $0.configuration.contains("\"share\":0.25") })
      #expect(Set(external.map(\.foldsHash)) == Set(records.map(\.foldsHash)))
      #expect(try workshop.contents("runs/external/table.md").contains("Half"))
      let compared = try await workshop.milbench(
        "compare", "constant", "half[share=0.25]", "--datasets", "musk1", "--folds", "3", "--repeats", "1", "--json")
      #expect(compared.errors.contains("0 trials run, 6 taken from journals"), "\(compared.errors)")
      let report = try await workshop.milbench("report", "external")
      #expect(report.status == 0, "\(report.errors)")
    }
  }

  @Test("A program that fails is a failed trial with its last lines, and its trials are run again when it is mended")
  func failure() async throws {
    try await open(script: "echo the data are wrong >&2; exit 4") { workshop in
      let call = ["evaluate", "--model", "half", "--dataset", "musk1", "--folds", "2", "--output", "runs", "--json"]
      let failing = try await Tool.run(call, in: workshop.folder)
      #expect(failing.status == 3 && !failing.trapped)
      let line = "\"sh model.sh fit\" ended with exit code 4; its last lines: the data are wrong"
      #expect(failing.errors.contains("failed: " + line), "\(failing.errors)")
      let journal = workshop.results.appending(path: "evaluate/journal.jsonl.gz")
      let failed = try JournalSet<TrialRecord>(reading: [journal]).selected
      #expect(
        failed.count == 2 && failed.allSatisfy { $0.status == .failed && $0.message == line && $0.scores.isEmpty })
      try workshop.write(Self.half, to: "models/model.sh")
      let mended = try await Tool.run(call, in: workshop.folder)
      #expect(mended.status == 0)
      let json = try mended.json
      #expect(json["trials"] as? Int == 2 && json["failed"] as? Int == 0)
      // Musk1 has 47 positive bags of 92.
      let accuracy = try #require(json["accuracy"] as? Double)
      #expect(abs(accuracy - 47.0 / 92) < 0.01)
    }
  }

  @Test("A wrong description is one line, whatever the command")
  func mistakes() async throws {
    try await open(script: "") { workshop in
      try workshop.write("{ title: 'Half', citation: 'Nobody.' }", to: "models/half.json5")
      try await workshop.expectError(
        ["evaluate", "--model", "half", "--dataset", "musk1"], ["models/half.json5: the key \"command\" is missing"])
    }
  }

  @Test(
    "NumPy reads what is handed over, and a model of a few lines of it learns Musk1",
    .enabled(if: Python.has("numpy"), "python3 with NumPy is not here"))
  func numpy() async throws {
    try await Workshop.open { workshop in
      let models = workshop.folder.appending(path: "models")
      try FileManager.default.createDirectory(at: models, withIntermediateDirectories: true)
      try workshop.write(
        "{ title: 'Ridge', citation: 'None.', command: ['python3', 'ridge.py'], scores: 'decisions' }",
        to: "models/ridge.json5")
      try workshop.write(
        """
        import json, sys
        import numpy as np
        step, folder = sys.argv[1:]
        job = json.load(open(f"{folder}/job.json"))
        data = np.load(f"{folder}/training.npz" if step == "fit" else f"{folder}/bags.npz")
        assert ("labels" in data) == (step == "fit") and data["instances"].shape == (data["lengths"].sum(), 166)
        assert len(data["starts"]) == job["bags"] and data["instances"].dtype == np.float32
        means = np.add.reduceat(data["instances"], data["starts"]) / data["lengths"][:, None]
        if step == "fit":
            assert abs(data["instances"].mean()) < 1e-4, "standardised by the training bags"
            kernel = means @ means.T + 10 * np.eye(len(means))
            np.save(f"{folder}/weights.npy", means.T @ np.linalg.solve(kernel, 2.0 * data["labels"] - 1))
        else:
            np.savetxt(f"{folder}/scores.csv", means @ np.load(f"{folder}/weights.npy"))
        """, to: "models/ridge.py")
      let run = try await workshop.milbench("evaluate", "--model", "ridge", "--dataset", "musk1", "--json", "--quiet")
      #expect(run.status == 0, "\(run.errors)")
      let accuracy = try #require(try run.json["accuracy"] as? Double)
      #expect(accuracy > 0.75 && accuracy < 0.95)
    }
  }

  @Test(
    "The example for pandas prints the accuracies of a journal",
    .enabled(if: Python.has("pandas"), "python3 with pandas is not here"))
  func pandas() async throws {
    try await Workshop.open { workshop in
      _ = try await workshop.milbench("run", "--quiet")
      let journal = workshop.results.appending(path: "paper/tiny/journal.jsonl.gz")
      let output = workshop.folder.appending(path: "pandas.txt")
      let python = try #require(Subprocess.find("python3"))
      let script = repository.appending(path: "Examples/pandas/read_journals.py").path
      let process = try Subprocess(python, [script, journal.path], output: .file(output))
      #expect(await process.waitForEnd() == .exited(0))
      let cells = CellSummary.summaries(of: try JournalSet<TrialRecord>(reading: [journal]).selected)
      let lines = try workshop.contents("pandas.txt").split(separator: "\n").map { $0.split(separator: " ") }
      #expect(cells.count == 2)
      for cell in cells {
        let line = try #require(lines.first { $0.contains(cell.model[...]) })
        let numbers = line.compactMap { Double($0) }
        #expect(numbers.count == 3 && abs(numbers[0] - (cell.leading.mean ?? -1)) < 1e-4 && numbers[2] == 3, "\(line)")
      }
    }
  }
}
