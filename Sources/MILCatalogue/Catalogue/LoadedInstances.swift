import Foundation
import MILBags
import MILFormats
import UserInput

/// Labelled instances as they came out of a file.
package struct LoadedInstances: Sendable {
  /// The instances.
  package let instances: LabelledInstances
  /// The SHA-256 digest of the file's bytes, in hexadecimal.
  package let sha256: String
  /// The path of the file.
  package let path: String
  /// What the user should know: checks that were skipped.
  package let notes: [String]
  /// Those of the notes that say that a check failed and the set is used all the same.
  package var failedChecks: [String] = []
}

extension DatasetStore {
  /// The set of labelled instances that a name of the catalogue, or a file with the digest of one of its files, stands
  /// for; nil if it is none.
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
  /// A name that is also the name of one of the set's files asks for this file: `bloodmnist` for `bloodmnist.npz`, though
  /// another file of `blood-cells` is there.
  ///
  /// - Parameter nameOrPath: a name or alias of the catalogue, or a file.
  /// - Throws: `DatasetError` for a name that is none of the catalogue or holds bags, or files that are not there;
  ///   `ReadError` for a file that is not what it should be.
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
    // The bytes are not kept: the file is read again below.
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
  /// The data files that a name of the set asks for: of labelled instances the file of that name, otherwise all.
  func dataFiles(askedForAs name: String) -> [CatalogueFile] {
    let wanted = holdsInstances ? dataFiles.filter { $0.isCalled(name) } : []
    return wanted.isEmpty ? dataFiles : wanted
  }
}

extension CatalogueFile {
  /// Whether this is the file's name without folders and extension, hyphens and underscores being one.
  fileprivate func isCalled(_ text: String) -> Bool {
    func plain(_ text: some StringProtocol) -> String { text.lowercased().replacing("_", with: "-") }
    let last = name.split(separator: "/").last ?? ""
    return plain(last.prefix { $0 != "." }) == plain(text)
  }
}
