import Foundation
import Testing

@Suite("Mistakes of the user")
struct MistakeTests {
  private static let evaluate = ["evaluate", "--quiet", "--folds", "2", "--output", "kept"]

  @Test("Unknown names are told with the nearest valid ones, and nothing is written")
  func unknownNames() async throws {
    try await Workshop.open { workshop in
      func evaluate(_ model: String, _ dataset: String, _ more: String...) -> [String] {
        Self.evaluate + ["--model", model, "--dataset", dataset] + more
      }
      try await workshop.expectError(evaluate("constant", "musk11"), ["data set musk11", "musk1", "no such file"])
      try await workshop.expectError(evaluate("atention", "musk1"), ["unknown model \"atention\"", "\"attention\""])
      try await workshop.expectError(
        evaluate("attention[epoch=1]", "musk1"), ["\"epoch\"", "did you mean \"epochs\"?"])
      try await workshop.expectError(evaluate("attention[epochs=x]", "musk1"), ["\"epochs\" is x, expected a number"])
      try await workshop.expectError(evaluate("attention[epochs=0]", "musk1"), ["is 0, expected 1 to 1000000"])
      try await workshop.expectError(evaluate("attention[", "musk1"), ["expected name or name[key=value,key=value]"])
      try await workshop.expectError(
        evaluate("constant", "musk1", "--protocol", "claen"), ["unknown protocol \"claen\"", "did you mean \"clean\"?"])
      try await workshop.expectError(evaluate("constant", "fox"), ["no fox/fox.mat", "it can be had from"])
      try await workshop.expectError(evaluate("constant", "."), ["found a folder, expected a file of bags"])
      try await workshop.expectError(["describe", "musk11"], ["musk1", "musk2"])
      try await workshop.expectError(
        ["run", "paper/tine"], ["no experiment \"paper/tine\"", "did you mean paper/tiny"])
      try await workshop.expectError(["report", "papertiny"], ["did you mean paper/tiny"])
      try await workshop.expectError(["run", "--only", "musk3"], ["--only musk3", "musk1", "constant"])
      try await workshop.expectError(["evalute"], ["'evalute'"])
      try await workshop.expectError(["run", "--polcy", "always"], ["--polcy"])
      #expect(!workshop.exists("kept") && !workshop.exists("runs"))
    }
  }

  @Test(
    "What is wrong in an experiment file is told with its key",
    arguments: [
      (#"{title: "T", datasets: ["musk1"], models: ["constant"], fold: 3}"#, ["unknown key \"fold\"", "\"folds\""]),
      (#"{title: "T", datasets: ["musk1"], models: ["constnt"]}"#, ["unknown model \"constnt\"", "\"constant\""]),
      (#"{title: "T", datasets: ["musk11"], models: ["constant"]}"#, ["musk11", "musk1"]),
      (#"{title: "T", datasets: ["musk1"], models: ["constant"], protocol: "klean"}"#, ["\"klean\"", "\"clean\""]),
      (#"{title: "T", datasets: ["musk1"], models: ["constant"], folds: 1}"#, ["folds: 1, expected 2 to 100000"]),
      (
        #"{title: "T", datasets: ["musk1"], models: ["constant"], folds: "midatasets-5x1"}"#,
        ["musk1: no folds \"midatasets-5x1\" circulate with it", "did you mean \"midatasets-5x10\"?"]
      ),
      (#"{title: "T", datasets: ["musk1"], models: ["constant"], folds: 99999}"#, ["99999 folds", "only 92 bags"]),
      (
        #"{title: "T", datasets: ["musk1"], models: ["constant"], folds: 1e300}"#,
        ["folds: ", "expected a whole number"]
      ),
      (#"{title: "T", datasets: ["musk1"], models: ["constant"], repeats: -5}"#, ["repeats: -5, expected 1 to 100000"]),
      (#"{title: "T", datasets: ["musk1"], models: ["constant"], seed: -1}"#, ["seed: ", "expected a whole number"]),
      (#"{title: "T", datasets: [], models: ["constant"]}"#, ["datasets: an empty list"]),
      (
        #"{title: "T", datasets: ["musk1", "MUSK1"], models: ["constant"]}"#,
        ["\"MUSK1\" is musk1, which it already has"]
      ),
      (
        #"{title: "T", datasets: ["musk1"], models: ["mi-net-bag", "mi-net-bag[epochs=50]"]}"#,
        ["\"mi-net-bag[epochs=50]\" is mi-net-bag, which it already has"]
      ),
      (#"{title: "T", datasets: ["musk1"], models: ["constant"]"#, ["tiny.json5"]),
      ("", ["tiny.json5"]),
    ])
  func experimentFiles(text: String, parts: [String]) async throws {
    try await Workshop.open { workshop in
      try workshop.write(text, to: "experiments/paper/tiny.json5")
      try await workshop.expectError(["run", "--quiet"], parts)
      #expect(!workshop.exists("runs"))
    }
  }

  @Test(
    "Numbers that an option cannot take are told",
    arguments: [
      ("--folds", ["-1", "0", "1", "x", "1.5", "93", "1000000", "9223372036854775807", "9223372036854775808"]),
      ("--repeats", ["-1", "0", "x", "10001", "9223372036854775807", "99999999999999999999"]),
      ("--epochs", ["-1", "0", "x", "1000001", "9223372036854775807", "-9223372036854775808"]),
      ("--workers", ["-1", "0", "x", "9223372036854775808"]),
      ("--seed", ["-1", "x", "1.5", "18446744073709551616"]),
    ])
  func numbers(option: String, values: [String]) async throws {
    try await Workshop.open { workshop in
      for value in values {
        // The value follows "=", since a value that starts with a hyphen looks like an option.
        try await workshop.expectError(
          [
            "evaluate", "--quiet", "--model", "mi-net-bag[layers=4]", "--dataset", "musk1", "\(option)=\(value)",
            "--output", "kept",
          ],
          [value])
      }
      #expect(!workshop.exists("kept"))
    }
  }

  @Test("Options of a run that it cannot follow are told")
  func runOptions() async throws {
    try await Workshop.open { workshop in
      for (option, value) in [
        ("--repeats", "0"), ("--repeats", "9223372036854775807"), ("--shard", "0/2"), ("--shard", "3/2"),
        ("--shard", "x"), ("--policy", "sometimes"), ("--workers", "0"),
      ] {
        try await workshop.expectError(["run", "--quiet", "\(option)=\(value)"], [value])
      }
      // Without data, no folds can be drawn, and the number of trials alone must not overflow.
      try workshop.write(
        #"{title: "T", datasets: ["fox"], models: ["constant"]}"#, to: "experiments/paper/tiny.json5")
      try await workshop.expectError(["run", "--quiet", "--repeats=9223372036854775807"], ["expected 1 to 10000"])
      try await workshop.expectError(["report", "--format", "word"], ["word"])
      #expect(!workshop.exists("runs"))
    }
  }

  @Test(
    "Large numbers that are valid do not end the tool",
    arguments: [
      ["--seed", "18446744073709551615"], ["--workers", "9223372036854775807"], ["--folds", "92"],
    ])
  func largeNumbers(option: [String]) async throws {
    try await Workshop.open { workshop in
      let arguments = [
        "evaluate", "--quiet", "--json", "--model", "constant", "--dataset", "musk1", "--output", "kept",
      ]
      for _ in 0..<2 {
        let run = try await Tool.run(arguments + option, in: workshop.folder)
        #expect(run.status == 0 && !run.trapped, "\(run.errors)")
        #expect(try run.json["failed"] as? Int == 0)
      }
    }
  }

  @Test("A network too large for the memory fails with what it would need")
  func memory() async throws {
    try await Workshop.open { workshop in
      let run = try await workshop.milbench(
        "evaluate", "--quiet", "--json", "--folds", "2", "--model", "mi-net-bag[layers=65536-65536]", "--dataset",
        "musk1", "--memory", "8")
      #expect(!run.trapped && run.status == 3)
      #expect(
        run.errors.contains("GiB of memory") && run.errors.contains("expected at most")
          && run.errors.split(separator: "\n").count == 2)
      #expect(try run.json["failed"] as? Int == 2 && run.json["accuracy"] is NSNull)
    }
  }

  @Test("Folders that are missing or cannot be written are told")
  func folders() async throws {
    try await Workshop.open { workshop in
      try await workshop.expectError(
        ["run", "--experiments", "nowhere"], ["nowhere: cannot be listed", "expected a folder of experiments"])
      try await workshop.expectError(["list", "experiments", "--experiments", "nowhere"], ["nowhere"])
      try FileManager.default.createDirectory(
        at: workshop.folder.appending(path: "empty"), withIntermediateDirectories: true)
      try await workshop.expectError(["run", "--experiments", "empty"], ["empty: there are no experiment files"])
      try workshop.write("", to: "file")
      for command in [["run", "--quiet"], ["report"]] {
        try await workshop.expectError(
          command + ["--output", "file/results"], ["file/results", "the folder cannot be made", "is no folder"])
      }
      try await workshop.expectError(
        ["evaluate", "--quiet", "--model", "constant", "--dataset", "musk1", "--output", "file"], ["file", "cannot be"])
      #expect(try workshop.contents("file").isEmpty)
      try FileManager.default.createDirectory(
        at: workshop.folder.appending(path: "runs/paper/tiny/table.md"), withIntermediateDirectories: true)
      try await workshop.expectError(
        ["report", "paper/tiny"], ["table.md: the file cannot be written", "it is a folder"])
      try await workshop.expectError(["run", "--output="], ["--output"])
    }
  }

  @Test("A data file that was truncated or edited is refused with what was found")
  func damagedData() async throws {
    try await Workshop.open { workshop in
      // One file of the copy's data is changed.
      let program = try workshop.copyTool(to: "copy")
      let copy = program.deletingLastPathComponent()
      let found = FileManager.default.subpaths(atPath: copy.path) ?? []
      let path = try #require(found.first { $0.hasSuffix("musk1.csv.gz") })
      let data = try Data(contentsOf: copy.appending(path: path))
      try data.prefix(data.count / 2).write(to: workshop.folder.appending(path: "half.csv.gz"))
      try await workshop.expectError(["describe", "half.csv.gz"], ["half.csv.gz", "expected"])
      var edited = data
      edited[data.count / 2] ^= 1
      try edited.write(to: copy.appending(path: path))
      try await workshop.expectError(["describe", "musk1"], ["musk1.csv.gz", "SHA-256", "expected"], program: program)
      try await workshop.expectError(["run", "--quiet"], ["musk1.csv.gz", "SHA-256", "expected"], program: program)
      let verified = try await Tool.run(["data", "verify"], in: workshop.folder, program: program)
      #expect(verified.status == 1 && verified.output.contains("WRONG"))
      #expect(!workshop.exists("runs"))
    }
  }

  @Test("A fold file that was edited is refused; an edited line of a journal is told, left out and run again")
  func editedResults() async throws {
    try await Workshop.open { workshop in
      _ = try await workshop.milbench("run", "--quiet")
      let folds = "runs/folds/musk1-stratified-3-seed-2018.json"
      let text = try workshop.contents(folds)
      try workshop.write(text.replacing("\"seed\": 2018", with: "\"seed\": 2019"), to: folds)
      try await workshop.expectError(["run", "--quiet"], [folds, "was changed after writing"])
      try workshop.write(text, to: folds)
      let journal = "runs/paper/tiny/journal.jsonl.gz"
      var lines = try workshop.contents(journal).split(separator: "\n").map(String.init)
      let table = try workshop.contents("runs/paper/tiny/table.md")
      lines[2] = String(lines[2].dropLast(20))
      try workshop.write(lines.joined(separator: "\n") + "\n", to: journal)
      let report = try await workshop.milbench("report")
      #expect(report.status == 0 && report.errors.contains("\(journal):3: "), "\(report.errors)")
      #expect(try workshop.contents("runs/paper/tiny/table.md").contains("1 of 3 not run"))
      let run = try await workshop.milbench("run")
      #expect(run.status == 0 && run.errors.contains("\(journal):3: "), "\(run.errors)")
      #expect(run.errors.contains("6/6 trials"))
      #expect(try workshop.contents("runs/paper/tiny/table.md") == table)
    }
  }
}
