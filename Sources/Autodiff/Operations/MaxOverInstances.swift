/// The largest value over the instances of each bag.
///
/// It saves which instance each is, counted from the bag's first.
struct MaxOverInstances: GenericOperation {
  var traits: OperationTraits {
    var traits = OperationTraits(backwardReads: [], saves: .elements)
    traits.savesWinners = true
    return traits
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    VariableShape(rows: .bags, columns: try arguments.onlyInstances("maxOverInstances").columns)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let width = pass.shape.columns
    pass.forEachBag { bag, rows in
      Scalar.maximum(
        rows, pass.value(0), width, pass.result + bag * width,
        positions: pass.isTraining ? pass.saved + bag * width : nil)
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (width, target) = (pass.shape.columns, pass.gradient(0))
    pass.clear(0)
    pass.forEachBag { bag, rows in
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
}
