/// A loss of each bag, a function of a prediction and a label; labels get no gradient, even if a model computes them.
protocol BagLoss: GenericOperation {
  /// Returns the loss of a prediction for a label.
  func loss<Scalar: KernelScalar>(_ prediction: Scalar, _ label: Scalar) -> Scalar
  /// Returns the derivative of the loss by the prediction, times a slope.
  func derivative<Scalar: KernelScalar>(_ prediction: Scalar, _ label: Scalar, slope: Scalar) -> Scalar
}

extension BagLoss {
  /// Bags are independent, and labels have no gradient.
  var traits: OperationTraits {
    var traits = OperationTraits(treatsInstancesSeparately: true, backwardReads: [.arguments])
    traits.givenArguments = [1]
    return traits
  }

  /// Returns one column with a row per bag.
  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    guard arguments.count == 2 else { throw GraphError("a loss takes 2 variables, found \(arguments.count)") }
    let (prediction, labels) = (arguments[0], arguments[1])
    if prediction.rows != .bags || prediction.columns != 1 || labels.rows != .bags || labels.columns != 1 {
      throw GraphError(
        "a loss needs one column with a row a bag, found \(prediction.columns) columns with a row for \(prediction.rows)"
      )
    }
    return VariableShape(rows: .bags, columns: 1)
  }

  /// Computes the loss of each bag.
  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (prediction, label, result) = (pass.value(0), pass.value(1), pass.result)
    for bag in 0..<pass.bagCount { result[bag] = loss(prediction[bag], label[bag]) }
  }

  /// Computes the derivative of each bag's loss.
  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (prediction, label, slope) = (pass.value(0), pass.value(1), pass.slope)
    pass.fill(0) { derivative(prediction[$0], label[$0], slope: slope[$0]) }
  }
}
