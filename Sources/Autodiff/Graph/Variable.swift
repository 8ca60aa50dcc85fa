/// A value of a traced computation: a matrix whose rows are the batch's instances or bags.
///
/// Where variables of different rows meet in arithmetic, a bag's row is repeated for each of the bag's instances,
/// and a single row for all; a single column is repeated for all columns. Gradients come for free.
public struct Variable {
  /// The computation this value belongs to.
  public let graph: Graph
  let index: Int

  /// What the rows stand for.
  public var rows: RowKind { graph.nodes[index].rows }
  /// The number of columns.
  public var columns: Int { graph.nodes[index].columns }

  /// The rows and columns.
  public var shape: VariableShape { graph.nodes[index].shape }

  /// One column of zeros with a row for each instance.
  public func zeroPerInstance() -> Variable { graph.constant(0, rows: .instances) }
}
