/// The meaning of a variable's rows.
public enum RowKind: Sendable, Hashable {
  /// One row, shared by all bags: a loss, a bias, a learned scalar.
  case single
  /// One row for each bag of the batch.
  case bags
  /// A number of rows for each bag of the batch, bag after bag: prototypes, class tokens, or one row per class.
  case slots(Int)
  /// One row for each instance of the batch, bag after bag.
  case instances
  /// One row for each pair of a source and a target, two instances of one bag, target after target.
  ///
  /// The number is that of the list of pairs in its graph; see ``Variable/nearest(_:includingItself:)`` and
  /// ``ComputationGraph/edges``.
  case pairs(Int)

  /// Returns the row kind of an element-wise result of two kinds: the finer one.
  ///
  /// A single row is repeated for all bags, and a bag's row for all rows of the bag. Instances, slots and pairs cannot
  /// be combined with one another; the result is then nil.
  package func meeting(_ other: RowKind) -> RowKind? {
    if self == other || other == .single || (other == .bags && self != .single) { return self }
    return self == .single || self == .bags ? other : nil
  }
}

/// The rows and columns of a variable.
public struct VariableShape: Sendable, Equatable {
  /// The meaning of the rows.
  public var rows: RowKind
  /// The number of columns.
  public var columns: Int
  /// The number of rows of a parameter that is a weight matrix; 1 for everything else.
  package var weightRows: Int

  /// Creates a shape from a kind of rows and a number of columns.
  public init(rows: RowKind, columns: Int, weightRows: Int = 1) {
    self.rows = rows
    self.columns = columns
    self.weightRows = weightRows
  }
}

/// One value of a traced computation: its origin and its shape.
struct Node {
  enum Content {
    case instances
    case labels
    case places
    case edges
    case parameter(Int)
    case constant(Double)
    case computed(any BagOperation)
  }

  var content: Content
  var arguments: [Int] = []
  var shape: VariableShape
  /// The traits of its operation, read once.
  private(set) var traits = OperationTraits()

  /// Creates a value from outside the computation.
  init(_ content: Content, rows: RowKind, columns: Int, weightRows: Int = 1) {
    self.content = content
    shape = VariableShape(rows: rows, columns: columns, weightRows: weightRows)
  }

  /// Creates the result of an operation.
  init(_ operation: any BagOperation, _ arguments: [Int], _ shape: VariableShape) {
    content = .computed(operation)
    self.arguments = arguments
    self.shape = shape
    traits = operation.traits
  }

  var rows: RowKind { shape.rows }
  var columns: Int { shape.columns }

  /// The operation with this result; nil for a value from outside the computation.
  var operation: (any BagOperation)? {
    if case .computed(let operation) = content { operation } else { nil }
  }

  /// The number of this parameter; nil if it is none.
  var parameter: Int? {
    if case .parameter(let index) = content { index } else { nil }
  }

  var isConstant: Bool {
    if case .constant = content { true } else { false }
  }

  /// Whether its value is copied from a batch's inputs besides features and labels.
  var isSurroundings: Bool {
    switch content {
    case .places, .edges: true
    default: false
    }
  }
}
