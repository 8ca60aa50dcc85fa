import Foundation
import Testing

@Suite("The check of an entry to the leaderboard")
struct EntryCommandTests {
  @Test("A run's journal is sound; a changed one is not, with the place, the way out and exit code 1")
  func check() async throws {
    try await Workshop.open { workshop in
      #expect(try await workshop.milbench("run", "--quiet").status == 0)
      let journal = "runs/paper/tiny/journal.jsonl.gz"
      let sound = try await workshop.milbench("entry", "check", journal, "--sample", "2", "--quiet")
      #expect(sound.status == 0 && sound.errors.isEmpty, "\(sound.errors)")
      #expect(
        sound.output
          == "\(journal): sound, 6 records of 2 cells; 2 of 6 trials run again, 2 the same bit for bit\n")
      let json = try await workshop.milbench("entry", "check", journal, "--sample", "0", "--json", "--quiet")
      #expect(try json.json["isSound"] as? Bool == true && json.status == 0)

      let lines = try workshop.contents(journal)
      try workshop.write(lines.replacing("\"model\":\"constant\"", with: "\"model\":\"oracle\""), to: "theirs.jsonl.gz")
      let faulty = try await workshop.milbench("entry", "check", "theirs.jsonl.gz", "--sample", "0", "--quiet")
      #expect(
        faulty.status == 1 && faulty.complaint == "theirs.jsonl.gz: 2 findings, expected none", "\(faulty.errors)")
      #expect(
        faulty.output.hasPrefix(
          "lines: theirs.jsonl.gz:1: no checksum in lines 1-6, expected one in each line; \"milbench pack "
            + "NEW.jsonl.gz theirs.jsonl.gz\" adds them\nmodels: theirs.jsonl.gz:"), "\(faulty.output)")
      #expect(faulty.output.contains("model oracle with the title \"Majority class\", expected a title of its own"))
      #expect(faulty.output.contains("theirs.jsonl.gz: not sound, 6 records of 2 cells; 0 of 3 trials run again"))
      let listed = try await workshop.milbench(
        "entry", "check", "theirs.jsonl.gz", "--sample", "0", "--json", "--quiet")
      let findings = try #require(try listed.json["findings"] as? [[String: Any]])
      #expect(listed.status == 1 && findings.map { $0["check"] as? String } == ["lines", "models"])
      #expect(findings.allSatisfy { Set($0.keys) == ["check", "place", "found", "expected", "wayOut"] })

      try workshop.write(lines, to: "plain.jsonl.gz")
      #expect(try await workshop.milbench("pack", "packed.jsonl.gz", "plain.jsonl.gz").status == 0)
      #expect(try await workshop.milbench("entry", "check", "packed.jsonl.gz", "--sample", "0", "--quiet").status == 0)
    }
  }

  @Test("Reports include entries by others, and a run of all experiments leaves them out")
  func entries() async throws {
    let rest = #""logistic-bag-mean", "mi-net-bag[epochs=1,layers=4]"], folds: 3, repeats: 1}"#
    try await Workshop.open { workshop in
      try workshop.write(
        #"{title: "T", datasets: ["musk1"], models: ["constant", "# + rest, to: "experiments/paper/tiny.json5")
      #expect(try await workshop.milbench("run", "--quiet").status == 0)
      // The figure needs two models that are not the floor.
      #expect(try workshop.contents("runs/leaderboard.svg").hasPrefix("<svg "))
      let theirs = try workshop.contents("runs/paper/tiny/journal.jsonl.gz")
        .replacing("\"model\":\"constant\"", with: "\"model\":\"oracle\"")
        .replacing("Majority class", with: "Oracle of Delphi")
      try workshop.write(
        #"{title: "T", datasets: ["musk1"], models: ["oracle", "# + rest, to: "experiments/entries/theirs.json5")
      try workshop.write(theirs, to: "results/entries/theirs/reference.jsonl.gz")
      let run = try await workshop.milbench("run", "--quiet")
      #expect(run.status == 0 && !run.output.contains("entries/"), "\(run.errors)")
      let listed = try await workshop.milbench("list", "experiments")
      #expect(listed.status == 0 && listed.output.contains("paper/tiny") && !listed.output.contains("theirs"))
      let report = try await workshop.milbench("report", "--reference")
      #expect(report.status == 0, "\(report.errors)")
      #expect(try workshop.contents("results/index.html").contains("Oracle of Delphi"))
      #expect(try workshop.contents("results/leaderboard.svg").hasPrefix("<svg "))
    }
  }

  @Test("A data set is known by its name alone: an entry opens no file of the user's")
  func names() async throws {
    try await Workshop.open { workshop in
      #expect(try await workshop.milbench("run", "--quiet").status == 0)
      let lines = try workshop.contents("runs/paper/tiny/journal.jsonl.gz")
      try workshop.write("name,x,label\na,1,0\nb,2,1\n", to: "bags.csv")
      try workshop.write(
        lines.replacing("\"dataset\":\"musk1\"", with: "\"dataset\":\"bags.csv\""), to: "theirs.jsonl.gz")
      let run = try await workshop.milbench("entry", "check", "theirs.jsonl.gz", "--quiet")
      #expect(
        run.status == 1 && run.output.contains("data set bags.csv: no such name in the catalogue"), "\(run.output)")
      try await workshop.expectError(["entry", "check", "missing.jsonl"], ["missing.jsonl", "cannot be read"])
      try await workshop.expectError(["entry", "check", "a.jsonl", "--sample=-1"], ["--sample is -1"])
    }
  }
}
