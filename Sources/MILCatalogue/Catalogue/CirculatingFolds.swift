import Foundation
import MILBags
import MILFormats
import UserInput

/// Published folds of a data set, as the catalogue lists them.
package struct CatalogueFoldScheme: Sendable, Codable, Equatable {
  /// The name in commands, for example `lamda-10x10`.
  package let name: String
  /// The number of cross-validations.
  package let repeats: Int
  /// The number of folds of each.
  package let folds: Int

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case name, repeats, folds
  }

  /// Reads a scheme.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
    name = try fields.decode(String.self, forKey: .name)
    repeats = try fields.decode(Int.self, forKey: .repeats)
    folds = try fields.decode(Int.self, forKey: .folds)
  }
}

extension Catalogue {
  /// Returns the folds of this name for a data set, which may have another labelling.
  ///
  /// - Throws: `FoldError` with the published folds of the set, or the sets that have these folds.
  package func foldScheme(named scheme: String, of dataset: String) throws -> CatalogueFoldScheme {
    let known = try selection(named: dataset)?.entry.foldSchemes ?? []
    if let found = known.first(where: { $0.name == scheme }) { return found }
    let names = known.map(\.name)
    let owners = sets.filter { $0.foldSchemes.contains { $0.name == scheme } }.map(\.name)
    var problem = "no folds \"\(scheme)\" circulate with it"
    if !names.isEmpty { problem += ", expected a number or \(names.joined(separator: " or "))" }
    if let near = Spelling.nearest(to: scheme, in: names).first { problem += "; did you mean \"\(near)\"?" }
    if !owners.isEmpty { problem += "; they circulate with \(owners.joined(separator: ", "))" }
    if names.isEmpty && owners.isEmpty { problem += ", expected a number" }
    throw FoldError(place: dataset, problem: problem)
  }
}

extension DatasetStore {
  /// Returns the published folds of this name for a data set, from their file, whose checksum must match the
  /// catalogue's.
  ///
  /// - Throws: `DatasetError` if the file is missing; `FoldError` for folds that do not belong to the set, that split a
  ///   group of bags, or that are not a partition; `ReadError` for a file with other content.
  package func circulatingFolds(_ scheme: String, for dataset: BagDataset) throws -> PredefinedFolds {
    let stated = try catalogue.foldScheme(named: scheme, of: dataset.nameOfOriginal)
    let entry = try catalogue.selection(named: dataset.nameOfOriginal)?.entry
    let files = (entry?.foldFiles ?? []).filter { $0.schemes.contains(stated) }
    guard let entry, let (file, url) = located(among: files) else {
      let folders = dataFolders.isEmpty ? "" : " in \(dataFolders.map(\.path).joined(separator: " or "))"
      throw DatasetError(
        dataset: dataset.name,
        problem: "no \(files.map(\.name).joined(separator: " or ")) with its folds \(scheme)\(folders); put it in a "
          + "folder that MILBENCH_DATA names")
    }
    _ = try contents(of: url, as: file, entry)
    let read = try PredefinedFolds.read(url, scheme: scheme, for: dataset)
    guard let found = read.first else { throw FoldError(place: url.path, problem: "no scheme \"\(scheme)\"") }
    if let groups = dataset.groups {
      for (index, folds) in found.folds.assignment.enumerated() {
        let parts = Dictionary(zip(groups, folds.map { Set([$0]) }), uniquingKeysWith: { $0.union($1) })
        if let parted = parts.filter({ $0.value.count > 1 }).keys.min() {
          throw FoldError(
            place: "folds \(scheme) of \(dataset.name)",
            problem: "repetition \(index + 1) parts group \(parted), which must stay on one side of every split")
        }
      }
    }
    return found
  }
}
