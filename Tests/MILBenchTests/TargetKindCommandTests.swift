import Foundation
import Testing

@Suite("Commands by the kind of targets")
struct TargetKindCommandTests {
  /// Thirty bags of one of three classes, with a size, and a time of which some are censored.
  private static func table(_ last: [String]) -> String {
    var lines = ["slide,\(last.joined(separator: ",")),f0,f1,f2"]
    for bag in 0..<30 {
      let label = bag % 3
      let values = [
        "grade": "g\(label)", "size": "\(Double(label) + 0.1 * Double(bag % 7))",
        "months": "\(10 / Double(1 + label) + 0.05 * Double(bag % 11))", "event": bag % 4 == 0 ? "0" : "1",
      ]
      for instance in 0..<3 {
        let features = (0..<3).map { "\(Double((bag * 7 + instance * 5 + $0 * 3) % 11) / 11 + ($0 == label ? 2 : 0))" }
        lines.append((["s\(bag)"] + last.map { values[$0] ?? "" } + features).joined(separator: ","))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let model = "elm-mil[hiddenUnits=20]"
  private static let grade = ["--bag-column", "slide", "--label-column", "grade"]
  private static let size = ["--bag-column", "slide", "--label-column", "size", "--task", "number"]
  private static let months = ["--bag-column", "slide", "--time-column", "months", "--event-column", "event"]

  private func open(_ body: (Workshop) async throws -> Void) async throws {
    try await Workshop.open { workshop in
      try workshop.write(Self.table(["grade"]), to: "grades.csv")
      try workshop.write(Self.table(["size"]), to: "sizes.csv")
      try workshop.write(Self.table(["months", "event"]), to: "deaths.csv")
      try await body(workshop)
    }
  }

  @Test("An experiment on several kinds of targets has a table, statistics and JSON for each")
  func experiment() async throws {
    try await open { workshop in
      try workshop.write(
        """
        {
          title: "Mixed", folds: 3, repeats: 2,
          datasets: [
            {path: "../grades.csv", name: "grades", reading: {columns: {bag: "slide", label: "grade"}}},
            {path: "../sizes.csv", name: "sizes", reading: {task: "number", columns: {bag: "slide", label: "size"}}},
            {path: "../deaths.csv", name: "deaths", reading: {columns: {bag: "slide", time: "months", event: "event"}}},
          ],
          models: ["constant", "mi-net-bag[epochs=3]"],
        }
        """, to: "experiments/mixed.json5")
      let run = try await Tool.run(["run", "mixed", "--quiet"], in: workshop.folder)
      #expect(run.status == 0, "\(run.errors)")
      let table = try workshop.contents("runs/mixed/table.md")
      for title in ["Mixed, accuracy", "Mixed, RMSE", "Mixed, C-index"] { #expect(table.contains(title), "\(title)") }
      #expect(!table.contains("no data"))
      #expect(try workshop.contents("runs/mixed/table.tex").contains("C-index"))
      let csv = try workshop.contents("runs/mixed/table.csv").split(whereSeparator: \.isNewline)
      #expect(csv.count == 7 && csv[0].contains("concordance") && csv[0].contains("rmse"))
      let statistics = try workshop.contents("runs/mixed/statistics.csv")
      #expect(statistics.contains("concordance,deaths") && statistics.contains("rmse,sizes"))
      let printed = try await Tool.run(["report", "mixed"], in: workshop.folder)
      #expect(printed.status == 0 && printed.output.contains("Mixed, RMSE"), "\(printed.errors)")
      let compared = try await Tool.run(
        ["compare", "--journal", "runs/mixed/journal.jsonl.gz", "--json"], in: workshop.folder)
      let json = try compared.json
      #expect(
        json["leadingMetrics"] as? [String: String] == ["grades": "accuracy", "sizes": "rmse", "deaths": "concordance"])
      #expect((json["pairs"] as? [Any])?.count == 3)
      let metrics = (json["ranks"] as? [[String: Any]])?.compactMap { $0["metric"] as? String }
      #expect(metrics.map(Set.init) == ["accuracy", "rmse", "concordance"])
    }
  }

  @Test("A model that does not apply is an error with its reason, and writes neither table nor files")
  func inapplicable() async throws {
    try await open { workshop in
      let call = ["evaluate", "--model", "nsk-svm", "--dataset", "sizes.csv", "--folds", "3", "--quiet"] + Self.size
      let run = try await Tool.run(call + ["--predictions", "p.csv", "--figures", "drawn"], in: workshop.folder)
      #expect(run.status == 1 && run.output.isEmpty, "\(run.output)")
      #expect(run.errors.contains("nsk-svm does not apply to sizes, so nothing was run: "), "\(run.errors)")
      #expect(run.errors.contains("the bags have numbers"))
      for file in ["p.csv", "drawn/figures.md"] {
        #expect(!FileManager.default.fileExists(atPath: workshop.folder.appending(path: file).path), "\(file)")
      }
      let told = try await Tool.run(call + ["--json"], in: workshop.folder)
      #expect(try told.status == 1 && told.json["notApplicable"] as? Int == 3 && told.json["reason"] is String)
    }
  }

  @Test("Counts of positive and negative bags are given for two classes only")
  func counts() async throws {
    try await open { workshop in
      for (file, options) in [("grades.csv", Self.grade), ("sizes.csv", Self.size)] {
        let run = try await Tool.run(
          ["evaluate", "--model", Self.model, "--dataset", file, "--folds", "3", "--json", "--quiet"] + options,
          in: workshop.folder)
        #expect(run.status == 0 && !run.output.contains("positiveBags") && !run.output.contains("negativeBags"))
      }
      let two = try await Tool.run(
        ["evaluate", "--model", "constant", "--dataset", "grades.csv", "--folds", "3", "--json", "--quiet"] + Self.grade
          + ["--positive", "g1"], in: workshop.folder)
      let classes = try #require(try two.json["classes"] as? [String: Any])
      #expect(classes["positiveBags"] as? Int == 10 && classes["negativeBags"] as? Int == 20)
    }
  }

  @Test("Every kind of targets has its figures, which replace those of another kind")
  func figures() async throws {
    try await open { workshop in
      func draw(_ file: String, _ model: String, _ options: [String]) async throws -> Set<String> {
        let run = try await Tool.run(
          ["evaluate", "--model", model, "--dataset", file, "--folds", "3", "--quiet", "--figures", "drawn"] + options,
          in: workshop.folder)
        #expect(run.status == 0, "\(run.errors)")
        return Set(try FileManager.default.contentsOfDirectory(atPath: workshop.folder.appending(path: "drawn").path))
      }
      let network = "mi-net-bag[epochs=2]"
      let grades = try await draw("grades.csv", network, Self.grade)
      #expect(grades == ["figures.md", "roc.svg", "calibration.svg", "confusion.svg"])
      let sizes = try await draw("sizes.csv", Self.model, Self.size)
      #expect(sizes == ["figures.md", "predictions.svg"])
      let deaths = try await draw("deaths.csv", network, Self.months)
      #expect(deaths == ["figures.md", "survival.svg"])
    }
  }

  @Test("Splits are an option of commands that divide bags, and of no other")
  func splits() async throws {
    try await Workshop.open { workshop in
      for command in [["evaluate"], ["compare"], ["folds", "export"]] {
        #expect(try await Tool.run(command + ["--help"], in: workshop.folder).output.contains("--splits"), "\(command)")
      }
      for command in [
        ["describe"], ["predict"], ["explain"], ["train"], ["data", "import"], ["data", "export"], ["data", "audit"],
      ] {
        let help = try await Tool.run(command + ["--help"], in: workshop.folder)
        #expect(help.status == 0 && !help.output.contains("--splits"), "\(command)")
      }
    }
  }
}
