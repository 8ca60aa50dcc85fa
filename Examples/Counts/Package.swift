// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Counts",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "milbench", path: "../..")
  ],
  targets: [
    .target(name: "Counts", dependencies: [.product(name: "MILBench", package: "milbench")]),
    .testTarget(
      name: "CountsTests",
      dependencies: ["Counts", .product(name: "MILBenchTesting", package: "milbench")]),
  ],
  swiftLanguageModes: [.v6]
)
