/// The largest value over the rows of each group; 0 for an empty group.
///
/// It saves the position of each row, counted from the group's first.
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
  /// Returns the largest value over the instances of each bag; of ties the first gets the gradient.
  public func maxOverInstances() -> Variable { MaxOverInstances().applied(to: self) }
  /// Returns the largest value over the slots of each bag; of ties the first gets the gradient.
  public func maxOverSlots() -> Variable { MaxOverInstances(group: .slots).applied(to: self) }
  /// Returns the largest value over the sources of each target, one row per instance; 0 for a target without sources.
  ///
  /// Of ties the first gets the gradient.
  public func maxOverSources() -> Variable { MaxOverInstances(group: .sources).applied(to: self) }
}
