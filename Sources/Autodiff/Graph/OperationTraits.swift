/// What the backward pass of an operation reads, besides the gradient of its result and what it saved.
public struct OperationReads: OptionSet, Sendable {
  /// The set as bits.
  public let rawValue: UInt8

  /// A set from its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The values of its arguments, which must then outlast the forward pass.
  public static let arguments = OperationReads(rawValue: 1)
  /// The value of its result.
  public static let result = OperationReads(rawValue: 2)
  /// Whether elements of its result are above 0, and nothing else of it.
  public static let signOfResult = OperationReads(rawValue: 4)
}

/// What an operation keeps for its backward pass.
package enum SavedForBackward: Sendable, Equatable {
  /// Nothing but values of arguments and result.
  case nothing
  /// A scalar for each element of the result.
  case elements
  /// A number of scalars for each row of the result.
  case columns(Int)

  /// The scalars a row of a result of so many columns.
  func count(columns: Int) -> Int {
    switch self {
    case .nothing: 0
    case .elements: columns
    case .columns(let count): count
    }
  }
}

/// What a plan may assume of an operation; the defaults are always safe, and shortcuts must be declared.
///
/// ``ShortcutCheck`` finds a declaration that does not hold.
public struct OperationTraits: Sendable {
  /// Whether instances do not meet in the operation: a row of an instance depends on rows of that instance, its bag and
  /// single rows alone, and nothing depends on how many instances there are.
  ///
  /// Lets the backward pass leave out instances whose gradient is 0, as under a maximum.
  public var treatsInstancesSeparately = false
  /// What the backward pass reads; a value that nobody reads may be overwritten.
  public var backwardReads: OperationReads = [.arguments, .result]
  /// What the forward pass leaves for the backward pass in ``OperationPass/saved``.
  package var saves = SavedForBackward.nothing
  /// Whether the first argument and the result may be in one place, and likewise their gradients.
  public var worksInPlace = false
  /// Whether elements of the result that pass a gradient on are above 0 where those of the argument are.
  public var keepsSigns = false
  /// Whether the result is the first argument, outside training.
  public var isIdentityWhenScoring = false
  /// Whether ``saves`` is ``SavedForBackward/elements`` and holds, for each element of the result, the only instance of the
  /// bag that the element depends on, counted from the bag's first.
  public var savesWinners = false
  /// The arguments that are taken as given, without a gradient.
  public var givenArguments: [Int] = []
  /// The argument that may be a matrix of weights, a parameter of several rows.
  public var weightArgument: Int?
  /// The scalars that each of the two rows of ``OperationPass/scratch(_:)`` must have; at least as many as the widest
  /// variable has columns.
  public var scratchColumns = 0
  /// Whether the first argument may be the instances as sparse rows, where the weights are moved and not their gradient
  /// stored.
  var acceptsSparseInput = false
  /// Whether the backward pass can move the weights itself, once it has read them.
  var movesWeights = false

  /// Traits that differ from the defaults as given.
  package init(
    treatsInstancesSeparately: Bool = false, backwardReads: OperationReads = [.arguments, .result],
    saves: SavedForBackward = .nothing, worksInPlace: Bool = false
  ) {
    self.treatsInstancesSeparately = treatsInstancesSeparately
    self.backwardReads = backwardReads
    self.saves = saves
    self.worksInPlace = worksInPlace
  }
}
