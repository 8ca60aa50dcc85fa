/// The sum over the rows of each group.
struct SumOverInstances: GenericOperation {
  var group = RowGroup.instances

  var traits: OperationTraits { OperationTraits(backwardReads: []) }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    VariableShape(rows: group.result, columns: try group.only(arguments, "sumOver").columns)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let width = pass.shape.columns
    pass.forEachGroup(of: 0) { bag, rows in Scalar.addRows(rows, pass.value(0), width, pass.result + bag * width) }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (width, target, flow) = (pass.shape.columns, pass.gradient(0), pass.flow(0))
    pass.forEachGroup(of: 0) { bag, rows in
      let slope = pass.slope + bag * width
      for row in rows { pass.fill(target + row * width, width, flow) { slope[$0] } }
    }
  }
}

extension Variable {
  /// Returns the sum over the instances of each bag.
  public func sumOverInstances() -> Variable { SumOverInstances().applied(to: self) }
  /// Returns the sum over the slots of each bag.
  public func sumOverSlots() -> Variable { SumOverInstances(group: .slots).applied(to: self) }
  /// Returns the sum over the sources of each target, one row per instance; 0 for a target without sources.
  public func sumOverSources() -> Variable { SumOverInstances(group: .sources).applied(to: self) }
}
