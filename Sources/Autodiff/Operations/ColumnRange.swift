/// A range of columns.
struct ColumnRange: GenericOperation {
  let range: Range<Int>

  var traits: OperationTraits { OperationTraits(treatsInstancesSeparately: true, backwardReads: []) }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    let argument = try arguments.only("columns")
    guard range.lowerBound >= 0, range.upperBound <= argument.columns, !range.isEmpty else {
      throw GraphError("columns \(range) of \(argument.columns) were asked for")
    }
    return VariableShape(rows: argument.rows, columns: range.count)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (width, taken) = (pass.columns(0), range.count)
    for row in 0..<pass.rowCount {
      (pass.result + row * taken).update(from: pass.value(0) + row * width + range.lowerBound, count: taken)
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (width, taken, target) = (pass.columns(0), range.count, pass.gradient(0))
    pass.clear(0)
    for row in 0..<pass.rowCount {
      let slope = pass.slope + row * taken
      pass.fill(target + row * width + range.lowerBound, taken, .add) { slope[$0] }
    }
  }
}

extension Variable {
  /// Returns a range of columns.
  public func columns(_ range: Range<Int>) -> Variable { ColumnRange(range: range).applied(to: self) }
}
