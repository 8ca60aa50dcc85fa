/// The bag's row, or the single row, repeated for each instance.
struct BroadcastToInstances: GenericOperation {
  var traits: OperationTraits { OperationTraits(treatsInstancesSeparately: true, backwardReads: []) }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    let argument = try arguments.only("broadcastToInstances")
    guard argument.rows == .single || argument.rows == .bags else {
      throw GraphError("broadcastToInstances needs a row a bag, found a row for \(argument.rows)")
    }
    return VariableShape(rows: .instances, columns: argument.columns)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (input, result, width) = (pass.value(0), pass.result, pass.shape.columns)
    let bagStride = pass.rows(0) == .single ? 0 : width
    pass.forEachRow(.instances) { row, bag in (result + row * width).update(from: input + bag * bagStride, count: width)
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (width, target) = (pass.shape.columns, pass.gradient(0))
    let bagStride = pass.rows(0) == .single ? 0 : width
    pass.clear(0)
    pass.forEachRow(.instances) { row, bag in
      let slope = pass.slope + row * width
      pass.fill(target + bag * bagStride, width, .add) { slope[$0] }
    }
  }
}

extension Variable {
  /// Returns the bag's row repeated for each of its instances.
  public func broadcastToInstances() -> Variable {
    rows == .instances ? self : BroadcastToInstances().applied(to: self)
  }
}
