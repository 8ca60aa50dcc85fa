import Foundation
import MILBags
import ShippedRecipes
import UserInput

/// The recipes of models as published, one for each group of models and one for all others.
///
/// The file is `experiments/recipes/recipes.json`, beside the experiments; it is part of the program.
struct RecipeFile: Sendable {
  /// The recipe of models that no other recipe names.
  let usual: PublishedRecipe
  /// The recipes of the other models, by model id.
  let recipes: [String: PublishedRecipe]

  /// The recipes that come with the program.
  static let shipped: RecipeFile = {
    do {
      return try RecipeFile(Data(ShippedRecipes.file))
    } catch {
      preconditionFailure("the program has invalid recipes: \(error)")
    }
  }()

  /// Reads a file.
  ///
  /// - Throws: `DocumentError` for a key or value that is invalid, data handling that the file does not have, and a
  ///   model with two recipes.
  init(_ data: Data, named name: String = "recipes.json") throws {
    let document = try decodeJSON5(Document.self, from: data, file: name)
    func recipe(_ entry: Document.Recipe) throws -> PublishedRecipe {
      guard let handling = document.dataHandling[entry.data] else {
        let known = document.dataHandling.keys.sorted().joined(separator: ", ")
        throw DocumentError(
          file: name, problem: "the data handling \"\(entry.data)\" of a recipe, expected one of \(known)")
      }
      return PublishedRecipe(
        dataHandling: handling.usual, dataHandlingByFamily: handling.byFamily ?? [:],
        parameters: entry.parameters ?? [:], note: entry.note)
    }
    usual = try recipe(document.usual)
    var recipes: [String: PublishedRecipe] = [:]
    for entry in document.recipes {
      for model in entry.models ?? [] {
        guard recipes.updateValue(try recipe(entry), forKey: model) == nil else {
          throw DocumentError(file: name, problem: "two recipes of the model \(model), expected one")
        }
      }
    }
    self.recipes = recipes
  }
}

/// The content of a file of recipes.
private struct Document: Decodable {
  /// The handling of data sets by name, to which recipes refer.
  let dataHandling: [String: Handling]
  let usual: Recipe
  let recipes: [Recipe]

  enum CodingKeys: CodingKey, CaseIterable { case dataHandling, usual, recipes }

  init(from decoder: any Decoder) throws {
    let object = try decoder.strictContainer(keyedBy: CodingKeys.self)
    dataHandling = try object.decode([String: Handling].self, forKey: .dataHandling)
    usual = try object.decode(Recipe.self, forKey: .usual)
    recipes = try object.decode([Recipe].self, forKey: .recipes)
  }

  struct Handling: Decodable {
    let usual: PublishedRecipe.DataHandling
    let byFamily: [String: PublishedRecipe.DataHandling]?

    enum CodingKeys: CodingKey, CaseIterable { case usual, byFamily }

    init(from decoder: any Decoder) throws {
      let object = try decoder.strictContainer(keyedBy: CodingKeys.self)
      usual = try object.decode(PublishedRecipe.DataHandling.self, forKey: .usual)
      byFamily = try object.decodeIfPresent([String: PublishedRecipe.DataHandling].self, forKey: .byFamily)
    }
  }

  struct Recipe: Decodable {
    let models: [String]?
    let data, note: String
    let parameters: [String: [String: String]]?

    /// `about` says where a recipe comes from, for readers of the file.
    enum CodingKeys: CodingKey, CaseIterable { case models, about, data, parameters, note }

    init(from decoder: any Decoder) throws {
      let object = try decoder.strictContainer(keyedBy: CodingKeys.self)
      models = try object.decodeIfPresent([String].self, forKey: .models)
      data = try object.decode(String.self, forKey: .data)
      parameters = try object.decodeIfPresent([String: [String: String]].self, forKey: .parameters)
      note = try object.decode(String.self, forKey: .note)
    }
  }
}

extension PublishedRecipe.DataHandling: Decodable {
  private enum CodingKeys: CodingKey, CaseIterable { case folds, standardisation, epsilon }

  /// Reads data handling from an object.
  package init(from decoder: any Decoder) throws {
    let object = try decoder.strictContainer(keyedBy: CodingKeys.self)
    self.init(
      folds: try object.decodeChoice(FoldScheme.self, forKey: .folds),
      standardisation: try object.decodeChoice(StandardisationRule.self, forKey: .standardisation),
      epsilon: try object.decode(Double.self, forKey: .epsilon))
  }
}
