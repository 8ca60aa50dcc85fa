import Foundation
import Testing

@Suite("New poolings")
struct NewPoolingTests {
  /// Returns all files in a folder, sorted by path.
  private func files(in folder: URL) -> [String] {
    (FileManager.default.subpaths(atPath: folder.path) ?? []).filter { path in
      (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: path).path)) == nil
    }.sorted()
  }

  @Test("A package is made with manifest, pooling, program, test and experiment, and says what to do next")
  func made() async throws {
    try await Workshop.open { workshop in
      let run = try await workshop.milbench("new", "pooling", "TopKMean")
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      #expect(run.output.contains("cd TopKMean\n  make compare\n"))
      #expect(
        files(in: workshop.folder.appending(path: "TopKMean")) == [
          ".gitignore", "Makefile", "Package.swift", "Sources/TopKMean/TopKMean.swift", "Sources/bench/main.swift",
          "Tests/TopKMeanTests/TopKMeanTests.swift", "experiments/top-k-mean.json5",
        ])
      let manifest = try workshop.contents("TopKMean/Package.swift")
      let path = try #require(manifest.firstMatch(of: /\.package\(name: "milbench", path: "([^"]+)"\)/)?.1)
      #expect(FileManager.default.fileExists(atPath: path + "/Sources/MILBench/MILBench.swift"))
      let pooling = try workshop.contents("TopKMean/Sources/TopKMean/TopKMean.swift")
      #expect(pooling.contains("public struct TopKMean: Pooling {") && pooling.contains("id: \"top-k-mean\""))
      #expect(try workshop.contents("TopKMean/Sources/bench/main.swift").contains(".withTopKMean()"))
      #expect(try workshop.contents("TopKMean/Tests/TopKMeanTests/TopKMeanTests.swift").contains("ModelContract.all"))
      let makefile = try workshop.contents("TopKMean/Makefile")
      #expect(
        makefile.contains("\tbin/bench compare top-k-mean mi-net-bag attention --datasets musk1 musk2 --repeats 1\n"))
      #expect(makefile.contains("MODULES = \(path)/.build\n"))
      // The experiment is readable; the model is not one of this program's.
      let listed = try await Tool.run(
        ["list", "experiments", "--experiments", "TopKMean/experiments"], in: workshop.folder)
      #expect(listed.complaint?.contains("unknown model \"top-k-mean\"") == true, "\(listed.errors)")
    }
  }

  @Test("A network is made with the same files, and writes down layers, self-attention and residuals")
  func network() async throws {
    try await Workshop.open { workshop in
      let run = try await workshop.milbench("new", "network", "SetBlock", "--folder", "mine/block")
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      #expect(run.output.contains("cd mine/block\n  make compare\n"))
      #expect(
        files(in: workshop.folder.appending(path: "mine/block")) == [
          ".gitignore", "Makefile", "Package.swift", "Sources/SetBlock/SetBlock.swift", "Sources/bench/main.swift",
          "Tests/SetBlockTests/SetBlockTests.swift", "experiments/set-block.json5",
        ])
      let network = try workshop.contents("mine/block/Sources/SetBlock/SetBlock.swift")
      for part in [
        "public struct SetBlock: NetworkModel {", "id: \"set-block\"", "`set-block[blocks=2]`",
        "graph.scope(\"block.\\(number)\") { block(value) }", ".selfAttention(\"attention\", heads: heads)",
        "let seen = value + value.layerNormalised(\"first\")", "published: .dataHandlingOfMINet, SetBlock()",
      ] { #expect(network.contains(part), "\(part)") }
      // Only interpolations in the generated code are left.
      #expect(network.matches(of: /\\\(/).count == 1)
      #expect(try workshop.contents("mine/block/Sources/bench/main.swift").contains(".withSetBlock()"))
      let tests = try workshop.contents("mine/block/Tests/SetBlockTests/SetBlockTests.swift")
      #expect(tests.contains("ModelContract.all") && tests.contains("(\"set-block\", in: .withSetBlock())"))
      try await workshop.expectError(["new", "network", "setBlock"], ["no name for a network"])
      try await workshop.expectError(["new", "network", "Attention"], ["there is attention already"])
      try await workshop.expectError(["new", "network", "ComputationGraph"], ["expected another"])
      try await workshop.expectError(["new", "network", "SetBlock", "--folder", "mine/block"], ["is already there"])
    }
  }

  @Test("The package of milbench can be a folder, written relatively from within it, or an address with a version")
  func packages() async throws {
    try await Workshop.open { workshop in
      let source = workshop.folder.appending(path: "har\"ness/Sources/MILBench")
      try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
      try workshop.write("", to: "har\"ness/Sources/MILBench/MILBench.swift")
      try workshop.write("", to: "har\"ness/Package.swift")
      func manifest(_ package: String, _ folder: String) async throws -> String {
        let run = try await workshop.milbench("new", "pooling", "X", "--package", package, "--folder", folder)
        #expect(run.status == 0, "\(run.errors)")
        return try workshop.contents(folder + "/Package.swift")
      }
      #expect(try await manifest("har\"ness", "har\"ness/Examples/X").contains(#"path: "../..")"#))
      #expect(try await manifest("har\"ness", "a/b").contains(#"/har\"ness")"#))
      // A makefile and a shell read the folder.
      for (folder, place) in [
        ("har\"ness/Examples/X", "../../.build"), ("a/b", "'\(workshop.folder.path)/har\"ness/.build'"),
      ] {
        #expect(try workshop.contents(folder + "/Makefile").contains("MODULES = \(place)\n"))
      }
      let address = "https://git.example.org/some/milbench.git"
      let remote = try await manifest("\(address)@1.2.3", "remote")
      #expect(remote.contains(".package(url: \"\(address)\", from: \"1.2.3\")"))
      #expect(remote.contains(#"package: "milbench")"#))
      #expect(try workshop.contents("remote/Makefile").contains("MODULES = .build\n"))
    }
  }

  @Test(
    "A name that no Swift type or model can have is refused in one line",
    arguments: [
      ("topKMean", "expected a capital letter"), ("Top-K", "expected a capital letter"),
      ("../X", "expected a capital letter"), ("", "expected a capital letter"), ("Ä", "expected a capital letter"),
      ("X\nY", "expected a capital letter"), ("1X", "expected a capital letter"), ("Pooling", "expected another"),
      ("MILmodels", "expected another"), ("Self", "expected another"), ("Attention", "there is attention already"),
      ("MiNetTopK", "there is mi-net-top-k already"),
    ])
  func names(_ name: String, problem: String) async throws {
    try await Workshop.open { workshop in
      let before = files(in: workshop.folder)
      try await workshop.expectError(["new", "pooling", name], [problem])
      #expect(files(in: workshop.folder) == before)
    }
  }

  @Test("What is there already is left alone, and nothing is left half made")
  func places() async throws {
    try await Workshop.open { workshop in
      try FileManager.default.createDirectory(
        at: workshop.folder.appending(path: "Taken"), withIntermediateDirectories: true)
      try workshop.write("mine", to: "File")
      let before = files(in: workshop.folder)
      func expectError(_ parts: [String], _ arguments: String...) async throws {
        try await workshop.expectError(["new", "pooling"] + arguments, parts)
      }
      try await expectError(["Taken: is already there"], "Taken")
      try await expectError(["File: is already there"], "X", "--folder", "File")
      try await expectError(["cannot be made"], "X", "--folder", "File/X")
      try await expectError(["milbench is not in this folder"], "X", "--package", "Taken")
      try await expectError(["expected address@version"], "X", "--package", "https://git.example.org/milbench")
      try await expectError(["as address@1.2.3"], "X", "--package", "1.2.3")
      try await expectError(["--folder is empty"], "X", "--folder", "")
      #expect(files(in: workshop.folder) == before)
    }
  }
}
