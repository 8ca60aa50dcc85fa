/// The largest value over the rows of each group, 0 of none.
///
/// It saves which row each is, counted from the group's first.
struct MaxOverInstances: GenericOperation {
  var group = RowGroup.instances

  var traits: OperationTraits {
    var traits = OperationTraits(backwardReads: [], saves: .elements)
    traits.savesWinners = group == .instances
    return traits
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    VariableShape(rows: group.result, columns: try group.only(arguments, "maxOver").columns)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let width = pass.shape.columns
    pass.forEachGroup(of: 0) { bag, rows in
      if rows.isEmpty { return (pass.result + bag * width).update(repeating: 0, count: width) }
      Scalar.maximum(
        rows, pass.value(0), width, pass.result + bag * width,
        positions: pass.isTraining ? pass.saved + bag * width : nil)
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (width, target) = (pass.shape.columns, pass.gradient(0))
    pass.clear(0)
    pass.forEachGroup(of: 0) { bag, rows in
      if rows.isEmpty { return }
      let (slope, positions) = (pass.slope + bag * width, pass.saved + bag * width)
      for column in 0..<width {
        target[(rows.lowerBound + positions[column].index) * width + column] += slope[column]
      }
    }
  }
}

extension Variable {
  /// The largest value over the instances of each bag; the first of equal ones gets the gradient.
  public func maxOverInstances() -> Variable { MaxOverInstances().applied(to: self) }
  /// The largest value over the slots of each bag; the first of equal ones gets the gradient.
  public func maxOverSlots() -> Variable { MaxOverInstances(group: .slots).applied(to: self) }
  /// The largest value over the sources of each target, a row an instance; 0 for a target without sources.
  ///
  /// The first of equal ones gets the gradient.
  public func maxOverSources() -> Variable { MaxOverInstances(group: .sources).applied(to: self) }
}
