import MILData

/// How the authors of a model trained and evaluated it, as far as their code or article tells.
public struct PublishedRecipe: Sendable {
  /// How folds were drawn and features were standardised.
  public struct DataHandling: Sendable, Equatable {
    /// How bags were dealt into folds.
    public var folds: FoldScheme
    /// Which instances the standardisation was fitted to.
    public var standardisation: StandardisationRule
    /// What was added to mean and standard deviation.
    public var epsilon: Double

    /// Data handling from its parts.
    public init(folds: FoldScheme, standardisation: StandardisationRule, epsilon: Double) {
      self.folds = folds
      self.standardisation = standardisation
      self.epsilon = epsilon
    }
  }

  /// The handling of data sets that ``dataHandlingByFamily`` does not name.
  public var dataHandling: DataHandling
  /// Other handling, by data set or by family (the part of a data set's name before the first slash).
  public var dataHandlingByFamily: [String: DataHandling]
  /// Parameters that differ from the defaults, by data set or family.
  public var parameters: [String: [String: String]]
  /// What is known and what is assumed, with the source, for the notes under a table.
  public var note: String

  /// A recipe from its parts.
  public init(
    dataHandling: DataHandling, dataHandlingByFamily: [String: DataHandling] = [:],
    parameters: [String: [String: String]] = [:], note: String
  ) {
    self.dataHandling = dataHandling
    self.dataHandlingByFamily = dataHandlingByFamily
    self.parameters = parameters
    self.note = note
  }

  /// The data handling for a data set.
  public func dataHandling(for dataset: String) -> DataHandling {
    dataHandlingByFamily[dataset] ?? dataHandlingByFamily[Self.family(of: dataset)] ?? dataHandling
  }

  /// The parameters for a data set; those of its defaults where none are known.
  public func parameters(for dataset: String) -> [String: String] {
    parameters[dataset] ?? parameters[Self.family(of: dataset)] ?? [:]
  }

  /// Whether the recipe sets a parameter on any data set.
  func sets(_ parameter: String) -> Bool { parameters.values.contains { $0[parameter] != nil } }

  private static func family(of dataset: String) -> String {
    String(dataset.prefix { $0 != "/" && $0 != "[" })
  }
}
