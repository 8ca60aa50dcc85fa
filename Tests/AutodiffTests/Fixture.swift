import Autodiff
import Foundation
import LinearAlgebra
import Testing

/// Golden numbers from the Fixtures folder.
enum Fixture {
  static func read<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
    let url = try #require(Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Fixtures"))
    return try JSONDecoder().decode(type, from: Data(contentsOf: url))
  }
}

/// Returns bags of normal features with labels 1, 0, 1, 0, ..., drawn with `seed`.
func drawnBags(sizes: [Int], features: Int, seed: UInt64 = 1) -> BagMatrix {
  var generator = RandomGenerator(seed: seed)
  let offsets = sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  let count = offsets[sizes.count]
  return BagMatrix(
    instances: Matrix(
      rows: count, columns: features, elements: (0..<(count * features)).map { _ in Float(generator.normal()) }),
    offsets: offsets, labels: sizes.indices.map { Float(1 - $0 % 2) })
}

/// Returns the largest difference between two lists, relative to the largest magnitude of the second if that is above
/// 1.
func difference(_ left: [Double], _ right: [Double]) -> Double {
  guard left.count == right.count else { return .infinity }
  let scale = right.reduce(1) { max($0, abs($1)) }
  return zip(left, right).reduce(0) { worst, pair in
    let difference = abs(pair.0 - pair.1) / scale
    return difference <= worst ? worst : difference
  }
}
