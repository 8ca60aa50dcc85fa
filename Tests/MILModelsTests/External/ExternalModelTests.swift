import Containers
import Foundation
import LinearAlgebra
import MILBags
import MILBenchTesting
import MILModels
import Testing
import UserInput

/// A folder with an external model, a shell script, and a registry that contains it; removed afterwards.
struct ExternalFixture {
  let folder: URL

  static func open<Result>(
    script: String, description: String = "", _ body: (ExternalFixture) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "milbench-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let fixture = ExternalFixture(folder: folder)
    try fixture.write(script, to: "model.sh")
    try fixture.write(
      "{ title: 'Shell', citation: 'None.', command: ['sh', 'model.sh'], \(description) }", to: "shell.json5")
    return try body(fixture)
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: folder.appending(path: name))
  }

  func contents(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  var registry: ModelRegistry {
    get throws {
      var registry = ModelRegistry()
      try registry.registerExternalModels(in: [folder])
      return registry
    }
  }

  func model(_ id: String = "shell") throws -> ResolvedModel { try registry.resolve(id) }

  /// Returns the error line of fitting and prediction.
  func problem() throws -> String {
    let bags = try plantedBags()
    let error = #expect(throws: (any Error).self) {
      _ = try self.model().fit(bags, FitContext(seed: 1)).predict(bags.selecting(bags: [0, 1, 2]))
    }
    return try line(of: #require(error))
  }

  /// Whether the folder in `folder.txt`, which the script received, exists.
  var hasTrialFolder: Bool {
    get throws { try FileManager.default.fileExists(atPath: contents("folder.txt").replacing("\n", with: "")) }
  }
}

@Suite("External models")
struct ExternalModelTests {
  /// A script that returns the share k / n for the k-th of n bags, and stores its input beside itself.
  static let ramp = """
    echo "$2" > folder.txt
    cp "$2/job.json" "job-$1.json"
    bags=$(sed -n 's/.*"bags" : \\([0-9]*\\).*/\\1/p' "$2/job.json")
    if [ "$1" = fit ]; then
      cp "$2/training.npz" training.npz
      echo fitted > "$2/state"
    else
      cp "$2/bags.npz" bags.npz
      [ "$(cat "$2/state")" = fitted ] || exit 7
      awk -v n="$bags" 'BEGIN { for (k = 1; k <= n; k++) print k / n }' > "$2/scores.csv"
    fi
    """

  @Test(
    "A program is given the training bags to fit, then others without labels and names, as often as they are scored")
  func handover() throws {
    try ExternalFixture.open(script: Self.ramp, description: "parameters: { epochs: 7, rate: 0.5, kind: 'a' }") {
      model in
      do {
        let bags = try plantedBags(12, sizes: 1...6, features: 3)
        let training = bags.selecting(bags: Array(0..<8))
        var context = FitContext(seed: 0x1_2345_6789)
        (context.repetition, context.fold) = (2, 5)
        let trained = try model.model("shell[rate=0.25]").fit(training, context)
        #expect(try trained.predict(bags.selecting(bags: [8, 9, 10, 11])) == [0.25, 0.5, 0.75, 1])
        #expect(try trained.predict(bags.selecting(bags: [3, 9])) == [0.5, 1])
        #expect(try !trained.hasOwnRelevance(bags))

        let job = try #require(
          try JSONSerialization.jsonObject(with: Data(model.contents("job-fit.json").utf8)) as? [String: Any])
        #expect(job["step"] as? String == "fit" && job["dataset"] as? String == bags.name)
        #expect(job["repetition"] as? Int == 2 && job["fold"] as? Int == 5 && job["seed"] as? Int == 0x2345_6789)
        #expect(job["bags"] as? Int == 8 && job["features"] as? Int == 3 && job["groups"] is NSNull)
        #expect(job["names"] as? [String] == (1...8).map(String.init))
        let parameters = try #require(job["parameters"] as? [String: Any])
        #expect(parameters["epochs"] as? Int == 7 && parameters["rate"] as? Double == 0.25)
        #expect(parameters["kind"] as? String == "a" && parameters.count == 3)

        func archive(_ name: String) throws -> NumPyArchive {
          try NumPyArchive(bytes: [UInt8](Data(contentsOf: model.folder.appending(path: name))), file: name)
        }
        let given = try archive("training.npz")
        #expect(given.names == ["instances", "starts", "lengths", "labels"])
        #expect(try given.array("instances")?.rows().values == training.instances.elements.map(\.self))
        #expect(try given.array("starts")?.list() == training.offsets.dropLast().map(Double.init))
        #expect(try given.array("lengths")?.list() == (0..<8).map { Double(training[sizeOfBag: $0]) })
        #expect(try given.array("labels")?.list() == training.labels.map(Double.init))
        #expect(try archive("bags.npz").names == ["instances", "starts", "lengths"])
        // The last bags were all twelve; names are still those of the training bags.
        let last = try model.contents("job-score.json")
        #expect(last.contains("\"step\" : \"score\"") && last.contains("\"bags\" : 12"))
        #expect(!last.contains("\"\(bags.bagNames[11])\""))
        #expect(try model.hasTrialFolder)
      }
      #expect(try !model.hasTrialFolder)
    }
  }

  @Test("Scores by epoch, losses, weights and what was trained come back")
  func epochs() throws {
    let script = """
      if [ "$1" = fit ]; then
        echo '{"losses": [0.5, 0.25], "parameters": 12, "steps": 6, "notes": {"chosen": "c=1"}}' > "$2/report.json"
      else
        printf '0.1, 0.9\\n0.2 0.8\\n\\n' > "$2/scores.csv"
        printf '1\\n2e0\\n3\\n' > "$2/weights.csv"
        echo called >> calls.txt
      fi
      """
    try ExternalFixture.open(script: script) { model in
      let bags = try plantedBags(12, sizes: 1...2)
      let pairs = (0..<12).flatMap { left in (left + 1..<12).map { [left, $0] } }
      let two = try #require(pairs.map { bags.selecting(bags: $0) }.first { $0.instanceCount == 3 })
      var seen: [[Double]] = []
      let trained = try model.model().fit(
        bags,
        FitContext(seed: 1) { report in
          #expect(report.loss == [0.5, 0.25][report.epoch - 1])
          seen.append(try report.score(two))
        })
      #expect(seen == [[0.1, 0.2], [0.9, 0.8]])
      #expect(try trained.predict(two) == [0.9, 0.8])
      #expect(try trained.relevance(two) == InstanceRelevance(kind: .weights, values: [1, 2, 3]))
      #expect(trained.summary == FitSummary(parameters: 12, steps: 6, notes: ["chosen": "c=1"]))
      #expect(try model.contents("calls.txt") == "called\n")
    }
  }

  @Test(
    "What goes wrong is one line with the program's last lines",
    arguments: [
      (
        "echo first; for k in 1 2 3 4 5; do echo line $k >&2; done; exit 3",
        [
          "\"sh model.sh fit\" ended with exit code 3", "its last lines: line 1 | line 2 | line 3 | line 4 | line 5",
        ]
      ),
      ("exit 1", ["ended with exit code 1; it wrote nothing"]),
      ("kill -9 $$", ["was ended by signal 9"]),
      ("echo done", ["\"sh model.sh score\" ended well, but there is no scores.csv; its last lines: done"]),
      (
        "echo $2 >&2; echo 1 > $2/scores.csv",
        [
          "scores.csv: found 1 lines, expected 3, one for each of the bags; its last lines: FOLDER"
        ]
      ),
      ("printf '0.5\\nnan\\n0.5\\n' > $2/scores.csv", ["scores.csv, line 2: found nan, expected a finite number"]),
      ("printf '0.5\\n0.5\\n1.5\\n' > $2/scores.csv", ["scores.csv, line 3: found 1.5, expected a probability"]),
      ("printf '0.5\\nhalf\\n0.5\\n' > $2/scores.csv", ["scores.csv, line 2: found \"half\", expected a number"]),
      ("printf '0.5\\n0.5 0.5\\n0.5\\n' > $2/scores.csv", ["line 2: found 2 numbers, expected 1"]),
      ("printf '0.5\\n0.5\\n0.5\\n' > $2/scores.csv; echo 1 > $2/weights.csv", ["weights.csv: found 1 lines"]),
      ("echo '{\"losses\": [NaN]}' > $2/report.json", ["report.json: losses", "loss 1 is no finite number"]),
      ("echo '{\"loses\": [1]}' > $2/report.json", ["unknown key \"loses\"", "did you mean \"losses\"?"]),
      (
        "echo '{\"losses\": [1, 2]}' > $2/report.json; printf '.5\\n.5\\n.5\\n' > $2/scores.csv",
        [
          "line 1: found 1 numbers, expected 2, one for each loss"
        ]
      ),
    ])
  func failures(script: String, parts: [String]) throws {
    try ExternalFixture.open(script: "echo $2 > folder.txt; " + script) { model in
      let problem = try model.problem()
      for part in parts { #expect(problem.contains(part), "\(problem)") }
      #expect(try !model.hasTrialFolder)
    }
  }

  @Test("Scores of an earlier call do not stand for those of a later one")
  func staleScores() throws {
    let script = "if [ $1 = score ] && [ ! -e $2/done ]; then echo 0.5 > $2/scores.csv; touch $2/done; fi"
    try ExternalFixture.open(script: script) { model in
      let bags = try plantedBags()
      let trained = try model.model().fit(bags, FitContext(seed: 1))
      #expect(try trained.predict(bags.selecting(bags: [0])) == [0.5])
      let error = #expect(throws: (any Error).self) { try trained.predict(bags.selecting(bags: [1])) }
      #expect(error.map { "\($0)" }?.contains("there is no scores.csv") == true)
    }
  }

  @Test("A program that takes too long is killed with what it has started")
  func timeout() throws {
    let script = "echo waiting; sleep 30 & sleep 30"
    try ExternalFixture.open(script: script, description: "timeout: 0.3") { model in
      let problem = try model.problem()
      #expect(problem.contains("\"sh model.sh fit\" was stopped after 0.3 s; its last lines: waiting"), "\(problem)")
    }
  }

  @Test("A program that is not there is told")
  func missingProgram() throws {
    try ExternalFixture.open(script: "") { model in
      try model.write("{ title: 'T', citation: 'C', command: ['no-such-program', 'x'] }", to: "shell.json5")
      #expect(try model.problem().contains("there is no program \"no-such-program\" in the folders of PATH"))
      try model.write("{ title: 'T', citation: 'C', command: ['./no-such-program'] }", to: "shell.json5")
      #expect(try model.problem().contains("no-such-program cannot be run: No such file or directory"))
    }
  }

  @Test("A change of the program or of its command is another configuration, and so is a parameter")
  func identity() throws {
    try ExternalFixture.open(script: "exit 0", description: "parameters: { depth: 2 }") { model in
      let first = try model.registry.resolve("shell")
      #expect(first.id == "shell" && first.title == "Shell")
      #expect(first.configuration.hasPrefix("{\"depth\":2,\"external\":{\"command\":\"sh model.sh\",\"program\":\""))
      let deep = try model.registry.resolve("shell[depth=3]")
      #expect(
        deep.id == "shell[depth=3]" && deep.title == "Shell[depth=3]" && deep.configuration.hasPrefix("{\"depth\":3,"))
      #expect(try model.registry.resolve("shell[depth=2]").id == "shell")
      try model.write("exit 1", to: "model.sh")
      #expect(try model.registry.resolve("shell").configuration != first.configuration)
      try model.write("exit 0", to: "model.sh")
      #expect(try model.registry.resolve("shell").configuration == first.configuration)
      // The files that a program mentions are part of it, as are the files that these mention; nothing else is.
      try model.write("echo 1", to: "other.sh")
      #expect(try model.registry.resolve("shell").configuration == first.configuration)
      try model.write(". ./helper.sh", to: "model.sh")
      try model.write(". ./deeper.sh", to: "helper.sh")
      try model.write("echo 1", to: "deeper.sh")
      let whole = try model.registry.resolve("shell").configuration
      for file in ["helper.sh", "deeper.sh"] {
        let text = try model.contents(file)
        try model.write(text + " # edited", to: file)
        #expect(try model.registry.resolve("shell").configuration != whole, "\(file)")
        try model.write(text, to: file)
      }
      try model.write("exit 0", to: "model.sh")
      let error = #expect(throws: ModelError.self) { try model.registry.resolve("shell[dept=3]") }
      #expect(error?.description.contains("did you mean \"depth\"?") == true)
    }
  }

  @Test(
    "A wrong description is one line with the file and the key",
    arguments: [
      ("{ title: 'T', citation: 'C' }", "the key \"command\" is missing"),
      ("{ title: 'T', citation: 'C', command: [] }", "command: found nothing, expected a program"),
      ("{ title: 'T', citation: 'C', command: 'sh x' }", "command: no list or object there"),
      ("{ title: 'T', citation: 'C', command: ['sh'], comand: 1 }", "unknown key \"comand\""),
      ("{ title: 'T', citation: 'C', command: ['sh'], timeout: 0 }", "timeout: found 0.0, expected 0.001 to"),
      ("{ title: 'T', citation: 'C', command: ['sh'], scores: 'labels' }", "scores: "),
      ("{ title: 'T', citation: 'C', command: ['sh'], files: ['no.py'] }", "files: \"no.py\" is no file"),
      ("{ title: 'T', citation: 'C', command: ['sh'], parameters: { 'a b': 1 } }", "found the name \"a b\""),
      ("{ title: 'T', citation: 'C', command: ['sh'], parameters: { a: { b: 1 } } }", "parameters.a: found an object"),
      ("{ title: 'T', ", "line 1"),
    ])
  func mistakes(text: String, part: String) throws {
    try ExternalFixture.open(script: "") { model in
      try model.write(text, to: "shell.json5")
      let error = #expect(throws: DocumentError.self) { try model.registry }
      let problem = try #require(error.map { "\($0)" })
      #expect(problem.contains("shell.json5: ") && problem.contains(part), "\(problem)")
    }
  }

  @Test("An id that is taken, or none, is told with its file")
  func ids() throws {
    try ExternalFixture.open(script: "") { model in
      try model.write(model.contents("shell.json5"), to: "Not An Id.json5")
      let error = #expect(throws: DocumentError.self) { try model.registry }
      #expect(error?.description.contains("expected lower-case letters, digits and hyphens") == true)
      var registry = try ModelRegistry.standard()
      try model.write(model.contents("shell.json5"), to: "attention.json5")
      let taken = #expect(throws: DocumentError.self) {
        try registry.registerExternalModels(in: [model.folder.appending(path: "attention.json5")])
      }
      #expect(taken?.description.contains("attention.json5: model id \"attention\" is already taken") == true)
    }
  }

  @Test("A search over epochs trains a program that does not tell its epochs for each number of them")
  func searchOverEpochs() throws {
    // The script predicts all bags as positive after 9 epochs and none after 3; most bags are positive.
    let script = """
      bags=$(sed -n 's/.*"bags" : \\([0-9]*\\).*/\\1/p' "$2/job.json")
      if [ "$1" = score ]; then
        grep -q '"epochs" : 9' "$2/job.json" && score=1 || score=0
        awk -v n="$bags" -v s=$score 'BEGIN { for (k = 0; k < n; k++) print s }' > "$2/scores.csv"
      fi
      """
    try ExternalFixture.open(script: script, description: "parameters: { epochs: 5 }") { model in
      let planted = try plantedBags(12)
      let positives = planted.labels.indices.filter { planted.labels[$0] == 1 }
      let bags = planted.selecting(bags: positives + [planted.labels.firstIndex(of: 0) ?? 0])
      let trained = try model.model("shell[epochs=3/9]").fit(bags, FitContext(seed: 1))
      #expect(trained.summary.notes["chosen"] == "epochs=9")
      #expect(try trained.predict(bags).allSatisfy { $0 == 1 })
    }
  }

  @Test("Names of bags and groups are numbers, unless the description asks for the original ones")
  func names() throws {
    let plain = try plantedBags(4)
    let bags = try BagDataset(
      name: "named", instances: plain.instances, offsets: plain.offsets, labels: plain.labels,
      bagNames: ["normal_7", "tumor_1", "tumor_2", "normal_9"], groups: ["p9", "p2", "p9", "p5"])
    for (description, names, groups) in [
      ("", ["1", "2", "3", "4"], ["1", "2", "1", "3"]),
      ("names: 'anonymous'", ["1", "2", "3", "4"], ["1", "2", "1", "3"]),
      ("names: 'original'", bags.bagNames, bags.groups ?? []),
    ] {
      try ExternalFixture.open(script: Self.ramp, description: description) { model in
        _ = try model.model().fit(bags, FitContext(seed: 1))
        let text = try model.contents("job-fit.json")
        let job = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(job["names"] as? [String] == names && job["groups"] as? [String] == groups)
        #expect(text.contains("tumor") == (names == bags.bagNames))
      }
    }
  }
}
