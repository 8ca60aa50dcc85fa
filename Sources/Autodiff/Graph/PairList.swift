/// One list of pairs of a graph: the variable that makes it, and how many pairs it can have.
struct PairList {
  /// The variable with a row for each of its pairs, on which whatever reads the list depends.
  let node: Int
  /// The most sources of one target; nil where the bags bring the list.
  let mostSources: Int?

  /// The most pairs for a batch of so many instances, and edges that the bags bring.
  func count(instances: Int, edges: Int) -> Int { mostSources.map { instances * min($0, instances) } ?? edges }
}

/// Rows that an operation brings together to one, and what they are brought together for.
enum RowGroup: Sendable {
  /// The instances of each bag.
  case instances
  /// The slots of each bag.
  case slots
  /// The sources of each instance as a target.
  case sources

  /// What has a row in the result.
  var result: RowKind { self == .sources ? .instances : .bags }

  /// The only shape, with rows of this group.
  ///
  /// - Throws: ``GraphError`` where there is another; `name` is that of the operation before "Instances".
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
