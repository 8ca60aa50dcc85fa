import Foundation
import Testing

@Suite("Commands")
struct CommandTests {
  @Test(
    "Every command explains itself and gives an example",
    arguments: [
      [], ["list"], ["list", "datasets"], ["list", "models"], ["list", "experiments"], ["describe"], ["evaluate"],
      ["compare"], ["run"], ["report"], ["train"], ["predict"], ["explain"], ["data"], ["data", "verify"], ["new"],
      ["new", "pooling"], ["new", "network"], ["audit"], ["folds"], ["folds", "export"], ["doctor"], ["submit"],
      ["status"], ["verify"], ["entry"], ["entry", "check"],
      ["pack"],
      ["data", "list"], ["data", "get"], ["data", "audit"], ["data", "import"], ["data", "export"],
    ])
  func help(command: [String]) async throws {
    try await Workshop.open { workshop in
      let run = try await Tool.run(command + ["--help"], in: workshop.folder)
      #expect(run.status == 0 && !run.trapped && run.errors.isEmpty)
      #expect(run.output.contains("USAGE: \((["milbench"] + command).joined(separator: " "))"))
      #expect(run.output.contains("Example"))
      let wide = try await workshop.shell("COLUMNS=100 exec \"$@\"", command + ["--help"])
      let lines = try #require(wide.output.firstRange(of: "USAGE:").map { wide.output[..<$0.lowerBound] })
        .split(separator: "\n", omittingEmptySubsequences: false)
      for (line, next) in zip(lines, lines.dropFirst()) where !line.isEmpty && !line.hasPrefix(" ") {
        guard let word = next.split(separator: " ").first, !next.hasPrefix(" ") else { continue }
        #expect(line.count + 1 + word.count >= 100, "a paragraph is broken after: \(line)")
      }
      // Longer lines would be broken at the usual width of a terminal, and could not be copied.
      for example in lines where example.hasPrefix(" ") { #expect(example.count <= 80, "\(example)") }
    }
  }

  @Test("The version is printed")
  func version() async throws {
    try await Workshop.open { workshop in
      let run = try await workshop.milbench("--version")
      #expect(run.status == 0 && run.output.firstMatch(of: /^\d+\.\d+\.\d+\n$/) != nil)
    }
  }

  @Test("Data sets, models and experiments are listed as JSON and as text")
  func lists() async throws {
    try await Workshop.open { workshop in
      func list(_ what: String) async throws -> [[String: Any]] {
        let run = try await workshop.milbench("list", what, "--json")
        #expect(run.status == 0 && run.errors.isEmpty)
        return try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]])
      }
      let musk1 = try #require(try await list("datasets").first { $0["name"] as? String == "musk1" })
      #expect(musk1["available"] as? Bool == true && musk1["bags"] as? Int == 92)
      let models = try await list("models")
      let ids = models.compactMap { $0["id"] as? String }
      #expect(ids.contains("constant") && ids.contains("mi-net-bag") && Set(ids).count == models.count)
      let network = try #require(models.first { $0["id"] as? String == "mi-net-bag" })
      #expect((network["parameters"] as? [String: String])?["layers"] == "256-128-64")
      #expect(models.allSatisfy { ($0["citation"] as? String)?.isEmpty == false })
      #expect(models.allSatisfy { ($0["trained"] as? String)?.isEmpty == false })
      #expect(network["experiments"] as? [String] == ["paper/tiny"])
      #expect(models.first { $0["id"] as? String == "attention" }?["experiments"] as? [String] == [])
      let experiments = try await list("experiments")
      #expect(experiments.count == 1 && experiments.first?["name"] as? String == "paper/tiny")
      #expect(experiments.first?["trials"] as? Int == 6)
      for (what, word) in [("datasets", "musk1"), ("models", "mi-net-bag"), ("experiments", "paper/tiny")] {
        #expect(try await workshop.milbench("list", what).output.contains(word))
      }
    }
  }

  @Test("Models are listed where there are no experiments, and as one page or as JSON")
  func listOfModels() async throws {
    try await Workshop.open { workshop in
      let there = try await workshop.milbench("list", "models").output
      #expect(there.contains("tables: paper/tiny") && there.contains("trained: "))
      try await workshop.expectError(["list", "models", "--experiments", "nowhere"], ["nowhere", "cannot be listed"])
      let elsewhere = try await Tool.run(["list", "models"], in: workshop.folder.appending(path: "experiments"))
      #expect(elsewhere.status == 0 && elsewhere.output.contains("mi-net-bag") && !elsewhere.output.contains("tables:"))
      let page = try await workshop.milbench("list", "models", "--markdown").output
      #expect(page.hasPrefix("# Models\n") && page.contains("- Tables: `paper/tiny`"))
      try await workshop.expectError(["list", "models", "--json", "--markdown"], ["--json and --markdown"])
      try workshop.write("{", to: "experiments/paper/broken.json5")
      try await workshop.expectError(["list", "models"], ["broken.json5"])
    }
  }

  @Test("A data set is described by its shape, file and licence")
  func describe() async throws {
    try await Workshop.open { workshop in
      let json = try await workshop.milbench("describe", "musk1", "--json").json
      let counts = ["bags": 92, "instances": 476, "features": 166, "positive_bags": 47]
      for (key, count) in counts { #expect(json[key] as? Int == count, "\(key)") }
      #expect((json["sha256"] as? String)?.count == 64 && json["licence"] is String)
      let text = try await workshop.milbench("describe", "MUSK1").output
      #expect(text.contains("92 bags (47 positive), 476 instances, 166 features"))
    }
  }

  @Test("The shipped data files are what the catalogue says")
  func verify() async throws {
    try await Workshop.open { workshop in
      let run = try await workshop.milbench("data", "verify", "--json")
      let items = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]])
      let found = items.filter { $0["found"] as? Bool == true }
      #expect(run.status == 0 && Set(found.compactMap { $0["name"] as? String }) == ["musk1", "musk2"])
      #expect(found.allSatisfy { $0["ok"] as? Bool == true })
      #expect(try await workshop.milbench("data", "verify").status == 0)
    }
  }

  @Test("An evaluation has every figure in its JSON")
  func evaluate() async throws {
    try await Workshop.open { workshop in
      let run = try await workshop.milbench(
        "evaluate", "--model", "mi-net-bag[layers=8-4]", "--dataset", "musk1", "--folds", "3", "--repeats", "2",
        "--epochs", "2", "--json", "--quiet", "--predictions", "scores.csv", "--figures", "drawn")
      #expect(run.status == 0 && run.errors == "written: drawn/figures.md and 2 figures\n", "\(run.errors)")
      for name in ["roc", "calibration"] {
        #expect(try workshop.contents("drawn/\(name).svg").hasPrefix("<svg "))
        #expect(try workshop.contents("drawn/figures.md").contains("(\(name).svg)"))
      }
      let json = try run.json
      #expect(json["dataset"] as? String == "musk1" && json["protocol"] as? String == "clean")
      #expect(json["model"] as? String == "mi-net-bag[epochs=2,layers=8-4]")
      for (key, value) in ["folds": 3, "repeats": 2, "trials": 6, "failed": 0, "bags": 92] {
        #expect(json[key] as? Int == value, "\(key)")
      }
      #expect(json["parameters"] as? Int == 166 * 8 + 8 + 8 * 4 + 4 + 4 + 1)
      let shares = ["accuracy", "oracleAccuracy", "oracleCommonAccuracy", "auc", "calibrationError"]
      for key in shares { #expect((0...1).contains(try #require(json[key] as? Double)), "\(key)") }
      for key in ["accuracySDFolds", "accuracySDRepeats", "seconds", "secondsPerStep", "secondsOfAll"] {
        #expect(try #require(json[key] as? Double) >= 0, "\(key)")
      }
      // The file has each bag once for each repetition, and the matrix counts its predictions.
      let lines = try workshop.contents("scores.csv").split(separator: "\n").map { $0.split(separator: ",") }
      #expect(lines.first == ["repetition", "fold", "bag", "label", "call", "score"] && lines.count == 1 + 2 * 92)
      #expect(Set(lines.dropFirst().map { "\($0[0]) \($0[2])" }).count == 2 * 92)
      let confusion = try #require(json["confusion"] as? [String: Any])
      func count(_ label: String, _ call: String) -> Int { lines.count { $0[3] == label && $0[4] == call } }
      #expect(confusion["truePositives"] as? Int == count("1", "1") && count("1", "1") + count("1", "0") == 2 * 47)
      #expect(confusion["falseNegatives"] as? Int == count("1", "0"))
      #expect(confusion["falsePositives"] as? Int == count("0", "1"))
      #expect(confusion["trueNegatives"] as? Int == count("0", "0"))
      let sensitivity = try #require(confusion["sensitivity"] as? Double)
      #expect(abs(sensitivity - Double(count("1", "1")) / 94) < 1e-12)
    }
  }

  @Test("With labels of instances an evaluation has the AUC of finding them")
  func instancesFound() async throws {
    let call = [
      "evaluate", "--model", "mi-net-bag[epochs=1,layers=4]", "--dataset", "synthetic/planted-witness", "--folds", "2",
      "--quiet",
    ]
    try await Workshop.open { workshop in
      let json = try await Tool.run(call + ["--json"], in: workshop.folder).json
      let found = try #require(json["ofInstances"] as? [String: Any])
      #expect(found["kind"] as? String == "scores" && found["bags"] as? Int == 100)
      #expect((0...1).contains(try #require(found["auc"] as? Double)))
      #expect(try await Tool.run(call, in: workshop.folder).output.contains("instance AUC by scores"))
    }
  }

  @Test("Predictions of folds take the place of earlier ones and of nothing else")
  func predictionsOfFolds() async throws {
    try await Workshop.open { workshop in
      let call = ["evaluate", "--model", "constant", "--dataset", "musk1", "--folds", "2", "--quiet", "--predictions"]
      for _ in 0..<2 {
        let run = try await Tool.run(call + ["scores.csv"], in: workshop.folder)
        #expect(run.status == 0 && run.output.contains("sensitivity") && run.output.contains("specificity"), "\(run)")
      }
      try workshop.write("mine\n", to: "notes.csv")
      try await workshop.expectError(call + ["notes.csv"], ["notes.csv"])
      #expect(try workshop.contents("notes.csv") == "mine\n")
    }
  }

  @Test("The record of a trial says which epoch held-out training bags preferred, and is sound")
  func stopping() async throws {
    try await Workshop.open { workshop in
      let call = [
        "evaluate", "--model", "mi-net-bag[epochs=4,layers=8-4,stopping=inner]", "--dataset", "musk1", "--folds", "2",
        "--output", "kept", "--json", "--quiet",
      ]
      let first = try await Tool.run(call, in: workshop.folder)
      #expect(first.status == 0, "\(first.errors)")
      let journal = try workshop.contents("kept/evaluate/journal.jsonl.gz")
      #expect(journal.split(separator: "\n").count == 2 && journal.contains("\"stopping\":\"epoch "))
      // The second call reads and checks the records, and runs nothing again.
      let second = try await Tool.run(call, in: workshop.folder)
      #expect(second.status == 0 && second.errors.isEmpty, "\(second.errors)")
      #expect(try second.json["accuracy"] as? Double == first.json["accuracy"] as? Double)
      #expect(try workshop.contents("kept/evaluate/journal.jsonl.gz") == journal)
    }
  }

  @Test("Figures take the place of earlier ones and of nothing else")
  func figures() async throws {
    try await Workshop.open { workshop in
      let call = ["evaluate", "--model", "logistic-bag-mean", "--dataset", "musk1", "--folds", "2", "--quiet"]
      for _ in 0..<2 {
        let run = try await Tool.run(call + ["--figures", "drawn"], in: workshop.folder)
        #expect(run.status == 0 && run.output.contains("calibration error"), "\(run)")
      }
      try workshop.write("mine\n", to: "other/roc.svg")
      try await workshop.expectError(call + ["--figures", "other"], ["other/roc.svg"])
      #expect(try workshop.contents("other/roc.svg") == "mine\n")
      try await workshop.expectError(call + ["--figures", ""], ["--figures is empty"])
    }
  }

  @Test("A figure that is not defined is null, and its key is there")
  func undefinedFigures() async throws {
    try await Workshop.open { workshop in
      let json = try await workshop.milbench(
        "evaluate", "--model", "constant", "--dataset", "musk1", "--folds", "2", "--json", "--quiet"
      ).json
      #expect(json["accuracySDRepeats"] is NSNull && json["secondsPerStep"] is NSNull)
    }
  }

  @Test("A file of bags is evaluated like a known set, and what is kept is used again")
  func evaluateFile() async throws {
    try await Workshop.open { workshop in
      // Label and bag are in the first two columns; each bag has two instances of one label.
      let rows = (0..<24).map { index in
        "\(index / 2 % 2),\(index / 2 + 1),\(Double(index / 2 % 2) + 0.01 * Double(index)),\(index % 3)"
      }
      try workshop.write(rows.joined(separator: "\n") + "\n", to: "mine.csv")
      func evaluate() async throws -> ToolRun {
        try await workshop.milbench(
          "evaluate", "--model", "attention[layers=4]", "--dataset", "mine.csv", "--folds", "3", "--epochs", "1",
          "--output", "kept", "--json")
      }
      let first = try await evaluate()
      let second = try await evaluate()
      #expect(first.status == 0 && first.errors.contains("3/3 trials"), "\(first.errors)")
      #expect(second.status == 0 && !second.errors.contains("/3 trials"), "\(second.errors)")
      #expect(second.errors.contains("taken from the journal"), "\(second.errors)")
      #expect(try first.json["accuracy"] as? Double == second.json["accuracy"] as? Double)
      #expect(workshop.exists("kept/evaluate/journal.jsonl.gz"))
    }
  }
}
