/// (1 / r) log(mean(exp(r x))) over the instances of each bag.
struct LogMeanExpOverInstances: GenericOperation {
  let sharpness: Double

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    if !(sharpness > 0) { throw GraphError("log-mean-exp has sharpness \(sharpness), expected a positive number") }
    return VariableShape(rows: .bags, columns: try arguments.onlyInstances("logMeanExpOverInstances").columns)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (width, sharpness) = (pass.shape.columns, Scalar(sharpness))
    let (sum, term) = (pass.scratch(0), pass.scratch(1))
    pass.forEachBag { bag, rows in
      let (input, result) = (pass.value(0), pass.result + bag * width)
      Scalar.maximum(rows, input, width, result)
      sum.update(repeating: 0, count: width)
      for row in rows {
        let input = input + row * width
        for column in 0..<width { term[column] = input[column] - result[column] }
        Scalar.exponential(width, term, scale: sharpness, shift: 0, term)
        for column in 0..<width { sum[column] += term[column] }
      }
      for column in 0..<width { result[column] += Scalar.logarithm(sum[column] / Scalar(rows.count)) / sharpness }
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (width, sharpness, flow, term) = (pass.shape.columns, Scalar(sharpness), pass.flow(0), pass.scratch(0))
    let (input, target) = (pass.value(0), pass.gradient(0))
    pass.forEachBag { bag, rows in
      let (slope, result, share) = (pass.slope + bag * width, pass.result + bag * width, 1 / Scalar(rows.count))
      for row in rows {
        let input = input + row * width
        for column in 0..<width { term[column] = input[column] - result[column] }
        Scalar.exponential(width, term, scale: sharpness, shift: 0, term)
        pass.fill(target + row * width, width, flow) { slope[$0] * term[$0] * share }
      }
    }
  }
}

extension Variable {
  /// Returns (1 / r) log(mean(exp(r x))) over the instances of each bag, between their mean (small r) and maximum
  /// (large r).
  ///
  /// Source: J. Ramon, L. De Raedt, Multi instance neural networks, ICML workshop on attribute-value and relational
  /// learning, 2000.
  public func logMeanExpOverInstances(sharpness: Double = 1) -> Variable {
    LogMeanExpOverInstances(sharpness: sharpness).applied(to: self)
  }
}
