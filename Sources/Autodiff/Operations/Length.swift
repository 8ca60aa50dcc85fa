import LinearAlgebra

/// The Euclidean length of each row, one column.
struct Length: GenericOperation {
  var traits: OperationTraits { OperationTraits(treatsInstancesSeparately: true) }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    VariableShape(rows: try arguments.only("length").rows, columns: 1)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (input, result, width) = (pass.value(0), pass.result, pass.columns(0))
    for row in 0..<pass.rowCount { result[row] = Scalar.nrm2(n: width, x: input + row * width) }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (input, width, length, flow) = (pass.value(0), pass.columns(0), pass.result, pass.flow(0))
    let (slope, target) = (pass.slope, pass.gradient(0))
    for row in 0..<pass.rowCount {
      let share = length[row] > 0 ? slope[row] / length[row] : 0
      let input = input + row * width
      pass.fill(target + row * width, width, flow) { share * input[$0] }
    }
  }
}

extension Variable {
  /// Returns the Euclidean length of each row, one column; the derivative at length 0 is defined as 0.
  package func length() -> Variable { Length().applied(to: self) }
}
