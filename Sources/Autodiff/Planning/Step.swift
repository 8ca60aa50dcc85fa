/// How the gradient of an argument is filled by one step of the backward pass.
public enum GradientFlow: UInt8, Sendable {
  /// The argument needs no gradient.
  case none
  /// This is the first contribution: it is stored, so that nothing has to be cleared.
  case store
  /// It is added to what is there.
  case add
}

/// What a pass must know of a step; plain numbers, since a copy that counts references costs time in each step.
struct StepPlace {
  let result: Int
  let shape: VariableShape
  let argumentCount: Int
  /// The parameter that the step may move, or -1.
  var ownedWeight = -1
}

/// One operation of a plan, with all that does not depend on the batch worked out.
struct Step {
  let operation: any BagOperation
  let traits: OperationTraits
  let arguments: [Int]
  private(set) var place: StepPlace
  /// How the gradient of each argument is filled.
  var flows: [GradientFlow]
  /// Whether any of them is.
  var needsGradient = false
  /// The parameter of weights that are used nowhere else, so that they may move before the backward pass ends.
  var ownedWeight: Int? { didSet { place.ownedWeight = ownedWeight ?? -1 } }

  var result: Int { place.result }
  var shape: VariableShape { place.shape }

  /// The step that makes a node which an operation computes.
  init(_ operation: any BagOperation, _ node: Node, result: Int) {
    self.operation = operation
    traits = node.traits
    arguments = node.arguments
    place = StepPlace(result: result, shape: node.shape, argumentCount: node.arguments.count)
    flows = Array(repeating: .none, count: arguments.count)
  }

  /// Whether the gradient of the argument that may be a matrix of weights is never stored.
  var storesNoWeightGradient: Bool {
    guard let position = traits.weightArgument else { return true }
    return flows[position] == .none || ownedWeight != nil
  }
}

/// A result of instances whose rows move up where only winners stay.
struct MovedRows {
  let node: Int
  /// The scalars of a row of its value, 0 where that is in the place of another's.
  let columns: Int
  /// The scalars of a row of what it saved.
  let saved: Int
}
