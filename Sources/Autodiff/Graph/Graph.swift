import LinearAlgebra

/// A computation on bags, written down once and run many times.
///
/// A model traces itself by calling operations on ``Variable``s; nothing is computed then. The graph records the
/// operations and the parameters asked for, and a ``Trainer`` runs it on any batch, in single or double precision,
/// with gradients. A mistake in the trace (shapes that do not fit) is kept and reported when the graph is put to
/// use, so that tracing code needs no `try`.
public final class Graph {
  /// The number of features of an instance.
  public let featureCount: Int
  /// The shape of the images that the instances are; nil where they are none.
  package let imageShape: ImageShape?
  var nodes: [Node] = []
  var parameters: [ParameterDescription] = []
  /// The lists of pairs, by their numbers in ``RowKind/pairs(_:)``.
  private(set) var pairLists: [PairList] = []
  private var scopes: [String] = []
  /// What parameters asked for now follow: how many of the scopes leaders do not have, and the share that is kept.
  private var following: (scope: Int, keeping: Double)?
  private(set) var firstProblem: GraphError?
  /// The numbers of columns, slots and rows of weights that there may be: sizes are multiplied, which must not overflow.
  private static let sizes = 1...(1 << 28)

  /// Whether ``instanceImages`` were asked for.
  package private(set) var readsImages = false

  /// A graph without a trace.
  ///
  /// - Parameters:
  ///   - featureCount: the number of features of an instance.
  ///   - targetColumns: the number of numbers that are to be learned of a bag.
  ///   - images: the shape of the images that the instances are, where they are such.
  package init(featureCount: Int, targetColumns: Int = 1, images: ImageShape? = nil) {
    self.featureCount = featureCount
    imageShape = images
    nodes.append(Node(.instances, rows: .instances, columns: featureCount))
    nodes.append(Node(.labels, rows: .bags, columns: targetColumns))
  }

  /// The instances of the batch, N x d.
  public var instances: Variable { Variable(graph: self, index: 0) }
  /// The instances of the batch as images; a mistake of the trace where the instances are none.
  package var instanceImages: ImageRows {
    readsImages = true
    if imageShape == nil { fail("it reads images, the features of the bags are none") }
    return ImageRows(features: instances, shape: imageShape ?? ImageShape(channels: 1, height: 1, width: featureCount))
  }
  /// The labels of the bags of the batch, one column of 0 and 1; of other tasks their ``targets``.
  public var labels: Variable { targets }
  /// What is to be learned of the bags of the batch, a row for each.
  public var targets: Variable { Variable(graph: self, index: 1) }
  /// The number of columns of ``targets``.
  public var targetColumns: Int { nodes[1].columns }

  /// Where the instances of the batch are, N x p, for bags that have ``BagMatrix/places``.
  ///
  /// Places are given: no gradient reaches them.
  /// - Parameter columns: p, 2 for places in a plane.
  public func places(columns: Int = 2) -> Variable {
    if let known = nodes.firstIndex(where: { $0.isSurroundings && $0.rows == .instances }) {
      if nodes[known].columns != columns {
        fail("places have \(nodes[known].columns) columns, asked for with \(columns)")
      }
      return Variable(graph: self, index: known)
    }
    guard columns > 0 else {
      fail("places would have \(columns) columns, expected at least 1")
      return instances
    }
    return append(Node(.places, rows: .instances, columns: columns))
  }

  /// The edges of the batch, for bags that have ``BagMatrix/edges``: one column with a row a pair, the edge's weight.
  ///
  /// Weights are given: no gradient reaches them.
  package var edges: Variable {
    if let known = pairLists.first(where: { $0.mostSources == nil }) { return Variable(graph: self, index: known.node) }
    return appendPairs(mostSources: nil) { append(Node(.edges, rows: .pairs($0), columns: 1)) }
  }

  /// The result of `body`, which gets the number of a new list of pairs and gives the variable that makes it.
  func appendPairs(mostSources: Int?, _ body: (_ list: Int) -> Variable) -> Variable {
    let list = pairLists.count
    pairLists.append(PairList(node: nodes.count, mostSources: mostSources))
    let result = body(list)
    pairLists[list] = PairList(node: result.index, mostSources: mostSources)
    return result
  }

  /// A value that is the same everywhere, with the given rows and columns.
  ///
  /// Rows may be of any kind but pairs, whose number is known only where they are made.
  package func constant(_ value: Double, rows: RowKind = .single, columns: Int = 1) -> Variable {
    var shape = VariableShape(rows: rows, columns: columns)
    do {
      if case .pairs = rows { throw GraphError("a constant cannot have a row for \(rows)") }
      try check(shape)
    } catch {
      fail((error as? GraphError)?.problem ?? "\(error)")
      shape = VariableShape(rows: .single, columns: 1)
    }
    return append(Node(.constant(value), rows: shape.rows, columns: shape.columns))
  }

  /// Asks for a matrix by name and shape, learned or frozen.
  ///
  /// The name is prefixed with the enclosing ``scope(_:_:)``s; asking again for a name gives the same parameter,
  /// and with another shape is an error.
  /// - Parameters:
  ///   - name: the parameter's name, unique within its scope.
  ///   - rows: the number of rows; matrices of more than one row can only be used in
  ///     ``Variable/linear(_:to:bias:initialiser:biasInitialiser:trains:)``.
  ///   - columns: the number of columns.
  ///   - initialiser: where its values start.
  ///   - decays: whether weight decay applies to it.
  ///   - trains: whether it is learned; a frozen one keeps its values and has no gradient.
  package func parameter(
    _ name: String, rows: Int = 1, columns: Int, initialiser: Initialiser, decays: Bool = false, trains: Bool = true
  ) -> Variable {
    let path = (scopes + [name]).joined(separator: ".")
    let trains = trains && following == nil
    if let known = parameters.firstIndex(where: { $0.name == path }) {
      if parameters[known].rows != rows || parameters[known].columns != columns {
        fail(
          "parameter \(path) is \(parameters[known].rows) x \(parameters[known].columns), asked for as \(rows) x \(columns)"
        )
      }
      if parameters[known].trains != trains { fail("parameter \(path) is asked for both as learned and as frozen") }
      return Variable(graph: self, index: parameters[known].node)
    }
    guard Self.sizes.contains(rows), Self.sizes.contains(columns) else {
      let bound =
        min(rows, columns) < 1 ? "at least 1 x 1" : "at most \(Self.sizes.upperBound) rows and as many columns"
      fail("parameter \(path) would be \(rows) x \(columns), expected \(bound)")
      return constant(0)
    }
    parameters.append(
      ParameterDescription(
        name: path, rows: rows, columns: columns, initialiser: initialiser, decays: decays && trains, trains: trains,
        following: following.map { following in
          let leader = scopes.enumerated().filter { $0.offset != following.scope }.map(\.element) + [name]
          return Following(leader: leader.joined(separator: "."), keeping: following.keeping)
        }, node: nodes.count))
    return append(Node(.parameter(parameters.count - 1), rows: .single, columns: columns, weightRows: rows))
  }

  /// Prefixes the names of all parameters asked for inside `body` with `name` and a dot.
  public func scope<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
    scopes.append(name)
    defer { scopes.removeLast() }
    return try body()
  }

  /// Asks inside `body` for a slow copy of the parameters that have the same names outside of the scope.
  ///
  /// None of them is learned: after each step of a training, each is m times itself and 1 - m times its leader. A teacher is
  /// such a copy of its student. It begins where it is drawn, or where its leader has come to in an earlier phase.
  ///
  /// Source: A. Tarvainen, H. Valpola, Mean teachers are better role models, NIPS 2017, arXiv 1703.01780.
  /// - Parameters:
  ///   - name: the scope's name.
  ///   - keeping: m, the share of itself that a parameter keeps.
  ///   - body: what asks for parameters.
  package func followingScope<Result>(_ name: String, keeping: Double, _ body: () throws -> Result) rethrows -> Result {
    if following != nil { fail("a copy of parameters is asked for within another") }
    if !(0...1).contains(keeping) { fail("a copy of parameters would keep \(keeping) of itself, expected 0 to 1") }
    following = (scopes.count, keeping)
    defer { following = nil }
    return try scope(name, body)
  }

  /// The parameters asked for so far, in the order in which they were first asked for.
  package var parameterDescriptions: [ParameterDescription] { parameters }

  /// The number of learned scalars.
  public var parameterCount: Int { parameters.reduce(0) { $0 + ($1.trains ? $1.count : 0) } }

  /// The number of scalars of frozen parameters.
  package var frozenParameterCount: Int { parameters.reduce(0) { $0 + ($1.trains ? 0 : $1.count) } }

  /// At most how many scalars the values of all operations take for a batch.
  public func valueCount(instances: Int, bags: Int, edges: Int = 0) -> Int {
    nodes.reduce(0) { sum, node in
      switch node.rows {
      case .single: sum + node.columns
      case .bags: sum + bags * node.columns
      case .slots(let count): sum + bags * count * node.columns
      case .instances: sum + instances * node.columns
      case .pairs(let list):
        sum + (pairLists[list].count(instances: instances, edges: edges)) * node.columns
      }
    }
  }

  /// Checks that bags have the features, places and edges that this graph reads.
  ///
  /// - Throws: ``GraphError`` where they do not, and for a mistake of the trace.
  public func check(_ bags: BagMatrix) throws {
    if let firstProblem { throw firstProblem }
    if bags.instances.columns != featureCount {
      throw GraphError("it reads \(featureCount) features, the bags have \(bags.instances.columns)")
    }
    if bags.targetColumns != targetColumns {
      throw GraphError("it reads \(targetColumns) columns of targets, the bags have \(bags.targetColumns)")
    }
    try checkSurroundings(bags)
  }

  /// Checks that bags have the places and edges that this graph reads.
  ///
  /// - Throws: ``GraphError`` where they do not.
  package func checkSurroundings(_ bags: BagMatrix) throws {
    for node in nodes where node.isSurroundings {
      if node.rows == .instances && bags.places?.columns != node.columns {
        let found = bags.places.map { "\($0.columns)" } ?? "no places"
        throw GraphError("it reads places of \(node.columns) columns, the bags have \(found)")
      }
      if node.rows != .instances && bags.edges == nil {
        throw GraphError("it reads edges, the bags have none")
      }
    }
  }

  /// Keeps the first mistake of a trace.
  func fail(_ problem: String) {
    if firstProblem == nil { firstProblem = GraphError(problem) }
  }

  /// The result of an operation on variables of this graph.
  ///
  /// Where there is none, a variable of a sound shape stands for it, so that tracing can go on.
  func append(_ operation: any BagOperation, _ arguments: [Variable]) -> Variable {
    if arguments.contains(where: { $0.graph !== self }) {
      fail("two variables of different graphs meet")
      return constant(0)
    }
    var shape = arguments.first?.shape ?? VariableShape(rows: .single, columns: 1)
    do {
      let result = try operation.shape(of: arguments.map(\.shape))
      try check(result)
      shape = result
    } catch {
      fail((error as? GraphError)?.problem ?? "\(error)")
    }
    return append(Node(operation, arguments.map(\.index), shape))
  }

  /// Refuses a shape that cannot be.
  private func check(_ shape: VariableShape) throws {
    var slots = 1
    switch shape.rows {
    case .slots(let count): slots = count
    case .pairs(let list) where !pairLists.indices.contains(list):
      throw GraphError("a variable would have a row for \(shape.rows), of which there is no list")
    default: break
    }
    guard Self.sizes.contains(slots), Self.sizes.contains(shape.columns), Self.sizes.contains(slots * shape.columns)
    else {
      throw GraphError(
        "a variable would have \(shape.columns) columns with a row for \(shape.rows), expected 1 to "
          + "\(Self.sizes.upperBound) values")
    }
  }

  private func append(_ node: Node) -> Variable {
    nodes.append(node)
    return Variable(graph: self, index: nodes.count - 1)
  }
}

/// A parameter as a graph asks for it: its name, shape, start and whether it is learned and decays.
package struct ParameterDescription: Sendable, Equatable {
  /// The name with its scopes, for example `trunk.1.weight`.
  package let name: String
  /// The number of rows.
  package let rows: Int
  /// The number of columns.
  public let columns: Int
  /// Where its values start.
  package let initialiser: Initialiser
  /// Whether weight decay applies; never to a frozen parameter.
  package let decays: Bool
  /// Whether it is learned; a frozen parameter keeps its values and has no gradient.
  package let trains: Bool
  /// What it follows; nil for all but those of ``Graph/followingScope(_:keeping:_:)``.
  package let following: Following?
  let node: Int

  /// The number of scalars.
  var count: Int { rows * columns }
}

/// The parameter that a slow copy follows.
package struct Following: Sendable, Equatable {
  /// The leader's name.
  package let leader: String
  /// The share of itself that the copy keeps in a step.
  package let keeping: Double
}

/// A mistake in the trace of a model.
package struct GraphError: Error, Equatable, CustomStringConvertible {
  /// What does not fit, as half a sentence.
  package let problem: String

  /// A mistake, as half a sentence that says what does not fit.
  package init(_ problem: String) { self.problem = problem }

  /// One line for the user.
  package var description: String { "the model cannot be built: \(problem)" }
}
