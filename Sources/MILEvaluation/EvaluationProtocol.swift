import Foundation
import MILBags
import MILModels
import UserInput

/// The rules by which models are evaluated.
package enum EvaluationProtocol: String, Sendable, CaseIterable {
  /// Stratified folds, standardisation fitted on the training bags, and nothing chosen on test bags.
  case clean
  /// The setup of the authors of each model: their folds, standardisation and parameters for the data set.
  case asPublished = "as-published"
  /// As clean, with the small search offered to every model for the parameters that its id does not set.
  case tuned

  /// Creates the protocol with this name.
  ///
  /// - Throws: ``EvaluationError`` with the valid names.
  package init(named name: String) throws {
    guard let found = EvaluationProtocol(rawValue: name) else {
      let names = EvaluationProtocol.allCases.map(\.rawValue)
      let nearest = Spelling.nearest(to: name, in: names).first.map { "; did you mean \"\($0)\"?" } ?? ""
      throw EvaluationError("unknown protocol \"\(name)\", expected \(names.joined(separator: ", "))\(nearest)")
    }
    self = found
  }

  /// Returns how this protocol treats the folds and features of a data set for a model.
  ///
  /// Circulating folds, if named, replace those that the protocol would have drawn.
  package func settings(
    for registration: ModelRegistration, dataset: String, folds: Int, circulated: String?, seed: UInt64
  ) -> ProtocolSettings {
    var settings =
      switch self {
      case .clean, .tuned:
        ProtocolSettings(
          folds: folds, scheme: .stratified, standardisation: .trainingInstances, epsilon: 0, seed: seed)
      case .asPublished:
        registration.published.dataHandling(for: dataset).settings(folds: folds, seed: seed)
      }
    if let circulated {
      settings.scheme = .circulated
      settings.circulated = circulated
    }
    return settings
  }

  /// Returns the model with its parameters under this protocol on a data set; its id does not depend on the set.
  package func resolve(_ model: String, in registry: ModelRegistry, dataset: String = "") throws -> ResolvedModel {
    switch self {
    case .clean: return try registry.resolve(model)
    case .asPublished, .tuned:
      let registration = try registry.registration(named: ModelIdentifier(parsing: model).name)
      let recipe = registration.published.parameters(for: dataset)
      return try registry.resolve(model, base: self == .tuned ? registration.tuning : recipe)
    }
  }
}

/// The settings of a protocol for one model on one data set; with folds and configuration they decide a trial.
package struct ProtocolSettings: Codable, Sendable, Hashable {
  /// The number of folds.
  package var folds: Int
  /// The assignment of bags to folds.
  package var scheme: FoldScheme
  /// The name of circulating folds, or of given folds with the beginning of their hash; nil for drawn folds.
  package var circulated: String?
  /// The instances to which the standardisation is fitted.
  package var standardisation: StandardisationRule
  /// The number added to mean and standard deviation.
  package var epsilon: Double
  /// The master seed of folds and trials.
  package var seed: UInt64
  /// The change to the training bags of each fold; nil for none.
  package var change: TrainingChange?
  /// The part of a trial that differs between repetitions; nil for all of it.
  package var varies: RepetitionVariation?

  /// Creates settings from their parts.
  package init(folds: Int, scheme: FoldScheme, standardisation: StandardisationRule, epsilon: Double, seed: UInt64) {
    self.folds = folds
    self.scheme = scheme
    self.standardisation = standardisation
    self.epsilon = epsilon
    self.seed = seed
  }

  /// JSON with sorted keys, for the journal.
  package var canonical: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}

extension PublishedRecipe.DataHandling {
  /// Returns the settings of a protocol that treats the data this way.
  fileprivate func settings(folds count: Int, seed: UInt64) -> ProtocolSettings {
    ProtocolSettings(folds: count, scheme: folds, standardisation: standardisation, epsilon: epsilon, seed: seed)
  }
}

/// An error that prevents a run, with a line for the user.
package struct EvaluationError: Error, Equatable, CustomStringConvertible {
  /// One line for the user.
  package let description: String

  /// Creates an error from its line.
  package init(_ description: String) { self.description = description }
}
