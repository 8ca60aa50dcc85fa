import Foundation
import LinearAlgebra
import MILBags
import MILBenchTesting
import Testing

@testable import MILModels

/// Bags of a fixture and their scores from independent code, by model id.
struct GoldenBags: Decodable {
  var instances: [[Float]]
  var sizes: [Int]
  var labels: [Int]
  var test: [[Float]]
  var testSizes: [Int]
  var scores: [String: [Double]]

  static func load(_ name: String) throws -> GoldenBags { try fixture(name) }

  /// Returns the content of a file in Fixtures/.
  static func fixture<Content: Decodable>(_ name: String) throws -> Content {
    let file = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(Content.self, from: Data(contentsOf: file))
  }

  var training: BagDataset {
    get throws { try Self.dataset(instances, sizes, labels) }
  }

  var testBags: BagDataset {
    get throws { try Self.dataset(test, testSizes, testSizes.map { _ in 0 }) }
  }

  private static func dataset(_ instances: [[Float]], _ sizes: [Int], _ labels: [Int]) throws -> BagDataset {
    let offsets = sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    return try BagDataset(name: "golden", instances: Matrix(instances), offsets: offsets, labels: labels)
  }

  /// Returns the scores of the test bags after a fit on the training bags, with separate and with shared work.
  func predicted(_ id: String) throws -> (alone: [Double], shared: [Double]) {
    let (all, test, model) = (try training, try testBags, try Contract.registry.resolve(id))
    // The bags of a fit are a subset of the sharing ones.
    let more = try Self.dataset(
      test.instances.elements.chunks(of: test.featureCount) + instances, testSizes + sizes,
      testSizes.map { _ in 0 } + labels)
    let shared = SharedBags(
      of: more.withoutAnswers, numbers: sizes.indices.map { $0 + testSizes.count }, identity: "golden",
      store: SharedWork())
    return (
      try model.fit(all, FitContext(seed: 1)).predict(test),
      try model.fit(all, FitContext(seed: 1, shared: shared)).predict(test)
    )
  }
}

extension [Float] {
  /// Returns rows of a given length.
  fileprivate func chunks(of length: Int) -> [[Float]] {
    stride(from: 0, to: count, by: length).map { Array(self[$0..<($0 + length)]) }
  }
}
