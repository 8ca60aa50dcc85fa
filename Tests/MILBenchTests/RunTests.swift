import Foundation
import Testing

@Suite("Runs and reports")
struct RunTests {
  private let tables = [
    "table.md", "table.csv", "table.tex", "statistics.md", "statistics.csv", "statistics.json",
  ].map { "runs/paper/tiny/" + $0 }

  private func lines(of text: String) -> [Substring] { text.split(whereSeparator: \.isNewline) }

  @Test("A run writes journal, folds and tables; a second runs nothing and changes nothing")
  func runTwice() async throws {
    try await Workshop.open { workshop in
      let first = try await workshop.milbench("run", "paper/tiny", "--json", "--quiet")
      #expect(first.status == 0 && first.errors.isEmpty, "\(first.errors)")
      func summary(_ run: ToolRun) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]]).first ?? [:]
      }
      #expect(try summary(first)["ran"] as? Int == 6 && summary(first)["expected"] as? Int == 6)
      let files = tables + ["runs/paper/tiny/journal.jsonl.gz", "runs/folds/musk1-stratified-3-seed-2018.json"]
      let contents = try files.map { try workshop.contents($0) }
      #expect(contents[tables.count].split(separator: "\n").count == 6)
      #expect(contents[0].contains("Majority class") && contents[1].contains("mi-net-bag[epochs=1,layers=4]"))
      let second = try await workshop.milbench("run", "--json", "--quiet")
      #expect(try summary(second)["ran"] as? Int == 0 && summary(second)["skipped"] as? Int == 6)
      #expect(try files.map { try workshop.contents($0) } == contents)
    }
  }

  @Test("Without names the cheapest experiment is run first")
  func order() async throws {
    try await Workshop.open { workshop in
      let large = try workshop.contents("experiments/paper/tiny.json5").replacing("repeats: 1", with: "repeats: 2")
      try workshop.write(large, to: "experiments/paper/large.json5")
      let run = try await workshop.milbench("run", "--quiet", "--json")
      let summaries = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]]
      #expect(summaries?.compactMap { $0["experiment"] as? String } == ["paper/tiny", "paper/large"], "\(run.errors)")
    }
  }

  @Test("A report alone writes the tables again, byte for byte, and prints each form")
  func report() async throws {
    try await Workshop.open { workshop in
      _ = try await workshop.milbench("run", "--quiet", "--repeats", "2")
      let contents = try tables.map { try workshop.contents($0) }
      for file in tables { try FileManager.default.removeItem(at: workshop.folder.appending(path: file)) }
      let journal = try workshop.contents("runs/paper/tiny/journal.jsonl.gz")
      #expect(journal.split(separator: "\n").count == 12)
      for (format, printed) in [("markdown", contents[0]), ("csv", contents[1]), ("latex", contents[2])] {
        let run = try await workshop.milbench("report", "paper/tiny", "--format", format)
        #expect(run.status == 0 && lines(of: run.output).starts(with: lines(of: printed)))
        #expect(try tables.map { try workshop.contents($0) } == contents)
      }
      #expect(try await workshop.milbench("report").output.contains("ours, last epoch"))
      let cells = try await workshop.milbench("report", "--json").output
      let json = try #require(try JSONSerialization.jsonObject(with: Data(cells.utf8)) as? [[[String: Any]]])
      #expect(json.first?.count == 2 && json.first?.first?["trials"] as? Int == 6)
      #expect(try workshop.contents("runs/paper/tiny/journal.jsonl.gz") == journal)
    }
  }

  @Test("A report of one experiment writes its files and the pages that it has a part in, and leaves those of others")
  func reportOfOne() async throws {
    try await Workshop.open { workshop in
      try workshop.write(
        #"{title: "Other", datasets: ["musk2"], models: ["constant", "mi-net-bag[epochs=2,layers=4]"], folds: 2, "#
          + "repeats: 1}", to: "experiments/paper/other.json5")
      #expect(try await workshop.milbench("run", "--quiet").status == 0)
      let drawn = try FileManager.default.contentsOfDirectory(
        atPath: workshop.folder.appending(path: "runs/paper/other/figures").path
      ).filter { $0.hasSuffix(".svg") }.sorted()
      let name = try #require(drawn.first)
      let figure = "runs/paper/other/figures/\(name)"
      let (page, gone) = ("runs/experiments/paper-other.html", "runs/experiments/gone.html")
      let (musk1, musk2, index) = ("runs/datasets/musk1.html", "runs/datasets/musk2.html", "runs/index.html")
      let before = try [index, musk1].map { try workshop.contents($0) }
      try workshop.write(workshop.contents(page), to: gone)
      func isMarked(_ path: String) throws -> Bool { try workshop.contents(path).hasSuffix("<!-- mine -->") }
      for path in [figure, page, musk1, musk2, index] {
        try workshop.write(workshop.contents(path) + "<!-- mine -->", to: path)
      }
      let one = try await workshop.milbench("report", "paper/tiny")
      #expect(one.status == 0 && one.errors.isEmpty, "\(one.errors)")
      #expect(try [figure, page, musk2].allSatisfy(isMarked))
      #expect(try [index, musk1].map { try workshop.contents($0) } == before && !workshop.exists(gone))
      // An experiment without a page gets one, with its figures and all pages that include it.
      try FileManager.default.removeItem(at: workshop.folder.appending(path: page))
      #expect(try await workshop.milbench("report", "paper/tiny").status == 0)
      #expect(try ![figure, page, musk2].contains(where: isMarked))
    }
  }

  @Test("A report of all leaves out what was not run, and says so; by name it is written")
  func reportOfNothing() async throws {
    try await Workshop.open { workshop in
      let all = try await workshop.milbench("report")
      #expect(all.status == 0 && all.errors == "not run yet: paper/tiny\n" && all.output.isEmpty)
      #expect(!workshop.exists("runs/paper/tiny/table.md") && workshop.exists("runs/index.html"))
      let one = try await workshop.milbench("report", "paper/tiny")
      #expect(one.status == 0 && workshop.exists("runs/paper/tiny/table.md"))
    }
  }

  @Test("--only narrows a run, and shards together give the table of the whole")
  func parts() async throws {
    try await Workshop.open { workshop in
      _ = try await workshop.milbench("run", "--quiet", "--only", "constant")
      #expect(try workshop.contents("runs/paper/tiny/journal.jsonl.gz").split(separator: "\n").count == 3)
      for shard in ["1/2", "2/2"] {
        let run = try await workshop.milbench("run", "--quiet", "--shard", shard, "--output", "shards")
        #expect(run.status == 0 && run.output.contains("share \(shard), "), "\(run.output)")
      }
      #expect(!workshop.exists("shards/paper/tiny/table.csv"))
      #expect(try await workshop.milbench("report", "--output", "shards").status == 0)
      _ = try await workshop.milbench("run", "--quiet")
      func accuracies(_ folder: String) throws -> [[String]] {
        try lines(of: workshop.contents("\(folder)/paper/tiny/table.csv")).map {
          Array($0.split(separator: ",", omittingEmptySubsequences: false).map(String.init).dropLast(3))
        }
      }
      #expect(try accuracies("shards") == accuracies("runs"))
    }
  }

  @Test("A data set that is not here is told, and the others run")
  func unavailable() async throws {
    try await Workshop.open { workshop in
      try workshop.write(
        #"{title: "T", datasets: ["fox", "musk1"], models: ["constant"], folds: 2, repeats: 1}"#,
        to: "experiments/paper/tiny.json5")
      let run = try await workshop.milbench("run", "--quiet")
      #expect(run.status == 0 && run.errors.hasPrefix("no data for fox: "))
      #expect(try workshop.contents("runs/paper/tiny/journal.jsonl.gz").split(separator: "\n").count == 3)
      let own = try workshop.contents("runs/paper/tiny/table.md")
      #expect(own.contains("No data for fox") && own.contains("| fox | Majority class | no data |"))
      #expect(own.contains("| milbench data get fox |"))
      // The journal states it, so the table is the same on every machine.
      try workshop.write(
        workshop.contents("runs/paper/tiny/journal.jsonl.gz"), to: "results/paper/tiny/reference.jsonl")
      try FileManager.default.removeItem(at: workshop.folder.appending(path: "runs"))
      #expect(try await workshop.milbench("report", "--reference").status == 0 && !workshop.exists("runs"))
      let table = try workshop.contents("results/paper/tiny/table.md")
      #expect(table.contains("| fox | Majority class | no data |") && table.contains("No data for fox"))
    }
  }

  @Test("Trials that fail are told once, are counted, and do not stop the others")
  func failures() async throws {
    try await Workshop.open { workshop in
      try workshop.write(
        #"{title: "T", datasets: ["musk1"], models: ["mi-net-bag[layers=65536-65536]", "constant"], folds: 2, repeats: 1}"#,
        to: "experiments/paper/tiny.json5")
      let run = try await workshop.milbench("run", "--quiet", "--json", "--memory", "8")
      #expect(run.status == 3 && run.errors.split(separator: "\n").count == 2)
      #expect(run.complaint == "of 4 trials, 2 failed; figures are of the others")
      #expect(run.errors.contains("failed: needs about"))
      let summary = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]])
      let cells = try #require(summary.first?["cells"] as? [[String: Any]])
      #expect(cells.map { $0["failed"] as? Int } == [0, 2] && cells.map { $0["finished"] as? Int } == [2, 0])
    }
  }
}
