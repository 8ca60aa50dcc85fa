/// What the rows of a variable stand for.
public enum RowKind: Sendable, Hashable {
  /// One row, shared by all bags: a loss, a bias, a learned scalar.
  case single
  /// One row for each bag of the batch.
  case bags
  /// So many rows for each bag of the batch, bag after bag: prototypes, class tokens, a row a class.
  case slots(Int)
  /// One row for each instance of the batch, bag after bag.
  case instances
  /// One row for each pair of a source and a target, two instances of one bag, target after target.
  ///
  /// The number is that of the list of pairs in its graph; see ``Variable/nearest(_:includingItself:)`` and
  /// ``Graph/edges``.
  case pairs(Int)

  /// The kind of the result where two kinds of rows meet element by element: the finer one.
  ///
  /// A single row is repeated for all bags, and a bag's row for all rows of the bag. Instances, slots and pairs do not
  /// meet one another, which gives nil.
  public func meeting(_ other: RowKind) -> RowKind? {
    if self == other || other == .single || (other == .bags && self != .single) { return self }
    return self == .single || self == .bags ? other : nil
  }
}

/// The rows and columns of a variable.
public struct VariableShape: Sendable, Equatable {
  /// What the rows stand for.
  public var rows: RowKind
  /// The number of columns.
  public var columns: Int
  /// The rows of a parameter that is a matrix of weights; 1 for everything else.
  public var weightRows: Int

  /// A shape of a kind of rows and a number of columns.
  public init(rows: RowKind, columns: Int, weightRows: Int = 1) {
    self.rows = rows
    self.columns = columns
    self.weightRows = weightRows
  }
}

/// One value of a traced computation: where it comes from and its shape.
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

  /// A value that comes from outside the computation.
  init(_ content: Content, rows: RowKind, columns: Int, weightRows: Int = 1) {
    self.content = content
    shape = VariableShape(rows: rows, columns: columns, weightRows: weightRows)
  }

  /// The result of an operation.
  init(_ operation: any BagOperation, _ arguments: [Int], _ shape: VariableShape) {
    content = .computed(operation)
    self.arguments = arguments
    self.shape = shape
    traits = operation.traits
  }

  var rows: RowKind { shape.rows }
  var columns: Int { shape.columns }

  /// The operation whose result this is, nil for a value from outside the computation.
  var operation: (any BagOperation)? {
    if case .computed(let operation) = content { operation } else { nil }
  }

  /// The number of the parameter that this is.
  var parameter: Int? {
    if case .parameter(let index) = content { index } else { nil }
  }

  var isConstant: Bool {
    if case .constant = content { true } else { false }
  }

  /// Whether its value is copied from what a batch has besides features and labels.
  var isSurroundings: Bool {
    switch content {
    case .places, .edges: true
    default: false
    }
  }
}
