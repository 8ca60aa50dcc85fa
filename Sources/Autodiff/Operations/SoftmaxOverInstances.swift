/// exp(x) divided by its sum over the rows of a group, column by column.
struct SoftmaxOverInstances: GenericOperation {
  var group = RowGroup.instances

  var traits: OperationTraits { OperationTraits(backwardReads: [.result]) }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    try group.only(arguments, "softmaxOver")
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (input, result, width) = (pass.value(0), pass.result, pass.shape.columns)
    let (bound, sum) = (pass.scratch(0), pass.scratch(1))
    pass.forEachGroup(of: 0) { _, rows in
      if rows.isEmpty { return }
      Scalar.maximum(rows, input, width, bound)
      let (first, count) = (result + rows.lowerBound * width, rows.count * width)
      if width == 1 {
        Scalar.exponential(count, input + rows.lowerBound, scale: 1, shift: -bound[0], first)
      } else {
        for row in rows {
          let (input, result) = (input + row * width, result + row * width)
          for column in 0..<width { result[column] = input[column] - bound[column] }
        }
        Scalar.exponential(count, first, scale: 1, shift: 0, first)
      }
      Scalar.addRows(rows, result, width, sum)
      for column in 0..<width { sum[column] = 1 / sum[column] }
      for row in rows {
        let result = result + row * width
        for column in 0..<width { result[column] *= sum[column] }
      }
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (result, slope, width) = (pass.result, pass.slope, pass.shape.columns)
    let (inner, target, flow) = (pass.scratch(0), pass.gradient(0), pass.flow(0))
    pass.forEachGroup(of: 0) { _, rows in
      inner.update(repeating: 0, count: width)
      for row in rows {
        let (result, slope) = (result + row * width, slope + row * width)
        for column in 0..<width { inner[column] += result[column] * slope[column] }
      }
      for row in rows {
        let (result, slope) = (result + row * width, slope + row * width)
        pass.fill(target + row * width, width, flow) { result[$0] * (slope[$0] - inner[$0]) }
      }
    }
  }
}

extension Variable {
  /// Returns exp(x) divided by its sum over the instances of the bag, column by column.
  public func softmaxOverInstances() -> Variable { SoftmaxOverInstances().applied(to: self) }
  /// Returns exp(x) divided by its sum over the slots of the bag, column by column.
  public func softmaxOverSlots() -> Variable { SoftmaxOverInstances(group: .slots).applied(to: self) }
  /// Returns exp(x) divided by its sum over the sources of the target, column by column, one row per pair.
  public func softmaxOverSources() -> Variable { SoftmaxOverInstances(group: .sources).applied(to: self) }
}
