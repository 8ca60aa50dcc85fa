/// The order of a graph's computation and its memory; independent of batch and precision.
///
/// Only the dependencies of the requested variables are computed. A ``Fusion`` replaces pairs of operations by one, and
/// results overwrite an argument that nothing else reads. The possible shortcuts follow from the ``OperationTraits``
/// alone.
struct Plan {
  /// The nodes of the graph, with fused operations in place of the originals.
  private(set) var nodes: [Node]
  /// The computed operations, in order.
  private(set) var steps: [Step] = []
  /// For each node, the node whose memory contains its value: itself, or the one whose result it overwrites.
  private(set) var homes: [Int]
  /// Whether each node is the result of a step.
  private(set) var isComputed: [Bool]
  /// Whether a gradient reaches each node.
  private(set) var carriesGradient: [Bool]
  /// The variables whose values are requested.
  private(set) var outputs: [Int]
  /// Whether gradients reach instances only from the winners of maxima, so that other rows have none.
  private(set) var onlyWinnersCarryGradient = false
  /// The steps that save winners, if these suffice.
  private(set) var selecting: [StepPlace] = []
  /// The rows that move up to the winners' positions, if these suffice.
  private(set) var movedRows: [MovedRows] = []
  /// The lists of pairs of the graph.
  let pairLists: [PairList]
  /// Whether the computation reads inputs of instances besides features.
  private(set) var readsSurroundings = false
  /// Whether the instances may be sparse rows, without a gradient.
  private(set) var takesSparseInstances = false
  /// Whether this plan is for training: gradients of `outputs[0]`, and dropout enabled.
  let isTraining: Bool

  /// Creates a plan for the values of `outputs`; in training also for the gradient of the first, a single number.
  ///
  /// - Parameters:
  ///   - graph: the computation.
  ///   - outputs: the variables to compute.
  ///   - isTraining: whether gradients are computed and dropout is enabled.
  ///   - instancesCarryGradient: whether the features have a gradient too.
  ///   - movesWeights: whether the backward pass may update weights.
  ///   - takesShortcuts: whether operations are fused, overwrite their arguments and skip instances; without shortcuts,
  ///     each operation runs as traced.
  init(
    _ graph: ComputationGraph, outputs: [Variable], isTraining: Bool, instancesCarryGradient: Bool = false,
    movesWeights: Bool = true, takesShortcuts: Bool = true
  ) throws {
    if let problem = graph.firstProblem { throw problem }
    if outputs.contains(where: { $0.graph !== graph }) {
      throw GraphError("a variable of another graph is asked for")
    }
    self.outputs = outputs.map(\.index)
    self.isTraining = isTraining
    nodes = graph.nodes
    pairLists = graph.pairLists
    homes = Array(nodes.indices)
    carriesGradient = Array(repeating: false, count: nodes.count)
    isComputed = carriesGradient
    try Plan.checkMatrixParameters(graph)
    if isTraining, let loss = outputs.first, loss.rows != .single || loss.columns != 1 {
      throw GraphError(
        "a loss must be a single number, found \(loss.columns) columns with a row for \(loss.rows)")
    }
    if !isTraining { removeIdentities() }
    if takesShortcuts { fuse() }
    let live = liveNodes()
    if isTraining { findGradients(live, graph.parameters, instancesCarryGradient) }
    if takesShortcuts { shareMemory(live) }
    steps = live.compactMap { index in nodes[index].operation.map { Step($0, nodes[index], result: index) } }
    for step in steps { isComputed[step.result] = true }
    readsSurroundings = live.contains { nodes[$0].isSurroundings }
    if isTraining {
      directGradients()
      if movesWeights { findOwnedWeights() }
      onlyWinnersCarryGradient = takesShortcuts && findWhetherWinnersSuffice()
      if onlyWinnersCarryGradient { findMovedRows() }
    }
    takesSparseInstances = findWhetherSparseRowsSuffice()
  }

  /// Redirects readers of a dropout's result to its argument, and likewise for all operations without effect in
  /// scoring.
  private mutating func removeIdentities() {
    func source(of index: Int) -> Int {
      nodes[index].traits.isIdentityWhenScoring ? source(of: nodes[index].arguments[0]) : index
    }
    for index in nodes.indices { nodes[index].arguments = nodes[index].arguments.map(source) }
    outputs = outputs.map(source)
  }

  /// Checks that parameters of several rows are used only as weight matrices, not as values for each bag.
  private static func checkMatrixParameters(_ graph: ComputationGraph) throws {
    for node in graph.nodes {
      for (position, argument) in node.arguments.enumerated() {
        guard let index = graph.nodes[argument].parameter else { continue }
        if graph.parameters[index].rows > 1 && position != node.traits.weightArgument {
          throw GraphError(
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

  /// Replaces pairs of operations by single ones.
  private mutating func fuse() {
    let uses = useCounts()
    for index in nodes.indices where nodes[index].arguments.count == 1 && uses[nodes[index].arguments[0]] == 1 {
      let (node, argument) = (nodes[index], nodes[nodes[index].arguments[0]])
      let found = Fusion.all.lazy.compactMap { [nodes] in $0.replacement(of: node, reading: argument, among: nodes) }
        .first
      if let found { nodes[index] = found }
    }
  }

  /// Returns the nodes that the outputs depend on, arguments first.
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
      let node = nodes[index]
      switch node.content {
      case .parameter(let parameter): carriesGradient[index] = parameters[parameter].trains
      case .instances: carriesGradient[index] = instancesCarryGradient
      case .labels, .constant, .places, .edges: carriesGradient[index] = false
      case .computed:
        carriesGradient[index] = node.arguments.enumerated().contains { position, argument in
          carriesGradient[argument] && !node.traits.givenArguments.contains(position)
        }
      }
    }
  }

  /// Lets results overwrite an argument that nothing else reads, neither now nor in the backward pass.
  private mutating func shareMemory(_ live: [Int]) {
    let uses = useCounts()
    // Includes the result of a dropout that overwrites its argument, whose signs are still read.
    var signsAreRead = nodes.map { $0.traits.backwardReads.contains(.signOfResult) && $0.operation != nil }
    for index in live where nodes[index].traits.worksInPlace {
      let first = nodes[index].arguments[0]
      let (traits, argument) = (nodes[index].traits, nodes[first])
      guard argument.operation != nil, uses[first] == 1, argument.shape == nodes[index].shape,
        !traits.backwardReads.contains(.arguments), !argument.traits.backwardReads.contains(.result),
        !signsAreRead[first] || traits.keepsSigns
      else { continue }
      homes[index] = homes[first]
      signsAreRead[index] = signsAreRead[index] || signsAreRead[first]
    }
  }

  /// Determines, from the last step to the first, which contribution to a gradient comes first.
  private mutating func directGradients() {
    var isFilled = Array(repeating: false, count: nodes.count)
    func flow(to argument: Int) -> GradientFlow {
      guard carriesGradient[argument] else { return .none }
      defer { isFilled[argument] = true }
      return isFilled[argument] ? .add : .store
    }
    isFilled[outputs[0]] = true
    for index in steps.indices.reversed() where isFilled[steps[index].result] {
      for (position, argument) in steps[index].arguments.enumerated()
      where !steps[index].traits.givenArguments.contains(position) {
        steps[index].flows[position] = flow(to: argument)
      }
      steps[index].needsGradient = steps[index].flows.contains { $0 != .none }
    }
  }
}

/// Work that the backward pass may skip or do early.
extension Plan {
  /// The numbers of the parameters that the backward pass may update; see ``Step/ownedWeight``.
  var ownedWeights: Set<Int> { Set(steps.compactMap(\.ownedWeight)) }

  /// Finds the weights that only one step reads, and that it can update. Weights of one column are not worth it.
  private mutating func findOwnedWeights() {
    for index in steps.indices where steps[index].traits.movesWeights {
      guard let position = steps[index].traits.weightArgument else { continue }
      let weight = steps[index].arguments[position]
      let uses = steps.reduce(0) { $0 + $1.arguments.count { $0 == weight } }
      if steps[index].flows[position] == .store && uses == 1 && !outputs.contains(weight) && nodes[weight].columns > 1 {
        steps[index].ownedWeight = nodes[weight].parameter
      }
    }
  }

  /// Returns whether gradients reach instances only through winners, and all operations on their way treat instances
  /// separately.
  private func findWhetherWinnersSuffice() -> Bool {
    let flowing = steps.filter(\.needsGradient)
    return !carriesGradient[0] && flowing.contains { $0.traits.savesWinners }
      && flowing.allSatisfy { $0.traits.savesWinners || $0.traits.treatsInstancesSeparately }
  }

  /// Lists the inputs of a step about winners, so that it need not search steps and nodes for them.
  private mutating func findMovedRows() {
    selecting = steps.filter { $0.traits.savesWinners && $0.needsGradient }.map(\.place)
    movedRows = steps.filter { $0.shape.rows == .instances }.compactMap { step in
      let columns = homes[step.result] == step.result ? step.shape.columns : 0
      let saved = step.traits.saves.count(columns: step.shape.columns)
      return columns + saved > 0 ? MovedRows(node: step.result, columns: columns, saved: saved) : nil
    }
    for index in nodes.indices where nodes[index].isSurroundings && nodes[index].rows == .instances {
      if steps.contains(where: { $0.arguments.contains(index) }) {
        movedRows.append(MovedRows(node: index, columns: nodes[index].columns, saved: 0))
      }
    }
  }

  /// Returns whether only one step reads the instances, and accepts them as sparse rows.
  private func findWhetherSparseRowsSuffice() -> Bool {
    let readers = steps.filter { $0.arguments.contains(0) }
    guard readers.count == 1, let reader = readers.first, !outputs.contains(0) else { return false }
    return reader.traits.acceptsSparseInput && reader.arguments[0] == 0 && reader.flows[0] == .none
      && !reader.arguments.dropFirst().contains(0) && reader.storesNoWeightGradient
  }
}
