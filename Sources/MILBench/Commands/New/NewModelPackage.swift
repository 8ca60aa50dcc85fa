import Foundation
import MILCatalogue
import MILEvaluation

/// The files of a package with one pooling or network.
struct NewModelPackage {
  /// The purpose of the package.
  enum Kind: String {
    case pooling, network
  }

  /// The purpose of the package.
  let kind: Kind
  /// The model's name.
  let name: NewModelName
  /// The package of milbench that it depends on.
  let harness: HarnessPackage
  /// The folder to create.
  let folder: URL

  /// Creates the folder, whole or not at all.
  ///
  /// - Throws: `EvaluationError` if it already exists or cannot be written.
  func write() throws {
    guard (try? FileManager.default.attributesOfItem(atPath: folder.path)) == nil else {
      throw EvaluationError("\(folder.path): is already there, expected a folder to make")
    }
    let parent = folder.deletingLastPathComponent()
    try ResultFiles.makeFolder(parent)
    let draft = parent.appending(path: ".\(folder.lastPathComponent)-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: draft) }
    for (path, text) in files {
      let file = draft.appending(path: path)
      try ResultFiles.makeFolder(file.deletingLastPathComponent())
      try ResultFiles.write(text, to: file)
    }
    do {
      try FileManager.default.moveItem(at: draft, to: folder)
    } catch {
      throw EvaluationError("\(folder.path): the folder cannot be made")
    }
  }

  /// The files by path.
  var files: [(path: String, text: String)] {
    [
      ("Package.swift", manifest), ("Makefile", makefile), (".gitignore", ".build/\nPackage.resolved\nbin/\nruns/\n"),
      ("Sources/\(name.type)/\(name.type).swift", kind == .pooling ? pooling : network),
      ("Sources/bench/main.swift", program),
      ("Tests/\(name.type)Tests/\(name.type)Tests.swift", tests), ("experiments/\(name.id).json5", experiment),
    ]
  }

  private var manifest: String {
    let package = String(reflecting: harness.name)
    return """
      // swift-tools-version: 6.1
      import PackageDescription

      let package = Package(
        name: "\(name.type)",
        platforms: [.macOS(.v15)],
        dependencies: [
          \(harness.dependency(from: folder))
        ],
        targets: [
          .target(name: "\(name.type)", dependencies: [.product(name: "MILBench", package: \(package))]),
          // All commands of milbench, with the \(kind.rawValue) among the models.
          .executableTarget(name: "bench", dependencies: ["\(name.type)"]),
          .testTarget(
            name: "\(name.type)Tests",
            dependencies: ["\(name.type)", .product(name: "MILBenchTesting", package: \(package))]),
        ],
        swiftLanguageModes: [.v6]
      )

      """
  }

  private var makefile: String {
    """
    # The build folder: that of milbench, if its checkout is on this machine. Builds and tests use the same flags. So the
    # modules of milbench are compiled once, for all packages.
    MODULES = \(harness.buildFolder(from: folder))
    FLAGS = -c release --scratch-path $(MODULES) --disable-build-manifest-caching
    BUILD = swift build $(FLAGS) --product bench

    build: ## Build bin/bench, which has all commands of milbench
    \t$(BUILD)
    \trm -rf bin && mkdir bin
    \tcp -R $(MODULES)/release/bench $(MODULES)/release/*.resources bin

    compare: build ## Compare the \(kind.rawValue) with others on the same folds
    \tbin/bench compare \(name.id) mi-net-bag attention --datasets musk1 musk2 --repeats 1

    test: ## Check it against the contracts of all models
    \tswift test $(FLAGS) --disable-testable-imports

    .PHONY: build compare test

    """
  }

  private var program: String {
    """
    import MILBench
    import \(name.type)

    await MILBench.main(registry: try .with\(name.type)())

    """
  }

  private var tests: String {
    """
    import MILBenchTesting
    import Testing
    import \(name.type)

    @Suite("\(name.type)")
    struct \(name.type)Tests {
      @Test("The model keeps to what every model keeps to", arguments: ModelContract.all)
      func contract(_ contract: ModelContract) throws {
        try contract.check(ModelUnderTest("\(name.id)", in: .with\(name.type)()))
      }
    }

    """
  }

  private var experiment: String {
    """
    // Run with: bin/bench run \(name.id)
    {
      title: "\(name.type) beside \(kind == .pooling ? "poolings" : "networks") of the field",
      datasets: \(Catalogue.classical),
      models: ["\(name.id)", "mi-net-bag", "mi-net-bag[pooling=mean]", "attention", "dp-minn"],
      repeats: 1,
    }

    """
  }
}
