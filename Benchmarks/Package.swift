// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that users of the library do not build its benchmarks.
let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "milbench", path: "..")],
  targets: [
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        .product(name: "MILBench", package: "milbench"), .product(name: "Subprocesses", package: "milbench"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
