/// The mean over the rows of each group; 0 for an empty group.
struct MeanOverInstances: GenericOperation {
  var group = RowGroup.instances

  var traits: OperationTraits { OperationTraits(backwardReads: []) }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    VariableShape(rows: group.result, columns: try group.only(arguments, "meanOver").columns)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let width = pass.shape.columns
    pass.forEachGroup(of: 0) { bag, rows in
      let result = pass.result + bag * width
      Scalar.addRows(rows, pass.value(0), width, result)
      let share = 1 / Scalar(max(rows.count, 1))
      for column in 0..<width { result[column] *= share }
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (width, target, flow) = (pass.shape.columns, pass.gradient(0), pass.flow(0))
    pass.forEachGroup(of: 0) { bag, rows in
      let slope = pass.slope + bag * width
      let share = 1 / Scalar(max(rows.count, 1))
      for row in rows { pass.fill(target + row * width, width, flow) { slope[$0] * share } }
    }
  }
}

extension Variable {
  /// Returns the mean over the instances of each bag.
  public func meanOverInstances() -> Variable { MeanOverInstances().applied(to: self) }
  /// Returns the mean over the slots of each bag.
  public func meanOverSlots() -> Variable { MeanOverInstances(group: .slots).applied(to: self) }
  /// Returns the mean over the sources of each target, one row per instance; 0 for a target without sources.
  public func meanOverSources() -> Variable { MeanOverInstances(group: .sources).applied(to: self) }
}
