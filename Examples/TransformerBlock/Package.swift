// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "TransformerBlock",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "milbench", path: "../..")
  ],
  targets: [
    .target(name: "TransformerBlock", dependencies: [.product(name: "MILBench", package: "milbench")]),
    // All commands of milbench, with the block among the models.
    .executableTarget(name: "bench", dependencies: ["TransformerBlock"]),
    .testTarget(
      name: "TransformerBlockTests",
      dependencies: ["TransformerBlock", .product(name: "MILBenchTesting", package: "milbench")]),
  ],
  swiftLanguageModes: [.v6]
)
