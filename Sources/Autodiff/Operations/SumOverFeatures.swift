/// The sum of each row, one column.
struct SumOverFeatures: GenericOperation {
  var traits: OperationTraits { OperationTraits(treatsInstancesSeparately: true, backwardReads: []) }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    VariableShape(rows: try arguments.only("sumOverFeatures").rows, columns: 1)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (input, result, width) = (pass.value(0), pass.result, pass.columns(0))
    for row in 0..<pass.rowCount {
      var sum: Scalar = 0
      for column in 0..<width { sum += input[row * width + column] }
      result[row] = sum
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (slope, target, width, flow) = (pass.slope, pass.gradient(0), pass.columns(0), pass.flow(0))
    for row in 0..<pass.rowCount { pass.fill(target + row * width, width, flow) { _ in slope[row] } }
  }
}

extension Variable {
  /// Returns the sum of each row, one column.
  public func sumOverFeatures() -> Variable { SumOverFeatures().applied(to: self) }
}
