/// A value that the backward pass of an operation reads, besides the gradient of its result and its saved values.
public enum OperationRead: Sendable {
  /// The values of its arguments, which must then be kept after the forward pass.
  case arguments
  /// The value of its result.
  case result
  /// Only whether elements of its result are above 0.
  case signOfResult
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
  package var treatsInstancesSeparately = false
  /// The values that the backward pass reads; a value that nothing reads may be overwritten.
  package var backwardReads: Set<OperationRead> = [.arguments, .result]
  /// The values that the forward pass saves for the backward pass in ``OperationPass/saved``.
  package var saves = SavedForBackward.nothing
  /// Whether the first argument and the result may share memory, and likewise their gradients.
  package var worksInPlace = false
  /// Whether elements of the result that pass a gradient on are above 0 exactly if those of the argument are.
  package var keepsSigns = false
  /// Whether the result equals the first argument, outside training.
  package var isIdentityWhenScoring = false
  /// Whether ``saves`` is ``SavedForBackward/elements`` and contains, for each element of the result, the only instance
  /// that it depends on. Instances are counted from the bag's first.
  package var savesWinners = false
  /// The arguments that are inputs without a gradient.
  package var givenArguments: [Int] = []
  /// The argument that may be a weight matrix, a parameter of several rows.
  package var weightArgument: Int?
  /// The number of scalars in each of the two rows of ``OperationPass/scratch(_:)``. It is at least the number of
  /// columns of the widest variable.
  package var scratchColumns = 0
  /// Whether the first argument may be the instances as sparse rows, if the weights are updated without storing their
  /// gradient.
  var acceptsSparseInput = false
  /// Whether the backward pass can update the weights itself, once it has read them.
  var movesWeights = false

  /// Creates traits with the given differences from the defaults.
  ///
  /// - Parameters:
  ///   - treatsInstancesSeparately: whether instances are independent in the operation: the row of an instance depends
  ///     only on rows of that instance, its bag and single rows, and nothing depends on the number of instances.
  ///   - backwardReads: the values that the backward pass reads; a value that nothing reads may be overwritten.
  ///   - saves: the values that the forward pass saves for the backward pass in ``OperationPass/saved``.
  ///   - worksInPlace: whether the first argument and the result may share memory, and likewise their gradients.
  ///   - keepsSigns: whether elements of the result that pass a gradient on are above 0 exactly if those of the
  ///     argument are.
  ///   - isIdentityWhenScoring: whether the result equals the first argument, outside training.
  ///   - savesWinners: whether `saves` is ``SavedForBackward/elements`` and contains, for each element of the result,
  ///     the only instance that it depends on. Instances are counted from the bag's first.
  ///   - givenArguments: the arguments that are inputs without a gradient.
  ///   - weightArgument: the argument that may be a weight matrix, a parameter of several rows.
  ///   - scratchColumns: the number of scalars in each of the two rows of ``OperationPass/scratch(_:)``. It is at least
  ///     the number of columns of the widest variable.
  public init(
    treatsInstancesSeparately: Bool = false, backwardReads: Set<OperationRead> = [.arguments, .result],
    saves: SavedForBackward = .nothing, worksInPlace: Bool = false, keepsSigns: Bool = false,
    isIdentityWhenScoring: Bool = false, savesWinners: Bool = false, givenArguments: [Int] = [],
    weightArgument: Int? = nil, scratchColumns: Int = 0
  ) {
    self.treatsInstancesSeparately = treatsInstancesSeparately
    self.backwardReads = backwardReads
    self.saves = saves
    self.worksInPlace = worksInPlace
    self.keepsSigns = keepsSigns
    self.isIdentityWhenScoring = isIdentityWhenScoring
    self.savesWinners = savesWinners
    self.givenArguments = givenArguments
    self.weightArgument = weightArgument
    self.scratchColumns = scratchColumns
  }
}
