import LinearAlgebra

/// exp(x) divided by its sum over each row.
struct SoftmaxOverFeatures: GenericOperation {
  var traits: OperationTraits { OperationTraits(treatsInstancesSeparately: true, backwardReads: [.result]) }

  func shape(of arguments: [VariableShape]) throws -> VariableShape { try arguments.only("softmaxOverFeatures") }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let width = pass.shape.columns
    for row in 0..<pass.rowCount {
      let (input, result) = (pass.value(0) + row * width, pass.result + row * width)
      var bound = input[0]
      for column in 1..<width where input[column] > bound || input[column].isNaN { bound = input[column] }
      Scalar.exponential(width, input, scale: 1, shift: -bound, result)
      var sum: Scalar = 0
      for column in 0..<width { sum += result[column] }
      let share = 1 / sum
      for column in 0..<width { result[column] *= share }
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (width, target, flow) = (pass.shape.columns, pass.gradient(0), pass.flow(0))
    for row in 0..<pass.rowCount {
      let (result, slope) = (pass.result + row * width, pass.slope + row * width)
      let inner = Scalar.dot(n: width, x: result, y: slope)
      pass.fill(target + row * width, width, flow) { result[$0] * (slope[$0] - inner) }
    }
  }
}

extension Variable {
  /// Returns exp(x) divided by its sum over the columns of each row.
  ///
  /// Applied to the products with slots, it is the share of each slot in an instance.
  public func softmaxOverFeatures() -> Variable { SoftmaxOverFeatures().applied(to: self) }
}
