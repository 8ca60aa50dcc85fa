import Foundation
import MILBags
import MILFormats
import UserInput

/// Labelled instances from a file.
package struct LoadedInstances: Sendable {
  /// The instances.
  package let instances: LabelledInstances
  /// The SHA-256 digest of the file's bytes, in hexadecimal.
  package let sha256: String
  /// The path of the file.
  package let path: String
  /// Notes for the user about skipped checks.
  package let notes: [String]
  /// The notes about failed checks in spite of which the set is used.
  package var failedChecks: [String] = []
}

extension DatasetStore {
  /// Returns the set of labelled instances for a name of the catalogue, or for a file with the digest of one of its
  /// files.
  ///
  /// Nil if there is no such set.
  ///
  /// - Throws: `DatasetError` for a parameter that the named set does not have.
  package func labelledInstances(_ nameOrPath: String) throws -> CatalogueEntry? {
    if let selection = try catalogue.selection(named: nameOrPath) {
      return selection.entry.holdsInstances ? selection.entry : nil
    }
    guard let url = try? file(at: nameOrPath), let bytes = try? BagReader.contents(of: url, expected: "a file"),
      let known = catalogue.file(withDigest: SHA256.hexDigest(of: bytes)), known.file.role == .instances
    else { return nil }
    return known.entry
  }

  /// Loads labelled instances, from which bags are drawn.
  ///
  /// A name that is also the name of one of the set's files selects this file. So `bloodmnist` selects
  /// `bloodmnist.npz`, even if another file of `blood-cells` exists.
  ///
  /// - Parameter nameOrPath: a name or alias of the catalogue, or a file.
  /// - Throws: `DatasetError` for a name that is not in the catalogue or is that of bags, or for missing files;
  ///   `ReadError` for a file with invalid content.
  package func loadInstances(_ nameOrPath: String) throws -> LoadedInstances {
    guard let selection = try catalogue.selection(named: nameOrPath) else {
      let url = try file(at: nameOrPath)
      let digest = SHA256.hexDigest(of: try BagReader.contents(of: url, expected: "a file of labelled instances"))
      let name = catalogue.file(withDigest: digest)?.entry.name
      return LoadedInstances(
        instances: try LabelledInstances.read(url, name: name), sha256: digest, path: url.path, notes: [])
    }
    let entry = selection.entry
    guard entry.holdsInstances else {
      throw DatasetError(dataset: entry.name, problem: "it holds bags, expected labelled instances")
    }
    let wanted = entry.dataFiles(askedForAs: nameOrPath)
    guard let (file, url) = located(among: wanted) else {
      throw DatasetError(dataset: entry.name, problem: whereToGet(entry, wanted))
    }
    // The bytes are not stored: the file is read again below.
    var (_, digest, notes) = try contents(of: url, as: file, entry)
    let instances = try LabelledInstances.read(url, name: entry.name, classNames: file.classNames)
    let shape = DatasetShape(of: instances)
    if let expected = selection.shape(of: file), shape != expected {
      try refuse(ReadError(file: url.path, found: "\(shape)", expected: "\(expected) for \(entry.name)"), &notes)
    }
    return LoadedInstances(
      instances: instances, sha256: digest, path: url.path, notes: notes.all, failedChecks: notes.failed)
  }
}

extension CatalogueEntry {
  /// Returns the data files for a name of the set: of labelled instances, the file of that name; otherwise all.
  func dataFiles(askedForAs name: String) -> [CatalogueFile] {
    let wanted = holdsInstances ? dataFiles.filter { $0.isCalled(name) } : []
    return wanted.isEmpty ? dataFiles : wanted
  }
}

extension CatalogueFile {
  /// Returns whether this is the file's name without folders and extension; hyphens and underscores are equal.
  fileprivate func isCalled(_ text: String) -> Bool {
    func plain(_ text: some StringProtocol) -> String { text.lowercased().replacing("_", with: "-") }
    let last = name.split(separator: "/").last ?? ""
    return plain(last.prefix { $0 != "." }) == plain(text)
  }
}
