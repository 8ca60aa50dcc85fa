import Foundation
import MILBags
import MILFormats

extension Catalogue {
  /// The words with another meaning where a command expects a data set or folds.
  package static let reservedNames = [
    "classical", "synthetic", "loo", "leave-one-out", "all", "none", "stratified", "plain", "circulated", "given",
  ]

  /// The sets that come with the package, without the user's imported ones.
  var withoutImportedSets: Catalogue { Catalogue(sets: sets.filter { !$0.isImported }) }

  /// Returns the existing meaning of a name, which no file may have, as half a sentence; nil for a free name.
  func meaning(of name: String) -> String? {
    if let entry = withoutImportedSets.entry(named: name) { return "the catalogue has \(entry.name) under this name" }
    if SyntheticSets.names.contains(where: { $0 == name.lowercased() || $0.hasSuffix("/" + name.lowercased()) }) {
      return "bags are made under this name"
    }
    return Self.reservedNames.contains(name.lowercased()) ? "this name stands for something else in commands" : nil
  }

  /// Returns the name of bags from a file: the file's stem, or the whole file name if the stem is another set's name.
  ///
  /// A file `musk1.csv` with other bags than Musk1 is `musk1.csv` in tables, so that nobody mistakes it for Musk1.
  func freeName(_ stem: String, ofFile url: URL) -> String {
    if !stem.isEmpty, meaning(of: stem) == nil { return stem }
    let name = url.standardizedFileURL.lastPathComponent
    if !name.isEmpty, meaning(of: name) == nil { return name }
    return url.standardizedFileURL.deletingLastPathComponent().lastPathComponent + "/" + name
  }

  /// Returns the name of bags from a file by its path alone; the file need not exist any more.
  package func name(ofFileAt path: String) -> String {
    let url = URL(fileURLWithPath: path).standardizedFileURL
    return freeName(BagFormat.datasetName(ofFileAt: url), ofFile: url)
  }

  /// Returns the name of the catalogue's set, under one of its labellings, of which an imported file is a copy.
  func nameOfCopy(_ dataset: BagDataset, digest: String) -> String? {
    guard let (entry, _) = withoutImportedSets.file(withDigest: digest) else { return nil }
    guard !entry.labellings.isEmpty else { return entry.name }
    return entry.labellings.first { $0.bagLabels == dataset.labels }
      .map { CatalogueSelection(entry: entry, labelling: $0).name }
  }

  /// Returns the catalogue's name of the set of which a file is a copy, byte for byte.
  ///
  /// Nil for other files and for folders.
  package func nameOfCopy(at url: URL) -> String? {
    guard let bytes = try? BagReader.contents(of: url, expected: "a file of bags"),
      let (entry, _) = withoutImportedSets.file(withDigest: SHA256.hexDigest(of: bytes))
    else { return nil }
    return CatalogueSelection(entry: entry, labelling: entry.labellings.first).name
  }
}
