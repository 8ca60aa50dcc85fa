/// The columns of one variable followed by those of another with the same rows.
struct Concatenation: GenericOperation {
  var traits: OperationTraits { OperationTraits(treatsInstancesSeparately: true, backwardReads: []) }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    guard arguments.count == 2 else { throw GraphError("concatenated takes 2 variables, found \(arguments.count)") }
    let (left, right) = (arguments[0], arguments[1])
    if left.rows != right.rows {
      throw GraphError("a row for \(left.rows) cannot stand beside a row for \(right.rows)")
    }
    return VariableShape(rows: left.rows, columns: left.columns + right.columns)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (left, right) = (pass.columns(0), pass.columns(1))
    for row in 0..<pass.rowCount {
      let result = pass.result + row * pass.shape.columns
      result.update(from: pass.value(0) + row * left, count: left)
      (result + left).update(from: pass.value(1) + row * right, count: right)
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (left, right) = (pass.columns(0), pass.columns(1))
    for row in 0..<pass.rowCount {
      let slope = pass.slope + row * pass.shape.columns
      pass.fill(pass.gradient(0) + row * left, left, pass.flow(0)) { slope[$0] }
      pass.fill(pass.gradient(1) + row * right, right, pass.flow(1)) { slope[left + $0] }
    }
  }
}

extension Variable {
  /// Returns the columns of this variable followed by those of another with the same rows.
  public func concatenated(with other: Variable) -> Variable { Concatenation().applied(to: self, other) }
}
