import Foundation
import MILBags
import UserInput

/// A model in the registry: names, source, parameters, and the authors' training.
public struct ModelRegistration: Sendable {
  /// The unique lower-case name.
  package let id: String
  /// The name in papers and tables; "(ordered)" is appended if scores depend on the order of a bag's instances.
  package let title: String
  /// One sentence on the model.
  package let summary: String
  /// Authors, title, venue, year, DOI.
  package let citation: String
  /// The training and evaluation by its authors.
  package internal(set) var published: PublishedRecipe
  /// A description of what a fit with the default parameters decides, and how.
  package let trained: String
  /// The meaning of bag scores with the default parameters.
  package let scores: ModelTraits.Scores
  /// Whether the model is part of the released harness; false for models of a researcher's package or of a description
  /// file.
  ///
  /// The version of the harness identifies the code of a released model, whose committed results must be reproduced bit
  /// for bit.
  package internal(set) var isReleased = false
  /// Whether results depend on code of the running program that no version identifies. This is the case for a model
  /// that is neither released nor an external program, whose digest is part of the configuration.
  package var dependsOnBuild: Bool { !isReleased && program == nil }
  /// The family of models in tables, such as `support vectors`; nil for models of other packages.
  package internal(set) var family: String?
  let schema: ParameterSchema
  /// The properties of an external program that decide results besides its parameters; nil for models of this program.
  let program: JSONValue?
  let decode: @Sendable (ParameterTree) throws -> any Model
  /// See ``Model/laterParameters``.
  private(set) var laterParameters: Set<String> = []

  /// Creates a registration of the model that `Configuration` describes.
  public init<Configuration: Model>(
    id: String, title: String, summary: String, citation: String, published: PublishedRecipe = .dataHandlingOfMINet,
    _ configuration: Configuration = Configuration()
  ) throws {
    let schema = try ParameterSchema(configuration, kind: "model") { try $0.validate() }
    let traits = configuration.traits
    self.init(
      id: id, title: traits.readsOrder ? "\(title) (ordered)" : title, summary: summary, citation: citation,
      published: published, trained: traits.trained, scores: traits.scores, schema: schema, program: nil
    ) { try $0.decoded(as: Configuration.self) }
    laterParameters = Configuration.laterParameters
  }

  init(
    id: String, title: String, summary: String, citation: String, published: PublishedRecipe, trained: String,
    scores: ModelTraits.Scores, schema: ParameterSchema, program: JSONValue?,
    decode: @escaping @Sendable (ParameterTree) throws -> any Model
  ) {
    self.id = id
    self.title = title
    self.summary = summary
    self.citation = citation
    self.published = published
    self.trained = trained
    self.scores = scores
    self.schema = schema
    self.program = program
    self.decode = decode
  }

  /// The allowed names of each parameter that is one of several names, by the parameter's name.
  package var choices: [String: [String]] { schema.choices }

  /// Returns the model with the given parameters, and defaults for the others.
  ///
  /// - Throws: ``ModelError`` for an unknown parameter or an invalid value.
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
  package var parameters: [(name: String, value: String)] {
    schema.defaults.leaves.sorted { $0.key < $1.key }.map { ($0.key, $0.value.text) }
  }
}

/// A registered model with all its parameters fixed, or with some left to a search on the training bags.
public struct ResolvedModel: Sendable {
  /// The registration that it was resolved from.
  package let registration: ModelRegistration
  /// The canonical id: the registry name and the requested parameters that differ from the defaults. Those that differ
  /// from a value of the authors' recipe on some data set, or of the base, are included too.
  public let id: String
  /// All parameters as JSON with sorted keys, including later ones if they differ from the default. Those with several
  /// values are texts; an external model's program is included.
  package let configuration: String
  /// The model with these parameters, and the first value of those with several.
  package let model: any Model
  /// The properties that the harness may use before a fit.
  package let traits: ModelTraits
  /// The parameters common to all models.
  let common: CommonParameters
  /// The rule for the threshold of positive predictions.
  package var thresholdRule: ThresholdRule { common.threshold }
  /// All parameters, with the first value of those with several.
  private let tree: ParameterTree
  /// One combination of a search.
  struct Combination {
    /// The parameters that the search sets.
    let settings: [String: String]
    let tree: ParameterTree
    let model: any Model
  }
  /// The combinations to choose from; empty if all parameters are fixed.
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
    let later = registration.laterParameters.intersection(leaves.keys)
    // A parameter may exist only after a choice, such as that of a trunk.
    let chosen =
      later.allSatisfy { defaults[$0] != nil } ? [:] : try registration.schema.choosing(leaves.mapValues(\.text)).leaves
    let written = written.leavingOut(later.filter { leaves[$0] == defaults[$0] ?? chosen[$0] })
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
  package var title: String { registration.title + id.dropFirst(registration.id.count) }

  /// Whether some parameters are left to a search on the training bags.
  var isSearch: Bool { !combinations.isEmpty }

  /// Returns the model with all parameters fixed by one of the combinations.
  func decided(_ combination: Combination) throws -> ResolvedModel {
    try ResolvedModel(
      registration, id: id, tree: combination.tree, written: combination.tree, common: common)
  }

  /// The number of fits in one fit: a search fits each combination on each of its inner folds.
  package var fitCount: Int {
    (isSearch ? combinations.count * traits.innerFolds : 0)
      + common.members * common.foldMembers * (1 + (thresholdRule == .fixed ? 0 : traits.innerFolds))
  }

  /// Returns the number of weights that one fit learns; nil unless it follows from the parameters.
  package func weightCount(for bags: BagShape) -> Int? {
    guard let network = model as? any NetworkModel, (try? network.validateTraining()) != nil else { return nil }
    return network.weightCount(for: bags)
  }

  /// All parameters by name, with the first value of those with several.
  package var parameters: [String: String] {
    tree.leaves.mapValues(\.text).merging(common.texts) { $1 }
  }
}

/// The models available by name.
public struct ModelRegistry: Sendable {
  /// All models, in the order of registration.
  package private(set) var registrations: [ModelRegistration] = []
  /// The tasks of saved models, by their ids: those of the harness, and registered ones.
  package private(set) var tasks = BagTasks.all

  /// Creates a registry without models.
  public init() {}

  /// Adds a task, for models that were saved with it.
  ///
  /// - Throws: ``ModelError`` if its id is taken.
  public mutating func register(task: any BagTask.Type) throws {
    if tasks.contains(where: { $0.id == task.id }) { throw ModelError("task id \"\(task.id)\" is already taken") }
    tasks.append(task)
  }

  /// Adds a model.
  ///
  /// - Throws: ``ModelError`` if its id is taken or contains other characters than lower-case letters, digits and
  ///   hyphens.
  public mutating func register(_ registration: ModelRegistration) throws {
    let id = registration.id
    guard !id.isEmpty, id.allSatisfy({ ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-" }) else {
      throw ModelError("model id \"\(id)\": expected lower-case letters, digits and hyphens")
    }
    if registrations.contains(where: { $0.id == id }) { throw ModelError("model id \"\(id)\" is already taken") }
    registrations.append(registration)
  }

  /// Sets the family of the models with these ids, or of all models so far that have none.
  mutating func markFamily(_ name: String, of ids: Set<String>? = nil) {
    for index in registrations.indices {
      let model = registrations[index]
      if ids?.contains(model.id) ?? (model.family == nil) { registrations[index].family = name }
    }
  }

  /// Gives models the recipes of a file.
  ///
  /// - Throws: ``ModelError`` if the file has a recipe of a model that is not registered.
  mutating func take(_ file: RecipeFile) throws {
    for (id, recipe) in file.recipes.sorted(by: { $0.key < $1.key }) {
      guard let index = registrations.firstIndex(where: { $0.id == id }) else {
        throw ModelError("recipes.json: a recipe of \"\(id)\", expected the id of a registered model")
      }
      registrations[index].published = recipe
    }
  }

  /// Marks all models so far that are listed as released.
  mutating func markReleased() {
    for index in registrations.indices where ReleasedModels.ids.contains(registrations[index].id) {
      registrations[index].isReleased = true
    }
  }

  /// Returns the model with a name: its id in any case, or exactly its title.
  ///
  /// - Throws: ``ModelError`` with the nearest names.
  package func registration(named name: String) throws -> ModelRegistration {
    // The papers' mi-Net and MI-Net differ only by case, so titles are compared exactly.
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

  /// Fixes all parameters of a model.
  ///
  /// - Parameters:
  ///   - text: the model id as written; each fit chooses among several values of a parameter, as in `epochs=10/50`.
  ///   - base: parameters for those that the id does not set (a paper's, for one data set); they do not enter the id.
  /// - Throws: ``ModelError`` for unknown models, parameters and values.
  public func resolve(_ text: String, base: [String: String] = [:]) throws -> ResolvedModel {
    do {
      let written = try ModelIdentifier(parsing: text)
      let registration = try registration(named: written.name)
      let schema = registration.schema
      var parameters = written.parameters
      let common = try CommonParameters(takenFrom: &parameters, besides: schema)
      // A value in the id stays set even if it is the default and the base differs.
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
