// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "TopKPooling",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "milbench", path: "../..")
  ],
  targets: [
    .target(name: "TopKPooling", dependencies: [.product(name: "MILBench", package: "milbench")]),
    // All commands of milbench, with the pooling among the models.
    .executableTarget(name: "bench", dependencies: ["TopKPooling"]),
    .testTarget(
      name: "TopKPoolingTests",
      dependencies: ["TopKPooling", .product(name: "MILBenchTesting", package: "milbench")]),
  ],
  swiftLanguageModes: [.v6]
)
