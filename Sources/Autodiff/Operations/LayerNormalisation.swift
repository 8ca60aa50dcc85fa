import LinearAlgebra

/// (x - mean) / sqrt(variance + epsilon) of each row, times a gain and plus a bias of each column.
///
/// It saves the mean and the reciprocal of the root of each row.
struct LayerNormalisation: GenericOperation {
  let epsilon: Double

  var traits: OperationTraits {
    OperationTraits(treatsInstancesSeparately: true, backwardReads: [.arguments], saves: .columns(2))
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    if !(epsilon > 0) { throw GraphError("layer normalisation has epsilon \(epsilon), expected a positive number") }
    guard arguments.count == 3,
      arguments.dropFirst().allSatisfy({ $0.rows == .single && $0.columns == arguments[0].columns })
    else { throw GraphError("layer normalisation takes a variable, a gain and a bias of its columns") }
    return arguments[0]
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (gain, bias, width) = (pass.value(1), pass.value(2), pass.shape.columns)
    let share = 1 / Scalar(width)
    pass.divide(pass.rowCount, cost: width) { rows in
      for row in rows {
        let (input, result) = (pass.value(0) + row * width, pass.result + row * width)
        var mean: Scalar = 0
        for column in 0..<width { mean += input[column] }
        mean *= share
        for column in 0..<width { result[column] = input[column] - mean }
        let variance = Scalar.dot(n: width, x: result, y: result) * share
        let scale = 1 / (variance + Scalar(epsilon)).squareRoot()
        for column in 0..<width { result[column] = result[column] * scale * gain[column] + bias[column] }
        if pass.isTraining { (pass.saved[2 * row], pass.saved[2 * row + 1]) = (mean, scale) }
      }
    }
  }

  /// Computes, with u = (x - mean) scale and g the gain: d = scale (g slope - mean(g slope) - u mean(g slope u)).
  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (gain, width) = (pass.value(1), pass.shape.columns)
    let (unit, scaled, share) = (pass.scratch(0), pass.scratch(1), 1 / Scalar(width))
    let (target, toGain, toBias) = (pass.gradient(0), pass.gradient(1), pass.gradient(2))
    pass.clear(1)
    pass.clear(2)
    for row in 0..<pass.rowCount {
      let (input, slope) = (pass.value(0) + row * width, pass.slope + row * width)
      let (mean, scale) = (pass.saved[2 * row], pass.saved[2 * row + 1])
      var sum: Scalar = 0
      for column in 0..<width {
        unit[column] = (input[column] - mean) * scale
        scaled[column] = gain[column] * slope[column]
        sum += scaled[column]
      }
      if pass.flow(1) != .none { pass.fill(toGain, width, .add) { slope[$0] * unit[$0] } }
      if pass.flow(2) != .none { pass.fill(toBias, width, .add) { slope[$0] } }
      let (centre, radial) = (sum * share, Scalar.dot(n: width, x: scaled, y: unit) * share)
      pass.fill(target + row * width, width, pass.flow(0)) { scale * (scaled[$0] - centre - unit[$0] * radial) }
    }
  }
}

extension Variable {
  /// Returns each row normalised to mean 0 and variance 1, times a learned gain plus a learned bias of each column.
  ///
  /// y = (x - mean(x)) / sqrt(variance(x) + epsilon) gain + bias. `name.gain` starts at 1 and `name.bias` at 0; neither
  /// decays. A row of equal values yields the bias.
  ///
  /// Source: J. L. Ba, J. R. Kiros, G. E. Hinton, Layer normalization, 2016, arXiv 1607.06450.
  /// - Parameters:
  ///   - name: the layer's name within the enclosing scope.
  ///   - epsilon: the number added to the variance.
  public func layerNormalised(_ name: String, epsilon: Double = 1e-5) -> Variable {
    graph.scope(name) {
      let gain = graph.parameter("gain", columns: columns, initialiser: .constant(1))
      let bias = graph.parameter("bias", columns: columns, initialiser: .zeros)
      return LayerNormalisation(epsilon: epsilon).applied(to: self, gain, bias)
    }
  }
}
