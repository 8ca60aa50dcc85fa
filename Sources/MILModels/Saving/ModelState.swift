import Autodiff
import Foundation
import LinearAlgebra
import MILBags
import UserInput

/// The state of a fit as named arrays: the bridge between a model and a model file.
///
/// Every array is a matrix of one kind of number, row after row; a single number is 1 x 1. Names are unique, and dots
/// separate their parts: the arrays of an ensemble's second member begin with `member.2.`.
public struct ModelState: Sendable, Equatable {
  /// The elements of an array.
  package enum Values: Sendable, Equatable {
    /// Single precision.
    case floats([Float])
    /// Double precision.
    case doubles([Double])
    /// Whole numbers.
    case integers([Int])
    /// Texts.
    case texts([String])

    /// The number of elements.
    package var count: Int {
      switch self {
      case .floats(let values): values.count
      case .doubles(let values): values.count
      case .integers(let values): values.count
      case .texts(let values): values.count
      }
    }
  }

  /// A named array.
  package struct Entry: Sendable, Equatable {
    /// The name.
    package let name: String
    /// The number of rows.
    package let rows: Int
    /// The number of columns.
    package let columns: Int
    /// The elements, row after row.
    package let values: Values
  }

  /// The number of features of the training bags.
  public let featureCount: Int
  /// The arrays, in the order in which they were set.
  package private(set) var entries: [Entry] = []
  private var places: [String: Int] = [:]
  /// The known tasks.
  var knownTasks = TaskTypes()

  /// Creates a state without arrays.
  public init(featureCount: Int) { self.featureCount = featureCount }

  /// Creates a state from arrays.
  ///
  /// - Throws: ``ModelError`` if two have the same name or one has another number of elements than its shape.
  init(featureCount: Int, entries: [Entry]) throws {
    self.init(featureCount: featureCount)
    for entry in entries {
      let (count, overflow) = entry.rows.multipliedReportingOverflow(by: entry.columns)
      guard entry.rows >= 0, entry.columns >= 0, !overflow, count == entry.values.count else {
        throw ModelError(
          "array \(entry.name): \(entry.values.count) elements, expected \(entry.rows) x \(entry.columns)")
      }
      guard places[entry.name] == nil else { throw ModelError("array \(entry.name) is there twice") }
      append(entry)
    }
  }

  private mutating func append(_ entry: Entry) {
    if let place = places[entry.name] {
      entries[place] = entry
    } else {
      places[entry.name] = entries.count
      entries.append(entry)
    }
  }

  // MARK: - Writing

  /// Saves a matrix, in its precision.
  public mutating func set<Scalar: BLASScalar>(_ name: String, to matrix: Matrix<Scalar>) {
    let values: Values =
      if let single = matrix as? Matrix<Float> {
        .floats(single.elements)
      } else {
        .doubles(matrix.elements.map { Double($0) })
      }
    append(Entry(name: name, rows: matrix.rows, columns: matrix.columns, values: values))
  }

  /// Saves numbers of double precision, as one row.
  public mutating func set(_ name: String, to numbers: [Double]) {
    append(Entry(name: name, rows: 1, columns: numbers.count, values: .doubles(numbers)))
  }

  /// Saves a number.
  package mutating func set(_ name: String, to number: Double) { set(name, to: [number]) }

  /// Saves a whole number.
  public mutating func set(_ name: String, to number: Int) {
    append(Entry(name: name, rows: 1, columns: 1, values: .integers([number])))
  }

  /// Saves a text.
  public mutating func set(_ name: String, to text: String) {
    append(Entry(name: name, rows: 1, columns: 1, values: .texts([text])))
  }

  /// Saves the arrays of another state, a part of this one, with `prefix` and a dot before their names.
  package mutating func add(_ part: ModelState, under prefix: String) {
    for entry in part.entries {
      append(Entry(name: "\(prefix).\(entry.name)", rows: entry.rows, columns: entry.columns, values: entry.values))
    }
  }

  // MARK: - Reading

  /// Returns whether there is an array with this name.
  package func has(_ name: String) -> Bool { places[name] != nil }

  /// Returns a matrix of single precision; its shape must match the given one.
  ///
  /// - Throws: ``ModelError``, as all reading methods do, if there is no such array, naming the content found and
  ///   expected.
  public func floats(_ name: String, rows: Int? = nil, columns: Int? = nil) throws -> Matrix<Float> {
    let entry = try entry(name, rows, columns, "numbers of single precision")
    guard case .floats(let values) = entry.values else { throw mismatch(name, "numbers of single precision") }
    return Matrix(rows: entry.rows, columns: entry.columns, elements: values)
  }

  /// Returns a matrix of double precision; its shape must match the given one.
  public func doubles(_ name: String, rows: Int? = nil, columns: Int? = nil) throws -> Matrix<Double> {
    let entry = try entry(name, rows, columns, "numbers of double precision")
    guard case .doubles(let values) = entry.values else { throw mismatch(name, "numbers of double precision") }
    return Matrix(rows: entry.rows, columns: entry.columns, elements: values)
  }

  /// Returns a number.
  package func number(_ name: String) throws -> Double { try doubles(name, rows: 1, columns: 1)[0, 0] }

  /// Returns a whole number.
  public func integer(_ name: String) throws -> Int {
    guard case .integers(let values) = try entry(name, 1, 1, "a whole number").values else {
      throw mismatch(name, "a whole number")
    }
    return values[0]
  }

  /// Returns a text.
  public func text(_ name: String) throws -> String {
    guard case .texts(let values) = try entry(name, 1, 1, "a text").values else { throw mismatch(name, "a text") }
    return values[0]
  }

  /// Returns the part whose names begin with `prefix` and a dot, without this beginning.
  package func part(_ prefix: String) throws -> ModelState {
    var part = ModelState(featureCount: featureCount)
    part.knownTasks = knownTasks
    for entry in entries where entry.name.hasPrefix(prefix + ".") {
      let name = String(entry.name.dropFirst(prefix.count + 1))
      part.append(Entry(name: name, rows: entry.rows, columns: entry.columns, values: entry.values))
    }
    guard !part.entries.isEmpty else { throw mismatch(prefix, "arrays whose names begin with it") }
    return part
  }

  private func entry(_ name: String, _ rows: Int?, _ columns: Int?, _ expected: String) throws -> Entry {
    guard let entry = places[name].map({ entries[$0] }) else { throw mismatch(name, expected) }
    guard entry.rows == rows ?? entry.rows, entry.columns == columns ?? entry.columns else {
      throw ModelError(
        "array \(name) is \(entry.rows) x \(entry.columns), expected "
          + "\(rows ?? entry.rows) x \(columns ?? entry.columns) for this model")
    }
    return entry
  }

  private func mismatch(_ name: String, _ expected: String) -> ModelError {
    ModelError("\(places[name] == nil ? "no array" : "another kind of array") \(name), expected \(expected)")
  }
}

/// Tasks by their ids; not part of a state's identity, so all are equal.
struct TaskTypes: Sendable, Equatable {
  var all = BagTasks.all

  static func == (left: TaskTypes, right: TaskTypes) -> Bool { true }
}

// MARK: - What several kinds of models have

extension ModelState {
  /// Creates a state of all parameters of an evaluator, learned and frozen, by the names under which they were
  /// requested.
  init(of evaluator: Evaluator) {
    self.init(featureCount: evaluator.featureCount)
    for description in evaluator.parameterDescriptions {
      if let matrix = evaluator.parameter(description.name) { set(description.name, to: matrix) }
    }
  }

  /// Returns an evaluator with the saved parameters.
  ///
  /// - Throws: ``ModelError`` if a requested parameter is missing or has another shape.
  func evaluator(of graph: ComputationGraph, outputs: [Variable]) throws -> Evaluator {
    // Checked before memory is allocated, since the configuration may need more than the file contains.
    let parameters = try graph.parameterDescriptions.map { description in
      (description.name, try floats(description.name, rows: description.rows, columns: description.columns))
    }
    let evaluator = try Evaluator(graph: graph, outputs: outputs, seed: 0)
    for (name, matrix) in parameters { evaluator.setParameter(name, to: matrix) }
    return evaluator
  }

  /// Keeps the task that was fitted, unless it is the one of files that name none.
  mutating func set(_ task: any BagTask) {
    guard let name = BagTasks.name(of: task) else { return }
    set("task.id", to: name)
    set("task", to: (try? BagTasks.settings(of: task)) ?? "")
  }

  /// The fitted task.
  ///
  /// - Throws: ``ModelError`` for an unknown task.
  var task: any BagTask {
    get throws {
      guard entries.contains(where: { $0.name == "task.id" }) else { return BagTasks.unnamed }
      do {
        return try BagTasks.task(named: text("task.id"), settings: text("task"), among: knownTasks.all)
      } catch let error as TaskError {
        throw ModelError("they are of \(error)")
      }
    }
  }

  /// Saves the shape of the input images; nothing for nil.
  mutating func set(_ images: ImageShape?) {
    guard let images else { return }
    for (name, size) in [("channels", images.channels), ("height", images.height), ("width", images.width)] {
      set("images.\(name)", to: size)
    }
  }

  /// The shape of the input images; nil if the model reads none.
  ///
  /// - Throws: ``ModelError`` for images with another number of values than there are features.
  var images: ImageShape? {
    get throws {
      guard entries.contains(where: { $0.name == "images.channels" }) else { return nil }
      let sizes = try (integer("images.channels"), integer("images.height"), integer("images.width"))
      guard [sizes.0, sizes.1, sizes.2].allSatisfy({ (1...1 << 16).contains($0) }),
        case let shape = ImageShape(channels: sizes.0, height: sizes.1, width: sizes.2), shape.count == featureCount
      else { throw ModelError("images of \(sizes.0) x \(sizes.1) x \(sizes.2), expected \(featureCount) values") }
      return shape
    }
  }

  /// Saves the number of last features that describe the bag of an instance; nothing for 0.
  mutating func set(bagFeatures: Int) {
    if bagFeatures > 0 { set("bagFeatures", to: bagFeatures) }
  }

  /// The number of last features that describe the bag of an instance; 0 if the model does not read them apart.
  ///
  /// - Throws: ``ModelError`` for a number that leaves no feature of instances.
  var bagFeatures: Int {
    get throws {
      guard entries.contains(where: { $0.name == "bagFeatures" }) else { return 0 }
      let count = try integer("bagFeatures")
      guard (1..<max(featureCount, 2)).contains(count) else {
        throw ModelError("\(count) features of bags, expected 1 to \(featureCount - 1)")
      }
      return count
    }
  }

  /// Saves that the model reads two sets of instances apart; nothing for false.
  mutating func set(twoSets: Bool) {
    if twoSets { set("twoSets", to: 1) }
  }

  /// Whether the model reads two sets of instances apart, which the last feature before those of bags divides.
  ///
  /// - Throws: ``ModelError`` if no other feature of instances is left.
  var twoSets: Bool {
    get throws {
      guard entries.contains(where: { $0.name == "twoSets" }) else { return false }
      guard try integer("twoSets") == 1, try bagFeatures + 1 < featureCount else {
        throw ModelError("two sets of instances with \(featureCount) features, expected a feature besides that of sets")
      }
      return true
    }
  }

  /// Saves the coefficients and the intercepts of regressions with one penalty, a row and a number each.
  mutating func set(_ name: String, to solutions: [RidgeSolution]) {
    set(
      "\(name).coefficients",
      to: Matrix(
        rows: solutions.count, columns: solutions.first?.coefficients.count ?? 0,
        elements: solutions.flatMap(\.coefficients)))
    set("\(name).intercept", to: solutions.map(\.intercept))
    set("\(name).penalty", to: solutions.first?.penalty ?? 0)
  }

  /// Returns `count` regressions on `columns` features.
  func solutions(_ name: String, count: Int, columns: Int) throws -> [RidgeSolution] {
    let coefficients = try doubles("\(name).coefficients", rows: count, columns: columns)
    let intercepts = try doubles("\(name).intercept", rows: 1, columns: count)
    let penalty = try number("\(name).penalty")
    return (0..<count).map {
      RidgeSolution(coefficients: Array(coefficients.row($0)), intercept: intercepts[0, $0], penalty: penalty)
    }
  }
}
