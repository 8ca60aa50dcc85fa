import LinearAlgebra

/// A computation on bags, traced once and run many times.
///
/// A model traces itself by calling operations on ``Variable``s, without any computation. The graph records the
/// operations and the requested parameters. A ``Trainer`` runs it on any batch, in single or double precision, with
/// gradients. An error in the trace (such as incompatible shapes) is stored and reported on first use, so that tracing
/// code needs no `try`.
public final class ComputationGraph {
  /// The number of features of an instance.
  package let featureCount: Int
  /// The shape of the images that the instances form; nil if they form none.
  package let imageShape: ImageShape?
  /// The number of last features that describe the bag of an instance; see ``bagFeatures``.
  package let bagFeatureCount: Int
  /// Whether the last feature before those of bags divides instances into two sets; see ``secondSet``.
  package let hasTwoSets: Bool
  var nodes: [Node] = []
  var parameters: [ParameterDescription] = []
  /// The lists of pairs, by their numbers in ``RowKind/pairs(_:)``.
  private(set) var pairLists: [PairList] = []
  private var scopes: [String] = []
  /// The leaders of parameters requested now: the index of the scope that leaders do not have, and the share that is
  /// kept.
  private var following: (scope: Int, keeping: Double)?
  private(set) var firstProblem: GraphError?
  /// The allowed sizes of columns, slots and rows of weights: sizes are multiplied, which must not overflow.
  private static let sizes = 1...(1 << 28)

  /// Whether ``instanceImages`` was used.
  package private(set) var readsImages = false

  /// The node that ``instances`` returns: the input, or a view of it.
  private var shown = 0

  /// Whether ``bagFeatures`` was used.
  package internal(set) var readsBagFeatures = false

  /// Whether ``secondSet`` was used, of instances that form two sets.
  package internal(set) var readsSets = false

  /// Creates a graph without a trace.
  ///
  /// - Parameters:
  ///   - featureCount: the number of features of an instance.
  ///   - targetColumns: the number of target columns of a bag.
  ///   - images: the shape of the images that the instances form; nil if they form none.
  ///   - bagFeatures: the number of last features that describe the bag of an instance, fewer than all.
  ///   - twoSets: whether the last feature before those divides instances into two sets.
  package init(
    featureCount: Int, targetColumns: Int = 1, images: ImageShape? = nil, bagFeatures: Int = 0, twoSets: Bool = false
  ) {
    self.featureCount = featureCount
    imageShape = images
    bagFeatureCount = max(0, min(bagFeatures, featureCount - 1))
    hasTwoSets = twoSets && bagFeatureCount + 1 < featureCount
    nodes.append(Node(.instances, rows: .instances, columns: featureCount))
    nodes.append(Node(.labels, rows: .bags, columns: targetColumns))
  }

  /// The instances of the batch, N x d.
  public var instances: Variable { Variable(graph: self, index: shown) }

  /// Returns the result of `body`, in which ``instances`` are a view of themselves, such as augmented ones.
  ///
  /// A network that is traced again inside `body` shares its parameters, which have the same names, and sees the view.
  /// - Parameters:
  ///   - view: as many columns as there are features, with a row for each instance.
  ///   - body: the code that reads ``instances``.
  package func viewing<Result>(_ view: Variable, _ body: () throws -> Result) rethrows -> Result {
    if view.rows != .instances || view.columns != featureCount {
      fail("a view of instances has \(view.columns) columns, expected \(featureCount) with a row an instance")
      return try body()
    }
    let earlier = shown
    shown = view.index
    defer { shown = earlier }
    return try body()
  }

  /// The instances of the batch as images; an error of the trace if they form none.
  public var instanceImages: ImageRows {
    readsImages = true
    if imageShape == nil { fail("it reads images, the features of the bags are none") }
    return ImageRows(features: instances, shape: imageShape ?? ImageShape(channels: 1, height: 1, width: featureCount))
  }
  /// The labels of the bags of the batch, one column of 0 and 1; for other tasks their ``targets``.
  package var labels: Variable { targets }
  /// The targets of the bags of the batch, one row per bag.
  public var targets: Variable { Variable(graph: self, index: 1) }
  /// The number of columns of ``targets``.
  package var targetColumns: Int { nodes[1].columns }

  /// Returns the positions of the instances of the batch, N x p, for bags that have ``BagMatrix/places``.
  ///
  /// Positions are inputs: they get no gradient.
  /// - Parameter columns: p, 2 for positions in a plane.
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

  /// The edges of the batch, for bags that have ``BagMatrix/edges``: one column with a row per pair, the edge's weight.
  ///
  /// Weights are inputs: they get no gradient.
  public var edges: Variable {
    if let known = pairLists.first(where: { $0.mostSources == nil }) { return Variable(graph: self, index: known.node) }
    return appendPairs(mostSources: nil) { append(Node(.edges, rows: .pairs($0), columns: 1)) }
  }

  /// Returns the result of `body`, which receives the number of a new list of pairs and returns the variable that
  /// creates it.
  func appendPairs(mostSources: Int?, _ body: (_ list: Int) -> Variable) -> Variable {
    let list = pairLists.count
    pairLists.append(PairList(node: nodes.count, mostSources: mostSources))
    let result = body(list)
    pairLists[list] = PairList(node: result.index, mostSources: mostSources)
    return result
  }

  /// Returns a value that is the same everywhere, with the given rows and columns.
  ///
  /// Rows may be of any kind except pairs, whose number is only known to the operation that creates them.
  public func constant(_ value: Double, rows: RowKind = .single, columns: Int = 1) -> Variable {
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

  /// Requests a matrix by name and shape, learned or frozen.
  ///
  /// The name is prefixed with the enclosing ``scope(_:_:)``s. Requesting a name again returns the same parameter;
  /// another shape is an error.
  /// - Parameters:
  ///   - name: the parameter's name, unique within its scope.
  ///   - rows: the number of rows; matrices of more than one row can only be used in
  ///     ``Variable/linear(_:to:bias:initialiser:biasInitialiser:trains:)``.
  ///   - columns: the number of columns.
  ///   - initialiser: the initialiser of its values.
  ///   - decays: whether weight decay applies to it.
  ///   - trains: whether it is learned; a frozen one keeps its values and has no gradient.
  public func parameter(
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

  /// Prefixes the names of all parameters requested inside `body` with `name` and a dot.
  public func scope<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
    scopes.append(name)
    defer { scopes.removeLast() }
    return try body()
  }

  /// Requests, inside `body`, a slow copy of the parameters that have the same names outside the scope.
  ///
  /// The copies are not learned: after each step of a training, each is m times itself plus 1 - m times its leader. A
  /// teacher is such a copy of its student. A copy starts from its own draw, or from its leader's value after an
  /// earlier phase.
  ///
  /// Source: A. Tarvainen, H. Valpola, Mean teachers are better role models, NIPS 2017, arXiv 1703.01780.
  /// - Parameters:
  ///   - name: the scope's name.
  ///   - keeping: m, the share of itself that a parameter keeps.
  ///   - body: the code that requests parameters.
  public func followingScope<Result>(_ name: String, keeping: Double, _ body: () throws -> Result) rethrows -> Result {
    if following != nil { fail("a copy of parameters is asked for within another") }
    if !(0...1).contains(keeping) { fail("a copy of parameters would keep \(keeping) of itself, expected 0 to 1") }
    following = (scopes.count, keeping)
    defer { following = nil }
    return try scope(name, body)
  }

  /// The requested parameters, in the order of first request.
  package var parameterDescriptions: [ParameterDescription] { parameters }

  /// The number of learned scalars.
  package var parameterCount: Int { parameters.reduce(0) { $0 + ($1.trains ? $1.count : 0) } }

  /// The number of scalars of frozen parameters.
  package var frozenParameterCount: Int { parameters.reduce(0) { $0 + ($1.trains ? 0 : $1.count) } }

  /// Returns the largest number of scalars that the values of all operations need for a batch.
  package func valueCount(instances: Int, bags: Int, edges: Int = 0) -> Int {
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
  /// - Throws: ``GraphError`` if they do not, and for an error of the trace.
  package func check(_ bags: BagMatrix) throws {
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
  /// - Throws: ``GraphError`` if they do not.
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

  /// Makes the trace an error, which is reported on first use.
  package func refuse(_ problem: String) { fail(problem) }

  /// Records the first error of a trace.
  func fail(_ problem: String) {
    if firstProblem == nil { firstProblem = GraphError(problem) }
  }

  /// Returns the result of an operation on variables of this graph.
  ///
  /// After an error it returns a variable of a valid shape, so that tracing can continue.
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

  /// Throws for an invalid shape.
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

/// A requested parameter: its name, shape, initialiser, and whether it is learned and decays.
package struct ParameterDescription: Sendable, Equatable {
  /// The name with its scopes, for example `trunk.1.weight`.
  package let name: String
  /// The number of rows.
  package let rows: Int
  /// The number of columns.
  package let columns: Int
  /// The initialiser of its values.
  package let initialiser: Initialiser
  /// Whether weight decay applies; never to a frozen parameter.
  package let decays: Bool
  /// Whether it is learned; a frozen parameter keeps its values and has no gradient.
  package let trains: Bool
  /// The leader that it follows; nil except for parameters of ``ComputationGraph/followingScope(_:keeping:_:)``.
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

/// An error in the trace of a model.
public struct GraphError: Error, Equatable, CustomStringConvertible {
  /// The problem, as half a sentence.
  package let problem: String

  /// Creates an error from its problem, as half a sentence.
  public init(_ problem: String) { self.problem = problem }

  /// One line for the user.
  public var description: String { "the model cannot be built: \(problem)" }
}
