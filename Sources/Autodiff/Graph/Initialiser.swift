import LinearAlgebra

/// The distribution of a parameter's initial values.
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

  /// Draws the values of a parameter of `rows` x `columns`, row after row, from a generator, and passes each to `body`.
  func draw(
    rows: Int, columns: Int, using generator: inout RandomGenerator, _ body: (_ position: Int, _ value: Double) -> Void
  ) {
    let limit = (6 / Double(rows + columns)).squareRoot()
    let deviation = (2 / Double(rows + columns)).squareRoot()
    for position in 0..<rows * columns {
      switch self {
      case .zeros: body(position, 0)
      case .constant(let value): body(position, value)
      case .glorotUniform: body(position, generator.uniform(from: -limit, to: limit))
      case .glorotNormal: body(position, generator.normal() * deviation)
      case .uniform(let low, let high): body(position, generator.uniform(from: low, to: high))
      case .normal(let deviation): body(position, generator.normal() * deviation)
      }
    }
  }
}
