import Foundation
import MILBags
import UserInput

/// A model as the registry knows it: names, source, parameters, and how the authors trained it.
public struct ModelRegistration: Sendable {
  /// The unmistakable lower-case name.
  public let id: String
  /// What papers and tables call it; with "(ordered)" behind it where scores depend on the order of a bag's instances.
  public let title: String
  /// One sentence on what it is.
  public let summary: String
  /// Authors, title, venue, year, DOI.
  public let citation: String
  /// How it was trained and evaluated by its authors.
  package let published: PublishedRecipe
  /// What a fit decides with the default parameters, and by which means.
  public let trained: String
  /// Whether the model is part of the released harness; false for what a researcher's package or a description adds.
  ///
  /// The version of the harness says which code a released model has, and its committed results must keep their bits.
  package internal(set) var isReleased = false
  /// Whether results hang on code of the running program that no version stands for: those of a model that is not
  /// released and no program of its own, whose digest is part of the configuration.
  package var dependsOnBuild: Bool { !isReleased && program == nil }
  let schema: ParameterSchema
  /// What of an external model decides results beside its parameters; nil for models that are part of this program.
  let program: JSONValue?
  let decode: @Sendable (ParameterTree) throws -> any Model
  /// See ``Model/laterParameters``.
  private(set) var laterParameters: Set<String> = []

  /// A registration of the model that `Configuration` describes.
  public init<Configuration: Model>(
    id: String, title: String, summary: String, citation: String, published: PublishedRecipe,
    _ configuration: Configuration = Configuration()
  ) throws {
    let schema = try ParameterSchema(configuration, kind: "model") { try $0.validate() }
    let traits = configuration.traits
    self.init(
      id: id, title: traits.readsOrder ? "\(title) (ordered)" : title, summary: summary, citation: citation,
      published: published, trained: traits.trained, schema: schema, program: nil
    ) { try $0.decoded(as: Configuration.self) }
    laterParameters = Configuration.laterParameters
  }

  init(
    id: String, title: String, summary: String, citation: String, published: PublishedRecipe, trained: String,
    schema: ParameterSchema, program: JSONValue?,
    decode: @escaping @Sendable (ParameterTree) throws -> any Model
  ) {
    self.id = id
    self.title = title
    self.summary = summary
    self.citation = citation
    self.published = published
    self.trained = trained
    self.schema = schema
    self.program = program
    self.decode = decode
  }

  /// The values of each parameter that is one of several names, by the parameter's name.
  public var choices: [String: [String]] { schema.choices }

  /// The model with the given parameters, and for others the defaults.
  ///
  /// - Throws: ``ModelError`` for a parameter that the model does not have or a value that it cannot take.
  func resolved(_ parameters: [String: String], id: String) throws -> ResolvedModel {
    do {
      var own = parameters
      let common = try CommonParameters(takenFrom: &own, besides: schema)
      let tree = try schema.parameters(setting: own)
      return try ResolvedModel(self, id: id, tree: tree, written: tree, common: common)
    } catch let error as ConfigurationError {
      throw ModelError("model \(self.id): \(error)")
    }
  }

  /// The parameters and their defaults, sorted by name.
  public var parameters: [(name: String, value: String)] {
    schema.defaults.leaves.sorted { $0.key < $1.key }.map { ($0.key, $0.value.text) }
  }
}

/// A registered model with all its parameters decided, or with some left to a search on the training bags.
public struct ResolvedModel: Sendable {
  /// What it was resolved from.
  public let registration: ModelRegistration
  /// The canonical id: the registry name and the parameters that were asked for and differ from the defaults (or from
  /// what the authors' recipe sets on some data set, or from the base).
  public let id: String
  /// All parameters as JSON with sorted keys, later ones where they differ from the default; those with several values as texts; for an external model its program, too.
  public let configuration: String
  /// The model with these parameters; of those with several values the first.
  package let model: any Model
  /// What the harness may know of the model before a fit.
  public let traits: ModelTraits
  /// What every model has beside its own parameters.
  let common: CommonParameters
  /// How it is decided from which score on a bag is called positive.
  package var thresholdRule: ThresholdRule { common.threshold }
  /// All parameters; of those with several values the first.
  private let tree: ParameterTree
  /// A choice of a search.
  struct Combination {
    /// What the search sets.
    let settings: [String: String]
    let tree: ParameterTree
    let model: any Model
  }
  /// The combinations that are chosen from; empty where all parameters are decided.
  let combinations: [Combination]

  init(
    _ registration: ModelRegistration, id: String, tree: ParameterTree, written: ParameterTree,
    combinations: [(settings: [String: String], tree: ParameterTree)] = [],
    common: CommonParameters = CommonParameters()
  ) throws {
    self.common = common
    self.registration = registration
    self.id = id
    self.tree = tree
    model = try registration.decode(tree)
    traits = model.traits
    self.combinations = try combinations.map {
      Combination(settings: $0.settings, tree: $0.tree, model: try registration.decode($0.tree))
    }
    let kinds = Set(self.combinations.map(\.model.traits.scores))
    guard kinds.count < 2 else {
      throw ModelError("some combinations of the grid score with probabilities and some do not")
    }
    let (leaves, defaults) = (written.leaves, registration.schema.defaults.leaves)
    let written = written.leavingOut(registration.laterParameters.filter { leaves[$0] == defaults[$0] })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    configuration = String(
      decoding: try encoder.encode(
        common.values.reduce(written.root.adding(registration.program, as: "external")) {
          $0.adding($1.value, as: $1.key)
        }),
      as: UTF8.self)
  }

  /// The title for tables, with the parameters in brackets.
  public var title: String { registration.title + id.dropFirst(registration.id.count) }

  /// Whether some parameters are left to a search on the training bags.
  var isSearch: Bool { !combinations.isEmpty }

  /// The model with all parameters decided as one of the combinations says.
  func decided(_ combination: Combination) throws -> ResolvedModel {
    try ResolvedModel(
      registration, id: id, tree: combination.tree, written: combination.tree, common: common)
  }

  /// The number of fits that one fit takes: a search fits each combination on each of its inner folds.
  package var fitCount: Int {
    (isSearch ? combinations.count * traits.innerFolds : 0)
      + common.members * (1 + (thresholdRule == .fixed ? 0 : traits.innerFolds))
  }

  /// The number of weights that one fit learns, where that follows from the parameters; nil elsewhere.
  package func weightCount(for bags: BagShape) -> Int? {
    guard let network = model as? any NetworkModel, (try? network.validateTraining()) != nil else { return nil }
    return network.weightCount(for: bags)
  }

  /// All parameters by name; of those with several values the first.
  public var parameters: [String: String] {
    tree.leaves.mapValues(\.text).merging(common.texts) { $1 }
  }
}

/// The models that can be asked for by name.
public struct ModelRegistry: Sendable {
  /// All models, in the order in which they were registered.
  public private(set) var registrations: [ModelRegistration] = []
  /// The tasks of kept models, by their ids: those of the harness, and what was registered.
  public private(set) var tasks = BagTasks.all

  /// A registry without models.
  public init() {}

  /// Adds a task, for models that were kept with it.
  ///
  /// - Throws: ``ModelError`` where its id is taken.
  public mutating func register(task: any BagTask.Type) throws {
    if tasks.contains(where: { $0.id == task.id }) { throw ModelError("task id \"\(task.id)\" is already taken") }
    tasks.append(task)
  }

  /// Adds a model.
  ///
  /// - Throws: ``ModelError`` where its id is taken or is not made of lower-case letters, digits and hyphens.
  public mutating func register(_ registration: ModelRegistration) throws {
    let id = registration.id
    guard !id.isEmpty, id.allSatisfy({ ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-" }) else {
      throw ModelError("model id \"\(id)\": expected lower-case letters, digits and hyphens")
    }
    if registrations.contains(where: { $0.id == id }) { throw ModelError("model id \"\(id)\" is already taken") }
    registrations.append(registration)
  }

  /// Says of all models so far that are listed as released that they are part of the released harness.
  mutating func markReleased() {
    for index in registrations.indices where ReleasedModels.ids.contains(registrations[index].id) {
      registrations[index].isReleased = true
    }
  }

  /// The model of a name, which may be its id in any case or exactly its paper's name.
  ///
  /// - Throws: ``ModelError`` with the nearest names.
  public func registration(named name: String) throws -> ModelRegistration {
    // The papers' mi-Net and MI-Net differ by case alone, so titles are compared as they are.
    if let found = registrations.first(where: { $0.id == name }) ?? registrations.first(where: { $0.title == name })
      ?? registrations.first(where: { $0.id == name.lowercased() })
    {
      return found
    }
    let names = registrations.map(\.id) + registrations.map(\.title)
    let nearest = Spelling.nearest(to: name, in: names)
    let hint =
      nearest.isEmpty
      ? "expected one of \(registrations.map(\.id).joined(separator: ", "))"
      : "did you mean \(nearest.map { "\"\($0)\"" }.joined(separator: " or "))?"
    throw ModelError("unknown model \"\(name)\"; \(hint)")
  }

  /// Decides all parameters of a model.
  ///
  /// - Parameters:
  ///   - text: the model id as written; a parameter with several values, `epochs=10/50`, is chosen among them by each fit.
  ///   - base: parameters that apply where the id says nothing (a paper's, for one data set); they do not enter the id.
  /// - Throws: ``ModelError`` for unknown models, parameters and values.
  public func resolve(_ text: String, base: [String: String] = [:]) throws -> ResolvedModel {
    do {
      let written = try ModelIdentifier(parsing: text)
      let registration = try registration(named: written.name)
      let schema = registration.schema
      var parameters = written.parameters
      let common = try CommonParameters(takenFrom: &parameters, besides: schema)
      // What the id sets stays set where it happens to be the default and the base differs.
      let own = try schema.named(parameters)
      let settings = try schema.named(base).merging(own) { $1 }
      let search = try ParameterSearch(in: settings, schema)
      let decided = settings.filter { search.texts[$0.key] == nil }
      // A default that a recipe or the base would replace is a choice too, and must not share an id with theirs.
      parameters = try schema.canonical(own.filter { decided[$0.key] != nil }) {
        registration.published.sets($0) || base[$0] != nil
      }
      parameters.merge(search.texts.filter { own[$0.key] != nil }) { $1 }
      parameters.merge(common.texts) { $1 }
      let id = ModelIdentifier(name: registration.id, parameters: parameters)
      let combinations = try search.combinations.map { combination in
        (combination, try schema.parameters(setting: decided.merging(combination) { $1 }))
      }
      return try ResolvedModel(
        registration, id: id.description, tree: combinations[0].1, written: combinations[0].1.writing(search.texts),
        combinations: search.axes.isEmpty ? [] : combinations, common: common)
    } catch let error as NameError {
      throw ModelError("model \(error)")
    } catch let error as ConfigurationError {
      throw ModelError("model \"\(text)\": \(error)")
    }
  }
}
