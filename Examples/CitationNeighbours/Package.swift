// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "CitationNeighbours",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "milbench", path: "../..")
  ],
  targets: [
    .target(name: "CitationNeighbours", dependencies: [.product(name: "MILBench", package: "milbench")]),
    .testTarget(
      name: "CitationNeighboursTests",
      dependencies: ["CitationNeighbours", .product(name: "MILBenchTesting", package: "milbench")]),
  ],
  swiftLanguageModes: [.v6]
)
