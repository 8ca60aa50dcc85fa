import Foundation
import MILBags
import MILFormats

extension Catalogue {
  /// Words that stand for something else than one data set where a data set or folds are asked for.
  package static let reservedNames = [
    "classical", "synthetic", "loo", "leave-one-out", "all", "none", "stratified", "plain", "circulated", "given",
  ]

  /// The sets that come with the package, without those that the user imported.
  var withoutImportedSets: Catalogue { Catalogue(sets: sets.filter { !$0.isImported }) }

  /// What a name stands for that no file can have, as half a sentence; nil for a free name.
  func meaning(of name: String) -> String? {
    if let entry = withoutImportedSets.entry(named: name) { return "the catalogue has \(entry.name) under this name" }
    if SyntheticSets.names.contains(where: { $0 == name.lowercased() || $0.hasSuffix("/" + name.lowercased()) }) {
      return "bags are made under this name"
    }
    return Self.reservedNames.contains(name.lowercased()) ? "this name stands for something else in commands" : nil
  }

  /// What bags from a file are called: by the file's stem, or by the whole file name where the stem means another set.
  ///
  /// A file `musk1.csv` with other bags than Musk1 has is `musk1.csv` in tables, so that it is never taken for Musk1.
  func freeName(_ stem: String, ofFile url: URL) -> String {
    if !stem.isEmpty, meaning(of: stem) == nil { return stem }
    let name = url.standardizedFileURL.lastPathComponent
    if !name.isEmpty, meaning(of: name) == nil { return name }
    return url.standardizedFileURL.deletingLastPathComponent().lastPathComponent + "/" + name
  }

  /// What bags from a file are called, told by its path alone, which need not lead to a file any more.
  package func name(ofFileAt path: String) -> String {
    let url = URL(fileURLWithPath: path).standardizedFileURL
    return freeName(
      ThreeFileMAT.isPartName(url) ? ThreeFileMAT.name(forFileAt: url.path) : BagReader.stem(of: url), ofFile: url)
  }

  /// The name of the set of the catalogue, under one of its labellings, that an imported file is a copy of.
  func nameOfCopy(_ dataset: BagDataset, digest: String) -> String? {
    guard let (entry, _) = withoutImportedSets.file(withDigest: digest) else { return nil }
    guard !entry.labellings.isEmpty else { return entry.name }
    return entry.labellings.first { $0.bagLabels == dataset.labels }
      .map { CatalogueSelection(entry: entry, labelling: $0).name }
  }

  /// The name in the catalogue of the set that a file is a copy of, byte for byte; nil for other files and for folders.
  package func nameOfCopy(at url: URL) -> String? {
    guard let bytes = try? BagReader.contents(of: url, expected: "a file of bags"),
      let (entry, _) = withoutImportedSets.file(withDigest: SHA256.hexDigest(of: bytes))
    else { return nil }
    return CatalogueSelection(entry: entry, labelling: entry.labellings.first).name
  }
}
