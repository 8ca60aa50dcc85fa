/// A rule that updates weights along a gradient that is computed on the fly, and never stored.
protocol FusedUpdateRule: UpdateRule {
  /// Updates a weight matrix.
  func move(_ scalars: MovedScalars<Float>, along gradient: ProductGradient<Float>)
  /// Updates the rows of a weight matrix that the gradient has.
  func move(_ scalars: MovedScalars<Float>, along gradient: SparseProductGradient<Float>)
}

extension UpdateRule {
  /// The rule itself if it can update weights along such gradients; otherwise one that does so row after row.
  var fused: any FusedUpdateRule { self as? any FusedUpdateRule ?? RowAfterRow(rule: self) }
}

/// A rule that knows stored gradients only, applied to one row of a computed gradient after the other.
private struct RowAfterRow<Rule: UpdateRule>: FusedUpdateRule {
  static var id: String { Rule.id }
  var meanCount: Int { rule.meanCount }
  var treatsScalarsSeparately: Bool { rule.treatsScalarsSeparately }
  private var rule: Rule

  init(rule: Rule) { self.rule = rule }
  init(_ optimiser: Optimiser, _ precision: ParameterPrecision) { rule = Rule(optimiser, precision) }

  mutating func begin(rate: Double) { rule.begin(rate: rate) }
  func move(_ scalars: MovedScalars<Float>) { rule.move(scalars) }
  func move(_ scalars: MovedScalars<Double>) { rule.move(scalars) }

  func move(_ scalars: MovedScalars<Float>, along gradient: ProductGradient<Float>) {
    gradient.forEachRow { rule.move(scalars.row($0, of: gradient.n, gradient: $1)) }
  }

  func move(_ scalars: MovedScalars<Float>, along gradient: SparseProductGradient<Float>) {
    gradient.forEachRow { rule.move(scalars.row($0, of: gradient.n, gradient: $1)) }
  }
}
