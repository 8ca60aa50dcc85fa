import Foundation

/// Labelled instances as they came out of a file.
public struct LoadedInstances: Sendable {
  /// The instances.
  public let instances: LabelledInstances
  /// The SHA-256 digest of the file's bytes, in hexadecimal.
  public let sha256: String
  /// The path of the file.
  public let path: String
  /// What the user should know: checks that were skipped.
  public let notes: [String]
}

extension DatasetStore {
  /// Loads labelled instances of the catalogue, from which bags are drawn.
  ///
  /// A name that is also the name of one of the set's files asks for this file: `bloodmnist` for `bloodmnist.npz`, though
  /// another file of `blood-cells` is there.
  ///
  /// - Parameter name: a name or alias of the catalogue.
  /// - Throws: ``DatasetError`` for a name that is none of the catalogue or holds bags, or files that are not there;
  ///   ``ReadError`` for a file that is not what it should be.
  public func loadInstances(_ name: String) throws -> LoadedInstances {
    guard let selection = try catalogue.selection(named: name) else {
      let nearest = catalogue.names(nearestTo: name).first.map { "; did you mean \"\($0)\"?" } ?? ""
      throw DatasetError(dataset: name, problem: "no such name in the catalogue\(nearest)")
    }
    let entry = selection.entry
    guard entry.holdsInstances else {
      throw DatasetError(dataset: entry.name, problem: "it holds bags, expected labelled instances")
    }
    let wanted = entry.dataFiles.filter { $0.isCalled(name) }
    guard let (file, url) = located(among: wanted.isEmpty ? entry.dataFiles : wanted) else {
      throw DatasetError(dataset: entry.name, problem: whereToGet(entry, wanted))
    }
    let read = try contents(of: url, as: file, entry)
    var notes = read.notes
    let instances = try LabelledInstances.read(url, name: entry.name, classNames: file.classNames)
    let shape = DatasetShape(of: instances)
    if let expected = selection.shape(of: file), shape != expected {
      try refuse(ReadError(file: url.path, found: "\(shape)", expected: "\(expected) for \(entry.name)"), &notes)
    }
    return LoadedInstances(instances: instances, sha256: read.digest, path: url.path, notes: notes)
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
