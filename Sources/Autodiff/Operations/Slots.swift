/// The rows of a parameter, the same for each bag.
struct TrainedSlots: GenericOperation {
  var traits: OperationTraits {
    var traits = OperationTraits(treatsInstancesSeparately: true, backwardReads: [])
    traits.weightArgument = 0
    return traits
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    let parameter = try arguments.only("slots")
    guard parameter.rows == .single else {
      throw GraphError("slots need a parameter, found a row for \(parameter.rows)")
    }
    return VariableShape(rows: .slots(parameter.weightRows), columns: parameter.columns)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let count = pass.count / pass.bagCount
    for bag in 0..<pass.bagCount { (pass.result + bag * count).update(from: pass.value(0), count: count) }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let count = pass.count / pass.bagCount
    for bag in 0..<pass.bagCount {
      let slope = pass.slope + bag * count
      pass.fill(pass.gradient(0), count, bag == 0 ? pass.flow(0) : .add) { slope[$0] }
    }
  }
}

/// The same values with other rows: k rows of d columns for one of k d, or the reverse.
struct RowsForColumns: GenericOperation {
  /// The number of slots of the result; nil for one row per bag.
  let count: Int?

  var traits: OperationTraits { OperationTraits(treatsInstancesSeparately: true, backwardReads: []) }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    let name = count == nil ? "flattened" : "slots"
    let argument = try arguments.only(name)
    guard let found = argument.slotCount else {
      throw GraphError("\(name) needs a row a slot or a bag, found a row for \(argument.rows)")
    }
    let columns = found * argument.columns
    guard let count else { return VariableShape(rows: .bags, columns: columns) }
    guard count > 0, columns.isMultiple(of: count) else {
      throw GraphError("a bag's \(columns) values cannot be \(count) slots")
    }
    return VariableShape(rows: .slots(count), columns: columns / count)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    pass.result.update(from: pass.value(0), count: pass.count)
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let slope = pass.slope
    pass.fill(0) { slope[$0] }
  }
}

extension ComputationGraph {
  /// Returns learned rows shared by all bags: prototypes, class tokens or latent queries.
  ///
  /// - Parameters:
  ///   - name: the parameter's name within the enclosing scope.
  ///   - count: k, the number of rows.
  ///   - columns: d, the number of columns.
  ///   - initialiser: the initialiser of their values.
  ///   - decays: whether weight decay applies.
  ///   - trains: whether they are learned.
  /// - Returns: k x d for each bag.
  public func slots(
    _ name: String, count: Int, columns: Int, initialiser: Initialiser = .glorotUniform, decays: Bool = false,
    trains: Bool = true
  ) -> Variable {
    TrainedSlots().applied(
      to: parameter(
        name, rows: count, columns: columns, initialiser: initialiser, decays: decays, trains: trains))
  }
}

extension Variable {
  /// Returns a bag's row of k d values as k slots of d values; with 1, a bag's row as its only slot.
  ///
  /// - Parameter count: k, which divides the number of values.
  public func slots(_ count: Int) -> Variable { RowsForColumns(count: count).applied(to: self) }

  /// Returns the k slots of d values of a bag, one after the other, as the bag's row of k d values.
  public func flattened() -> Variable { rows == .bags ? self : RowsForColumns(count: nil).applied(to: self) }
}
