import Foundation
import ShippedData
import UserInput

/// Finds data sets by the names of the catalogue or by file path, loads them, and checks that they are what they claim.
public struct DatasetStore: Sendable {
  /// The known data sets.
  public let catalogue: Catalogue
  /// A folder of data files laid out as the catalogue names them.
  public let dataFolder: URL?
  /// Whether checksums, shapes and the search for label leaks are skipped; the loaded set says so in its notes.
  public let force: Bool

  /// A store over a catalogue.
  public init(catalogue: Catalogue, dataFolder: URL? = nil, force: Bool = false) {
    self.catalogue = catalogue
    self.dataFolder = dataFolder
    self.force = force
  }

  /// A store over the catalogue that comes with the package.
  public init(dataFolder: URL? = nil, force: Bool = false) throws {
    self.init(catalogue: try .shipped(), dataFolder: dataFolder, force: force)
  }

  /// Loads a data set.
  ///
  /// A name of the catalogue is looked for among the shipped files, then in the folder of data files; the file's
  /// SHA-256 digest and the shape of its content must be those of the catalogue. Anything else is the path of a file
  /// in any known layout.
  ///
  /// - Parameters:
  ///   - nameOrPath: a name or alias of the catalogue, or a file.
  ///   - format: the layout of a file given by path; without it the content decides.
  ///   - columns: which columns of a file given by path mean what.
  /// - Throws: ``DatasetError`` for an unknown name, with the nearest valid ones, or a set whose files are not there;
  ///   ``ReadError`` for a file that is not what it should be.
  public func load(
    _ nameOrPath: String, format: BagFormat? = nil, columns: CSVColumns = .automatic
  ) throws -> LoadedDataset {
    if let entry = catalogue.entry(named: nameOrPath) { return try load(entry) }
    let url = URL(fileURLWithPath: nameOrPath)
    if !nameOrPath.isEmpty, FileManager.default.fileExists(atPath: url.path) {
      return try load(fileAt: url, format: format, columns: columns)
    }
    guard !nameOrPath.contains("/") else {
      throw ReadError(file: nameOrPath, found: "no such file", expected: "a file of bags or a name of the catalogue")
    }
    throw DatasetError(
      dataset: nameOrPath, problem: "no such name in the catalogue and no such file" + nearest(to: nameOrPath))
  }

  /// The sets whose names or aliases are nearest, as the end of an error.
  private func nearest(to typed: String) -> String {
    var names: [String] = []
    for near in Spelling.nearest(to: typed, in: catalogue.sets.flatMap { [$0.name] + $0.aliases }) {
      if let name = catalogue.entry(named: near)?.name, !names.contains(name) { names.append(name) }
    }
    guard !names.isEmpty else { return "" }
    return (names.count == 1 ? "; the nearest name is " : "; the nearest names are ") + names.joined(separator: ", ")
  }

  /// Whether one of the files of a set of the catalogue is there.
  public func isAvailable(_ entry: CatalogueEntry) -> Bool {
    entry.files.contains { place(of: $0) != nil }
  }

  /// Loads a set of the catalogue from the first of its files that is there.
  private func load(_ entry: CatalogueEntry) throws -> LoadedDataset {
    for file in entry.files {
      guard let url = place(of: file) else { continue }
      let bytes = try BagReader.contents(of: url, expected: "a file of \(entry.name)")
      var notes: [String] = []
      let digest = SHA256.hexDigest(of: bytes)
      if digest != file.sha256 {
        try refuse(
          ReadError(file: url.path, found: "SHA-256 \(digest)", expected: "\(file.sha256) for \(entry.name)"), &notes)
      }
      let loaded = try BagReader.read(
        bytes: bytes, path: url.path, name: entry.name, format: file.format, sha256: digest)
      return try checked(loaded, as: entry, notes: loaded.notes + notes)
    }
    throw DatasetError(dataset: entry.name, problem: whereToGet(entry))
  }

  /// Loads a file; one of the catalogue, told by its digest, gets the name and the checks of its set.
  private func load(fileAt url: URL, format: BagFormat?, columns: CSVColumns) throws -> LoadedDataset {
    let loaded = try BagReader.read(url, format: format, columns: columns)
    if let entry = catalogue.entry(withFile: loaded.sha256) {
      return try checked(loaded.with(dataset: loaded.dataset.renamed(entry.name)), as: entry, notes: loaded.notes)
    }
    var notes = loaded.notes
    if let leak = LabelLeak.suspicion(in: loaded.dataset, named: nil, catalogue: catalogue) {
      try refuse(ReadError(file: url.path, found: leak, expected: "features without the label"), &notes)
    }
    return loaded.with(notes: notes)
  }

  /// The set with its notes, once its shape is that of the catalogue.
  private func checked(
    _ loaded: LoadedDataset, as entry: CatalogueEntry, notes: [String]
  ) throws -> LoadedDataset {
    var notes = notes
    let shape = DatasetShape(of: loaded.dataset)
    if let leak = LabelLeak.suspicion(in: loaded.dataset, named: entry, catalogue: catalogue) {
      try refuse(ReadError(file: loaded.path, found: leak, expected: "features without the label"), &notes)
    } else if let expected = entry.shape, shape != expected {
      try refuse(ReadError(file: loaded.path, found: "\(shape)", expected: "\(expected) for \(entry.name)"), &notes)
    }
    return loaded.with(notes: notes)
  }

  /// Throws the error, or with `force` keeps it as a note.
  private func refuse(_ error: ReadError, _ notes: inout [String]) throws {
    guard force else { throw error }
    notes.append("used in spite of a failed check: \(error)")
  }

  /// Where a file of the catalogue is; nil when it is nowhere.
  private func place(of file: CatalogueFile) -> URL? {
    if let shipped = ShippedData.url(forFile: file.name) { return shipped }
    guard let url = dataFolder?.appendingPathComponent(file.name, isDirectory: false),
      FileManager.default.fileExists(atPath: url.path)
    else { return nil }
    return url
  }

  private func whereToGet(_ entry: CatalogueEntry) -> String {
    let files = entry.files.map(\.name).joined(separator: " or ")
    let place = dataFolder.map { "the folder \($0.path)" } ?? "the shipped data, and no folder of data files is given"
    let wanted =
      entry.files.isEmpty ? "it is in no file that can be read by name; give a path" : "no \(files) in \(place)"
    return wanted + (entry.addresses.isEmpty ? "" : "; it can be had from " + entry.addresses.joined(separator: " or "))
  }
}
