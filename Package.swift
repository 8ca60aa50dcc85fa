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
  traits: [
    .default(enabledTraits: ["HDF5"]),
    .trait(name: "HDF5", description: "Reads .h5 files, and .mat files of version 7.3, through libhdf5."),
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
    .systemLibrary(
      name: "CHDF5", pkgConfig: "hdf5",
      providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),

    // Ours, from the bottom up; imports run downwards only. A target names all below it whose types it holds, imported or
    // not: one that it does not name can change its layout without the target being compiled again.
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
      name: "MILData",
      dependencies: [
        "Autodiff", "CKernels", "LinearAlgebra", "MILResults", "UserInput", "Subprocesses", "Output", "ShippedData",
        "CZlib", .target(name: "CHDF5", condition: .when(traits: ["HDF5"])),
      ]),
    .target(
      name: "MILModels",
      dependencies: [
        "Autodiff", "CKernels", "LinearAlgebra", "MILData", "MILResults", "Output", "Subprocesses", "UserInput",
      ]),
    .target(
      name: "MILBenchTesting",
      dependencies: ["Autodiff", "LinearAlgebra", "MILData", "MILModels", "MILResults", "UserInput"]),
    .target(name: "MILResults", dependencies: ["UserInput", "CZlib"]),
    .target(
      name: "MILEvaluation",
      dependencies: [
        "Autodiff", "LinearAlgebra", "MILData", "MILModels", "MILResults", "Output", "Subprocesses", "UserInput",
      ]),
    .target(name: "MILStatistics", dependencies: ["LinearAlgebra", "MILResults", "UserInput"]),
    .target(name: "MILReport", dependencies: ["LinearAlgebra", "MILResults", "MILStatistics", "UserInput"]),
    .target(
      name: "MILBench",
      dependencies: [
        "Autodiff", "LinearAlgebra", "MILData", "MILEvaluation", "MILModels", "MILReport", "MILResults",
        "MILStatistics",
        "Output", "Subprocesses", "UserInput",
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
      name: "MILDataTests",
      dependencies: ["Autodiff", "LinearAlgebra", "MILData", "MILResults", "Output", "Subprocesses", "UserInput"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "MILModelsTests",
      dependencies: [
        "Autodiff", "LinearAlgebra", "MILBenchTesting", "MILData", "MILModels", "MILResults", "Output", "Subprocesses",
        "UserInput",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(name: "MILResultsTests", dependencies: ["MILResults", "UserInput"], resources: [.copy("Fixtures")]),
    .testTarget(
      name: "MILStatisticsTests", dependencies: ["LinearAlgebra", "MILResults", "MILStatistics", "UserInput"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "MILEvaluationTests",
      dependencies: [
        "Autodiff", "LinearAlgebra", "MILData", "MILEvaluation", "MILModels", "MILResults", "Output", "UserInput",
      ]),
    .testTarget(
      name: "MILReportTests", dependencies: ["MILReport", "MILResults", "MILStatistics", "UserInput"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "MILBenchTests",
      dependencies: [
        "MILBench", "MILBenchTool", "MILData", "MILEvaluation", "MILModels", "MILReport", "MILResults", "MILStatistics",
        "Output", "Subprocesses", "UserInput",
      ], resources: [.copy("Fixtures")]),
  ],
  swiftLanguageModes: [.v6]
)
