/// The mean over the bags of the batch, a single row.
struct MeanOverBags: GenericOperation {
  var traits: OperationTraits { OperationTraits(treatsInstancesSeparately: true, backwardReads: []) }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    let argument = try arguments.only("meanOverBags")
    if argument.rows != .bags { throw GraphError("meanOverBags needs a row a bag, found a row for \(argument.rows)") }
    return VariableShape(rows: .single, columns: argument.columns)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (result, width) = (pass.result, pass.shape.columns)
    result.update(repeating: 0, count: width)
    for bag in 0..<pass.bagCount {
      let input = pass.value(0) + bag * width
      for column in 0..<width { result[column] += input[column] / Scalar(pass.bagCount) }
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (width, slope, share) = (pass.shape.columns, pass.slope, 1 / Scalar(pass.bagCount))
    for bag in 0..<pass.bagCount {
      pass.fill(pass.gradient(0) + bag * width, width, pass.flow(0)) { slope[$0] * share }
    }
  }
}

extension Variable {
  /// Returns the mean over the bags of the batch, a single row.
  public func meanOverBags() -> Variable { MeanOverBags().applied(to: self) }
}
