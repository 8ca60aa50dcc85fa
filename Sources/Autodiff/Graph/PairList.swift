/// One list of pairs of a graph: the variable that creates it, and its largest number of pairs.
struct PairList {
  /// The variable with a row for each of its pairs, on which every reader of the list depends.
  let node: Int
  /// The largest number of sources of one target; nil if the list comes with the bags.
  let mostSources: Int?

  /// Returns the largest number of pairs for a batch, given its number of instances and of the bags' edges.
  func count(instances: Int, edges: Int) -> Int { mostSources.map { instances * min($0, instances) } ?? edges }
}

/// The rows that an operation reduces to one, and the result's rows.
enum RowGroup: Sendable {
  /// The instances of each bag.
  case instances
  /// The slots of each bag.
  case slots
  /// The sources of each instance as a target.
  case sources

  /// The row kind of the result.
  var result: RowKind { self == .sources ? .instances : .bags }

  /// Returns the only shape, with rows of this group.
  ///
  /// - Throws: ``GraphError`` for any other shape; `name` is the operation's name before "Instances".
  func only(_ arguments: [VariableShape], _ name: String) throws -> VariableShape {
    switch self {
    case .instances: return try arguments.onlyInstances(name + "Instances")
    case .slots:
      let shape = try arguments.only(name + "Slots")
      if case .slots = shape.rows { return shape }
      throw GraphError("\(name)Slots needs a row a slot, found a row for \(shape.rows)")
    case .sources:
      let shape = try arguments.only(name + "Sources")
      if case .pairs = shape.rows { return shape }
      throw GraphError("\(name)Sources needs a row a pair, found a row for \(shape.rows)")
    }
  }
}
