/// The difference of two variables, element by element.
struct Subtraction: GenericOperation {
  var traits: OperationTraits { OperationTraits(treatsInstancesSeparately: true, backwardReads: []) }

  func shape(of arguments: [VariableShape]) throws -> VariableShape { try arguments.meeting() }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) { pass.combine { $0 - $1 } }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    pass.distribute(to: 0) { slope, _, _ in slope }
    pass.distribute(to: 1) { slope, _, _ in -slope }
  }
}

extension Variable {
  /// Returns the difference, element by element.
  public static func - (left: Variable, right: Variable) -> Variable { Subtraction().applied(to: left, right) }
}
