/// The way in which one step of the backward pass fills the gradient of an argument.
public enum GradientFlow: UInt8, Sendable {
  /// The argument needs no gradient.
  case none
  /// This is the first contribution: it is stored, so that nothing need be cleared.
  case store
  /// It is added to the existing value.
  case add
}

/// The properties of a step that a pass needs; plain numbers, since copying reference-counted values costs time in each
/// step.
struct StepPlace {
  let result: Int
  let shape: VariableShape
  let argumentCount: Int
  /// The parameter that the step may update, or -1.
  var ownedWeight = -1
}

/// One operation of a plan, with everything that does not depend on the batch precomputed.
struct Step {
  let operation: any BagOperation
  let traits: OperationTraits
  let arguments: [Int]
  private(set) var place: StepPlace
  /// The flow of each argument's gradient.
  var flows: [GradientFlow]
  /// Whether any argument needs a gradient.
  var needsGradient = false
  /// The parameter of weights that only this step uses, so that they may be updated before the backward pass ends.
  var ownedWeight: Int? { didSet { place.ownedWeight = ownedWeight ?? -1 } }

  var result: Int { place.result }
  var shape: VariableShape { place.shape }

  /// Creates the step that computes a node.
  init(_ operation: any BagOperation, _ node: Node, result: Int) {
    self.operation = operation
    traits = node.traits
    arguments = node.arguments
    place = StepPlace(result: result, shape: node.shape, argumentCount: node.arguments.count)
    flows = Array(repeating: .none, count: arguments.count)
  }

  /// Whether the gradient of the weight argument is never stored.
  var storesNoWeightGradient: Bool {
    guard let position = traits.weightArgument else { return true }
    return flows[position] == .none || ownedWeight != nil
  }
}

/// A result of instances whose rows move up if only winners are kept.
struct MovedRows {
  let node: Int
  /// The number of scalars per row of its value; 0 if that shares the memory of another value.
  let columns: Int
  /// The number of scalars per row of its saved values.
  let saved: Int
}
