// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "milbench",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "MILBench", targets: ["MILBench"]),
    // What every model keeps to, for the tests of a researcher's package.
    .library(name: "MILBenchTesting", targets: ["MILBenchTesting"]),
    .executable(name: "milbench", targets: ["MILBenchTool"]),
    // For the packages of benchmarks and fuzzing.
    .library(name: "Subprocesses", targets: ["Subprocesses"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    // System libraries. The module maps name the libraries to link; pkg-config only adds search paths.
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .systemLibrary(
      name: "CLAPACKE", pkgConfig: "lapacke",
      providers: [.apt(["liblapacke-dev"]), .brew(["lapack"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

    // Ours, from the bottom up; imports run downwards only.
    .target(name: "UserInput"),
    .target(name: "CSubprocesses"),
    .target(name: "Subprocesses", dependencies: ["CSubprocesses"]),
    // What is written, by a command or into a file: whole, or an error.
    .target(name: "Output", dependencies: ["Subprocesses", "UserInput"]),
    .target(name: "CKernels"),
    .target(name: "LinearAlgebra", dependencies: ["COpenBLAS", "CLAPACKE"]),
    .target(name: "Autodiff", dependencies: ["LinearAlgebra", "CKernels"]),
    .target(
      name: "ShippedData", path: "datasets", exclude: ["README.md", "make-shipped.sh"],
      resources: [.copy("catalogue.json5"), .copy("musk1.csv.gz"), .copy("musk2.csv.gz")]),
    .target(
      name: "MILData", dependencies: ["LinearAlgebra", "UserInput", "Subprocesses", "Output", "ShippedData", "CZlib"]),
    .target(
      name: "MILModels", dependencies: ["Autodiff", "CKernels", "MILData", "Output", "Subprocesses", "UserInput"]),
    .target(name: "MILBenchTesting", dependencies: ["MILModels"]),
    .target(name: "MILResults", dependencies: ["UserInput", "CZlib"]),
    .target(name: "MILEvaluation", dependencies: ["MILModels", "MILResults", "Output"]),
    .target(name: "MILStatistics", dependencies: ["MILResults", "LinearAlgebra"]),
    .target(name: "MILReport", dependencies: ["MILResults", "MILStatistics", "UserInput"]),
    .target(
      name: "MILBench",
      dependencies: [
        "MILEvaluation", "MILReport", "Output", "Subprocesses",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    // Not named after its product: MILBench and milbench are one name where file systems ignore case.
    .executableTarget(name: "MILBenchTool", dependencies: ["MILBench"]),

    .testTarget(name: "UserInputTests", dependencies: ["UserInput"]),
    .testTarget(name: "SubprocessesTests", dependencies: ["Subprocesses"]),
    .testTarget(name: "OutputTests", dependencies: ["Output", "Subprocesses", "UserInput"]),
    .testTarget(name: "LinearAlgebraTests", dependencies: ["LinearAlgebra"], resources: [.copy("Fixtures")]),
    // Counts calls of malloc, to show that a training step makes none.
    .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
    .testTarget(
      name: "AutodiffTests", dependencies: ["Autodiff", "CAllocationCount"], resources: [.copy("Fixtures")]),
    .testTarget(
      name: "MILDataTests", dependencies: ["MILData", "Subprocesses", "UserInput"], resources: [.copy("Fixtures")]),
    .testTarget(
      name: "MILModelsTests", dependencies: ["MILModels", "MILBenchTesting", "UserInput"],
      resources: [.copy("Fixtures")]),
    .testTarget(name: "MILResultsTests", dependencies: ["MILResults"], resources: [.copy("Fixtures")]),
    .testTarget(name: "MILStatisticsTests", dependencies: ["MILStatistics"], resources: [.copy("Fixtures")]),
    .testTarget(name: "MILEvaluationTests", dependencies: ["MILEvaluation"]),
    .testTarget(name: "MILReportTests", dependencies: ["MILReport"], resources: [.copy("Fixtures")]),
    .testTarget(
      name: "MILBenchTests", dependencies: ["MILBench", "MILBenchTool", "Subprocesses"], resources: [.copy("Fixtures")]),
  ],
  swiftLanguageModes: [.v6]
)
