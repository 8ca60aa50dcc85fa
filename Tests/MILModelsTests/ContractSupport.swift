import Foundation
import LinearAlgebra
import MILData
import MILModels
import Testing

/// A registered model, for tests that run over all of them: whoever registers a model has it tested here.
struct Contract: CustomTestStringConvertible, Sendable {
  let registration: ModelRegistration

  var testDescription: String { registration.id }

  /// The standard registry; a test of the registry makes sure that it could be made.
  static let registry = (try? ModelRegistry.standard()) ?? ModelRegistry()

  /// All its models.
  static let all = registry.registrations.map(Contract.init)

  /// The models that are one traced network.
  static let networks = all.filter { (try? $0.resolved().modelConfiguration()) is any NetworkConfiguration }

  /// The models in which nothing is random, so that all seeds give one result. A model without randomness is listed here.
  static let deterministic: Set = [
    "constant", "logistic-bag-mean", "mi-svm-instance", "mi-svm-bag", "sil-svm", "nsk-svm", "mi-kernel",
  ]

  /// The models that cannot tell bags apart, and so need not learn.
  static let blind: Set = ["constant"]

  /// Small layers and few epochs, for the parameters that a model has.
  static let small = ["layers": "6-4", "units": "5", "attentionUnits": "3", "hiddenUnits": "60", "epochs": "3"]

  /// The model with the small settings, and others in their place.
  func resolved(_ settings: [String: String] = [:]) throws -> ResolvedModel {
    let names = Set(registration.parameters.map(\.name))
    let known = Self.small.merging(settings) { $1 }.filter { names.contains($0.key) }
    return try Self.registry.resolve("\(ModelIdentifier(name: registration.id, parameters: known))")
  }

  /// The small model, fitted.
  func fitted(on bags: BagDataset, _ settings: [String: String] = [:], seed: UInt64 = 1) throws -> any BagClassifier {
    let classifier = try resolved(settings).makeClassifier()
    _ = try classifier.fit(bags, FitContext(seed: seed))
    return classifier
  }
}

/// Bags with planted witnesses, easily told apart.
func plantedBags(
  _ count: Int = 12, sizes: ClosedRange<Int> = 1...6, features: Int = 4, shift: Double = 3, seed: UInt64 = 1
) throws -> BagDataset {
  try SyntheticBags.plantedWitness(
    bags: count, instancesPerBag: sizes, features: features, witnessRate: 0.5, shift: shift, seed: seed)
}

/// Whether two lists of scores agree up to rounding.
func agree(_ left: [Double], _ right: [Double], within tolerance: Double = 2e-6) -> Bool {
  left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
}

/// The one line that an error shows to the user; a failure where it is none.
func line(of error: any Error) -> String {
  let text = "\(error)"
  #expect(!text.isEmpty && !text.contains("\n") && type(of: error) is any CustomStringConvertible.Type, "\(text)")
  return text
}
