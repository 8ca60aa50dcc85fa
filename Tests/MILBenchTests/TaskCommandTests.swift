import Foundation
import Testing

@Suite("Several classes, numbers and survival times, from file to comparison")
struct TaskCommandTests {
  private static let classes = ["adeno", "benign", "carcinoma", "dysplasia", "normal"]

  /// Seventy-five bags of one of five classes, with a grade, a size that increases with the class, and a time that
  /// decreases.
  private static func table() -> String {
    var generator = Draws(state: 7)
    var lines = ["slide,diagnosis,grade,size,months,censorship,f0,f1,f2,f3,f4"]
    for bag in 0..<75 {
      let label = bag % 5
      let own =
        "s\(bag),\(classes[label]),g\(label / 2),\(Double(label) * 1.5 + 0.1 * Double(bag % 7))"
        + ",\(10 / Double(1 + label) + 0.05 * Double(bag % 11)),\(bag % 4 == 0 ? 1 : 0)"
      for _ in 0..<(2 + bag % 3) {
        let features = (0..<5).map { "\((generator.next() + ($0 == label ? 3 : 0)).rounded(toPlaces: 3))" }
        lines.append(([own] + features).joined(separator: ","))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Random numbers with mean about 0 and deviation about 1.
  private struct Draws {
    var state: UInt64

    mutating func next() -> Double {
      (0..<6).reduce(0) { sum, _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return sum + Double(state >> 11) * 0x1p-53 - 0.5
      } * 1.2
    }
  }

  private static func without(_ used: [String]) -> [String] {
    let all = ["diagnosis", "grade", "size", "months", "censorship"]
    return ["--bag-column", "slide"] + all.filter { !used.contains($0) }.flatMap { ["--ignore-column", $0] }
  }

  private static let ofClasses = ["--label-column", "diagnosis"] + without(["diagnosis"])
  private static let ofNumbers = ["--label-column", "size", "--task", "number"] + without(["size"])
  private static let ofTimes =
    ["--time-column", "months", "--event-column", "censorship"] + without(["months", "censorship"])

  private func open(_ body: (Workshop) async throws -> Void) async throws {
    try await Workshop.open { workshop in
      try workshop.write(Self.table(), to: "slides.csv")
      try await body(workshop)
    }
  }

  private func run(_ workshop: Workshop, _ arguments: [String]) async throws -> ToolRun {
    let run = try await Tool.run(arguments, in: workshop.folder)
    #expect(run.status == 0 && !run.trapped, "\(arguments.prefix(3)): \(run.errors)")
    return run
  }

  private static let elm = "elm-mil[hiddenUnits=60]"
  private static let network = "mi-net-bag[epochs=15,layers=12,pooling=mean,optimiser=adam,learningRate=0.01,dropout=0]"

  @Test("Five classes go from a CSV file to a comparison of every kind of model")
  func fiveClasses() async throws {
    try await open { workshop in
      let described = try await run(workshop, ["describe", "slides.csv", "--json"] + Self.ofClasses)
      #expect(try described.json["task"] as? String == "several-classes")
      #expect(
        try described.json["classes"] as? [String: Int]
          == Dictionary(uniqueKeysWithValues: Self.classes.map { ($0, 15) }))
      let models = [Self.elm, Self.network, "logistic-bag-mean", "nsk-svm", "constant"]
      let compared = try await run(
        workshop,
        ["compare"] + models + ["--datasets", "slides.csv", "--folds", "5", "--repeats", "1", "--json"] + Self.ofClasses
      )
      let cells = try #require(try compared.json["cells"] as? [[String: Any]])
      #expect(cells.count == 5)
      for cell in cells {
        let model = try #require(cell["model"] as? String)
        let accuracy = try #require(cell["accuracy"] as? Double)
        let area = cell["macroAUC"] as? Double ?? .nan
        if model == "constant" {
          #expect(abs(accuracy - 0.2) < 0.01 && abs(area - 0.5) < 0.01)
        } else {
          #expect(accuracy > 0.6 && area > 0.85, "\(model): \(accuracy), \(area)")
        }
        #expect(cell["aucFolds"] == nil || cell["auc"] is NSNull || cell["auc"] == nil)
      }
      let table = try workshop.contents("runs/compare/table.md")
      #expect(table.contains("macro AUC") && !table.contains("both classes"))
    }
  }

  @Test("An evaluation of five classes has the confusion matrix and each class against the rest")
  func confusionOfClasses() async throws {
    try await open { workshop in
      let arguments = ["evaluate", "--model", Self.elm, "--dataset", "slides.csv", "--folds", "5"] + Self.ofClasses
      let json = try await run(workshop, arguments + ["--json", "--predictions", "scores.csv"]).json
      let classes = try #require(json["ofClasses"] as? [[String: Any]])
      #expect(classes.map { $0["name"] as? String } == Self.classes)
      let rows = try workshop.contents("scores.csv").split(whereSeparator: \.isNewline).map {
        $0.split(separator: ",").map(String.init)
      }
      #expect(rows.first == ["repetition", "fold", "bag", "label", "call"] + Self.classes)
      for own in classes {
        let name = try #require(own["name"] as? String)
        let calls = Self.classes.map { call in rows.count { $0[3] == name && $0[4] == call } }
        #expect(own["calledAs"] as? [Int] == calls && own["bags"] as? Int == 15)
        let hits = Double(rows.count { $0[3] == name && $0[4] == name })
        #expect(own["recall"] as? Double == hits / 15)
        #expect(own["precision"] as? Double == hits / Double(rows.count { $0[4] == name }))
      }
      // Every fold has each class, so that their mean is that of all classes.
      let areas = classes.compactMap { $0["areaAgainstRest"] as? Double }
      #expect(areas.count == 5 && abs(areas.reduce(0, +) / 5 - (json["macroAUC"] as? Double ?? 0)) < 1e-9)
      let text = try await run(workshop, arguments).output
      #expect(text.contains("AUC of dysplasia against the rest") && text.contains("bags of normal called"))
    }
  }

  @Test("A model of five classes is trained, kept, asked and explained, a column a class")
  func keepingClasses() async throws {
    try await open { workshop in
      let train = try await run(
        workshop, ["train", "--model", Self.network, "--data", "slides.csv", "--out", "m.mil"] + Self.ofClasses)
      #expect(train.output.contains("training bags called right: "))
      let csv = try await run(workshop, ["predict", "m.mil", "--data", "slides.csv"])
      let rows = csv.output.split(whereSeparator: \.isNewline).map { $0.split(separator: ",").map(String.init) }
      #expect(rows.first == ["bag", "label"] + Self.classes + ["truth"] && rows.count == 76)
      #expect(csv.errors.contains("of 75 bags called right"))
      for row in rows.dropFirst() {
        let scores = row[2..<7].compactMap(Double.init)
        let most = try #require(scores.indices.max { scores[$0] < scores[$1] })
        #expect(scores.count == 5 && abs(scores.reduce(0, +) - 1) < 1e-4 && row[1] == Self.classes[most])
      }
      let json = try await run(workshop, ["predict", "m.mil", "--data", "slides.csv", "--json"]).json
      let first = try #require((json["bags"] as? [[String: Any]])?.first)
      #expect((first["scores"] as? [String: Double])?.count == 5 && json["classes"] as? [String] == Self.classes)
      // With only some of the classes, these are still the model's.
      let lines = Self.table().split(separator: "\n").map(String.init)
      let part = [lines[0]] + lines.filter { $0.contains("normal") || $0.contains("benign") }
      try workshop.write(part.joined(separator: "\n") + "\n", to: "part.csv")
      let some = try await run(workshop, ["predict", "m.mil", "--data", "part.csv"])
      #expect(some.errors.contains("of 30 bags called right"))
      try workshop.write(part.joined(separator: "\n").replacing("benign", with: "strange") + "\n", to: "other.csv")
      let refused = try await Tool.run(["predict", "m.mil", "--data", "other.csv"], in: workshop.folder)
      #expect(refused.status != 0 && refused.errors.contains("one of the model's 5 classes"))
      let unlabelled = try await run(workshop, ["predict", "m.mil", "--data", "part.csv", "--no-labels"])
      #expect(unlabelled.output.hasPrefix("bag,label,adeno") && !unlabelled.output.contains("truth"))
      let why = try await run(workshop, ["explain", "m.mil", "--data", "slides.csv", "--bag", "s1"])
      #expect(why.output.contains("Label ") && why.output.contains("the file says benign"))
      let other = try await run(
        workshop, ["explain", "m.mil", "--data", "slides.csv", "--bag", "s1", "--class", "normal"])
      #expect(other.output.contains("normal") && other.output != why.output)
      _ = try await run(workshop, ["explain", "m.mil", "--data", "slides.csv", "--bag", "all", "--out", "why"])
      #expect(try workshop.contents("why/instances.csv").contains("s74"))
      _ = try await run(workshop, ["predict", "m.mil", "--data", "slides.csv", "--out", "p.csv"])
      _ = try await run(workshop, ["predict", "m.mil", "--data", "slides.csv", "--out", "p.csv"])
      let machine = try await run(
        workshop, ["train", "--model", "sil-svm", "--data", "slides.csv", "--out", "s.mil"] + Self.ofClasses)
      #expect(machine.output.contains("5 fits, each class against the rest"))
      #expect(try await run(workshop, ["predict", "s.mil", "--data", "slides.csv"]).errors.contains("called right"))
    }
  }

  @Test("Numbers are evaluated, compared, kept and predicted")
  func numbers() async throws {
    try await open { workshop in
      let compared = try await run(
        workshop,
        [
          "compare", Self.elm, Self.network, "constant", "nsk-svm", "--datasets", "slides.csv", "--folds", "5",
          "--repeats", "1",
        ]
          + ["--json"] + Self.ofNumbers)
      let cells = try #require(try compared.json["cells"] as? [[String: Any]])
      let errors = Dictionary(uniqueKeysWithValues: cells.map { ($0["model"] as? String ?? "", $0["rmse"] as? Double) })
      let floor = try #require(errors["constant"] ?? nil)
      #expect(abs(floor - 2.1) < 0.3)
      for (model, error) in errors where !["constant", "nsk-svm"].contains(model) {
        #expect(try #require(error) < 0.85 * floor, "\(model)")
      }
      #expect(errors["nsk-svm"] == .some(nil))
      let table = try workshop.contents("runs/compare/table.md")
      #expect(table.contains("the model predicts two classes, several classes, the bags have numbers"))
      #expect(table.contains("RMSE") && !table.contains("binomial SE"))
      let trained = try await run(
        workshop, ["train", "--model", Self.elm, "--data", "slides.csv", "--out", "n.mil"] + Self.ofNumbers)
      #expect(trained.output.contains("RMSE on the training bags: "))
      let predicted = try await run(workshop, ["predict", "n.mil", "--data", "slides.csv"])
      #expect(predicted.output.hasPrefix("bag,number,truth\n") && predicted.errors.contains("RMSE "))
      let why = try await run(workshop, ["explain", "n.mil", "--data", "slides.csv", "--bag", "s4"])
      #expect(why.output.contains("Number "))
      let evaluated = try await run(
        workshop, ["evaluate", "--model", Self.elm, "--dataset", "slides.csv", "--folds", "3"] + Self.ofNumbers)
      #expect(evaluated.output.contains("RMSE") && !evaluated.output.contains("positive"))
    }
  }

  @Test("Survival times are evaluated by both likelihoods, kept and predicted as risks")
  func survival() async throws {
    try await open { workshop in
      for (task, more) in [("survival", ""), ("cox", ",bagsPerStep=15")] {
        let model = Self.network.replacing("]", with: more + "]")
        let evaluated = try await run(
          workshop,
          ["evaluate", "--model", model, "--dataset", "slides.csv", "--folds", "3", "--json", "--task", task]
            + Self.ofTimes)
        #expect(try #require(try evaluated.json["concordance"] as? Double) > 0.75, "\(task)")
      }
      let trained = try await run(
        workshop, ["train", "--model", Self.network, "--data", "slides.csv", "--out", "t.mil"] + Self.ofTimes)
      #expect(trained.output.contains("C-index on the training bags: "))
      let predicted = try await run(workshop, ["predict", "t.mil", "--data", "slides.csv"])
      #expect(predicted.output.hasPrefix("bag,risk,truth,event\n") && predicted.errors.contains("C-index 0."))
      let why = try await run(workshop, ["explain", "t.mil", "--data", "slides.csv", "--bag", "s0"])
      #expect(why.output.contains("Risk ") && why.output.contains(", censored"))
      let folds = try await run(
        workshop,
        ["folds", "export", "--dataset", "slides.csv", "--folds", "3", "--repeats", "1", "--out", "folds"]
          + Self.ofTimes)
      #expect(folds.status == 0)
      let audit = try await run(workshop, ["describe", "slides.csv"] + Self.ofTimes)
      #expect(audit.output.contains("56 of 75 bags have the event"))
    }
  }

  @Test("Several labels are a data set each in one comparison, on the command line and in an experiment")
  func severalLabels() async throws {
    try await open { workshop in
      let labels = ["--label-column", "diagnosis", "--label-column", "grade"] + Self.without(["diagnosis", "grade"])
      let compared = try await run(
        workshop,
        ["compare", Self.elm, "constant", "--datasets", "slides.csv", "--folds", "3", "--repeats", "1", "--json"]
          + labels)
      let cells = try #require(try compared.json["cells"] as? [[String: Any]])
      #expect(
        Set(cells.compactMap { $0["dataset"] as? String }) == ["slides[label=diagnosis]", "slides[label=grade]"])
      let refused = try await Tool.run(
        ["evaluate", "--model", "constant", "--dataset", "slides.csv"] + labels, in: workshop.folder)
      #expect(refused.status != 0 && refused.errors.contains("--label-column is given 2 times"))
      try workshop.write(
        """
        { title: "Two labels", datasets: ["../slides.csv"], models: ["constant", "\(Self.elm)"], folds: 3, repeats: 1,
          reading: { columns: { bag: "slide", label: ["diagnosis", "grade"], ignored: ["size", "months", "censorship"] } } }
        """, to: "experiments/two.json5")
      let experiment = try await run(workshop, ["run", "two"])
      #expect(experiment.status == 0)
      let table = try workshop.contents("runs/two/table.csv")
      #expect(table.contains("slides[label=grade]") && table.contains("slides[label=diagnosis]"))
    }
  }

  @Test("An entry says how its file is read, a task a label, and where a set that is not there can be had")
  func entries() async throws {
    try await open { workshop in
      try workshop.write(
        """
        { title: "Entries", models: ["constant", "mi-kernel"], folds: 3, repeats: 1, datasets: [
            { path: "../slides.csv", name: "here", reading: { columns: {
                bag: "slide", label: ["diagnosis", "grade"], ignored: ["size", "months", "censorship"] } } },
            { path: "songs", name: "away", source: "a friend", reading: { columns: { label: ["wren", "owl"] } } },
        ] }
        """, to: "experiments/entries.json5")
      let experiment = try await run(workshop, ["run", "entries"])
      #expect(experiment.errors.contains("it can be had from a friend"))
      let lines = try workshop.contents("runs/entries/table.csv").split(whereSeparator: \.isNewline).dropFirst()
      let sets = Set(lines.compactMap { $0.split(separator: ",").first.map(String.init) })
      #expect(sets == ["here[label=diagnosis]", "here[label=grade]", "away[label=wren]", "away[label=owl]"])
    }
  }

  @Test("The made survival set is evaluated at its known concordance")
  func made() async throws {
    try await Workshop.open { workshop in
      let evaluated = try await run(
        workshop,
        [
          "evaluate", "--model",
          "mi-net-bag[layers=16,pooling=mean,optimiser=adam,learningRate=0.003,dropout=0,epochs=15]",
          "--dataset", "synthetic/survival[bags=240,bagSize=4,features=3]", "--folds", "3", "--json",
        ])
      // The true risk has .797; over 240 bags, its standard deviation is .016.
      let found = try #require(try evaluated.json["concordance"] as? Double)
      #expect(found > 0.73 && found < 0.86, "\(found)")
    }
  }
}

extension Double {
  fileprivate func rounded(toPlaces places: Int) -> Double {
    let scale = (0..<places).reduce(1.0) { value, _ in value * 10 }
    return (self * scale).rounded() / scale
  }
}
