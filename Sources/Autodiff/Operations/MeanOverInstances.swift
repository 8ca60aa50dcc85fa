/// The mean over the instances of each bag.
struct MeanOverInstances: GenericOperation {
  var traits: OperationTraits { OperationTraits(backwardReads: []) }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    VariableShape(rows: .bags, columns: try arguments.onlyInstances("meanOverInstances").columns)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let width = pass.shape.columns
    pass.forEachBag { bag, rows in
      let result = pass.result + bag * width
      Scalar.addRows(rows, pass.value(0), width, result)
      let share = 1 / Scalar(rows.count)
      for column in 0..<width { result[column] *= share }
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (width, target, flow) = (pass.shape.columns, pass.gradient(0), pass.flow(0))
    pass.forEachBag { bag, rows in
      let slope = pass.slope + bag * width
      let share = 1 / Scalar(rows.count)
      for row in rows { pass.fill(target + row * width, width, flow) { slope[$0] * share } }
    }
  }
}

extension Variable {
  /// The mean over the instances of each bag.
  public func meanOverInstances() -> Variable { MeanOverInstances().applied(to: self) }
}
