/// A value of a traced computation: a matrix whose rows are the batch's instances or bags.
///
/// If variables of different rows are combined in arithmetic, a bag's row is repeated for each of the bag's instances,
/// and a single row for all. A single column is repeated for all columns. Gradients are computed automatically.
public struct Variable {
  /// The graph of this value.
  public let graph: ComputationGraph
  let index: Int

  /// The meaning of the rows.
  public var rows: RowKind { graph.nodes[index].rows }
  /// The number of columns.
  public var columns: Int { graph.nodes[index].columns }

  /// The rows and columns.
  package var shape: VariableShape { graph.nodes[index].shape }

  /// Returns one column of zeros with a row for each instance.
  package func zeroPerInstance() -> Variable { graph.constant(0, rows: .instances) }
}
