/// Whether each value is among the largest of its column over the instances of a bag, as 1 and 0.
///
/// Values tied for the last places share them, so that the order of instances has no effect.
struct AmongLargest: GenericOperation {
  /// The largest number of marked values of a bag, and the largest share of its instances.
  let count: Int
  let share: Double

  var traits: OperationTraits {
    var traits = OperationTraits(backwardReads: [])
    traits.givenArguments = [0]
    return traits
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    if count < 1 { throw GraphError("the \(count) largest were asked for, expected at least 1") }
    if !(share > 0 && share <= 1) {
      throw GraphError("a share of \(share) of the instances was asked for, expected above 0 and at most 1")
    }
    return try arguments.onlyInstances("amongLargest")
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let width = pass.shape.columns
    pass.forEachBag { _, rows in
      // The share is rounded up, but never to all instances.
      let most = share == 1 ? rows.count : min(Int((share * Double(rows.count)).rounded(.up)), rows.count - 1)
      let taken = min(count, most)
      if taken == 0 {
        (pass.result + rows.lowerBound * width).update(repeating: 0, count: rows.count * width)
        return
      }
      withUnsafeTemporaryAllocation(of: Scalar.self, capacity: max(rows.count, 1)) { values in
        guard let values = values.baseAddress else { return }
        for column in 0..<width {
          for (index, row) in rows.enumerated() {
            // NaN counts as the largest value, as in a maximum; the sort below needs a total order.
            let value = pass.value(0)[row * width + column]
            values[index] = value.isNaN ? .infinity : value
          }
          mark(pass, column, rows, taken, sorted: values)
        }
      }
    }
  }

  /// Writes a column of a bag; `values` are its values, which are sorted here.
  private func mark<Scalar: KernelScalar>(
    _ pass: OperationPass<Scalar>, _ column: Int, _ rows: Range<Int>, _ taken: Int,
    sorted values: UnsafeMutablePointer<Scalar>
  ) {
    let width = pass.shape.columns
    var sorted = UnsafeMutableBufferPointer(start: values, count: rows.count)
    sorted.sort(by: >)
    let smallest = values[taken - 1]
    var (above, tied) = (0, 0)
    for index in 0..<rows.count {
      if values[index] > smallest { above += 1 }
      if values[index] == smallest { tied += 1 }
    }
    let share = Scalar(taken - above) / Scalar(tied)
    for row in rows {
      let value = pass.value(0)[row * width + column]
      pass.result[row * width + column] = value > smallest || value.isNaN ? 1 : value == smallest ? share : 0
    }
  }

  /// Does nothing: the marks have no gradient.
  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {}
}

extension Variable {
  /// Returns 1 for the k largest values of each column over the instances of a bag, 0 for the others; without a
  /// gradient.
  ///
  /// Values tied for the last places share them.
  /// - Parameters:
  ///   - count: k, at least 1.
  ///   - share: the largest share of a bag's instances, rounded up to whole instances; a share below 1 never takes all
  ///     of them.
  public func amongLargest(_ count: Int = .max, share: Double = 1) -> Variable {
    AmongLargest(count: count, share: share).applied(to: self)
  }
}
