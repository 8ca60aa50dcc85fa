/// The row of each pair's source or target.
struct AtPairs: GenericOperation {
  let takesSources: Bool

  var traits: OperationTraits {
    var traits = OperationTraits(backwardReads: [])
    traits.givenArguments = [1]
    return traits
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    let name = takesSources ? "atSources" : "atTargets"
    guard arguments.count == 2, case .pairs = arguments[1].rows else {
      throw GraphError("\(name) takes a variable and pairs")
    }
    let argument = try [arguments[0]].onlyInstances(name)
    return VariableShape(rows: arguments[1].rows, columns: argument.columns)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (input, result, width) = (pass.value(0), pass.result, pass.shape.columns)
    forEachPair(pass) { pair, row in (result + pair * width).update(from: input + row * width, count: width) }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (target, slope, width) = (pass.gradient(0), pass.slope, pass.shape.columns)
    pass.clear(0)
    forEachPair(pass) { pair, row in
      let slope = slope + pair * width
      pass.fill(target + row * width, width, .add) { slope[$0] }
    }
  }

  /// Calls `body` with each pair and the row of its source or target.
  @inline(__always)
  private func forEachPair<Scalar: KernelScalar>(
    _ pass: OperationPass<Scalar>, _ body: (_ pair: Int, _ row: Int) -> Void
  ) {
    guard case .pairs(let list) = pass.shape.rows else { return }
    let (starts, sources) = (pass.starts(ofPairs: list), pass.sources(ofPairs: list))
    for target in 0..<pass.instanceCount {
      for pair in starts[target]..<starts[target + 1] { body(pair, takesSources ? Int(sources[pair]) : target) }
    }
  }
}

extension Variable {
  /// Returns the row of each pair's source, with one row per pair.
  ///
  /// With one score per pair, `(scores.softmaxOverSources() * values.atSources()).sumOverSources()` is the
  /// attention of each instance over its neighbours.
  ///
  /// Source: P. Veličković et al., Graph attention networks, ICLR 2018, arXiv 1710.10903.
  /// - Parameter pairs: a variable with a row for each of the pairs, such as ``ComputationGraph/edges`` or
  ///   ``nearest(_:includingItself:)``; by default the graph's only list of pairs.
  public func atSources(of pairs: Variable? = nil) -> Variable {
    AtPairs(takesSources: true).applied(to: self, pairs ?? graph.onlyPairs)
  }

  /// Returns the row of each pair's target, with one row per pair.
  ///
  /// - Parameter pairs: a variable with a row for each of the pairs; by default the graph's only list of pairs.
  public func atTargets(of pairs: Variable? = nil) -> Variable {
    AtPairs(takesSources: false).applied(to: self, pairs ?? graph.onlyPairs)
  }
}

extension ComputationGraph {
  /// The variable that creates the only list of pairs.
  fileprivate var onlyPairs: Variable {
    if pairLists.count == 1 { return Variable(graph: self, index: pairLists[0].node) }
    fail("there are \(pairLists.count) lists of pairs, expected one; atSources(of:) and atTargets(of:) say which")
    return edges
  }
}
