// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "milbench",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "MILBench", targets: ["MILBench"]),
    // The rules for every model, for the tests of a researcher's package.
    .library(name: "MILBenchTesting", targets: ["MILBenchTesting"]),
    .executable(name: "milbench", targets: ["MILBenchTool"]),
  ],
  traits: [
    // One trait alone: the package manager passes several to the compiler in another order each time, and so compiles
    // everything again.
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
    .systemLibrary(
      name: "CPNG", pkgConfig: "libpng",
      providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),

    // Our targets, from the bottom up; imports run downwards only. A target names all targets whose types it stores,
    // imported or not: a layout change in an unnamed one would not recompile it.
    .target(name: "UserInput"),
    .target(name: "CSubprocesses"),
    .target(name: "Subprocesses", dependencies: ["CSubprocesses"]),
    // Output of commands and to files: complete, or an error.
    .target(name: "Output", dependencies: ["Subprocesses", "UserInput"]),
    // Describes an HDF5 file in a process of its own. Empty without libhdf5's headers.
    .target(
      name: "CHDF5Description",
      dependencies: ["CSubprocesses", .target(name: "CHDF5", condition: .when(traits: ["HDF5"]))],
      linkerSettings: [.linkedLibrary("hdf5", .when(traits: ["HDF5"]))]),
    .target(name: "CKernels"),
    .target(name: "LinearAlgebra", dependencies: ["COpenBLAS", "CLAPACKE"]),
    .target(name: "Autodiff", dependencies: ["LinearAlgebra", "CKernels"]),
    .target(
      name: "ShippedData", path: "datasets", exclude: ["README.md", "make-shipped.sh"],
      resources: [.copy("catalogue.json5"), .copy("musk1.csv.gz"), .copy("musk2.csv.gz")]),
    .target(name: "ShippedRecipes", path: "experiments/recipes", resources: [.embedInCode("recipes.json")]),
    // Measurements, records and comparisons: the input of a report.
    .target(name: "MILRecords", dependencies: ["UserInput", "CZlib"]),
    .target(name: "MILExperiments", dependencies: ["MILRecords", "UserInput"]),
    .target(name: "MILStatistics", dependencies: ["LinearAlgebra", "MILExperiments", "MILRecords", "UserInput"]),
    .target(
      name: "MILReport",
      dependencies: [
        "LinearAlgebra", "MILExperiments", "MILRecords", "MILStatistics", "UserInput", "CPNG",
      ]),
    // Bags and their files.
    .target(
      name: "MILBags",
      dependencies: ["Autodiff", "CKernels", "LinearAlgebra", "MILRecords", "Output", "Subprocesses", "UserInput"]),
    .target(
      name: "Containers",
      dependencies: [
        "Autodiff", "CKernels", "LinearAlgebra", "MILBags", "MILRecords", "Output", "Subprocesses", "UserInput",
        "CZlib",
        .target(name: "CHDF5Description", condition: .when(traits: ["HDF5"])),
      ]),
    .target(
      name: "MILFormats",
      dependencies: [
        "Autodiff", "CKernels", "Containers", "LinearAlgebra", "MILBags", "MILRecords", "Output", "Subprocesses",
        "UserInput",
      ]),
    .target(
      name: "MILCatalogue",
      dependencies: [
        "Autodiff", "CKernels", "Containers", "LinearAlgebra", "MILBags", "MILFormats", "MILRecords", "Output",
        "ShippedData", "Subprocesses", "UserInput",
      ]),
    .target(
      name: "MILModels",
      dependencies: [
        "Autodiff", "CKernels", "Containers", "LinearAlgebra", "MILBags", "MILRecords", "Output", "ShippedRecipes",
        "Subprocesses", "UserInput",
      ]),
    .target(
      name: "MILBenchTesting",
      dependencies: [
        "Autodiff", "Containers", "LinearAlgebra", "MILBags", "MILCatalogue", "MILFormats", "MILModels", "MILRecords",
        "UserInput",
      ]),
    .target(
      name: "MILEvaluation",
      dependencies: [
        "Autodiff", "Containers", "LinearAlgebra", "MILBags", "MILCatalogue", "MILExperiments", "MILFormats",
        "MILModels",
        "MILRecords", "Output", "Subprocesses", "UserInput",
      ]),
    .target(
      name: "MILBench",
      dependencies: [
        "Autodiff", "Containers", "LinearAlgebra", "MILBags", "MILCatalogue", "MILEvaluation", "MILExperiments",
        "MILFormats", "MILModels", "MILRecords", "MILReport", "MILStatistics", "Output", "Subprocesses", "UserInput",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    // It is not named after its product: MILBench and milbench are one name on file systems that ignore case.
    .executableTarget(name: "MILBenchTool", dependencies: ["MILBench", "MILModels"]),

    // Built with everything else, so that they stay compatible; 'make build' leaves them out.
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "Autodiff", "Containers", "LinearAlgebra", "MILBags", "MILBench", "MILCatalogue", "MILEvaluation",
        "MILExperiments", "MILFormats", "MILModels", "MILRecords", "MILReport", "MILStatistics", "Output",
        "Subprocesses", "UserInput",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/Sources/Benchmarks"),
    .executableTarget(
      name: "ReaderFuzz",
      dependencies: [
        "Autodiff", "Containers", "LinearAlgebra", "MILBags", "MILBench", "MILCatalogue", "MILEvaluation",
        "MILExperiments", "MILFormats", "MILModels", "MILRecords", "MILReport", "MILStatistics", "Output",
        "Subprocesses", "UserInput",
      ],
      path: "Fuzzing/Sources/ReaderFuzz"),

    .testTarget(name: "UserInputTests", dependencies: ["UserInput"]),
    .testTarget(name: "SubprocessesTests", dependencies: ["Subprocesses"]),
    .testTarget(name: "OutputTests", dependencies: ["Output", "Subprocesses", "UserInput"]),
    .testTarget(name: "LinearAlgebraTests", dependencies: ["LinearAlgebra"], resources: [.copy("Fixtures")]),
    // Counts calls of malloc, to show that a training step makes none.
    .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
    .testTarget(
      name: "AutodiffTests", dependencies: ["Autodiff", "CAllocationCount", "LinearAlgebra"],
      resources: [.copy("Fixtures")]),
    // Shared code of the tests of several libraries: files of bags, records, temporary folders.
    .target(
      name: "TestSupport",
      dependencies: ["Autodiff", "Containers", "LinearAlgebra", "MILBags", "MILFormats", "MILRecords", "UserInput"],
      path: "Tests/TestSupport", resources: [.copy("Fixtures")]),
    .testTarget(
      name: "MILRecordsTests", dependencies: ["MILExperiments", "MILRecords", "TestSupport", "UserInput"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "MILExperimentsTests", dependencies: ["MILExperiments", "MILRecords", "TestSupport", "UserInput"]),
    .testTarget(
      name: "MILStatisticsTests",
      dependencies: ["LinearAlgebra", "MILExperiments", "MILRecords", "MILStatistics", "UserInput"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "MILReportTests",
      dependencies: ["MILExperiments", "MILRecords", "MILReport", "MILStatistics", "UserInput"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "MILBagsTests",
      dependencies: [
        "Autodiff", "Containers", "LinearAlgebra", "MILBags", "MILCatalogue", "MILFormats", "MILRecords", "TestSupport",
        "UserInput",
      ]),
    .testTarget(
      name: "ContainersTests",
      dependencies: [
        "Autodiff", "Containers", "LinearAlgebra", "MILBags", "MILFormats", "MILRecords", "TestSupport", "UserInput",
        .target(name: "CHDF5Description", condition: .when(traits: ["HDF5"])),
      ]),
    .testTarget(
      name: "MILFormatsTests",
      dependencies: [
        "Autodiff", "Containers", "LinearAlgebra", "MILBags", "MILCatalogue", "MILFormats", "MILRecords", "Output",
        "Subprocesses", "TestSupport", "UserInput",
      ]),
    .testTarget(
      name: "MILCatalogueTests",
      dependencies: [
        "Autodiff", "Containers", "LinearAlgebra", "MILBags", "MILCatalogue", "MILFormats", "MILRecords", "Output",
        "ShippedData", "Subprocesses", "TestSupport", "UserInput",
      ]),
    .testTarget(
      name: "MILModelsTests",
      dependencies: [
        "Autodiff", "Containers", "LinearAlgebra", "MILBags", "MILBenchTesting", "MILCatalogue", "MILFormats",
        "MILModels", "MILRecords", "Output", "Subprocesses", "UserInput",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "MILEvaluationTests",
      dependencies: [
        "Autodiff", "Containers", "LinearAlgebra", "MILBags", "MILCatalogue", "MILEvaluation", "MILExperiments",
        "MILFormats", "MILModels", "MILRecords", "Output", "TestSupport", "UserInput",
      ]),
    .testTarget(
      name: "MILBenchTests",
      dependencies: [
        "Containers", "MILBags", "MILBench", "MILBenchTool", "MILCatalogue", "MILEvaluation", "MILExperiments",
        "MILFormats", "MILModels", "MILRecords", "MILReport", "MILStatistics", "Output", "Subprocesses", "TestSupport",
        "UserInput",
      ], resources: [.copy("Fixtures")]),
  ],
  swiftLanguageModes: [.v6]
)

// A member is visible only if the file imports the module that declares it.
for target in package.targets where target.type != .system {
  target.swiftSettings = [.enableUpcomingFeature("MemberImportVisibility")]
}
