import Foundation
import MILBench
import Testing

/// Ways in which a stream is not writable, in the shell's language.
enum RefusedStream: String, CaseIterable, Sendable {
  case full = "exec \"$@\" >/dev/full"
  case closed = "exec \"$@\" >&-"
  // The fifo's only reader is closed before the program starts.
  case withoutReader = "mkfifo pipe && exec 3<>pipe 4>pipe 3<&- && rm pipe && exec \"$@\" >&4"

  var reason: String {
    switch self {
    case .full: "no space is left on the disk"
    case .closed: "it is closed"
    case .withoutReader: "the program that reads it has ended"
    }
  }

  var isHere: Bool { self != .full || FileManager.default.fileExists(atPath: "/dev/full") }
}

extension Workshop {
  /// Runs the tool through a shell script, in which `"$@"` is the tool with its arguments.
  func shell(_ script: String, _ arguments: [String]) async throws -> ToolRun {
    try await Tool.run(
      ["-c", script, "sh", Tool.executable.path] + arguments, in: folder, program: URL(fileURLWithPath: "/bin/sh"))
  }

  /// Creates a model file of the smallest shipped set.
  func train(_ file: String) async throws {
    #expect(try await milbench("train", "--model", "constant", "--data", "musk1", "--out", file).status == 0)
  }
}

@Suite("Output that cannot be written")
struct RefusedOutputTests {
  private static let evaluation = ["evaluate", "--model", "constant", "--dataset", "musk1", "--folds", "2", "--quiet"]
  private static let audit = [
    "audit", "constant", "--tests", "single-concept", "--padding", "0", "--seeds", "1", "--training-bags", "20",
    "--test-bags", "20", "--quiet",
  ]
  private static let commands: [[String]] = [
    [], ["--help"], ["--version"], ["help", "run"], ["evaluate", "--help"], ["--generate-completion-script", "bash"],
    ["list", "models"], ["list", "models", "--json"], ["list", "models", "--markdown"], ["list", "datasets"],
    ["list", "datasets", "--json"], ["list", "experiments"], ["list", "experiments", "--json"], ["data", "list"],
    ["describe", "musk1"], ["describe", "musk1", "--json"], ["data", "audit", "musk1"], ["data", "verify", "musk1"],
    ["data", "verify", "musk1", "--json"], ["data", "get", "musk1"], ["data", "get", "musk1", "--json"],
    ["folds", "export", "--dataset", "musk1"], ["folds", "export", "--dataset", "musk1", "--json"],
    ["train", "--model", "constant", "--data", "musk1", "--out", "new.mil"],
    ["train", "--model", "constant", "--data", "musk1", "--out", "new.mil", "--json"],
    ["predict", "kept.mil", "--data", "musk1"], ["predict", "kept.mil", "--data", "musk1", "--json"],
    ["explain", "kept.mil", "--data", "musk1", "--bag", "1"],
    ["explain", "kept.mil", "--data", "musk1", "--bag", "1", "--json"], Self.evaluation, Self.evaluation + ["--json"],
    ["run", "--only", "constant", "--quiet"], ["run", "--only", "constant", "--quiet", "--json"],
    ["report", "paper/tiny"], ["report", "paper/tiny", "--json"], ["report", "paper/tiny", "--format", "csv"],
    Self.audit, Self.audit + ["--json"],
    ["compare", "constant", "logistic-bag-mean", "--datasets", "musk1", "--folds", "2", "--repeats", "1", "--quiet"],
    ["new", "pooling", "SomeMean", "--folder", "made"], ["doctor"], ["doctor", "--json"],
  ]

  @Test("Every command ends with exit code 74 and a sentence", arguments: RefusedStream.allCases.filter(\.isHere))
  func commands(stream: RefusedStream) async throws {
    try await Workshop.open { workshop in
      try await workshop.train("kept.mil")
      for command in Self.commands {
        let run = try await workshop.shell(stream.rawValue, command)
        #expect(run.status == 74 && !run.trapped, "\(command): \(run.status) \(run.errors)")
        #expect(
          run.complaint == "standard output cannot be written: \(stream.reason)", "\(command): \(run.errors)")
      }
    }
  }

  @Test(
    "A standard error that is closed or full changes neither results nor exit code", arguments: ["&-", "/dev/full"])
  func standardError(target: String) async throws {
    guard target != "/dev/full" || RefusedStream.full.isHere else { return }
    try await Workshop.open { workshop in
      let script = "exec \"$@\" 2>\(target)"
      let calls = [
        ["evaluate", "--model", "constant", "--dataset", "musk1", "--folds", "2", "--output", "runs"],
        ["run", "--only", "constant"],
      ]
      for call in calls {
        let run = try await workshop.shell(script, call)
        #expect(run.status == 0 && !run.trapped && run.output.contains("musk1"), "\(call): \(run.status)")
      }
      // Text for the closed stream is in no file that was opened in its place.
      #expect(try workshop.contents("runs/evaluate/journal.jsonl.gz").split(separator: "\n").count == 2)
      #expect(try workshop.contents("runs/paper/tiny/journal.jsonl.gz").split(separator: "\n").count == 3)
      for call in [["describe", "nothing"], ["evaluate"], ["no-such-command"]] {
        let run = try await workshop.shell(script, call)
        #expect(!run.trapped && run.status == (call[0] == "describe" ? 1 : 64), "\(call): \(run.status)")
      }
      let both = try await workshop.shell("exec \"$@\" >\(target) 2>\(target)", ["list", "models"])
      #expect(both.status == 74 && !both.trapped)
    }
  }

  @Test("A limit on the size of files is an error before the work, and leaves nothing")
  func sizeLimit() async throws {
    try await Workshop.open { workshop in
      try await workshop.train("kept.mil")
      // The tool's messages go through a pipe, to which the limit does not apply.
      let script = "message=$(ulimit -f 0; exec \"$@\" 2>&1 >/dev/null); code=$?; echo \"$message\"; exit $code"
      let calls = [
        ["train", "--model", "constant", "--data", "musk1", "--out", "new.mil"],
        ["predict", "kept.mil", "--data", "musk1", "--out", "new.csv"],
        ["explain", "kept.mil", "--data", "musk1", "--bag", "1", "--out", "new"],
        ["evaluate", "--model", "constant", "--dataset", "musk1", "--output", "new"],
        ["run", "--output", "new"], ["report", "--output", "new"],
        ["folds", "export", "--dataset", "musk1", "--output", "new"],
        ["compare", "constant", "logistic-bag-mean", "--datasets", "musk1", "--output", "new"],
        Self.audit + ["--output", "new"],
        ["new", "pooling", "SomeMean", "--folder", "new"],
        ["data", "export", "musk1", "--out", "new.safetensors"],
      ]
      let before = try FileManager.default.subpathsOfDirectory(atPath: workshop.folder.path)
      for call in calls {
        let run = try await workshop.shell(script, call)
        #expect(run.status == 1 && !run.trapped, "\(call): \(run.status) \(run.output)")
        #expect(run.output.contains("the file would be larger than the system allows"), "\(call): \(run.output)")
        #expect(run.output.split(separator: "\n").count == 1, "\(call): \(run.output)")
      }
      #expect(try Set(FileManager.default.subpathsOfDirectory(atPath: workshop.folder.path)) == Set(before))
      // Standard output is such a file.
      let run = try await workshop.shell(
        "message=$(ulimit -f 0; exec \"$@\" 2>&1 >new.txt); code=$?; echo \"$message\"; exit $code", ["list", "models"])
      #expect(run.status == 74 && run.output.contains("larger than the system allows"))
    }
  }

  @Test("Outputs are checked before data are read; folders of results are made")
  func preflight() async throws {
    try await Workshop.open { workshop in
      try await workshop.train("kept.mil")
      let explain = ["explain", "kept.mil", "--data", "musk1", "--bag", "1", "--out", "made/on/the/way"]
      #expect(try await Tool.run(explain, in: workshop.folder).status == 0)
      #expect(workshop.exists("made/on/the/way/index.html"))
      try workshop.write("x", to: "file")
      for (call, place) in [
        (["train", "--model", "constant", "--data", "no-such-data", "--out", "file/new.mil"], "file/new.mil"),
        (["train", "--model", "constant", "--data", "no-such-data", "--out", "made"], "made"),
        (["train", "--model", "constant", "--data", "no-such-data", "--out", "missing/new.mil"], "missing/new.mil"),
        (["predict", "no-such-model", "--data", "musk1", "--out", "file/new.csv"], "file/new.csv"),
        (["explain", "no-such-model", "--data", "musk1", "--bag", "1", "--out", "file"], "file"),
        (["evaluate", "--model", "constant", "--dataset", "no-such-data", "--output", "file/new"], "file/new"),
        (["folds", "export", "--dataset", "no-such-data", "--output", "file"], "file"),
        (["run", "--output", "file"], "file"), (["report", "--output", "file"], "file"),
        (["audit", "constant", "--output", "file"], "file/audit"),
        (["compare", "constant", "logistic-bag-mean", "--datasets", "musk1", "--output", "file"], "file"),
        (["new", "pooling", "SomeMean", "--folder", "file/new"], "file"),
      ] {
        try await workshop.expectError(call, ["\(place): ", "folder"])
      }
    }
  }

  @Test("Tables and pages that no run wrote are not replaced, and nothing runs before they are found")
  func foreignTables() async throws {
    let compare = [
      "compare", "constant", "logistic-bag-mean", "--datasets", "musk1", "--folds", "2", "--repeats", "1", "--quiet",
      "--output", "site",
    ]
    let run = ["run", "paper/tiny", "--only", "constant", "--quiet", "--output", "site"]
    try await Workshop.open { workshop in
      for (file, call) in [
        ("site/compare/table.md", compare), ("site/compare/statistics.md", compare), ("site/paper/tiny/table.csv", run),
        ("site/paper/tiny/table.tex", run), ("site/index.html", ["run", "--quiet", "--output", "site"]),
        ("site/index.html", ["report", "--output", "site"]), ("site/leaderboard.svg", ["report", "--output", "site"]),
        ("site/models/notes.html", ["report", "--output", "site"]),
        ("site/datasets/musk1.html", ["run", "--quiet", "--output", "site"]),
        ("site/audit/table.md", Self.audit + ["--output", "site"]),
      ] {
        try workshop.write("my own work", to: file)
        try await workshop.expectError(call, ["\(file): a file is there that is not a", "remove the file first"])
        #expect(try workshop.contents(file) == "my own work")
        #expect(
          FileManager.default.subpaths(atPath: workshop.folder.appending(path: "site").path)?.contains {
            $0.contains("journal")
          } == false)
        try FileManager.default.removeItem(at: workshop.folder.appending(path: "site"))
      }
      for call in [compare, compare, run, run, ["report", "--output", "site"], ["report", "--output", "site"]] {
        let made = try await Tool.run(call, in: workshop.folder)
        #expect(made.status == 0, "\(call): \(made.errors)")
      }
    }
  }

  @Test("Pages of the site that there are no more are removed, and files of others stay")
  func stalePages() async throws {
    try await Workshop.open { workshop in
      #expect(try await workshop.milbench("run", "--quiet").status == 0)
      let stale = "runs/models/long-gone.html"
      try workshop.write(try workshop.contents("runs/models/constant.html"), to: stale)
      try workshop.write("my notes", to: "runs/models/notes.txt")
      #expect(try await workshop.milbench("report").status == 0)
      #expect(!workshop.exists(stale) && workshop.exists("runs/models/constant.html"))
      #expect(try workshop.contents("runs/models/notes.txt") == "my notes")
      for path in ["index", "datasets/musk1", "models/mi-net-bag", "experiments/paper-tiny"] {
        #expect(workshop.exists("runs/\(path).html"), "\(path)")
      }
      // The figures of pages are at the paths in the pages.
      let page = try workshop.contents("runs/experiments/paper-tiny.html")
      for match in page.matches(of: /src="..\/([^"]*)"/) { #expect(workshop.exists("runs/\(match.1)"), "\(match.1)") }
    }
  }

  @Test("Predictions go out so that a spreadsheet does not run the names of bags")
  func formulas() async throws {
    try await Workshop.open { workshop in
      let names = ["=1+1", "@SUM(A1)", "-x", "+y", "-7", "plain", "'=kept"]
      let rows = names.enumerated().map { "\"\($1)\",\($0 % 2),0.\($0),1" }
      try workshop.write((["bag,label,f1,f2"] + rows).joined(separator: "\n") + "\n", to: "bags.csv")
      let train = try await workshop.milbench("train", "--model", "constant", "--data", "bags.csv", "--out", "m.mil")
      #expect(train.status == 0, "\(train.errors)")
      let table = try await workshop.milbench("predict", "m.mil", "--data", "bags.csv")
      let cells = table.output.split(whereSeparator: \.isNewline).dropFirst().map { $0.prefix { $0 != "," } }
      #expect(cells == ["'=1+1", "'@SUM(A1)", "'-x", "'+y", "-7", "plain", "''=kept"])
      let json = try await workshop.milbench("predict", "m.mil", "--data", "bags.csv", "--json").json
      let bags = try #require(json["bags"] as? [[String: Any]])
      #expect(bags.map { $0["bag"] as? String } == names)
    }
  }

  @Test("Control characters in names reach no terminal, page or table, where they are visible in one way")
  func controlCharacters() async throws {
    try await Workshop.open { workshop in
      let names = ["a\u{1B}[31m1", "b\u{07}2", "c3", "d4"]
      let rows = names.enumerated().map { "\($1),\($0 % 2),0.\($0),1" }
      try workshop.write((["bag,label,f1,f2"] + rows).joined(separator: "\n") + "\n", to: "bags.csv")
      for call in [
        ["train", "--model", "constant", "--data", "bags.csv", "--out", "m.mil"],
        ["predict", "m.mil", "--data", "bags.csv"],
        ["predict", "m.mil", "--data", "bags.csv", "--out", "p.csv"],
        ["evaluate", "--model", "constant", "--dataset", "bags.csv", "--folds", "2", "--predictions", "e.csv"],
        ["folds", "export", "--data", "bags.csv", "--folds", "2"],
        ["explain", "m.mil", "--data", "bags.csv", "--bag", "all", "--out", "why"],
        ["explain", "m.mil", "--data", "bags.csv", "--bag", "none\u{1B}[31m"],
      ] {
        let run = try await Tool.run(call, in: workshop.folder)
        #expect(!(run.output + run.errors).unicodeScalars.contains("\u{1B}"), "\(call)")
      }
      for file in ["p.csv", "e.csv"] {
        let text = try workshop.contents(file)
        #expect(text.contains("a\u{241B}[31m1") && text.contains("b\u{2407}2"), "\(file): \(text)")
      }
      for file in ["why/index.html", "p.csv", "e.csv"] {
        let text = try workshop.contents(file)
        #expect(!text.unicodeScalars.contains("\u{1B}") && !text.unicodeScalars.contains("\u{07}"), "\(file)")
      }
    }
  }

  @Test("Sources write to the standard streams in one place only")
  func oneWriter() throws {
    let sources = repository.appending(path: "Sources")
    let files = try FileManager.default.subpathsOfDirectory(atPath: sources.path).filter { $0.hasSuffix(".swift") }
    #expect(files.count > 100)
    for file in files where !file.hasPrefix("Output/") {
      let lines = try String(contentsOf: sources.appending(path: file), encoding: .utf8).split(separator: "\n")
      for line in lines where !line.drop(while: \.isWhitespace).hasPrefix("//") {
        let isOfOutput = file.hasPrefix("MILBench/") || file.hasPrefix("MILBenchTool/")
        #expect(!isOfOutput || line.firstMatch(of: /(^|[^.\w])print\(/) == nil, "\(file): \(line)")
        for word in [
          "FileHandle.standard", "fputs(", "putchar(", "localizedDescription", "RootCommand.exit(", "RootCommand.main(",
        ] {
          #expect(!line.contains(word), "\(file): \(line)")
        }
      }
    }
  }
}
