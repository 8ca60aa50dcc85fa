/// A pair of operations that one can replace: a pattern and its replacement.
///
/// The pattern is an operation on the result of another that nothing else reads; that result is then never computed.
struct Fusion: Sendable {
  /// The replacement of the two: an operation, and the inner one's arguments that it takes, in order.
  struct Replacement {
    let operation: any BagOperation
    let arguments: [Int]
  }

  /// The operation that reads the other's result as its only argument.
  let outer: any BagOperation.Type
  /// The operation whose result is read.
  let inner: any BagOperation.Type
  /// The replacement for arguments of the given shapes; nil if there is none.
  let replacement: @Sendable (_ inner: [VariableShape]) -> Replacement?

  /// All fusions.
  static let all = [WeightedSum.fusion, BagProduct.fusion]

  /// Returns the replacement for a node that reads only `argument`, among `nodes`.
  func replacement(of node: Node, reading argument: Node, among nodes: [Node]) -> Node? {
    guard let operation = node.operation, let product = argument.operation, type(of: operation) == outer,
      type(of: product) == inner, let found = replacement(argument.arguments.map { nodes[$0].shape })
    else { return nil }
    return Node(found.operation, found.arguments.map { argument.arguments[$0] }, node.shape)
  }
}
