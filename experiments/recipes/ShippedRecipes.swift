/// The recipes of models as published, which are part of the program.
package enum ShippedRecipes {
  /// The bytes of `recipes.json`.
  package static var file: [UInt8] { PackageResources.recipes_json }
}
