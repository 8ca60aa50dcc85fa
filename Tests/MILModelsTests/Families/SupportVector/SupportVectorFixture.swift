import Foundation
import LinearAlgebra
import MILBags
import Testing

@testable import MILModels

/// The golden values of Fixtures/support_vectors.py.
struct SupportVectorFixture: Decodable {
  struct Plain: Decodable {
    struct Case: Decodable {
      var kernel: KernelKind
      var caps: [Double]
      var objective: Double
      var decisions: [Double]
    }
    var instances: [[Double]]
    var labels: [Double]
    var test: [[Double]]
    var cases: [Case]
  }
  struct Grouped: Decodable {
    var kernel: KernelKind
    var c: Double
    var instances: [[Double]]
    var objective: Double
    var values: [Double]
  }
  struct Bags: Decodable {
    var instances: [[Float]]
    var sizes: [Int]
    var labels: [Int]
    var test: [[Float]]
    var testSizes: [Int]
    var c: Double
    var scores: [String: [Double]]
    var rounds: [String: Int]
  }
  var plain: Plain
  var grouped: [Grouped]
  var bags: Bags

  static func load() throws -> SupportVectorFixture {
    let file = try #require(
      Bundle.module.url(forResource: "support_vectors", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(SupportVectorFixture.self, from: Data(contentsOf: file))
  }
}

extension SupportVectorFixture.Bags {
  var training: BagDataset {
    get throws { try Self.dataset(instances, sizes, labels) }
  }

  var testBags: BagDataset {
    get throws { try Self.dataset(test, testSizes, testSizes.indices.map { ($0 + 1) % 2 }) }
  }

  private static func dataset(_ instances: [[Float]], _ sizes: [Int], _ labels: [Int]) throws -> BagDataset {
    let offsets = sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    return try BagDataset(name: "fixture", instances: Matrix(instances), offsets: offsets, labels: labels)
  }
}

/// Returns the kernel of the fixtures.
func fixtureKernel(_ kind: KernelKind, gamma: Double) -> KernelFunction {
  KernelFunction(kind: kind, gamma: gamma, degree: 2, offset: 1)
}

/// Returns vectors with values in single precision, as in the fixtures.
func kernelVectors(_ rows: [[Double]]) -> KernelVectors {
  KernelVectors(Matrix(rows.map { $0.map { Double(Float($0)) } }))
}

/// Returns random vectors, some of them twice, and a label for each.
func randomSamples(_ count: Int, features: Int = 3, seed: UInt64) -> (vectors: KernelVectors, labels: [Double]) {
  var generator = RandomGenerator(seed: seed)
  var rows: [[Double]] = []
  for k in 0..<count {
    rows.append(k % 7 == 6 ? rows[k - 3] : (0..<features).map { _ in generator.normal() })
  }
  let labels = rows.map { $0[0] + 0.5 * generator.normal() > 0 ? 1.0 : -1.0 }
  return (kernelVectors(rows), labels)
}
