// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that users of the library do not build the fuzzing command.
let package = Package(
  name: "Fuzzing",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "milbench", path: "..")],
  targets: [
    .executableTarget(
      name: "ReaderFuzz",
      dependencies: [
        .product(name: "MILBench", package: "milbench"), .product(name: "Subprocesses", package: "milbench"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
