import Foundation
import MILBags
import MILFormats
import ShippedData
import UserInput

/// The known data sets: names, shapes, files with checksums, sources, licences, citations, quirks.
package struct Catalogue: Sendable, Codable, Equatable {
  /// The data sets, in the order of the file.
  package let sets: [CatalogueEntry]

  /// The five data sets of the classical tables.
  package static let classical = ["musk1", "musk2", "fox", "tiger", "elephant"]

  /// Creates a catalogue of the given sets.
  package init(sets: [CatalogueEntry]) {
    self.sets = sets
  }

  /// Reads a catalogue from a JSON5 file; unknown fields are errors.
  ///
  /// - Throws: ``/UserInput/DocumentError`` with the path of the invalid field, or for two sets with the same name;
  ///   `ReadError` if there is no such file.
  package init(contentsOf url: URL) throws {
    self = try decodeJSON5(
      Catalogue.self, from: Data(BagReader.contents(of: url, expected: "a catalogue")), file: url.path)
    var owners: [String: String] = [:]
    for set in sets {
      for name in Set([set.name] + set.aliases).sorted() {
        if let owner = owners.updateValue(set.name, forKey: name.lowercased()) {
          throw DocumentError(
            file: url.path, problem: "sets: the name \(name) for \(owner) and \(set.name), expected different names")
        }
      }
    }
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case sets
  }

  /// Reads the list of sets.
  package init(from decoder: any Decoder) throws {
    sets = try decoder.strictContainer(keyedBy: CodingKeys.self).decode([CatalogueEntry].self, forKey: .sets)
  }

  /// Reads the catalogue that comes with the package.
  ///
  /// - Throws: `ReadError` with the searched folders if it is not found.
  package static func shipped() throws -> Catalogue {
    guard let url = ShippedData.url(forFile: "catalogue.json5") else {
      throw ReadError(
        file: "catalogue.json5", found: "no such file",
        expected: "it in " + ShippedData.resourceFolders.prefix(2).map(\.path).joined(separator: " or "))
    }
    return try Catalogue(contentsOf: url)
  }

  /// The names of all sets, without aliases and labellings.
  package var names: [String] { sets.map(\.name) }

  /// Returns the set of this name or alias, in any letter case; nil if there is none.
  package func entry(named name: String) -> CatalogueEntry? {
    let wanted = name.lowercased()
    return sets.first { $0.name.lowercased() == wanted || $0.aliases.contains { $0.lowercased() == wanted } }
  }

  /// Returns the set and file with this digest; nil if there is none.
  package func file(withDigest sha256: String) -> (entry: CatalogueEntry, file: CatalogueFile)? {
    for entry in sets {
      for file in entry.files where file.sha256 == sha256 || file.uncompressedSHA256 == sha256 {
        return (entry, file)
      }
    }
    return nil
  }

  /// Parses a name such as `ucsb-breast[labels=circulated]`; nil if the catalogue has no set of this name.
  ///
  /// - Throws: `DatasetError` for a parameter or labelling that the set does not have, with the nearest ones.
  package func selection(named text: String) throws -> CatalogueSelection? {
    // Aliases and paths may contain any character, so the plain name comes first.
    if let entry = entry(named: text) { return CatalogueSelection(entry: entry, labelling: entry.labellings.first) }
    guard let identifier = try? ParameterisedName(parsing: text), let entry = entry(named: identifier.name) else {
      return nil
    }
    func refuse(_ problem: String, _ typed: String, _ valid: [String]) -> DatasetError {
      let nearest = Spelling.nearest(to: typed, in: valid).first.map { "; did you mean \"\($0)\"?" } ?? ""
      return DatasetError(dataset: text, problem: problem + nearest)
    }
    var labelling = entry.labellings.first
    var features: ImageFeatures?
    for (key, value) in identifier.parameters.sorted(by: { $0.key < $1.key }) {
      if key == "features", entry.holdsImages {
        let names = ImageFeatures.allCases.map(\.rawValue)
        features = ImageFeatures(rawValue: value)
        guard features != nil else {
          throw refuse("unknown features \"\(value)\", expected \(names.joined(separator: " or "))", value, names)
        }
        continue
      }
      guard !entry.labellings.isEmpty else {
        throw DatasetError(dataset: text, problem: "\(entry.name) takes no parameters, found \"\(key)\"")
      }
      guard key == "labels" else {
        throw refuse("unknown parameter \"\(key)\", expected labels", key, ["labels"])
      }
      let names = entry.labellings.map(\.name)
      guard let chosen = entry.labellings.first(where: { $0.name == value }) else {
        throw refuse("unknown labels \"\(value)\", expected \(names.joined(separator: " or "))", value, names)
      }
      labelling = chosen
    }
    return CatalogueSelection(entry: entry, labelling: labelling, features: features)
  }

  /// Returns the one name of the results for `text`; `text` itself if it names no set of the catalogue and no synthetic
  /// set.
  ///
  /// - Throws: `DatasetError` as ``selection(named:)`` and ``SyntheticSets/request(_:)``.
  package func canonicalName(of text: String) throws -> String {
    try selection(named: text)?.name ?? SyntheticSets.request(text)?.name ?? text
  }

  /// Returns the sets whose names or aliases are nearest to a misspelt one, nearest first.
  package func names(nearestTo typed: String) -> [String] {
    var names: [String] = []
    for near in Spelling.nearest(to: typed, in: sets.flatMap { [$0.name] + $0.aliases }) {
      if let name = entry(named: near)?.name, !names.contains(name) { names.append(name) }
    }
    return names
  }
}

/// A set of the catalogue under one of its labellings.
package struct CatalogueSelection: Sendable, Equatable {
  /// The set.
  package let entry: CatalogueEntry
  /// The labelling; nil if the labels are those of the file.
  package let labelling: Labelling?
  /// The features that replace its images; nil to use the images.
  package var features: ImageFeatures?

  /// The name of its results: the set's name, and the labelling if it is not the default.
  package var name: String {
    if let features { return "\(entry.name)[features=\(features.rawValue)]" }
    guard let labelling, labelling != entry.labellings.first else { return entry.name }
    return "\(entry.name)[labels=\(labelling.name)]"
  }

  /// The shape with the labelling's number of positive bags.
  package var shape: DatasetShape? { entry.shape.map(expectation) }

  /// Returns the expected shape of a file.
  func shape(of file: CatalogueFile) -> DatasetShape? { (file.shape ?? entry.shape).map(expectation) }

  private func expectation(_ shape: DatasetShape) -> DatasetShape {
    guard let labelling, shape.bags != nil else { return shape }
    return DatasetShape(
      bags: shape.bags, instances: shape.instances, features: shape.features,
      positiveBags: labelling.bagLabels.reduce(0, +))
  }
}
