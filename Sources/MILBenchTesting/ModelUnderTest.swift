import MILBags
import MILModels
import UserInput

/// A registered model, with the settings that contracts need.
public struct ModelUnderTest: Sendable, OneLineText {
  /// The model's registration.
  package let registration: ModelRegistration
  /// The registry that contains it.
  package let registry: ModelRegistry
  /// Whether the model ignores the bags' content, and so need not learn.
  package let isBlind: Bool
  /// The parameters that make the model small and fast: layers of few units, few epochs.
  private let smallSettings: [String: String]

  /// Selects a model of a registry.
  ///
  /// - Parameters:
  ///   - id: the model's id, without parameters.
  ///   - registry: the registry that contains it.
  ///   - isBlind: whether the model ignores the bags' content.
  ///   - small: parameters that make the model small and fast, besides those of the standard networks. All contracts
  ///     must hold with them, so the model must still be able to learn.
  /// - Throws: `ModelError` if the registry has no such model.
  public init(
    _ id: String, in registry: ModelRegistry, isBlind: Bool = false,
    small: [String: String] = [:]
  ) throws {
    registration = try registry.registration(named: id)
    self.registry = registry
    self.isBlind = isBlind
    smallSettings = Self.standardSmall.merging(small) { $1 }
  }

  private static let standardSmall = [
    "layers": "6-4", "units": "5", "attentionUnits": "3", "hiddenUnits": "60", "epochs": "3",
    "heads": "2", "headUnits": "3", "landmarks": "2", "longestExact": "3", "prototypes": "3", "states": "2",
    "plainEpochs": "2", "teacherEpochs": "2", "neighbours": "2", "lineReach": "1", "bagsPerStep": "1",
    "bagLayers": "6-4", "fusedUnits": "8",
    // Random assignment to pseudo-bags happens in training only.
    "parts": "1",
  ]

  /// The model's id.
  package var line: String { registration.id }

  /// Returns the model with the small settings, overridden by `settings`; parameters that the model lacks are ignored.
  ///
  /// - Throws: `ModelError` for an invalid parameter value.
  package func resolved(_ settings: [String: String] = [:]) throws -> ResolvedModel {
    let names = Set(registration.parameters.map(\.name))
    let known = smallSettings.merging(settings) { $1 }.filter { names.contains($0.key) }
    return try registry.resolve("\(ModelIdentifier(name: registration.id, parameters: known))")
  }

  /// Fits the small model.
  ///
  /// - Throws: the error of the fit, or of ``resolved(_:)``.
  package func fitted(
    on bags: BagDataset, _ settings: [String: String] = [:], seed: UInt64 = 1
  ) throws -> TrainedModel {
    try resolved(settings).fit(bags, FitContext(seed: seed))
  }

  /// Returns the small model's network, if it is one traced network.
  package func network(_ settings: [String: String] = [:]) throws -> (any NetworkModel)? {
    try resolved(settings).model as? any NetworkModel
  }
}
