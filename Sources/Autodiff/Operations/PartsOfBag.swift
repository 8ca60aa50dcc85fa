/// The parts of a bag, one column per part: 1 if an instance belongs to it, otherwise 0.
struct PartsOfBag: GenericOperation {
  let count: Int

  var traits: OperationTraits {
    var traits = OperationTraits(backwardReads: [])
    traits.givenArguments = [0]
    return traits
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    _ = try arguments.onlyInstances("partsOfBag")
    guard count >= 1 else { throw GraphError("a bag would be cut into \(count) parts, expected at least 1") }
    return VariableShape(rows: .instances, columns: count)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    pass.result.update(repeating: 0, count: pass.count)
    pass.forEachBag { _, rows in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: rows.count) { order in
        for index in 0..<rows.count { order[index] = Int32(truncatingIfNeeded: index) }
        if pass.isTraining {
          for last in stride(from: rows.count - 1, to: 0, by: -1) {
            order.swapAt(last, Int(pass.nextRandom().multipliedFullWidth(by: UInt64(last + 1)).high))
          }
        }
        for index in 0..<rows.count { pass.result[(rows.lowerBound + Int(order[index])) * count + index % count] = 1 }
      }
    }
  }

  /// Does nothing: the result does not depend on the values of instances.
  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {}
}

extension Variable {
  /// Returns the parts of each bag, one column per part with 1 if an instance belongs to it and 0 otherwise.
  ///
  /// The parts have equal sizes up to one instance; a bag with fewer instances than parts leaves parts empty. In
  /// training the instances are dealt at random, redrawn in each step from the seed of training. In scoring they are
  /// dealt in turn, so that scores depend on the order of the instances.
  /// - Parameter count: the number of parts.
  package func partsOfBag(_ count: Int) -> Variable { PartsOfBag(count: count).applied(to: self) }
}
