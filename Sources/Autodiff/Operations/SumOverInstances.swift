/// The sum over the instances of each bag.
struct SumOverInstances: GenericOperation {
  var traits: OperationTraits { OperationTraits(backwardReads: []) }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    VariableShape(rows: .bags, columns: try arguments.onlyInstances("sumOverInstances").columns)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let width = pass.shape.columns
    pass.forEachBag { bag, rows in Scalar.addRows(rows, pass.value(0), width, pass.result + bag * width) }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (width, target, flow) = (pass.shape.columns, pass.gradient(0), pass.flow(0))
    pass.forEachBag { bag, rows in
      let slope = pass.slope + bag * width
      for row in rows { pass.fill(target + row * width, width, flow) { slope[$0] } }
    }
  }
}

extension Variable {
  /// The sum over the instances of each bag.
  public func sumOverInstances() -> Variable { SumOverInstances().applied(to: self) }
}
