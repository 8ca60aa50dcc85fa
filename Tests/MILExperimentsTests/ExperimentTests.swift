import Foundation
import TestSupport
import Testing

@testable import MILExperiments

@Suite("Experiment files")
struct ExperimentTests {
  private func load(_ text: String) throws -> Experiment {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("mine.json5")
      try Data(text.utf8).write(to: file)
      return try Experiment.load(from: file)
    }
  }

  @Test("Title, data sets and models suffice; the rest has defaults")
  func defaults() throws {
    let experiment = try load(#"{title: "T", datasets: ["musk1"], models: ["attention"], /* JSON5 */}"#)
    #expect(experiment.name == "mine")
    #expect(experiment.protocol == "clean")
    #expect((experiment.folds, experiment.repeats, experiment.seed) == (10, 5, 2018))
    #expect(experiment.models == [ExperimentModel(id: "attention")])
    #expect(experiment.trialCount == 50)
    #expect(try experiment.loadPublished() == nil)
  }

  @Test("Folds are a number or the name of folds that circulate")
  func foldSchemes() throws {
    let named = try load(#"{title: "T", datasets: ["fox"], models: ["attention"], folds: "lamda-10x10"}"#)
    #expect((named.folds, named.foldScheme) == (10, "lamda-10x10"))
    let drawn = try load(#"{title: "T", datasets: ["fox"], models: ["attention"], folds: 5}"#)
    #expect((drawn.folds, drawn.foldScheme) == (5, nil))
  }

  @Test("A model may be an object with its own protocol and label")
  func modelObjects() throws {
    let experiment = try load(
      #"""
      { title: "T", datasets: ["musk1"], protocol: "as-published", seed: 18446744073709551615,
        models: ["attention", {id: "attention", protocol: "clean", label: "Attention, clean"}] }
      """#)
    #expect(experiment.models[1] == ExperimentModel(id: "attention", protocol: "clean", label: "Attention, clean"))
    #expect(experiment.models.map(experiment.protocolName) == ["as-published", "clean"])
    #expect(experiment.seed == .max)
  }

  @Test("Errors name the key path, what was found and what was expected", arguments: faults)
  func errors(_ text: String, _ expected: String) throws {
    let found = message { _ = try load(text) }
    #expect(found?.contains("mine.json5: \(expected)") == true, "got \(found ?? "no error")")
    #expect(found?.contains("\n") == false)
  }

  static let faults: [(String, String)] = [
    (
      #"{title: "T", datasets: ["a"], models: ["m"], repeat: 3}"#,
      #"unknown key "repeat", expected one of title, paper, table, datasets, models, protocol, folds, repeats, "#
        + #"seed, published, replications, claims, groups, notes, reading, labelNoise, positiveShare, "#
        + #"trainingBags, acquisition, varies; did you mean "repeats"?"#
    ),
    (
      #"{title: "T", datasets: ["a"], models: ["m", {id: "n", lable: "N"}]}"#,
      #"models[1]: unknown key "lable", expected one of id, protocol, label; did you mean "label"?"#
    ),
    (#"{datasets: ["a"], models: ["m"]}"#, #"the key "title" is missing"#),
    (#"{title: "T", datasets: "a", models: ["m"]}"#, "datasets: no list or object there"),
    (#"{title: "T", datasets: ["a"], models: [{protocol: "clean"}]}"#, #"models[0]: the key "id" is missing"#),
    (#"{title: "T", datasets: ["a"], models: ["m"], folds: 2.5}"#, "folds: 2.5, expected a whole number from -"),
    (#"{title: "T", datasets: ["a"], models: ["m"], folds: 1}"#, "folds: 1, expected 2 to 100000"),
    (#"{title: "T", datasets: ["a"], models: ["m"], repeats: 0}"#, "repeats: 0, expected 1 to 100000"),
    (
      #"{title: "T", datasets: ["a"], models: ["m"], seed: -1}"#,
      "seed: -1.0, expected a whole number from 0 to 18446744073709551615"
    ),
    (#"{title: "T", datasets: [], models: ["m"]}"#, "datasets: an empty list"),
    (#"{title: "T", datasets: ["a"], models: []}"#, "models: an empty list"),
    (#"{title: "T", datasets: ["a", "b", "a"], models: ["m"]}"#, "datasets[2]: a is listed twice"),
    (
      #"{title: "T", datasets: ["a"], models: ["m", {id: "m", protocol: "clean"}]}"#,
      "models[1]: m is listed twice with one protocol"
    ),
    (#"{title: " ", datasets: ["a"], models: ["m"]}"#, "an empty title"),
    (#"{title: "T", folds: [5], datasets: ["a"], models: ["m"]}"#, "folds: neither a number nor text there"),
    (
      #"{title: "T", folds: true, datasets: ["a"], models: ["m"]}"#,
      "folds: neither a number nor text there, expected a number as 10, or the name or file"
    ),
    (
      #"{title: "T", folds: "5", datasets: ["a"], models: ["m"]}"#,
      "folds: \"5\" in quotation marks is the name of folds"
    ),
    (
      #"{title: "T", datasets: ["a"], models: ["m"], reading: {missing: "drop-column"}}"#,
      "reading.missing: \"drop-column\", expected one of \"refuse\", \"drop-instances\", \"drop-columns\", \"mean\"; did you mean "
        + "\"drop-columns\"?"
    ),
    (
      #"{title: "T", datasets: ["a"], models: ["m"], reading: {task: ["cox"]}}"#,
      "reading.task: no text there, expected one of \"classes\", \"number\", \"survival\", \"cox\""
    ),
    (#"{title: "T", folds: " ", datasets: ["a"], models: ["m"]}"#, "an empty title, protocol, fold scheme"),
    (#"{title: "T", datasets: ["a"], models: ["m"]"#, "line 1, column 44: found the end, expected a comma or }"),
    ("{\n  title: \"T\"\n  datasets: []\n}", #"line 3, column 3: found "datasets: []", expected a comma or }"#),
    ("{ // a\n /* b\n */ title: T }", #"line 3, column 12: found "T }", expected a value"#),
    ("{title: \"T\n\"}", "line 1, column 9: found \"\"T\", expected a text that ends on its line"),
    ("{title 5}", "line 1, column 8: found \"5}\", expected a colon after the key"),
    (#"{title: "T", datasets: [], models: [], folds: 1e999}"#, #"line 1, column 47: found "1e999}", expected a value"#),
    ("{} /* open", "line 1, column 4: found \"/* open\", expected a comment that ends"),
    ("{} {}", "line 1, column 4: found \"{}\", expected the end"),
    ("{,}", "line 1, column 2: found \",}\", expected a key or }"),
    (String(repeating: "[", count: 100_000), "line 1, column 257: "),
    ("", "line 1, column 1: found the end, expected a value"),
  ]

  @Test("Experiments are named by their path and found in folders; a wrong name suggests the nearest")
  func listing() throws {
    try withTemporaryFolder { folder in
      let paper = folder.appendingPathComponent("dp-minn")
      try FileManager.default.createDirectory(at: paper, withIntermediateDirectories: true)
      let text = Data(#"{title: "T", datasets: ["musk1"], models: ["m"], published: "p.json"}"#.utf8)
      try text.write(to: paper.appendingPathComponent("classical.json5"))
      try text.write(to: folder.appendingPathComponent("baseline.json5"))
      try text.write(to: paper.appendingPathComponent("p.json"))
      #expect(try Experiment.list(in: folder) == ["baseline", "dp-minn/classical"])
      try withTemporaryFolder { other in
        let link = other.appendingPathComponent("experiments")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: folder)
        #expect(try Experiment.list(in: link) == ["baseline", "dp-minn/classical"])
      }
      let experiment = try Experiment.load(named: "dp-minn/classical", in: folder)
      #expect(experiment.name == "dp-minn/classical")
      // The published file is beside the experiment.
      #expect(
        message { _ = try experiment.loadPublished() }?.contains("dp-minn/p.json: unknown key \"datasets\"") == true)
      #expect(
        message { _ = try Experiment.load(named: "dp-min/classical", in: folder) }
          == "\(folder.path): no experiment \"dp-min/classical\", did you mean dp-minn/classical")
      #expect(
        message { _ = try Experiment.load(named: "nothing-like-it", in: folder) }
          == "\(folder.path): no experiment \"nothing-like-it\", there are baseline, dp-minn/classical")
    }
  }

  @Test("A folder that is missing is an error")
  func missingFolder() {
    let folder = URL(fileURLWithPath: "/nowhere/experiments")
    #expect(
      message { _ = try Experiment.list(in: folder) }?.hasPrefix("/nowhere/experiments: cannot be listed") == true)
  }

  @Test("Every experiment in this project loads, with its published figures and replications")
  func shipped() throws {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = package.appendingPathComponent("experiments")
    let names = try Experiment.list(in: folder)
    #expect(names.contains("dp-minn/classical"))
    for name in names {
      let experiment = try Experiment.load(named: name, in: folder)
      _ = try experiment.loadPublished()
      _ = try experiment.loadReplications()
    }
    let published = try #require(try Experiment.load(named: "dp-minn/classical", in: folder).loadPublished())
    #expect(published.figures(model: "dp-minn", dataset: "musk2").map(\.mean) == [0.926])
    #expect(published.titles["musk1"] == "MUSK1")
  }
}

@Suite("Published figures")
struct PublishedTests {
  private func load(_ row: String) throws -> PublishedTable {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("p.json")
      let text = #"{"paper": "P", "citation": "C", "metric": "bag accuracy", "selection": "last", "rows": [\#(row)]}"#
      try Data(text.utf8).write(to: file)
      return try PublishedTable.load(from: file)
    }
  }

  private static let sound = #""model": "m", "label": "M", "dataset": "d", "mean": 0.9, "source": "S""#

  @Test("A row keeps whether it was verified, its spread and that spread's kind")
  func row() throws {
    let row = try #require(
      try load(#"{\#(Self.sound), "verified": false, "spread": 0.04, "spreadKind": "standard-error"}"#).rows.first)
    #expect(row.verified == false)
    #expect(row.spread == 0.04 && row.spreadKind == .standardError && row.by == nil)
  }

  @Test(
    "Rows that could be misread are errors",
    arguments: [
      (#"{\#(sound)}"#, #"rows[0]: the key "verified" is missing"#),
      (
        #"{\#(sound), "verified": true, "spread": 0.1}"#,
        #"rows[0]: a spread without "spreadKind", expected one of sd-folds"#
      ),
      (
        #"{\#(sound), "verified": true, "spread": 4.1, "spreadKind": "unknown"}"#,
        "rows[0]: 4.1, expected a share in 0 ... 1"
      ),
      (#"{\#(sound), "verified": true, "spread": 0.1, "spreadKind": "sem"}"#, "rows[0].spreadKind: "),
      (#"{\#(sound), "verified": true, "std": 0.1}"#, #"rows[0]: unknown key "std""#),
    ])
  func errors(_ row: String, _ expected: String) {
    let found = message { _ = try load(row) }
    #expect(found?.contains("p.json: \(expected)") == true, "got \(found ?? "no error")")
  }

  @Test("A replication must say by whom it is")
  func replications() throws {
    try withTemporaryFolder { folder in
      let row = #"{\#(Self.sound), "verified": true}"#
      let text = #"{"paper": "P", "citation": "C", "metric": "bag accuracy", "selection": "last", "rows": [\#(row)]}"#
      try Data(text.utf8).write(to: folder.appendingPathComponent("r.json"))
      var experiment = Experiment(name: "e", title: "T", datasets: ["d"], models: [ExperimentModel(id: "m")])
      experiment.folder = folder
      experiment.replications = "r.json"
      #expect(
        message { _ = try experiment.loadReplications() }?.hasSuffix(#"r.json: rows[0]: the key "by" is missing"#)
          == true)
    }
  }
}
