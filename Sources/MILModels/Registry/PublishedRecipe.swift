import MILBags

/// The training and evaluation of a model by its authors, as far as their code or article documents it.
///
/// Those of the project are in `experiments/recipes/recipes.json`.
public struct PublishedRecipe: Sendable {
  /// The drawing of folds and the standardisation of features.
  package struct DataHandling: Sendable, Equatable {
    /// The assignment of bags to folds.
    package var folds: FoldScheme
    /// The instances to which the standardisation was fitted.
    package var standardisation: StandardisationRule
    /// The number added to mean and standard deviation.
    package var epsilon: Double

    /// Creates data handling from its parts.
    package init(folds: FoldScheme, standardisation: StandardisationRule, epsilon: Double) {
      self.folds = folds
      self.standardisation = standardisation
      self.epsilon = epsilon
    }
  }

  /// The handling of data sets that ``dataHandlingByFamily`` does not list.
  package var dataHandling: DataHandling
  /// Other handling, by data set or by family. A family is the name before the first slash or bracket, or `newsgroups`
  /// for each of the twenty text tasks.
  package var dataHandlingByFamily: [String: DataHandling]
  /// Parameters that differ from the defaults, by data set or family.
  package var parameters: [String: [String: String]]
  /// The known facts and the assumptions, with the source, for the notes under a table.
  package var note: String

  /// Creates a recipe from its parts.
  package init(
    dataHandling: DataHandling, dataHandlingByFamily: [String: DataHandling] = [:],
    parameters: [String: [String: String]] = [:], note: String
  ) {
    self.dataHandling = dataHandling
    self.dataHandlingByFamily = dataHandlingByFamily
    self.parameters = parameters
    self.note = note
  }

  /// The data handling of MI-Net's code, for models without their own recipe.
  public static var dataHandlingOfMINet: PublishedRecipe { RecipeFile.shipped.usual }

  /// Returns the data handling for a data set.
  package func dataHandling(for dataset: String) -> DataHandling {
    dataHandlingByFamily[dataset] ?? dataHandlingByFamily[Self.family(of: dataset)] ?? dataHandling
  }

  /// Returns the parameters for a data set; empty, for the defaults, if none are known.
  package func parameters(for dataset: String) -> [String: String] {
    parameters[dataset] ?? parameters[Self.family(of: dataset)] ?? [:]
  }

  /// Returns whether the recipe sets a parameter on any data set.
  func sets(_ parameter: String) -> Bool { parameters.values.contains { $0[parameter] != nil } }

  private static func family(of dataset: String) -> String {
    let name = String(dataset.prefix { $0 != "/" && $0 != "[" })
    return newsgroups.contains(name) ? "newsgroups" : name
  }

  /// The tasks of 20 Newsgroups, which are named after their group.
  private static let newsgroups: Set = [
    "alt.atheism", "comp.graphics", "comp.os.ms-windows.misc", "comp.sys.ibm.pc.hardware", "comp.sys.mac.hardware",
    "comp.windows.x", "misc.forsale", "rec.autos", "rec.motorcycles", "rec.sport.baseball", "rec.sport.hockey",
    "sci.crypt", "sci.electronics", "sci.med", "sci.space", "soc.religion.christian", "talk.politics.guns",
    "talk.politics.mideast", "talk.politics.misc", "talk.religion.misc",
  ]
}
