import Foundation
import Subprocesses
import Testing

@Suite("Models to keep")
struct KeepTests {
  /// Twelve bags of three instances with positions in an image; the second instance of a malignant bag is decisive.
  private static func slides(labels: Bool = true, names: Bool = true) -> String {
    var lines = ["slide,\(labels ? "diagnosis," : "")x,y,f1,f2,f3"]
    for bag in 0..<12 {
      for instance in 0..<3 {
        let isReason = bag % 2 == 1 && instance == 1
        let label = labels ? (bag % 2 == 1 ? "malignant," : "benign,") : ""
        let first = isReason ? 3.5 : 0.1 * Double((bag + instance) % 3)
        lines.append("s\(bag),\(label)\(instance * 10),\(bag % 4),\(first),\(0.1 * Double(bag % 5)),\(instance)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let columns = [
    "--bag-column", "slide", "--label-column", "diagnosis", "--coordinate-columns", "x,y", "--positive",
    "malignant",
  ]

  private struct Answers: Decodable {
    struct Bag: Decodable {
      var bag, label, truth: String
      var score: Double
    }
    var bags: [Bag]
    var classes: [String]
  }

  private func train(
    _ workshop: Workshop, _ model: String = "attention[epochs=30,layers=8-4,learningRate=0.01]"
  ) async throws -> ToolRun {
    try workshop.write(Self.slides(), to: "slides.csv")
    return try await Tool.run(
      ["train", "--model", model, "--data", "slides.csv", "--out", "slides.mil"] + Self.columns, in: workshop.folder)
  }

  @Test("A model is trained, kept and asked again, with the same answers as CSV and as JSON")
  func trainAndPredict() async throws {
    try await Workshop.open { workshop in
      let trained = try await train(workshop)
      #expect(trained.status == 0, "\(trained.errors)")
      #expect(trained.output.contains("12 bags, 36 instances, 3 features") && trained.output.contains("written: "))
      #expect(trained.output.contains("no estimate of accuracy") && trained.output.contains("cite: M. Ilse"))
      let predict = ["predict", "slides.mil", "--data", "slides.csv"] + Self.columns
      let csv = try await Tool.run(predict, in: workshop.folder)
      #expect(csv.status == 0 && csv.errors.contains("of 12 bags called right, accuracy "), "\(csv.errors)")
      let rows = csv.output.split(whereSeparator: \.isNewline).map { $0.split(separator: ",").map(String.init) }
      #expect(rows.first == ["bag", "score", "label", "truth"] && rows.count == 13)
      #expect(rows.dropFirst().map { $0[0] } == (0..<12).map { "s\($0)" })
      let json = try await Tool.run(predict + ["--json", "--out", "answers.json"], in: workshop.folder)
      #expect(json.status == 0 && json.output.isEmpty)
      let answers = try JSONDecoder().decode(Answers.self, from: Data(workshop.contents("answers.json").utf8))
      #expect(answers.bags.count == 12 && answers.classes == ["benign", "malignant"])
      for (bag, row) in zip(answers.bags, rows.dropFirst()) {
        #expect(["\(bag.score)", bag.label, bag.truth] == Array(row[1...3]) && answers.classes.contains(bag.label))
      }
      // The same training results in the same file.
      let first = try Data(contentsOf: workshop.folder.appending(path: "slides.mil"))
      #expect(try await train(workshop).status == 0)
      #expect(try Data(contentsOf: workshop.folder.appending(path: "slides.mil")) == first)
    }
  }

  @Test(
    "A calibration is kept, said and applied beside scores that stay as they are", arguments: ["sigmoid", "isotonic"])
  func calibration(_ method: String) async throws {
    try await Workshop.open { workshop in
      try workshop.write(Self.slides(), to: "slides.csv")
      func run(_ arguments: [String]) async throws -> ToolRun {
        let run = try await Tool.run(arguments + Self.columns, in: workshop.folder)
        #expect(run.status == 0, "\(run.errors)")
        return run
      }
      let train = ["train", "--model", "logistic-bag-mean", "--data", "slides.csv", "--out"]
      _ = try await run(train + ["plain.mil", "--calibrate", "none"])
      let trained = try await run(train + ["slides.mil", "--calibrate", method])
      #expect(trained.output.contains("calibration: \(method), ") && trained.output.contains("in 5 inner folds"))
      func rows(_ model: String) async throws -> [[String]] {
        try await run(["predict", model, "--data", "slides.csv"]).output.split(whereSeparator: \.isNewline).map {
          $0.split(separator: ",").map(String.init)
        }
      }
      let (plain, calibrated) = (try await rows("plain.mil"), try await rows("slides.mil"))
      #expect(calibrated.first == ["bag", "score", "probability", "label", "truth"] && calibrated.count == 13)
      #expect(calibrated.map { [$0[0], $0[1], $0[3], $0[4]] } == plain)
      #expect(calibrated.dropFirst().allSatisfy { (0...1).contains(Double($0[2]) ?? -1) })
      for _ in 0..<2 { _ = try await run(["predict", "slides.mil", "--data", "slides.csv", "--out", "answers.csv"]) }
      let json = try await run(["predict", "slides.mil", "--data", "slides.csv", "--json"]).json
      let bags = try #require(json["bags"] as? [[String: Any]])
      #expect((json["calibration"] as? String)?.hasPrefix(method) == true)
      let (printed, kept) = (
        calibrated.dropFirst().map { Double($0[2]) ?? -1 }, bags.compactMap { $0["probability"] as? Double }
      )
      // Foundation's parser of JSON is not exact in the last digit.
      #expect(printed.count == kept.count && zip(printed, kept).allSatisfy { abs($0 - $1) < 1e-14 })
      let explained = try await run(["explain", "slides.mil", "--data", "slides.csv", "--bag", "s3"])
      #expect(explained.words.contains("probability") && explained.words.contains("calibration \(method)"))
      try await workshop.expectError(train + ["x.mil", "--calibrate", "beta"] + Self.columns, ["--calibrate"])
    }
  }

  @Test("Bags without labels are predicted, and no accuracy is claimed")
  func withoutLabels() async throws {
    try await Workshop.open { workshop in
      _ = try await train(workshop)
      try workshop.write(Self.slides(labels: false), to: "new.csv")
      let arguments = [
        "predict", "slides.mil", "--data", "new.csv", "--bag-column", "slide", "--coordinate-columns", "x", "y",
        "--no-labels",
      ]
      let run = try await Tool.run(arguments, in: workshop.folder)
      #expect(run.status == 0 && !run.errors.contains("accuracy"), "\(run.errors)")
      let known = try await Tool.run(
        ["predict", "slides.mil", "--data", "slides.csv"] + Self.columns, in: workshop.folder)
      let scores = { (text: String) in
        text.split(whereSeparator: \.isNewline).map { $0.split(separator: ",").prefix(3) }
      }
      #expect(run.output.hasPrefix("bag,score,label\n"))
      #expect(scores(run.output).dropFirst() == scores(known.output).dropFirst())
    }
  }

  @Test("A kept model knows its columns, its labels and its features by name, whatever their order")
  func remembered() async throws {
    try await Workshop.open { workshop in
      #expect(try await train(workshop).status == 0)
      func scores(_ table: String, _ more: [String] = []) async throws -> ToolRun {
        try workshop.write(table, to: "new.csv")
        return try await Tool.run(["predict", "slides.mil", "--data", "new.csv"] + more, in: workshop.folder)
      }
      let known = try await scores(Self.slides())
      #expect(known.status == 0 && known.errors.contains("of 12 bags called right"), "\(known.errors)")
      let turned = Self.slides().split(separator: "\n").map { line in
        line.split(separator: ",").reversed().joined(separator: ",") + ",9"
      }
      let other = try await scores(turned.joined(separator: "\n").replacing("slide,9", with: "slide,extra") + "\n")
      #expect(other.output == known.output && other.errors.contains("\"extra\""), "\(other.errors)")
      #expect(try await scores(Self.slides(labels: false), ["--no-labels"]).status == 0)
      let one = Self.slides().split(separator: "\n").filter { !$0.contains("malignant") }.joined(separator: "\n") + "\n"
      #expect(try await scores(one).errors.contains("of 6 bags called right"))
      try workshop.write(Self.slides().replacing("malignant", with: "1").replacing("benign", with: "0"), to: "n.csv")
      try await workshop.expectError(["predict", "slides.mil", "--data", "n.csv"], ["--positive"])
      let numbers = try await Tool.run(
        ["predict", "slides.mil", "--data", "n.csv", "--positive", "1"], in: workshop.folder)
      #expect(numbers.output == known.output, "\(numbers.errors)")
      try workshop.write(Self.slides().replacing("f2", with: "g2"), to: "g.csv")
      try await workshop.expectError(["predict", "slides.mil", "--data", "g.csv"], ["no column \"f2\""])
    }
  }

  @Test("Options that were typed are heeded or refused, by 'predict', 'explain' and 'compare' as by all others")
  func typedOptions() async throws {
    try await Workshop.open { workshop in
      // A column with the opposite of the labels.
      let table = Self.slides().split(separator: "\n").map { line in
        line + (line.hasPrefix("slide,") ? ",truth" : line.contains("malignant") ? ",benign" : ",malignant")
      }
      try workshop.write(table.joined(separator: "\n") + "\n", to: "both.csv")
      let trained = try await Tool.run(
        ["train", "--model", "mi-kernel", "--data", "both.csv", "--out", "m.mil", "--ignore-column", "truth"]
          + Self.columns, in: workshop.folder)
      #expect(trained.status == 0, "\(trained.errors)")
      let imported = try await Tool.run(
        ["data", "import", "both.csv", "--name", "mine", "--ignore-column", "truth"] + Self.columns, in: workshop.folder
      )
      #expect(imported.status == 0, "\(imported.errors)")
      for data in ["both.csv", "mine"] {
        let plain = try await Tool.run(["predict", "m.mil", "--data", data], in: workshop.folder)
        #expect(plain.status == 0 && !plain.errors.contains("0 of 12 bags"), "\(data): \(plain.errors)")
        for option in ["label", "bag", "group", "instance-label", "ignore"] {
          let refused = try await Tool.run(
            ["predict", "m.mil", "--data", data, "--\(option)-column", "nowhere"], in: workshop.folder)
          #expect(refused.status != 0 && refused.errors.contains("nowhere"), "\(data) \(option): \(refused.errors)")
        }
      }
      for option in [["--positive", "x"], ["--header", "no"], ["--decimal", "comma"], ["--label-column", "7"]] {
        for call in [
          ["predict", "m.mil", "--data", "musk1"], ["compare", "constant", "mi-kernel", "--datasets", "musk1"],
        ] {
          let refused = try await Tool.run(call + option, in: workshop.folder)
          #expect(refused.status != 0 && refused.errors.contains(option[0]), "\(call) \(option): \(refused.errors)")
        }
      }
      let compared = try await Tool.run(
        [
          "compare", "constant", "mi-kernel", "--datasets", "mine", "--folds", "3", "--repeats", "1", "--positive",
          "nobody",
        ],
        in: workshop.folder)
      #expect(compared.status != 0 && compared.errors.contains("nobody"), "\(compared.errors)")
      let splits = try await Tool.run(["describe", "both.csv", "--splits", "nowhere.csv"], in: workshop.folder)
      #expect(splits.status == 64 && splits.errors.contains("--splits"))
      let named = try await Tool.run(["data", "import", "both.csv", "--name", "other.csv"], in: workshop.folder)
      #expect(named.status != 0 && named.errors.contains("ends like a file"))
    }
  }

  @Test("A file with one of the model's two labels is read with the model's meaning")
  func oneLabel() async throws {
    try await Workshop.open { workshop in
      func table(_ labels: ClosedRange<Int>) -> String {
        let rows = (0..<12).filter { labels.contains(1 + $0 % 2) }.flatMap { bag in
          (0..<3).map { "b\(bag),\(1 + bag % 2),\(Double(bag % 2) * 3 + 0.1 * Double($0)),\(0.1 * Double(bag % 3))" }
        }
        return (["bag,label,f,g"] + rows).joined(separator: "\n") + "\n"
      }
      try workshop.write(table(1...2), to: "train.csv")
      try workshop.write(table(1...1), to: "test.csv")
      _ = try await workshop.milbench("train", "--model", "mi-kernel", "--data", "train.csv", "--out", "m.mil")
      let run = try await workshop.milbench("predict", "m.mil", "--data", "test.csv")
      #expect(run.errors.contains("6 of 6 bags called right"), "\(run.errors)")
      #expect(!run.output.contains(",2,") && run.output.contains(",1,1"))
    }
  }

  @Test("The protocol and the standardisation that were asked for are those of the file")
  func protocols() async throws {
    try await Workshop.open { workshop in
      func trained(_ more: String...) async throws -> [String: Any] {
        let arguments = [
          "train", "--model", "mi-net-bag[epochs=1,layers=4]", "--data", "musk1", "--out", "m.mil", "--json",
        ]
        let run = try await Tool.run(arguments + more, in: workshop.folder)
        #expect(run.status == 0, "\(run.errors)")
        return try run.json
      }
      let published = try await trained("--protocol", "as-published")
      #expect(published["protocol"] as? String == "as-published" && published["dataset"] as? String == "musk1")
      #expect(published["features"] as? Int == 166 && (published["fingerprint"] as? String)?.count == 64)
      func scores() async throws -> String { try await workshop.milbench("predict", "m.mil", "--data", "musk1").output }
      _ = try await trained()
      let standardised = try await scores()
      _ = try await trained("--standardisation", "none")
      #expect(try await scores() != standardised)
      let tuned = try await Tool.run(
        ["train", "--model", "mi-kernel", "--data", "musk1", "--out", "k.mil", "--protocol", "tuned"],
        in: workshop.folder)
      #expect(tuned.status == 0 && tuned.output.contains("chosen: c="), "\(tuned.errors)")
      #expect(try await workshop.milbench("predict", "k.mil", "--data", "musk1").errors.contains("of 92 bags"))
    }
  }

  @Test("A bag's instances are ranked, with figures and a page, and it is said what the numbers are")
  func explain() async throws {
    try await Workshop.open { workshop in
      _ = try await train(workshop)
      let explain = ["explain", "slides.mil", "--data", "slides.csv", "--bag", "s3"] + Self.columns
      let run = try await Tool.run(explain + ["--out", "s3"], in: workshop.folder)
      #expect(run.status == 0 && run.words.contains("Instance weights: how much each instance"), "\(run.errors)")
      #expect(run.words.contains("the file says malignant"))
      let json = try await Tool.run(explain + ["--json"], in: workshop.folder).json
      let instances = try #require(json["instances"] as? [[String: Any]])
      #expect(json["kind"] as? String == "weights" && instances.first?["instance"] as? Int == 2)
      #expect(instances.first?["x"] as? Double == 10 && instances.first?["y"] as? Double == 3)
      let sum = instances.reduce(0) { $0 + ($1["value"] as? Double ?? 0) }
      #expect(abs(sum - 1) < 1e-5)
      let page = try workshop.contents("s3/index.html")
      #expect(page.contains("<svg") && page.contains("instance 2") && !page.contains("http://www.w3.org/1999"))
      for file in ["s3/bars.svg", "s3/heat-map.svg"] { #expect(try workshop.contents(file).hasPrefix("<svg")) }
      #expect(try workshop.contents("s3/instances.csv").hasPrefix("rank,instance,kind,value,label,x,y\r\n1,2,weights,"))
      // A model without weights shows scores; the largest is that of the bag.
      #expect(try await train(workshop, "mi-svm-instance").status == 0)
      let scores = try await Tool.run(explain + ["--json"], in: workshop.folder).json
      #expect(scores["kind"] as? String == "scores")
      let best = try #require((scores["instances"] as? [[String: Any]])?.first?["value"] as? Double)
      #expect(abs(best - (try #require(scores["score"] as? Double))) < 1e-9)
      #expect(try await Tool.run(explain, in: workshop.folder).words.contains("Instance scores: what the model gives"))
    }
  }

  @Test("All bags are explained at once, as a table, as JSON and in a folder")
  func explainAll() async throws {
    try await Workshop.open { workshop in
      _ = try await train(workshop)
      let explain = ["explain", "slides.mil", "--data", "slides.csv"] + Self.columns
      let all = explain + ["--bag", "all"]
      let run = try await Tool.run(all + ["--out", "every"], in: workshop.folder)
      #expect(run.status == 0 && run.words.contains("Instance weights: how much each instance"), "\(run.errors)")
      #expect((0..<12).allSatisfy { run.output.contains("s\($0) ") }, "\(run.output)")
      let json = try await Tool.run(all + ["--json"], in: workshop.folder).json
      let bags = try #require(json["bags"] as? [[String: Any]])
      #expect(json["kind"] as? String == "weights" && bags.count == 12)
      let one = try await Tool.run(explain + ["--bag", "s3", "--json"], in: workshop.folder).json
      let same = try #require(bags.first { $0["bag"] as? String == "s3" })
      #expect(same["truth"] as? String == "malignant" && same["label"] as? String == one["label"] as? String)
      func values(_ bag: [String: Any]) -> [Double] {
        (bag["instances"] as? [[String: Any]] ?? []).compactMap { $0["value"] as? Double }
      }
      #expect(values(same).count == 3 && zip(values(same), values(one)).allSatisfy { abs($0 - $1) < 1e-6 })
      for bag in bags { #expect(abs(values(bag).reduce(0, +) - 1) < 1e-5) }
      let numbers = try workshop.contents("every/instances.csv").split(separator: "\r\n")
      #expect(numbers.count == 37 && numbers[0].hasPrefix("bag,score,bag label,file label,rank,instance,kind,value"))
      #expect(try workshop.contents("every/index.html").contains("s11"))
      // A bag with this name is selected by its name.
      try workshop.write(Self.slides().replacing("s3,", with: "all,"), to: "slides.csv")
      let named = try await Tool.run(all + ["--json"], in: workshop.folder).json
      #expect(named["bag"] as? String == "all" && named["bags"] == nil)
    }
  }

  @Test(
    "Python's safetensors opens a model file",
    .enabled(if: Python.has("safetensors", "numpy"), "python3 with safetensors and NumPy is not here"))
  func python() async throws {
    try await Workshop.open { workshop in
      _ = try await train(workshop)
      let script = """
        import json, sys
        from safetensors import safe_open
        with safe_open(sys.argv[1], "np") as file:
          shapes = {name: list(file.get_tensor(name).shape) for name in file.keys()}
          print(json.dumps({"shapes": shapes, "model": json.loads(file.metadata()["description"])["model"]}))
        """
      try workshop.write(script, to: "open.py")
      let answer = workshop.folder.appending(path: "answer.json")
      let python = try #require(Subprocess.find("python3"))
      let call = try Subprocess(python, ["open.py", "slides.mil"], in: workshop.folder, output: .file(answer))
      #expect(call.wait() == .exited(0))
      let found = try JSONSerialization.jsonObject(with: Data(contentsOf: answer)) as? [String: Any]
      #expect(try #require(found?["model"] as? String).hasPrefix("attention["))
      #expect((found?["shapes"] as? [String: [Int]])?["standardisation.shift"] == [1, 3])
    }
  }

  @Test("What is wrong with a model file, its data or a bag's name is told in one line, and nothing is written")
  func mistakes() async throws {
    try await Workshop.open { workshop in
      _ = try await train(workshop)
      let predict = ["predict", "slides.mil", "--data"]
      try await workshop.expectError(
        predict + ["musk1"], ["label \"1\"", "the model's labels, \"benign\" (negative) and \"malignant\" (positive)"])
      try await workshop.expectError(
        predict + ["musk1", "--no-labels"], ["data set musk1", "166 features", "the model was trained on 3"])
      try await workshop.expectError(
        ["predict", "nowhere.mil", "--data", "musk1"], ["nowhere.mil", "no such file", "expected a model file"])
      try await workshop.expectError(
        ["predict", "slides.csv", "--data", "musk1"], ["model file slides.csv", "it is no safetensors file"])
      try await workshop.expectError(["predict", ".", "--data", "musk1"], ["found a folder, expected a model file"])
      let bytes = try Data(contentsOf: workshop.folder.appending(path: "slides.mil"))
      for (name, changed) in [
        ("half.mil", bytes.prefix(bytes.count / 2)),
        ("flipped.mil", Data(bytes.enumerated().map { $0 == 99 ? ~$1 : $1 })),
      ] {
        try changed.write(to: workshop.folder.appending(path: name))
        try await workshop.expectError(
          ["explain", name, "--data", "slides.csv", "--bag", "s1"], [name, "was changed or cut short"])
      }
      let explain = ["explain", "slides.mil", "--data", "slides.csv"] + Self.columns
      try await workshop.expectError(
        explain + ["--bag", "t3", "--out", "t3"], ["none of its 12 bags is called \"t3\"", "did you mean"])
      try await workshop.expectError(
        predict + ["slides.csv", "--bag-column", "slide", "--coordinate-columns", "x"],
        ["1 given, expected two columns"])
      try await workshop.expectError(
        ["train", "--model", "atention", "--data", "musk1", "--out", "a.mil"], ["unknown model", "\"attention\""])
      try await workshop.expectError(
        ["train", "--model", "constant", "--data", "musk1", "--out", "no/a.mil"], ["no/a.mil", "cannot be written"])
      try await workshop.expectError(
        ["train", "--model", "constant", "--data", "musk1", "--out", "a.mil", "--protocol", "claen"], ["\"clean\""])
      for file in ["a.mil", "no", "t3"] { #expect(!workshop.exists(file)) }
    }
  }
}

extension ToolRun {
  /// The output with single spaces in place of line breaks.
  fileprivate var words: String { output.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
