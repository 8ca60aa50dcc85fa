/// How the gradient of an argument is filled by one step of the backward pass.
enum GradientFlow: UInt8 {
  /// The argument needs no gradient.
  case none
  /// This is the first contribution: it is stored, so that nothing has to be cleared.
  case store
  /// It is added to what is there.
  case add
}

/// One operation of a plan, with all that does not depend on the batch worked out.
struct Step {
  var operation: Operation
  var result: Int
  var first: Int
  var second: Int
  var third: Int
  var rows: RowKind
  var columns: Int
  var flowToFirst = GradientFlow.none
  var flowToSecond = GradientFlow.none
  var flowToThird = GradientFlow.none
  /// Whether the weights of a linear map are used nowhere else, so that they may move before the backward pass ends.
  var ownsWeight = false

  var arguments: [Int] { [first, second, third] }
  var needsGradient: Bool { flowToFirst != .none || flowToSecond != .none || flowToThird != .none }
}

/// The order in which a graph is computed and what memory that takes; independent of batch and precision.
///
/// Only what the asked-for variables depend on is computed. Two pairs of operations that would write a matrix only to
/// sum it up again become one, and activations overwrite their argument where nothing else reads it.
struct Plan {
  /// The nodes of the graph, with fused operations in place of the originals.
  private(set) var nodes: [Node]
  /// What is computed, in order.
  private(set) var steps: [Step] = []
  /// For each node the node whose memory holds its value: itself, or the one whose result it overwrites.
  private(set) var homes: [Int]
  /// Whether each node is the result of a step.
  private(set) var isComputed: [Bool]
  /// Whether a gradient reaches each node.
  private(set) var carriesGradient: [Bool]
  /// The variables whose values are asked for.
  private(set) var outputs: [Int]
  /// Whether gradients reach instances only from the winners of maxima, so that the other rows have none.
  private(set) var onlyWinnersCarryGradient = false
  /// Whether the instances are read by one linear map alone, and need no gradient.
  private(set) var takesSparseInstances = false
  /// Whether this plan is for training: gradients of `outputs[0]`, and dropout switched on.
  let isTraining: Bool

  /// A plan for the values of `outputs`; in training also for the gradient of the first, a single number.
  ///
  /// - Parameter takesShortcuts: whether operations are fused, overwrite their arguments and leave out instances; without,
  ///   each operation runs as it was written down.
  init(
    _ graph: Graph, outputs: [Variable], isTraining: Bool, instancesCarryGradient: Bool = false,
    takesShortcuts: Bool = true
  ) throws {
    if let problem = graph.firstProblem { throw problem }
    if outputs.contains(where: { $0.graph !== graph }) {
      throw GraphError(problem: "a variable of another graph is asked for")
    }
    self.outputs = outputs.map(\.index)
    self.isTraining = isTraining
    nodes = graph.nodes
    homes = Array(nodes.indices)
    carriesGradient = Array(repeating: false, count: nodes.count)
    isComputed = carriesGradient
    try Plan.checkMatrixParameters(graph)
    if isTraining, let loss = outputs.first, loss.rows != .single || loss.columns != 1 {
      throw GraphError(
        problem: "a loss must be a single number, found \(loss.columns) columns with a row for \(loss.rows)")
    }
    if !isTraining { removeDropout() }
    if takesShortcuts { fuse() }
    let live = liveNodes()
    if isTraining { findGradients(live, graph.parameters, instancesCarryGradient) }
    if takesShortcuts { shareMemory(live) }
    steps = live.filter { !nodes[$0].operation.isLeaf }.map { index in
      let node = nodes[index]
      return Step(
        operation: node.operation, result: index, first: node.first, second: node.second, third: node.third,
        rows: node.rows, columns: node.columns)
    }
    for step in steps { isComputed[step.result] = true }
    if isTraining {
      directGradients()
      findOwnedWeights()
      onlyWinnersCarryGradient = takesShortcuts && findWhetherWinnersSuffice()
    }
    let readers = steps.filter { $0.arguments.contains(0) }
    takesSparseInstances =
      readers.count == 1 && readers[0].operation == .linear && readers[0].flowToFirst == .none
      && (readers[0].flowToSecond == .none || readers[0].ownsWeight) && !self.outputs.contains(0)
  }

  /// Lets whatever reads a dropout's result read its argument, since outside training it does nothing.
  private mutating func removeDropout() {
    func source(of index: Int) -> Int {
      guard index >= 0, case .dropout = nodes[index].operation else { return index }
      return source(of: nodes[index].first)
    }
    for index in nodes.indices {
      nodes[index].first = source(of: nodes[index].first)
      nodes[index].second = source(of: nodes[index].second)
      nodes[index].third = source(of: nodes[index].third)
    }
    outputs = outputs.map(source)
  }

  /// A parameter of several rows is a matrix to multiply with, not a value for each bag.
  private static func checkMatrixParameters(_ graph: Graph) throws {
    for node in graph.nodes {
      for argument in node.arguments {
        guard case .parameter(let index) = graph.nodes[argument].operation else { continue }
        let isWeight = node.operation == .linear && argument == node.second
        if graph.parameters[index].rows > 1 && !isWeight {
          throw GraphError(
            problem:
              "parameter \(graph.parameters[index].name) has \(graph.parameters[index].rows) rows and is used as one")
        }
      }
    }
  }

  private func useCounts() -> [Int] {
    var counts = Array(repeating: 0, count: nodes.count)
    for index in liveNodes() {
      for argument in nodes[index].arguments { counts[argument] += 1 }
    }
    for output in outputs { counts[output] += 1 }
    return counts
  }

  /// Replaces a sum over a product by the one operation that needs no product matrix.
  private mutating func fuse() {
    let uses = useCounts()
    for index in nodes.indices {
      let node = nodes[index]
      guard node.first >= 0, uses[node.first] == 1 else { continue }
      let product = nodes[node.first]
      guard product.operation == .arithmetic(.multiply) else { continue }
      let (left, right) = (nodes[product.first], nodes[product.second])
      if node.operation == .reduceInstances(.sum), left.rows == .instances, right.rows == .instances {
        if left.columns == 1 {
          nodes[index] = replacing(node, .weightedSum, product.first, product.second)
        } else if right.columns == 1 {
          nodes[index] = replacing(node, .weightedSum, product.second, product.first)
        }
      } else if node.operation == .sumOverFeatures, left.columns == right.columns, left.columns > 1 {
        if left.rows == .instances && right.rows == .bags {
          nodes[index] = replacing(node, .bagProduct, product.first, product.second)
        } else if left.rows == .bags && right.rows == .instances {
          nodes[index] = replacing(node, .bagProduct, product.second, product.first)
        }
      }
    }
  }

  private func replacing(_ node: Node, _ operation: Operation, _ first: Int, _ second: Int) -> Node {
    Node(operation: operation, first: first, second: second, rows: node.rows, columns: node.columns)
  }

  /// What the outputs depend on, arguments first.
  private func liveNodes() -> [Int] {
    var isLive = Array(repeating: false, count: nodes.count)
    for output in outputs { isLive[output] = true }
    for index in nodes.indices.reversed() where isLive[index] {
      for argument in nodes[index].arguments { isLive[argument] = true }
    }
    return nodes.indices.filter { isLive[$0] }
  }

  private mutating func findGradients(
    _ live: [Int], _ parameters: [ParameterDescription], _ instancesCarryGradient: Bool
  ) {
    for index in live {
      switch nodes[index].operation {
      case .parameter(let parameter): carriesGradient[index] = parameters[parameter].trains
      case .instances: carriesGradient[index] = instancesCarryGradient
      case .loss: carriesGradient[index] = carriesGradient[nodes[index].first]
      default: carriesGradient[index] = nodes[index].arguments.contains { carriesGradient[$0] }
      }
    }
  }

  /// Lets activations and dropout overwrite their argument.
  private mutating func shareMemory(_ live: [Int]) {
    let uses = useCounts()
    for index in live where nodes[index].first >= 0 && uses[nodes[index].first] == 1 {
      let first = nodes[index].first
      let argument = nodes[first].operation
      let overwrites =
        switch nodes[index].operation {
        case .element(let function):
          // Below a dropout that is in place stands a result that is still read.
          function.derivativeNeedsResultOnly && !argument.gradientReadsResult
            && !(argument.isDropout && homes[first] != first)
        case .dropout: !argument.gradientReadsResult || argument.isRectified
        default: false
        }
      if overwrites && !argument.isLeaf { homes[index] = homes[first] }
    }
  }

  /// Works out, from the last step to the first, which contribution to a gradient comes first.
  private mutating func directGradients() {
    var isFilled = Array(repeating: false, count: nodes.count)
    func flow(to argument: Int) -> GradientFlow {
      guard argument >= 0, carriesGradient[argument] else { return .none }
      defer { isFilled[argument] = true }
      return isFilled[argument] ? .add : .store
    }
    isFilled[outputs[0]] = true
    for index in steps.indices.reversed() where isFilled[steps[index].result] {
      steps[index].flowToFirst = flow(to: steps[index].first)
      // Labels are given, even where a model computes them.
      if case .loss = steps[index].operation { continue }
      steps[index].flowToSecond = flow(to: steps[index].second)
      steps[index].flowToThird = flow(to: steps[index].third)
    }
  }
}

/// What may be left out or done early in the backward pass.
extension Plan {
  /// The numbers of the parameters that the backward pass may move; see ``Step/ownsWeight``.
  var ownedWeights: Set<Int> {
    Set(
      steps.filter(\.ownsWeight).compactMap { step in
        if case .parameter(let index) = nodes[step.second].operation { index } else { nil }
      })
  }

  /// Finds the weights that only one linear map reads.
  private mutating func findOwnedWeights() {
    for index in steps.indices where steps[index].operation == .linear && steps[index].columns > 1 {
      let weight = steps[index].second
      let uses = steps.reduce(0) { $0 + $1.arguments.count { $0 == weight } }
      steps[index].ownsWeight = steps[index].flowToSecond == .store && uses == 1 && !outputs.contains(weight)
    }
  }

  /// Whether every path of gradients to a row of an instance leads through a maximum over instances.
  private func findWhetherWinnersSuffice() -> Bool {
    var hasMaximum = false
    for step in steps where step.needsGradient {
      let flows = zip(step.arguments, [step.flowToFirst, step.flowToSecond, step.flowToThird])
      guard flows.contains(where: { $1 != .none && nodes[$0].rows == .instances }) else { continue }
      if step.operation == .reduceInstances(.maximum) {
        hasMaximum = true
      } else if step.rows != .instances || step.operation == .softmaxOverInstances {
        return false
      }
    }
    return hasMaximum && !carriesGradient[0]
  }
}

extension Operation {
  /// Whether the value comes from outside the computation.
  var isLeaf: Bool {
    switch self {
    case .instances, .labels, .parameter, .constant: true
    default: false
    }
  }

  /// Whether this is a dropout.
  var isDropout: Bool { if case .dropout = self { true } else { false } }

  /// Whether the derivative depends on the result's sign alone, which a dropout leaves as it is where it lets a gradient
  /// through.
  fileprivate var isRectified: Bool { if case .element(.rectified) = self { true } else { false } }

  /// Whether the backward pass reads the result, which must then not be overwritten.
  var gradientReadsResult: Bool {
    switch self {
    case .element(let function): function.derivativeUsesResult
    case .softmaxOverInstances, .length, .reduceInstances(.logMeanExp): true
    default: false
    }
  }
}
