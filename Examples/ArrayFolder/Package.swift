// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "ArrayFolder",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "milbench", path: "../..")
  ],
  targets: [
    .target(name: "ArrayFolder", dependencies: [.product(name: "MILBench", package: "milbench")]),
    .testTarget(
      name: "ArrayFolderTests",
      dependencies: ["ArrayFolder", .product(name: "MILBench", package: "milbench")]),
  ],
  swiftLanguageModes: [.v6]
)
