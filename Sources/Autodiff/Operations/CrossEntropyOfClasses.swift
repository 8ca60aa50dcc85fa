/// -sum_k y_k log(p_k) with p the softmax of each row.
struct CrossEntropyOfClasses: GenericOperation {
  var traits: OperationTraits {
    var traits = OperationTraits(treatsInstancesSeparately: true, backwardReads: [.arguments])
    traits.givenArguments = [1]
    return traits
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    guard arguments.count == 2 else { throw GraphError("a loss takes 2 variables, found \(arguments.count)") }
    let (logits, targets) = (arguments[0], arguments[1])
    guard logits.rows == .bags, targets.rows == .bags, logits.columns == targets.columns else {
      throw GraphError(
        "the cross entropy of classes needs a row a bag and a column a class, found \(logits.columns) columns with a row "
          + "for \(logits.rows), and \(targets.columns) columns of targets")
    }
    return VariableShape(rows: .bags, columns: 1)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let width = pass.columns(0)
    for bag in 0..<pass.bagCount {
      let (x, y) = (pass.value(0) + bag * width, pass.value(1) + bag * width)
      let (bound, sum) = Self.normaliser(x, width)
      // log(sum exp x) - x_k for each class, weighted by its target.
      let logarithm = bound + Scalar.logarithm(sum)
      var loss: Scalar = 0
      for column in 0..<width { loss += y[column] * (logarithm - x[column]) }
      pass.result[bag] = loss
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let width = pass.columns(0)
    for bag in 0..<pass.bagCount {
      let (x, y) = (pass.value(0) + bag * width, pass.value(1) + bag * width)
      let (bound, sum) = Self.normaliser(x, width)
      var total: Scalar = 0
      for column in 0..<width { total += y[column] }
      let slope = pass.slope[bag]
      pass.fill(pass.gradient(0) + bag * width, width, pass.flow(0)) {
        slope * (total * Scalar.exponential(x[$0] - bound) / sum - y[$0])
      }
    }
  }

  /// Returns the largest element of a row, and the sum of the exponentials of all elements minus it.
  private static func normaliser<Scalar: KernelScalar>(
    _ x: UnsafePointer<Scalar>, _ width: Int
  ) -> (bound: Scalar, sum: Scalar) {
    var bound = x[0]
    for column in 1..<max(width, 1) where x[column] > bound || x[column].isNaN { bound = x[column] }
    var sum: Scalar = 0
    for column in 0..<width { sum += Scalar.exponential(x[column] - bound) }
    return (bound, sum)
  }
}

extension Variable {
  /// Returns -sum_k y_k log(p_k) for each bag, with p the softmax of its logits, computed without overflow.
  ///
  /// - Parameter targets: one column per class, 1 for the class of the bag and 0 for all others.
  public func crossEntropy(ofLogitsWith targets: Variable) -> Variable {
    CrossEntropyOfClasses().applied(to: self, targets)
  }
}
