import LinearAlgebra

/// Where a parameter's values start.
public enum Initialiser: Sendable, Equatable {
  /// All zero.
  case zeros
  /// One value everywhere.
  case constant(Double)
  /// Uniform in +-sqrt(6 / (rows + columns)).
  ///
  /// Source: X. Glorot, Y. Bengio, Understanding the difficulty of training deep feedforward neural networks,
  /// AISTATS 2010.
  case glorotUniform
  /// Normal with variance 2 / (rows + columns); same source.
  case glorotNormal
  /// Uniform in [low, high).
  case uniform(Double, Double)
  /// Normal with mean 0 and the given standard deviation.
  case normal(standardDeviation: Double)

  /// The values of a parameter of `rows` x `columns`, row after row, from a generator.
  public func values(rows: Int, columns: Int, using generator: inout RandomGenerator) -> [Double] {
    let count = rows * columns
    switch self {
    case .zeros: return Array(repeating: 0, count: count)
    case .constant(let value): return Array(repeating: value, count: count)
    case .glorotUniform:
      let limit = (6 / Double(rows + columns)).squareRoot()
      return (0..<count).map { _ in generator.uniform(from: -limit, to: limit) }
    case .glorotNormal:
      let deviation = (2 / Double(rows + columns)).squareRoot()
      return (0..<count).map { _ in generator.normal() * deviation }
    case .uniform(let low, let high): return (0..<count).map { _ in generator.uniform(from: low, to: high) }
    case .normal(let deviation): return (0..<count).map { _ in generator.normal() * deviation }
    }
  }
}
