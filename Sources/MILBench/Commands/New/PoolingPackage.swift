import Foundation
import MILCatalogue
import MILEvaluation

/// The files of a package with one pooling.
struct PoolingPackage {
  /// The pooling's name.
  let name: PoolingName
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
      ("Package.swift", manifest), (".gitignore", ".build/\nPackage.resolved\nruns/\n"),
      ("Sources/\(name.type)/\(name.type).swift", pooling), ("Sources/bench/main.swift", program),
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
          // Every command of milbench, with the pooling among the models.
          .executableTarget(name: "bench", dependencies: ["\(name.type)"]),
          .testTarget(
            name: "\(name.type)Tests",
            dependencies: ["\(name.type)", .product(name: "MILBenchTesting", package: \(package))]),
        ],
        swiftLanguageModes: [.v6]
      )

      """
  }

  private var pooling: String {
    """
    import MILBench

    /// A mean of the instances, weighted by a learned score: a = softmax(s w . h) over the bag, z = sum a h.
    ///
    /// This is where the pooling is written down: what it is, its formula, and its source with authors, title, venue, year
    /// and DOI.
    public struct \(name.type): Pooling {
      /// The sharpness s: a parameter with its default, which `\(name.id)[sharpness=2]` sets.
      public var sharpness = 1.0

      /// The defaults.
      public init() {}

      /// From a row for each instance to a row for each bag and, if there are such, a weight for each instance.
      public func pool(_ features: Variable) -> Pooled {
        let scores = features.linear("score", to: 1, bias: false) * sharpness
        let weights = scores.softmaxOverInstances()
        return Pooled((weights * features).sumOverInstances(), weights: weights)
      }

      /// Refuses parameters outside their range.
      public func validate() throws { try ConfigurationError.require("sharpness", sharpness, in: 1e-3...1e3) }
    }

    extension ModelRegistry {
      /// The models of milbench, and the standard network with this pooling.
      public static func with\(name.type)() throws -> ModelRegistry {
        var registry = try standard()
        try registry.register(
          ModelRegistration(
            id: "\(name.id)", title: "\(name.type)", summary: "MI-Net with a softmax of one learned score.",
            citation: "Not published.", pooling: \(name.type)()))
        return registry
      }
    }

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
    // Run with: .build/release/bench run \(name.id)
    {
      title: "\(name.type) beside poolings of the field",
      datasets: \(Catalogue.classical),
      models: ["\(name.id)", "mi-net-bag", "mi-net-bag[pooling=mean]", "attention", "dp-minn"],
      repeats: 1,
    }

    """
  }
}
