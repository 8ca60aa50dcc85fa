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

/// Returns a matrix of values that are uniform in [-1, 1), drawn with `seed`.
func drawn<Scalar: BLASScalar>(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Scalar> {
  var generator = RandomGenerator(seed: seed)
  return Matrix(
    rows: rows, columns: columns,
    elements: (0..<(rows * columns)).map { _ in Scalar(generator.uniform(from: -1, to: 1)) })
}

/// Returns the largest difference of two matrices relative to the largest element of the second.
func relativeDifference<Scalar: BLASScalar>(_ left: Matrix<Scalar>, _ right: Matrix<Scalar>) -> Double {
  guard left.rows == right.rows, left.columns == right.columns else { return .infinity }
  var largest = 0.0
  for (a, b) in zip(left.elements, right.elements) {
    let difference = Double((a - b).magnitude)
    if !(difference <= largest) { largest = difference }
  }
  return largest / Swift.max(Double(right.maximumMagnitude), .leastNormalMagnitude)
}
