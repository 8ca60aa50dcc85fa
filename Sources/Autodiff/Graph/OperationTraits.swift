/// The values that the backward pass of an operation reads, besides the gradient of its result and its saved values.
public struct OperationReads: OptionSet, Sendable {
  /// The raw bits.
  public let rawValue: UInt8

  /// Creates a set from its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The values of its arguments, which must then be kept after the forward pass.
  public static let arguments = OperationReads(rawValue: 1)
  /// The value of its result.
  public static let result = OperationReads(rawValue: 2)
  /// Only whether elements of its result are above 0.
  public static let signOfResult = OperationReads(rawValue: 4)
}

/// The values that an operation saves for its backward pass.
public enum SavedForBackward: Sendable, Equatable {
  /// Nothing; only values of arguments and result are available.
  case nothing
  /// A scalar for each element of the result.
  case elements
  /// A number of scalars for each row of the result.
  case columns(Int)

  /// Returns the number of saved scalars per row of a result with `columns` columns.
  func count(columns: Int) -> Int {
    switch self {
    case .nothing: 0
    case .elements: columns
    case .columns(let count): count
    }
  }
}

/// The assumptions that a plan may make about an operation; the defaults are always safe, and shortcuts must be
/// declared.
///
/// ``ShortcutCheck`` finds invalid declarations.
public struct OperationTraits: Sendable {
  /// Whether instances are independent in the operation: the row of an instance depends only on rows of that instance,
  /// its bag and single rows, and nothing depends on the number of instances.
  ///
  /// The backward pass can then skip instances whose gradient is 0, as under a maximum.
  public var treatsInstancesSeparately = false
  /// The values that the backward pass reads; a value that nothing reads may be overwritten.
  public var backwardReads: OperationReads = [.arguments, .result]
  /// The values that the forward pass saves for the backward pass in ``OperationPass/saved``.
  public var saves = SavedForBackward.nothing
  /// Whether the first argument and the result may share memory, and likewise their gradients.
  public var worksInPlace = false
  /// Whether elements of the result that pass a gradient on are above 0 exactly if those of the argument are.
  public var keepsSigns = false
  /// Whether the result equals the first argument, outside training.
  public var isIdentityWhenScoring = false
  /// Whether ``saves`` is ``SavedForBackward/elements`` and contains, for each element of the result, the only instance
  /// that it depends on. Instances are counted from the bag's first.
  public var savesWinners = false
  /// The arguments that are inputs without a gradient.
  public var givenArguments: [Int] = []
  /// The argument that may be a weight matrix, a parameter of several rows.
  public var weightArgument: Int?
  /// The number of scalars in each of the two rows of ``OperationPass/scratch(_:)``. It is at least the number of
  /// columns of the widest variable.
  public var scratchColumns = 0
  /// Whether the first argument may be the instances as sparse rows, if the weights are updated without storing their
  /// gradient.
  var acceptsSparseInput = false
  /// Whether the backward pass can update the weights itself, once it has read them.
  var movesWeights = false

  /// Creates traits with the given differences from the defaults.
  public init(
    treatsInstancesSeparately: Bool = false, backwardReads: OperationReads = [.arguments, .result],
    saves: SavedForBackward = .nothing, worksInPlace: Bool = false
  ) {
    self.treatsInstancesSeparately = treatsInstancesSeparately
    self.backwardReads = backwardReads
    self.saves = saves
    self.worksInPlace = worksInPlace
  }
}
