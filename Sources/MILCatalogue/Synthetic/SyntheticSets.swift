import Foundation
import MILBags
import MILFormats
import UserInput

/// The synthetic data sets, by name with parameters in brackets: `rare-cells[evidence=0.2,seed=3]`.
package enum SyntheticSets {
  /// All kinds, in the order of listings.
  package static let generators: [any BagGenerator.Type] = [
    PlantedWitnessBags.self, SingleConceptBags.self, TwoConceptBags.self, FalseFrequencyBags.self, RareCellBags.self,
    DigitBags.self, SurvivalBags.self, ModalityBags.self, TwoSetBags.self, SiteBags.self,
  ]

  /// The names of all kinds.
  package static var names: [String] { generators.map { $0.name } }

  /// Parses a name; nil if the part before the brackets is not the name of a synthetic set.
  ///
  /// - Throws: `DatasetError` for an unknown parameter, with the nearest name, and for invalid values.
  package static func request(_ text: String) throws -> SyntheticRequest? {
    // Names of other sets and paths may contain any character.
    guard let base = text.split(separator: "[", maxSplits: 1).first?.lowercased().filter({ $0 != " " }),
      let generator = generators.first(where: { $0.name == base })
    else { return nil }
    do {
      return try SyntheticRequest(generator, ParameterisedName(parsing: text).parameters)
    } catch let error as NameError {
      throw DatasetError(dataset: text, problem: error.problem)
    } catch let error as ConfigurationError {
      throw DatasetError(dataset: text, problem: "\(error)")
    }
  }

  /// Returns the parameters of a kind and their defaults, sorted by name.
  package static func parameters(of generator: any BagGenerator.Type) throws -> [(name: String, value: String)] {
    try schema(generator).defaults.leaves.sorted { $0.key < $1.key }.map { ($0.key, $0.value.text) }
  }

  fileprivate static func schema<Generator: BagGenerator>(_: Generator.Type) throws -> ParameterSchema {
    try ParameterSchema(Generator(), kind: "data set") { try $0.validate() }
  }
}

/// A synthetic data set with all its parameters.
package struct SyntheticRequest: Sendable {
  /// The canonical name: the kind's, and the given parameters that differ from the defaults.
  package let name: String
  /// All parameters.
  package let generator: any BagGenerator

  /// The name or file of the labelled instances from which its bags are drawn; nil if there are none.
  package var source: String? { (generator as? any DrawnBags)?.source }

  init<Generator: BagGenerator>(_: Generator.Type, _ settings: [String: String]) throws {
    let schema = try SyntheticSets.schema(Generator.self)
    name = ParameterisedName(name: Generator.name, parameters: try schema.canonical(settings)).description
    generator = try schema.parameters(setting: settings).decoded(as: Generator.self)
  }
}

extension DatasetStore {
  /// Generates the bags of a synthetic set.
  func make(_ request: SyntheticRequest) throws -> LoadedDataset {
    var notes: [String] = []
    var failed: [String] = []
    let bags = try request.generator.makeBags(named: request.name) { source in
      let loaded = try instances(from: source)
      notes = loaded.notes + ["drawn from \(loaded.path) (SHA-256 \(loaded.sha256))"]
      failed = loaded.failedChecks
      return loaded.instances
    }
    // Bags drawn from a user's file have no known name.
    let isKnown = try request.source.map { try catalogue.selection(named: $0)?.entry.isImported == false } ?? true
    let known = isKnown ? bags.known(as: request.name) : bags
    return LoadedDataset(
      dataset: known, format: nil, sha256: try bags.fingerprint, path: request.name, notes: notes,
      failedChecks: failed)
  }

  /// Returns labelled instances by a name of the catalogue, or from a file.
  private func instances(from nameOrPath: String) throws -> LoadedInstances {
    if try catalogue.selection(named: nameOrPath) != nil { return try loadInstances(nameOrPath) }
    let url = try file(at: nameOrPath)
    let instances = try LabelledInstances.read(url)
    let bytes = try BagReader.contents(of: url, expected: "a file of labelled instances")
    return LoadedInstances(instances: instances, sha256: SHA256.hexDigest(of: bytes), path: url.path, notes: [])
  }
}
