import MILBags
import MILModels
import UserInput

/// A registered model with what a contract needs to know about it.
public struct ModelUnderTest: Sendable, CustomStringConvertible {
  /// The model.
  public let registration: ModelRegistration
  /// The registry that knows it.
  public let registry: ModelRegistry
  /// Whether the model cannot tell bags apart, and so need not learn.
  public let isBlind: Bool
  /// What makes the model small and quick: layers of few units, few epochs.
  private let smallSettings: [String: String]

  /// A model of a registry.
  ///
  /// - Parameters:
  ///   - id: the model's id, without parameters.
  ///   - registry: the registry that knows it.
  ///   - isBlind: whether the model cannot tell bags apart.
  ///   - small: parameters of the model that make it small and quick, besides those of the standard networks; all contracts
  ///     hold with these, so they must leave it able to learn.
  /// - Throws: `ModelError` where the registry has no such model.
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
    // Pseudo-bags are dealt at random in training only.
    "parts": "1",
  ]

  /// The model's id.
  public var description: String { registration.id }

  /// The model with the small settings, and others in their place; what it has no parameter for is left out.
  ///
  /// - Throws: `ModelError` for a value that a parameter cannot take.
  public func resolved(_ settings: [String: String] = [:]) throws -> ResolvedModel {
    let names = Set(registration.parameters.map(\.name))
    let known = smallSettings.merging(settings) { $1 }.filter { names.contains($0.key) }
    return try registry.resolve("\(ModelIdentifier(name: registration.id, parameters: known))")
  }

  /// The small model, fitted.
  ///
  /// - Throws: the error of the fit, or of ``resolved(_:)``.
  package func fitted(
    on bags: BagDataset, _ settings: [String: String] = [:], seed: UInt64 = 1
  ) throws -> TrainedModel {
    try resolved(settings).fit(bags, FitContext(seed: seed))
  }

  /// The small model's network, where it is one traced network.
  package func network(_ settings: [String: String] = [:]) throws -> (any NetworkModel)? {
    try resolved(settings).model as? any NetworkModel
  }
}
