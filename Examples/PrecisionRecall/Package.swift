// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "PrecisionRecall",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "milbench", path: "../..")
  ],
  targets: [
    .target(name: "PrecisionRecall", dependencies: [.product(name: "MILBench", package: "milbench")]),
    // All commands of milbench, with the metric and its figure.
    .executableTarget(name: "bench", dependencies: ["PrecisionRecall"]),
    .testTarget(name: "PrecisionRecallTests", dependencies: ["PrecisionRecall"], resources: [.copy("Fixtures")]),
  ],
  swiftLanguageModes: [.v6]
)
