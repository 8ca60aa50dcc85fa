import Foundation
import Testing

/// Inputs of the kinds that users report, each through the tool: read correctly, or refused with the way out.
@Suite("Cases that users report")
struct CaseTests {
  private static func latinNames(_ bag: Int) -> String {
    switch bag {
    case 1: "Müller"
    case 2: "Möller"
    default: "s\(bag)"
    }
  }

  @Test("Ids in Latin-1 are refused by the byte, and read with --encoding, in every layout")
  func latinIds() async throws {
    let texts = [
      "t.csv": SampleBags.table(id: Self.latinNames), "t.tsv": SampleBags.table(separator: "\t", id: Self.latinNames),
      "t.arff": SampleBags.attributes(id: Self.latinNames), "t.svm": SampleBags.sparse(id: Self.latinNames),
      "t.txt": SampleBags.labelFirst(id: Self.latinNames),
    ]
    try await Workshop.open { workshop in
      try SampleBags.copyArrays(["latin.npz"], to: workshop)
      for (name, text) in texts {
        try #require(text.data(using: .isoLatin1)).write(to: workshop.folder.appending(path: name))
      }
      for name in texts.keys.sorted() + ["latin.npz"] {
        try await workshop.expectError(["describe", name], [name, "the byte 0xfc", "--encoding latin-1"])
        #expect(try await workshop.described(name, "--encoding", "latin-1").counts == [12, 6, 30, 2])
      }
    }
  }

  @Test("UTF-16 is read by its mark, and named without one")
  func utf16() async throws {
    try await Workshop.open { workshop in
      let text = SampleBags.table(id: Self.latinNames)
      for (name, encoding) in [("little.csv", String.Encoding.utf16LittleEndian), ("big.csv", .utf16BigEndian)] {
        let bytes = try #require(text.data(using: encoding))
        try bytes.write(to: workshop.folder.appending(path: name))
        try await workshop.expectError(["describe", name], ["UTF-16 without a byte order mark", "--encoding utf-16"])
        #expect(try await workshop.described(name, "--encoding", "utf-16").counts == [12, 6, 30, 2])
        let mark = try #require("\u{FEFF}".data(using: encoding))
        try (mark + bytes).write(to: workshop.folder.appending(path: name))
        #expect(try await workshop.described(name).decisions.contains("utf-16, as its byte order mark says"))
      }
    }
  }

  @Test("A test file with one of the classes is read with the names of the model")
  func oneClass() async throws {
    try await Workshop.open { workshop in
      for (name, pair) in [("numbers", ["1", "2"]), ("names", ["normal", "cancer"]), ("pair", ["no", "yes"])] {
        let label = { (bag: Int) in pair[1 - bag % 2] }
        try workshop.write(SampleBags.table(label: label), to: "\(name).csv")
        try await workshop.train(on: "\(name).csv", "mi-kernel", "--positive", pair[1])
        for (place, only) in pair.enumerated() {
          try workshop.write(SampleBags.table(label: label, keeping: { 1 - $0 % 2 == place }), to: "test.csv")
          #expect(try await Set(workshop.truths("test.csv").values) == [only])
          #expect(try await Set(workshop.truths("test.csv", "--positive", pair[1]).values) == [only])
        }
        let all = try await workshop.milbench("predict", "m.mil", "--data", "\(name).csv")
        #expect(all.errors.contains("12 of 12 bags called right"), "\(all.errors)")
      }
    }
  }

  @Test("Labels with one entry a bag go to the bags as they first appear, not by sorted names")
  func listedLabels() async throws {
    try await Workshop.open { workshop in
      let files = ["listed.npz", "listed.mat", "descending.npz", "descending.mat"]
      try SampleBags.copyArrays(files, to: workshop)
      for name in files.prefix(2) {
        let described = try await workshop.described(name)
        #expect(described.counts == [12, 4, 30, 2] && described.decisions.contains("first appear"))
        try await workshop.train(on: name)
        let truths = try await workshop.truths(name)
        #expect(Set(truths.filter { $0.value == "1" }.keys) == ["s1", "s2", "s3", "s4"], "\(truths)")
      }
      for name in files.suffix(2) {
        try await workshop.expectError(
          ["describe", name], [name, "12 stands before 11", "--bag-order appearance or sorted"])
        for (order, positives) in [("appearance", ["9", "10", "11", "12"]), ("sorted", ["1", "2", "3", "4"])] {
          try await workshop.train(on: name, "constant", "--bag-order", order)
          let truths = try await workshop.truths(name, "--bag-order", order)
          #expect(Set(truths.filter { $0.value == "1" }.keys) == Set(positives), "\(order): \(truths)")
        }
      }
    }
  }

  @Test("Bags x instances x features are bags; padding is an error until sizes are given")
  func cubes() async throws {
    try await Workshop.open { workshop in
      let kinds = ["npz", "mat"]
      try SampleBags.copyArrays(
        ["cube", "padded", "sized"].flatMap { name in kinds.map { "\(name).\($0)" } }, to: workshop)
      for kind in kinds {
        let full = try await workshop.described("cube.\(kind)")
        #expect(full.counts == [12, 6, 48, 2] && full.decisions.contains("12 bags x 4 instances x 2 features"))
        try await workshop.expectError(["describe", "padded.\(kind)"], ["4 of 12 bags", "padding", "sizes", "mask"])
        #expect(try await workshop.described("sized.\(kind)").counts == [12, 6, 40, 2])
        let kept = try await workshop.described("padded.\(kind)", "--padding-rows", "keep")
        #expect(kept.counts == [12, 6, 48, 2] && kept.decisions.contains("as was asked for"))
        #expect(try await workshop.described("padded.\(kind)", "--padding-rows", "drop").counts == [12, 6, 40, 2])
      }
    }
  }

  @Test("Ids of 64 bits stay apart in archives, MAT-files and texts")
  func largeIds() async throws {
    try await Workshop.open { workshop in
      try SampleBags.copyArrays(["ids.npz", "ids.mat"], to: workshop)
      let id = { (bag: Int) in "\(1 << 62 + bag)" }
      try workshop.write(SampleBags.table(id: id), to: "ids.csv")
      try workshop.write(SampleBags.attributes(id: id), to: "ids.arff")
      try workshop.write(SampleBags.labelFirst(id: id), to: "ids.txt")
      try workshop.write(SampleBags.sparse(id: id), to: "ids.svm")
      for kind in ["npz", "mat", "csv", "arff", "txt", "svm"] {
        #expect(try await workshop.described("ids.\(kind)").counts == [12, 6, 30, 2])
      }
    }
  }

  @Test("Three labels are three classes, and --positive takes one against the rest, in every layout")
  func threeLabels() async throws {
    try await Workshop.open { workshop in
      try SampleBags.copyArrays(["three.npz", "three.mat"], to: workshop)
      let label = { (bag: Int) in "\(bag % 3 - 1)" }
      try workshop.write(SampleBags.table(label: label), to: "three.csv")
      try workshop.write(SampleBags.attributes(label: label), to: "three.arff")
      try workshop.write(SampleBags.labelFirst(label: label), to: "three.txt")
      try workshop.write(SampleBags.sparse(label: label), to: "three.svm")
      for kind in ["npz", "mat", "csv", "arff", "txt", "svm"] {
        let name = "three.\(kind)"
        let classes = try await workshop.described(name)
        #expect(classes.decisions.contains("3 classes, numbers ascending: -1, 0, 1"), "\(kind)")
        let one = try await workshop.described(name, "--positive", "-1")
        #expect(one.counts == [12, 4, 30, 2] && one.decisions.contains("as was asked for"), "\(kind)")
      }
      try await workshop.expectError(
        ["describe", "three.csv", "--positive", "2"], ["no label \"2\" among", "one of these after --positive"])
      let evaluated = try await Tool.run(
        ["evaluate", "--model", "constant", "--dataset", "three.csv", "--folds", "2"], in: workshop.folder)
      #expect(evaluated.status == 0 && evaluated.output.contains("macro AUC"), "\(evaluated.errors)")
      // The saved model identifies the other labels by name in every layout, and accepts no unknown label for them.
      try await workshop.train(on: "three.csv", "constant", "--positive", "1")
      try workshop.write(SampleBags.table(label: label, keeping: { $0 % 3 != 2 }), to: "rest.csv")
      #expect(try await Set(workshop.truths("rest.csv").values) == ["not 1"])
      for kind in ["csv", "arff", "npz", "mat", "svm"] {
        #expect(try await Set(workshop.truths("three.\(kind)").values) == ["not 1", "1"], "\(kind)")
      }
      let stranger = { (bag: Int) in ["-1", "0", "7"][bag % 3] }
      try workshop.write(SampleBags.table(label: stranger), to: "stranger.csv")
      try workshop.write(SampleBags.attributes(label: stranger), to: "stranger.arff")
      try workshop.write(SampleBags.sparse(label: stranger), to: "stranger.svm")
      for kind in ["csv", "arff", "svm"] {
        for command in [["predict", "m.mil"], ["explain", "m.mil", "--bag", "all"]] {
          try await workshop.expectError(
            command + ["--data", "stranger.\(kind)"], ["\"7\"", "\"-1\"", "\"0\"", "(negative)", "--positive"])
        }
      }
    }
  }

  @Test("Signs and denials say which label is positive; other pairs need --positive")
  func pairs() async throws {
    try await Workshop.open { workshop in
      let arrays = ["sign", "cancer", "absent"].flatMap { ["\($0).npz", "\($0).mat"] }
      try SampleBags.copyArrays(arrays, to: workshop)
      for (name, pair) in [
        ("sign", ["-", "+"]), ("cancer", ["cancer", "normal"]), ("absent", ["tumour", "no_tumour"]),
      ] {
        let label = { (bag: Int) in pair[1 - bag % 2] }
        try workshop.write(SampleBags.table(label: label), to: "\(name).csv")
        try workshop.write(SampleBags.attributes(label: label), to: "\(name).arff")
        for kind in ["csv", "arff", "npz", "mat"] {
          let file = "\(name).\(kind)"
          if name == "cancer" {
            try await workshop.expectError(["describe", file], [file, "\"cancer\"", "\"normal\"", "--positive NAME"])
          } else {
            let positive = name == "sign" ? "\"+\" is positive" : "\"tumour\" is positive"
            #expect(try await workshop.described(file).decisions.contains(positive), "\(file)")
          }
          for wanted in pair {
            let described = try await workshop.described(file, "--positive", wanted)
            #expect(described.decisions.contains("\"\(wanted)\" is positive"), "\(file)")
          }
        }
      }
    }
  }

  @Test("Nominal features keep the numbers of a kept model, whatever list the next file declares")
  func nominals() async throws {
    try await Workshop.open { workshop in
      func text(_ list: String) -> String {
        SampleBags.attributes(f: { $0.f > 1 ? "high" : "low" }).replacing(
          "@attribute f numeric", with: "@attribute f \(list)")
      }
      try workshop.write(text("{low,high}"), to: "one.arff")
      try workshop.write(text("{high,low}"), to: "other.arff")
      try workshop.write(text("{high,low}").replacing("high", with: "steep"), to: "stranger.arff")
      try workshop.write(SampleBags.table(f: { $0.f > 1 ? "high" : "low" }), to: "table.csv")
      try await workshop.train(on: "one.arff")
      let first = try await workshop.milbench("predict", "m.mil", "--data", "one.arff")
      for file in ["other.arff", "table.csv"] {
        let run = try await workshop.milbench("predict", "m.mil", "--data", file)
        #expect(run.status == 0 && run.output == first.output, "\(file): \(run.errors)")
      }
      #expect(!first.output.contains("\r"))
      try await workshop.expectError(
        ["predict", "m.mil", "--data", "stranger.arff"], ["\"steep\"", "\"low\", \"high\""])
    }
  }

  @Test("A feature of an array that a note names is left out by that name, and by the kept model too")
  func features() async throws {
    try await Workshop.open { workshop in
      let files = ["listed.npz", "listed.mat", "cube.npz", "cube.mat"]
      try SampleBags.copyArrays(files, to: workshop)
      for file in files {
        let array = file.hasPrefix("cube") ? "X" : "features"
        #expect(try await workshop.described(file, "--ignore-column", "\(array):2").counts[3] == 1)
        try await workshop.expectError(
          ["describe", file, "--ignore-column", "\(array):3"], ["\(array):1 to \(array):2"])
      }
      try await workshop.train(on: "listed.npz", "mi-kernel", "--ignore-column", "features:2")
      for file in files {
        let run = try await workshop.milbench("predict", "m.mil", "--data", file)
        #expect(run.status == 0, "\(file): \(run.errors)")
      }
    }
  }

  @Test("Models, protocols and folds of no such name are mistakes in the call, and so end with 64")
  func mistakes() async throws {
    try await Workshop.open { workshop in
      try workshop.write(SampleBags.table(), to: "b.csv")
      let evaluate = ["evaluate", "--dataset", "b.csv", "--quiet"]
      for arguments in [
        evaluate + ["--model", "nosuch"], evaluate + ["--model", "constant", "--folds", "abc"],
        evaluate + ["--model", "constant", "--protocol", "nosuch"],
        ["train", "--model", "nosuch", "--data", "b.csv", "--out", "m.mil"],
        ["compare", "constant", "nosuch", "--datasets", "b.csv"],
        ["compare", "constant", "mi-kernel", "--datasets", "b.csv", "--folds", "abc"],
        ["folds", "export", "--dataset", "b.csv", "--folds", "abc"],
      ] {
        let run = try await Tool.run(arguments, in: workshop.folder)
        #expect(run.status == 64 && run.complaint != nil, "\(arguments): \(run.status) \(run.errors)")
      }
      try await workshop.expectError(
        ["describe", "b.csv", "--feature-count", "3"], ["--feature-count", "layout csv", "andrews-svm"])
      #expect(try await workshop.described("b.csv", "--missing-code", "-999", "--missing-code", "-1").counts[0] == 12)
    }
  }

  @Test("Splits of the user's own give one fold whose test bags are theirs")
  func ownSplits() async throws {
    try await Workshop.open { workshop in
      try workshop.write(SampleBags.table(), to: "b.csv")
      try workshop.write(
        ",train,val,test\n0,s1,s9,s11\n1,s2,s10,s12\n2,s3,,\n3,s4,,\n4,s5,,\n5,s6,,\n6,s7,,\n7,s8,,\n",
        to: "splits_0.csv")
      let run = try await workshop.milbench(
        "evaluate", "--model", "constant", "--dataset", "b.csv", "--folds", "splits_0.csv", "--json", "--quiet",
        "--output", "kept")
      #expect(run.status == 0, "\(run.errors)")
      #expect(try run.json["trials"] as? Int == 1)
      #expect(try workshop.contents("kept/evaluate/journal.jsonl.gz").contains("\"bags\":[10,11]"))
    }
  }

  @Test("A file that no catalogue knows is compared under its name, and one that is missing is told at once")
  func unknownFile() async throws {
    try await Workshop.open { workshop in
      try workshop.write(SampleBags.table(), to: "b.csv")
      let call = [
        "compare", "constant", "logistic-bag-mean", "--folds", "4", "--repeats", "1", "--quiet", "--datasets",
      ]
      let run = try await Tool.run(call + ["b.csv"], in: workshop.folder)
      #expect(run.status == 0 && !run.output.contains("not run"), "\(run.errors)")
      #expect(run.output.contains("On b "), "\(run.output)")
      try await workshop.expectError(call + ["missing.csv"], ["missing", "no such file"])
    }
  }

  @Test("A limit on the size of files ends a command with one line, and nothing half-written is left")
  func sizeLimit() async throws {
    try await Workshop.open { workshop in
      let long = String(repeating: "0", count: 80)
      try workshop.write(SampleBags.table(f: { "\($0.f)\(long)" }), to: "b.csv")
      let tool = try Tool.executable.path
      for call in [
        ["train", "--model", "mi-net-bag[epochs=1]", "--data", "b.csv", "--out", "m.mil"],
        ["evaluate", "--model", "constant", "--dataset", "b.csv", "--folds", "4", "--output", "kept"],
        ["data", "import", "b.csv", "--name", "own"],
      ] {
        // The tool's messages go through a pipe, to which the limit does not apply.
        let script =
          "export XDG_DATA_HOME=$PWD; message=$(ulimit -f 1; exec \"$0\" \"$@\" 2>&1 >/dev/null); code=$?; "
          + "echo \"$message\"; exit $code"
        let run = try await Tool.run(
          ["-c", script, tool] + call, in: workshop.folder, program: URL(fileURLWithPath: "/bin/sh"))
        let lines = run.output.split(separator: "\n").filter { $0.hasPrefix("Error: ") }
        #expect(run.status == 1 && !run.trapped, "\(call): \(run.status)")
        #expect(lines.count == 1 && lines[0].contains("larger than the system allows"), "\(run.output)\(run.errors)")
      }
      #expect(!workshop.exists("m.mil"))
      let files = try FileManager.default.subpathsOfDirectory(atPath: workshop.folder.path)
      #expect(!files.contains { $0.contains("imported/own") }, "\(files)")
      let journal =
        workshop.exists("kept/evaluate/journal.jsonl.gz") ? try workshop.contents("kept/evaluate/journal.jsonl.gz") : ""
      for line in journal.split(separator: "\n") {
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
      }
    }
  }
}
