/// The product of two variables, element by element.
struct Multiplication: GenericOperation {
  var traits: OperationTraits { OperationTraits(treatsInstancesSeparately: true, backwardReads: [.arguments]) }

  func shape(of arguments: [VariableShape]) throws -> VariableShape { try arguments.meeting() }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) { pass.combine { $0 * $1 } }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    pass.distribute(to: 0) { slope, _, right in slope * right }
    pass.distribute(to: 1) { slope, left, _ in slope * left }
  }
}

extension Variable {
  /// Returns the product, element by element.
  public static func * (left: Variable, right: Variable) -> Variable { Multiplication().applied(to: left, right) }
}
