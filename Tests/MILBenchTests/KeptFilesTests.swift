import Foundation
import Testing

@Suite("Files that a command must not write over")
struct KeptFilesTests {
  private static let bags = SampleBags.table()

  /// Creates a file of bags and a model of it, and runs the body.
  private func withModel(_ body: (Workshop) async throws -> Void) async throws {
    try await Workshop.open { workshop in
      try workshop.write(Self.bags, to: "te.csv")
      try await workshop.train(on: "te.csv")
      try await body(workshop)
    }
  }

  private func bytes(_ workshop: Workshop, _ path: String) throws -> Data {
    try Data(contentsOf: workshop.folder.appending(path: path))
  }

  @Test("An output that is the input is refused before anything is run, by whatever name")
  func inputs() async throws {
    try await withModel { workshop in
      let (files, folder) = (FileManager.default, workshop.folder)
      try files.createSymbolicLink(
        at: folder.appending(path: "link.csv"), withDestinationURL: folder.appending(path: "te.csv"))
      try files.linkItem(at: folder.appending(path: "te.csv"), to: folder.appending(path: "hard.csv"))
      try files.createSymbolicLink(
        at: folder.appending(path: "link.mil"), withDestinationURL: folder.appending(path: "m.mil"))
      let model = try bytes(workshop, "m.mil")
      let train = ["train", "--model", "no-such-model", "--data"]
      for (call, output, option) in [
        (train + ["te.csv", "--out", "te.csv"], "te.csv", "--data"),
        (train + ["te.csv", "--out", "./experiments/../te.csv"], "te.csv", "--data"),
        (train + ["te.csv", "--out", "link.csv"], "link.csv", "--data"),
        (train + ["link.csv", "--out", "te.csv"], "te.csv", "--data"),
        (train + ["te.csv", "--out", "hard.csv"], "hard.csv", "--data"),
        (train + ["m.mil", "--out", "m.mil"], "m.mil", "--data"),
        (["predict", "m.mil", "--data", "te.csv", "--out", "te.csv"], "te.csv", "--data"),
        (["predict", "m.mil", "--data", "te.csv", "--json", "--out", "hard.csv"], "hard.csv", "--data"),
        (["predict", "m.mil", "--data", "te.csv", "--out", "m.mil"], "m.mil", "the model"),
        (["predict", "link.mil", "--data", "te.csv", "--out", "m.mil"], "m.mil", "the model"),
      ] {
        try await workshop.expectError(call, ["\(output): the output is the input file (\(option)), expected another"])
      }
      #expect(try workshop.contents("te.csv") == Self.bags && bytes(workshop, "m.mil") == model)
    }
  }

  @Test("Folders of explanations, folds and tables do not write over what is read")
  func folders() async throws {
    try await withModel { workshop in
      for folder in ["why", "folds", "own/compare", "own/paper/mine"] {
        try FileManager.default.createDirectory(
          at: workshop.folder.appending(path: folder), withIntermediateDirectories: true)
      }
      let read = ["why/instances.csv", "folds/te-stratified-3-seed-2018.csv", "own/compare/table.csv"]
      for place in read + ["own/paper/mine/te.csv"] { try workshop.write(Self.bags, to: place) }
      try await workshop.expectError(
        ["explain", "m.mil", "--data", read[0], "--bag", "s1", "--out", "why"],
        [read[0], "the output is the input file"])
      let experiment = "{ title: \"T\", datasets: [\"../../own/paper/mine/te.csv\"], models: [\"constant\"] }"
      try workshop.write(experiment, to: "experiments/paper/mine.json5")
      for (call, place) in [
        (["compare", "constant", "mi-kernel", "--datasets", read[2], "--output", "own"], read[2]),
        (["run", "paper/mine", "--output", "own"], "own/paper/mine/te.csv"),
      ] { try await workshop.expectError(call, ["the output folder holds the input file", place]) }
      #expect(!workshop.exists("own/paper/mine/journal.jsonl.gz") && !workshop.exists("own/folds"))
      // The names of a file's folds start with its own name.
      try workshop.write(Self.bags, to: "folds/x.csv")
      let names = try await workshop.milbench("folds", "export", "--data", "folds/x.csv", "--output", "new")
      let name = try #require(names.output.split(whereSeparator: \.isNewline).last?.split(separator: "/").last)
      try workshop.write(Self.bags, to: "folds/\(name)")
      let export = ["folds", "export", "--data", "folds/x.csv", "--output", "folds"]
      let refused = try await Tool.run(export, in: workshop.folder)
      #expect(refused.status != 0 && refused.complaint?.contains("\(name): a file is there that is not") == true)
      let given = try await Tool.run(export + ["--folds", "new/\(name)", "--output", "again"], in: workshop.folder)
      let copy = try #require(given.output.split(whereSeparator: \.isNewline).last?.split(separator: "/").last)
      let over = try await workshop.milbench(
        "folds", "export", "--data", "folds/x.csv", "--folds", "again/\(copy)", "--output", "again")
      #expect(over.status != 0 && over.complaint?.contains("the input file (--folds)") == true, "\(over.errors)")
      for place in read + ["own/paper/mine/te.csv", "folds/\(name)"] {
        #expect(try workshop.contents(place) == Self.bags)
      }
    }
  }

  @Test("Files of the user's own stay; models, predictions and explanations of before are replaced")
  func others() async throws {
    try await withModel { workshop in
      let notes = "bag,score,label,remark\ns1,1,1,mine\n"
      try FileManager.default.createDirectory(
        at: workshop.folder.appending(path: "site"), withIntermediateDirectories: true)
      for place in ["notes.csv", "site/index.html"] { try workshop.write(notes, to: place) }
      try workshop.write("{ \"bags\": 3 }", to: "notes.json")
      let predict = ["predict", "m.mil", "--data", "te.csv"]
      for (call, place) in [
        (["train", "--model", "constant", "--data", "te.csv", "--out", "notes.csv"], "notes.csv"),
        (["train", "--model", "constant", "--data", "no-such-data", "--out", "notes.json"], "notes.json"),
        (predict + ["--out", "notes.csv"], "notes.csv"), (predict + ["--out", "notes.json", "--json"], "notes.json"),
        (["explain", "m.mil", "--data", "te.csv", "--bag", "s1", "--out", "site"], "site/index.html"),
      ] {
        try await workshop.expectError(call, ["\(place): a file is there that is not a", "or remove the file first"])
      }
      #expect(try workshop.contents("notes.csv") == notes && workshop.contents("site/index.html") == notes)
      // A file that a command does not write may stay.
      try workshop.write(notes, to: "why/bars.svg")
      let all = try await workshop.milbench("explain", "m.mil", "--data", "te.csv", "--bag", "all", "--out", "why")
      #expect(all.status == 0, "\(all.errors)")
      try await workshop.expectError(
        ["explain", "m.mil", "--data", "te.csv", "--bag", "s1", "--out", "why"], ["why/bars.svg: a file is there"])
      #expect(try workshop.contents("why/bars.svg") == notes)
      try FileManager.default.removeItem(at: workshop.folder.appending(path: "why"))
      try workshop.write("", to: "p.csv")
      let (csv, json) = (predict + ["--out", "p.csv"], predict + ["--out", "p.csv", "--json"])
      let explain = ["explain", "m.mil", "--data", "te.csv", "--out", "why", "--bag"]
      for call in [
        csv, csv, json, json, csv, explain + ["s1"], explain + ["all"],
        explain + ["s2"], predict + ["--out", "/dev/null"],
        ["train", "--model", "constant", "--data", "te.csv", "--out", "m.mil"],
        ["folds", "export", "--data", "te.csv"], ["folds", "export", "--data", "te.csv"],
      ] {
        let run = try await Tool.run(call, in: workshop.folder)
        #expect(run.status == 0, "\(call): \(run.errors)")
      }
      #expect(try workshop.contents("p.csv").hasPrefix("bag,score,label,truth"))
    }
  }
}

@Suite("Decisions about files")
struct DecisionsTests {
  @Test("Every command that reads a file tells how on standard error and in its JSON, alike")
  func everyCommand() async throws {
    try await Workshop.open { workshop in
      try workshop.write(SampleBags.table(label: { $0 % 2 == 0 ? "yes" : "no" }), to: "b.csv")
      try workshop.write(SampleBags.attributes(), to: "c.arff")
      try workshop.write(SampleBags.sparse(), to: "d.txt")
      for file in ["b.csv", "c.arff", "d.txt"] {
        try await workshop.train(on: file)
        let described = try await workshop.milbench("describe", file, "--json").json
        let wanted = try #require(described["decisions"] as? [NSDictionary])
        #expect(wanted.count > 2)
        let name = String(file.prefix(1))
        for call in [
          ["predict", "m.mil", "--data", file], ["explain", "m.mil", "--data", file, "--bag", "s1"],
          ["explain", "m.mil", "--data", file, "--bag", "all"], ["folds", "export", "--data", file],
          ["data", "audit", file],
          [
            "compare", "constant", "logistic-bag-mean", "--datasets", file, "--folds", "3", "--repeats", "1", "--quiet",
          ],
        ] {
          let run = try await Tool.run(call + ["--json"], in: workshop.folder)
          #expect(run.status == 0, "\(call): \(run.errors)")
          let json = try run.json
          let isPerSet = call[0] == "compare"
          let found = isPerSet ? (json["decisions"] as? [String: Any])?[name] : json["decisions"]
          let decisions = try #require(found as? [[String: Any]], "\(call)")
          // Predict and explain do not repeat the decisions that a model stores.
          if !call.contains("m.mil") { #expect(decisions as [NSDictionary] == wanted, "\(call)") }
          #expect(decisions.contains { $0["subject"] as? String == "labels" }, "\(call)")
          for decision in decisions {
            #expect(run.errors.contains("\(try #require(decision["statement"] as? String))"), "\(call): \(run.errors)")
          }
        }
      }
    }
  }

  @Test("The catalogue's own sets are declared, and nothing is told of them")
  func declared() async throws {
    try await Workshop.open { workshop in
      for call in [["folds", "export", "--data", "musk1"], ["data", "audit", "musk1"]] {
        let run = try await Tool.run(call + ["--json"], in: workshop.folder)
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      }
    }
  }

  @Test("JSON of predictions has the accuracy that standard error tells, and none without labels")
  func accuracy() async throws {
    try await Workshop.open { workshop in
      try workshop.write(SampleBags.table(), to: "b.csv")
      try workshop.write(SampleBags.table(label: { "\($0 > 3 ? 1 - $0 % 2 : $0 % 2)" }), to: "turned.csv")
      try await workshop.train(on: "b.csv")
      for file in ["b.csv", "turned.csv"] {
        let run = try await workshop.milbench("predict", "m.mil", "--data", file, "--json")
        let json = try run.json
        let bags = try #require(json["bags"] as? [[String: Any]])
        let right = bags.count { $0["label"] as? String == $0["truth"] as? String }
        #expect(json["right"] as? Int == right && json["accuracy"] as? Double == Double(right) / 12)
        #expect(run.errors.contains("\(right) of 12 bags called right"))
      }
      let bare = SampleBags.table().split(separator: "\n").map { line in
        let cells = line.split(separator: ",")
        return ([cells[0]] + cells[2...]).joined(separator: ",")
      }
      try workshop.write(bare.joined(separator: "\n") + "\n", to: "bare.csv")
      let json = try await workshop.milbench("predict", "m.mil", "--data", "bare.csv", "--no-labels", "--json").json
      #expect(json["right"] == nil && json["accuracy"] == nil && json["decisions"] != nil)
    }
  }

  @Test("A run's summary has the decisions on the files of its experiment")
  func run() async throws {
    try await Workshop.open { workshop in
      try workshop.write(SampleBags.table(), to: "experiments/paper/b.csv")
      try workshop.write(
        "{ title: \"T\", datasets: [\"b.csv\"], models: [\"constant\"], folds: 3, repeats: 1 }",
        to: "experiments/paper/mine.json5")
      let run = try await workshop.milbench("run", "paper/mine", "--quiet", "--json")
      let summaries = try #require(
        try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]], "\(run.errors)")
      let decisions = try #require(summaries.first?["decisions"] as? [String: [[String: Any]]])
      #expect(decisions["b"]?.contains { $0["subject"] as? String == "labels" } == true)
    }
  }
}
