import Foundation
import TestSupport
import Testing

@Suite("Tables and gaps of the user's own on the command line")
struct ReadingTests {
  @Test("A header of numbers names columns; #2 is a position and name:2 a name")
  func numericHeader() async throws {
    try await Workshop.open { workshop in
      // The output of pandas for a frame without names, and for one whose names are not the positions.
      try workshop.write(SampleBags.table(header: "0,1,2,3"), to: "n.csv")
      #expect(try await workshop.described("n.csv").counts == [12, 6, 30, 2])
      #expect(
        try await workshop.described("n.csv", "--bag-column", "#1", "--label-column", "#2").counts == [12, 6, 30, 2])
      #expect(
        try await workshop.described("n.csv", "--bag-column", "name:0", "--label-column", "name:1").counts
          == [12, 6, 30, 2])
      try await workshop.expectError(
        ["describe", "n.csv", "--bag-column", "#1", "--label-column", "1"], ["n.csv, line 1", "#1", "name:1"])
      try workshop.write(SampleBags.table(header: "2020,2021,2022,2023"), to: "years.csv")
      let years = ["--header", "yes", "--bag-column", "2020", "--label-column", "2021"]
      let run = try await Tool.run(["describe", "years.csv", "--json"] + years, in: workshop.folder)
      #expect(try run.json["bags"] as? Int == 12, "\(run.errors)")
    }
  }

  @Test("A table without header is trained on by position, and one without labels is predicted")
  func headerless() async throws {
    try await Workshop.open { workshop in
      for (name, label) in [("plain", 0), ("twos", 1)] {
        let labels = { (bag: Int) in "\(1 - bag % 2 + label)" }
        try workshop.write(SampleBags.table(header: nil, label: labels), to: "\(name).csv")
        try await workshop.train(on: "\(name).csv", "mi-kernel", "--bag-column", "1", "--label-column", "2")
        #expect(try await Set(workshop.truths("\(name).csv").values) == Set([1, 2].map(labels)))
        let unlabelled = SampleBags.rows.map { "s\($0.bag),\($0.f),\($0.g)\n" }.joined()
        try workshop.write(unlabelled, to: "new.csv")
        // Without a header, only the user knows that the column is not a feature.
        let wrong = try await workshop.milbench("predict", "m.mil", "--data", "\(name).csv", "--no-labels")
        #expect(wrong.status == 1 && wrong.output.isEmpty, "\(wrong.errors)")
        #expect(
          wrong.complaint?.contains("3 features") == true && wrong.errors.contains("trained on 2"), "\(wrong.errors)")
        let known = try await workshop.milbench(
          "predict", "m.mil", "--data", "\(name).csv", "--no-labels", "--ignore-column", "2")
        let new = try await workshop.milbench("predict", "m.mil", "--data", "new.csv", "--no-labels")
        #expect(new.status == 0 && new.output.split(whereSeparator: \.isNewline).count == 13, "\(new.errors)")
        #expect(!new.errors.contains("called right"))
        #expect(known.output == new.output, "\(known.errors)")
      }
      try await workshop.expectError(["describe", "new.csv"], ["new.csv, line 1", "--no-labels"])
    }
  }

  @Test("Arrays without labels are predicted with --no-labels, which the refusal names")
  func arraysWithoutLabels() async throws {
    try await Workshop.open { workshop in
      try SampleBags.copyArrays(["unlabelled.npz", "unlabelled.mat", "ids.npz"], to: workshop)
      try await workshop.train(on: "ids.npz", "constant")
      for name in ["unlabelled.npz", "unlabelled.mat"] {
        try await workshop.expectError(["predict", "m.mil", "--data", name], [name, "--no-labels"])
        #expect(try await workshop.truths(name, "--no-labels").count == 12)
      }
    }
  }

  @Test("ARFF: tabs are read, dates are refused by attribute, weights of instances by their row")
  func attributes() async throws {
    try await Workshop.open { workshop in
      let plain = SampleBags.attributes()
      let parts = try #require(plain.range(of: "@data\n"))
      let (head, rows) = (String(plain[..<parts.upperBound]), String(plain[parts.upperBound...]))
      try workshop.write(
        head.replacing("@attribute ", with: "@attribute\t") + rows.replacing(",", with: "\t"), to: "tabs.arff")
      #expect(try await workshop.described("tabs.arff").counts == [12, 6, 30, 2])
      for (kind, value) in [
        ("date", "2020-01-31"), ("date \"yyyy-MM-dd HH:mm\"", "\"2020-01-31 10:00\""),
        ("DATE 'dd.MM.yyyy'", "'31.1.2020'"),
      ] {
        let dated = rows.split(separator: "\n").map { "\(value),\($0)\n" }.joined()
        try workshop.write(
          head.replacing("@attribute bag", with: "@attribute taken \(kind)\n@attribute bag") + dated, to: "d.arff")
        try await workshop.expectError(
          ["describe", "d.arff"], ["d.arff, line 8, field 1", "date", "--ignore-column", "taken"])
        #expect(try await workshop.described("d.arff", "--ignore-column", "taken").counts == [12, 6, 30, 2])
      }
      let weighted = rows.split(separator: "\n").map { "\($0),{2}\n" }.joined()
      try workshop.write(head + weighted, to: "w.arff")
      let sparse = SampleBags.rows.map { "{0 s\($0.bag), 1 \($0.f + 1), 3 \($0.label)},{0.5}\n" }.joined()
      try workshop.write(head + sparse, to: "s.arff")
      try workshop.write(head + sparse.replacing(",{0.5}", with: " 7"), to: "t.arff")
      for name in ["w.arff", "s.arff"] {
        try await workshop.expectError(["describe", name], ["\(name), line 7", "the weight of an instance"])
      }
      try await workshop.expectError(["describe", "t.arff"], ["t.arff, line 7", "behind the closing brace"])
      try workshop.write(head + sparse.replacing(",{0.5}", with: ""), to: "r.arff")
      #expect(try await workshop.described("r.arff").counts == [12, 6, 30, 2])
    }
  }

  @Test("NaN is refused with the way out, and dropped or filled as --missing says, in every layout")
  func gaps() async throws {
    try await Workshop.open { workshop in
      let arrays = ["gaps.npz", "gaps.mat", "gaps-cells.mat"]
      try SampleBags.copyArrays(arrays, to: workshop)
      var left = [3: 1, 8: 0]
      // The second instance of bag 3 and the first of bag 8 are marked, as in the arrays.
      let marked = SampleBags.rows.map { row -> String in
        guard let count = left[row.bag] else { return "\(row.f)" }
        left[row.bag] = count - 1
        return count == 0 ? "NaN" : "\(row.f)"
      }
      var next = 0
      let f = { (_: SampleBags.Row) -> String in
        defer { next = (next + 1) % marked.count }
        return marked[next]
      }
      try workshop.write(SampleBags.table(f: f), to: "gaps.csv")
      try workshop.write(SampleBags.sparse(f: f), to: "gaps.svm")
      try workshop.write(SampleBags.attributes(f: f).replacing("NaN", with: "?"), to: "gaps.arff")
      for name in arrays + ["gaps.csv", "gaps.svm", "gaps.arff"] {
        try await workshop.expectError(["describe", name], [name, "--missing drop-instances"])
        for (rule, counts) in [
          ("drop-instances", [12, 6, 28, 2]), ("drop-columns", [12, 6, 30, 1]), ("mean", [12, 6, 30, 2]),
        ] {
          let described = try await workshop.described(name, "--missing", rule)
          #expect(described.counts == counts, "\(name) \(rule)")
          #expect(described.decisions.contains("2 of 60 values"), "\(name) \(rule)")
        }
        let run = try await workshop.milbench(
          "evaluate", "--model", "logistic-bag-mean", "--dataset", name, "--missing", "mean", "--folds", "3", "--json",
          "--quiet")
        #expect(try run.json["trials"] as? Int == 3 && run.json["failed"] as? Int == 0, "\(name): \(run.errors)")
      }
    }
  }

  @Test("Missing features become the mean of the training bags of their fold, not that of all bags")
  func foldwiseMeans() async throws {
    try await Workshop.open { workshop in
      // In the training bags s1 to s8, the first feature is 1 or 3 with mean 2; in the test bags, it is 100.
      let values = (1...12).flatMap { bag in
        (0..<2).map { place in bag > 8 ? "100" : (bag + place) % 2 == 0 ? "1" : "3" }
      }
      func table(_ gap: String) -> String {
        var rows = ["bag,label,f,g"]
        for (index, value) in values.enumerated() {
          let (bag, place) = (index / 2 + 1, index % 2)
          // The gaps are both instances of s2, so that the mean of the rest does not change, and one of the test bag
          // s10.
          let isGap = bag == 2 || (bag == 10 && place == 0)
          rows.append("s\(bag),\(bag / 2 % 2),\(isGap ? gap : value),\(Double((bag * 5 + place) % 7))")
        }
        return rows.joined(separator: "\n") + "\n"
      }
      try workshop.write(
        ",train,val,test\n" + (0..<8).map { "\($0),s\($0 + 1),,\($0 < 4 ? "s\($0 + 9)" : "")\n" }.joined(),
        to: "split.csv")
      func scores(_ name: String, _ gap: String) async throws -> [Double] {
        try workshop.write(table(gap), to: "\(name).csv")
        let run = try await workshop.milbench(
          "evaluate", "--model", "logistic-bag-mean", "--dataset", "\(name).csv", "--folds", "split.csv", "--missing",
          "mean",
          "--output", name, "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        let line = try #require(try workshop.contents("\(name)/evaluate/journal.jsonl.gz").split(separator: "\n").first)
        let record = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return try #require(record?["scores"] as? [Double])
      }
      let missing = try await scores("gaps", "")
      let ofTraining = try await scores("two", "2")
      // The mean over all bags with the feature: 14 with mean 2 and 7 with 100.
      let ofAll = try await scores("all", "\((28 + 700) / 21.0)")
      #expect(
        missing.count == 4 && zip(missing, ofTraining).allSatisfy { abs($0 - $1) < 1e-6 }, "\(missing) \(ofTraining)")
      #expect(zip(missing, ofAll).contains { abs($0 - $1) > 1e-3 })
      // A saved model imputes the means of its training.
      try await workshop.train(on: "gaps.csv", "logistic-bag-mean", "--missing", "mean")
      let alone = table("").split(separator: "\n").filter { $0.hasPrefix("bag") || $0.hasPrefix("s10,") }
      try workshop.write(alone.joined(separator: "\n") + "\n", to: "alone.csv")
      let together = try await workshop.milbench("predict", "m.mil", "--data", "gaps.csv", "--no-labels")
      let single = try await workshop.milbench("predict", "m.mil", "--data", "alone.csv", "--no-labels")
      let line = try #require(single.output.split(whereSeparator: \.isNewline).last, "\(single.errors)")
      #expect(together.output.contains(line), "\(single.output)\(together.output)")
    }
  }

  @Test("Compare and experiments need the positive name too, and take it from the option or the file")
  func positives() async throws {
    try await Workshop.open { workshop in
      let label = { (bag: Int) in bag % 2 == 0 ? "cancer" : "normal" }
      try workshop.write(SampleBags.table(label: label), to: "experiments/paper/b.csv")
      let compare = [
        "compare", "constant", "logistic-bag-mean", "--datasets", "experiments/paper/b.csv", "--folds", "4",
        "--repeats", "1",
        "--quiet",
      ]
      try await workshop.expectError(compare, ["b.csv", "\"normal\" and \"cancer\"", "--positive NAME"])
      let cancer = try await Tool.run(compare + ["--positive", "cancer", "--output", "one"], in: workshop.folder)
      #expect(cancer.status == 0 && cancer.errors.contains("\"cancer\" is positive"), "\(cancer.errors)")
      #expect(!cancer.output.contains("not run"))
      #expect(try workshop.contents("one/compare/journal.jsonl.gz").contains("\\\"cancer\\\" is positive"))
      func experiment(_ reading: String) -> String {
        "{title: \"Own\", datasets: [\"b.csv\"], models: [\"constant\", \"logistic-bag-mean\"], folds: 4, repeats: 1\(reading)}"
      }
      try workshop.write(experiment(""), to: "experiments/paper/own.json5")
      let refused = try await workshop.milbench("run", "paper/own", "--quiet")
      #expect(refused.errors.contains("reading: { positive: \"NAME\" }"), "\(refused.errors)")
      #expect(
        (refused.errors + refused.output).contains("\"normal\" and \"cancer\""), "\(refused.errors)\(refused.output)")
      try workshop.write(experiment(", reading: {positive: \"cancer\"}"), to: "experiments/paper/own.json5")
      let run = try await workshop.milbench("run", "paper/own", "--quiet")
      #expect(run.status == 0 && run.errors.contains("\"cancer\" is positive"), "\(run.errors)")
      #expect(!run.output.contains("not run"), "\(run.output)")
      try workshop.write(experiment(", reading: {positve: \"cancer\"}"), to: "experiments/paper/own.json5")
      try await workshop.expectError(["run", "paper/own"], ["positve", "did you mean \"positive\""])
      try workshop.write(
        experiment(", reading: {positive: \"cancer\", columns: {bag: \"bag\", ignored: [\"g\"]}}"),
        to: "experiments/paper/own.json5")
      let narrow = try await workshop.milbench("run", "paper/own", "--quiet", "--output", "narrow")
      #expect(narrow.status == 0 && narrow.errors.contains("1 is a feature"), "\(narrow.errors)")
    }
  }

  @Test("Predict takes the model's names in any case and order of first meeting, and refuses others by name")
  func modelNames() async throws {
    try await Workshop.open { workshop in
      func write(_ pair: [String]) throws {
        try workshop.write(SampleBags.table(label: { pair[1 - $0 % 2] }), to: "test.csv")
      }
      try workshop.write(SampleBags.table(label: { $0 % 2 == 0 ? "cancer" : "normal" }), to: "train.csv")
      try await workshop.train(on: "train.csv", "mi-kernel", "--positive", "cancer")
      for pair in [["normal", "cancer"], ["Normal", "CANCER"]] {
        try write(pair)
        let run = try await workshop.milbench("predict", "m.mil", "--data", "test.csv")
        #expect(run.errors.contains("12 of 12 bags called right"), "\(run.errors)")
      }
      for pair in [["0", "1"], ["1", "2"], ["benign", "malignant"], ["no", "yes"], ["normal", "tumour"]] {
        try write(pair)
        try await workshop.expectError(
          ["predict", "m.mil", "--data", "test.csv"],
          ["\"normal\" (negative) and \"cancer\" (positive)", "--positive", "--no-labels"])
        let asked = try await workshop.milbench("predict", "m.mil", "--data", "test.csv", "--positive", pair[1])
        #expect(asked.errors.contains("12 of 12 bags called right"), "\(pair): \(asked.errors)")
        let without = try await workshop.milbench("predict", "m.mil", "--data", "test.csv", "--no-labels")
        #expect(without.status == 0 && !without.errors.contains("called right"), "\(without.errors)")
      }
      // The model's own labels keep their meaning, and its positive name says that no bag of a file is positive.
      try write(["normal", "cancer"])
      for command in [["predict", "m.mil"], ["explain", "m.mil", "--bag", "all"]] {
        try await workshop.expectError(
          command + ["--data", "test.csv", "--positive", "normal"], ["\"normal\"", "a call without --positive"])
      }
      try workshop.write(SampleBags.table(label: { _ in "benign" }, keeping: { $0 % 2 == 1 }), to: "test.csv")
      try await workshop.expectError(["predict", "m.mil", "--data", "test.csv"], ["(cancer if none is)"])
      #expect(try await Set(workshop.truths("test.csv", "--positive", "cancer").values) == ["normal"])
    }
  }
}
