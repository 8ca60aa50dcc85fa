import Foundation
import Testing

@Suite("Exported folds and audits on the command line")
struct FoldsAndAuditTests {
  @Test("Exported folds are those of a run, and the CSV file says the same with names and labels")
  func export() async throws {
    try await Workshop.open { workshop in
      _ = try await workshop.milbench("run", "--quiet")
      let run = try await workshop.milbench(
        "folds", "export", "--dataset", "musk1", "--folds", "3", "--repeats", "1", "--output", "mine")
      #expect(run.status == 0 && run.output.hasSuffix("mine/musk1-stratified-3-seed-2018.csv\n"), "\(run.errors)")
      let kept = try workshop.contents("runs/folds/musk1-stratified-3-seed-2018.json")
      #expect(try workshop.contents("mine/musk1-stratified-3-seed-2018.json") == kept)
      let lines = try workshop.contents("mine/musk1-stratified-3-seed-2018.csv").split(separator: "\r\n")
      #expect(lines.count == 93 && lines[0] == "repetition,fold,bag,name,label")
      let rows = lines.dropFirst().map { $0.split(separator: ",") }
      #expect(rows.map { $0[2] } == (0..<92).map { "\($0)"[...] } && rows.count { $0[4] == "1" } == 47)
      let assignment =
        try #require(
          try JSONSerialization.jsonObject(with: Data(kept.utf8)) as? [String: Any])["assignment"] as? [[Int]]
      #expect(assignment?.first == rows.compactMap { Int($0[1]) })
    }
  }

  @Test("A data set is written as one file of arrays, which is read as the same bags")
  func exportData() async throws {
    try await Workshop.open { workshop in
      let run = try await workshop.milbench("data", "export", "musk1", "--out", "arrays.safetensors", "--json")
      #expect(run.status == 0, "\(run.errors)")
      let written = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
      #expect(written["name"] as? String == "musk1" && written["seed_name"] as? String == "musk1")
      #expect(written["has_missing_values"] as? Bool == false && written["image_shape"] == nil)
      let again = try await workshop.milbench("describe", "arrays.safetensors", "--json")
      let read = try #require(try JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [String: Any])
      #expect(read["fingerprint"] as? String == written["fingerprint"] as? String)
      #expect(read["bags"] as? Int == 92 && read["positive_bags"] as? Int == 47 && read["features"] as? Int == 166)
      // A file that does not contain packed bags stays.
      let file = workshop.folder.appending(path: "notes.txt")
      try Data("mine".utf8).write(to: file)
      try await workshop.expectError(["data", "export", "musk1", "--out", "notes.txt"], ["notes.txt", "packed bags"])
      #expect(try String(contentsOf: file, encoding: .utf8) == "mine")
    }
  }

  @Test("Folds that cannot be had are one line, and nothing is written")
  func mistakes() async throws {
    try await Workshop.open { workshop in
      func export(_ more: String...) -> [String] {
        ["folds", "export", "--dataset", "musk1", "--output", "mine"] + more
      }
      try await workshop.expectError(export("--scheme", "strat"), ["--scheme is strat, expected stratified, plain"])
      try await workshop.expectError(export("--folds", "1"), ["--folds is 1, expected at least 2"])
      try await workshop.expectError(export("--folds", "93"), ["93 folds asked for, but there are only 92 bags"])
      try await workshop.expectError(export("--repeats", "0"), ["--repeats is 0"])
      try await workshop.expectError(["folds", "export", "--dataset", "musk11"], ["musk11", "musk1"])
      #expect(!workshop.exists("mine") && !workshop.exists("folds"))
    }
  }

  private static let audit = [
    "audit", "constant", "mi-kernel", "--training-bags", "12", "--machine-bags", "12", "--test-bags", "10", "--padding",
    "0", "--tests", "single-concept", "two-concepts[version=2]",
  ]

  @Test("An audit prints and writes its table, and the next one runs only what is new")
  func audit() async throws {
    try await Workshop.open { workshop in
      let first = try await Tool.run(Self.audit, in: workshop.folder)
      #expect(first.status == 0 && first.errors.split(separator: "\n").count == 20, "\(first.errors)")
      #expect(first.output.contains("MI-Kernel") && first.output.contains("not learned"))
      #expect(try workshop.contents("runs/audit/trials.ndjson.gz").split(separator: "\n").count == 20)
      let table = try workshop.contents("runs/audit/table.md")
      #expect(table.contains("two-concepts\\[version=2\\]: test AUC"))
      let csv = try workshop.contents("runs/audit/table.csv").split(separator: "\r\n")
      #expect(
        csv.count == 5 && csv[1] == "constant,synthetic/single-concept,0,12,10,5,0.5,0.5,0.5,0.5,0.5,0.5,not learned")
      #expect(workshop.exists("runs/audit/table.tex"))
      let again = try await Tool.run(Self.audit, in: workshop.folder)
      #expect(again.errors.isEmpty && again.output == first.output)
      // Another model is added to those of the journal, in the order of the registry.
      let third = try await Tool.run(
        ["audit", "logistic-bag-mean", "--quiet", "--json"] + Self.audit.dropFirst(3), in: workshop.folder)
      let records = try JSONSerialization.jsonObject(with: Data(third.output.utf8)) as? [[String: Any]]
      #expect(records?.count == 10 && third.errors.isEmpty)
      let models = try workshop.contents("runs/audit/table.csv").split(separator: "\r\n").dropFirst().map {
        $0.prefix { $0 != "," }
      }
      #expect(models == ["constant", "constant", "mi-kernel", "mi-kernel", "logistic-bag-mean", "logistic-bag-mean"])
      // Other commands search for journals of trials in the same folder.
      let compared = try await workshop.milbench(
        "compare", "constant", "mi-net-bag[epochs=1,layers=4]", "--datasets", "musk1", "--folds", "2", "--repeats", "1",
        "--quiet")
      #expect(compared.status == 0, "\(compared.errors)")
    }
  }

  @Test("What an audit cannot do is one line, and nothing is written")
  func auditMistakes() async throws {
    try await Workshop.open { workshop in
      try await workshop.expectError(["audit", "atention"], ["\"atention\"", "\"attention\""])
      try await workshop.expectError(["audit", "--tests", "no-concept"], ["there is no test \"no-concept\""])
      try await workshop.expectError(["audit", "--seeds", "0"], ["0 seeds, expected 1 to 1000"])
      try await workshop.expectError(["audit", "--workers", "0"], ["--workers is 0"])
      #expect(!workshop.exists("runs"))
    }
  }
}
