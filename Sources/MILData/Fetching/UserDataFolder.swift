import Foundation
import Output
import UserInput

/// The folder in which downloaded and imported data are kept for a user.
public struct UserDataFolder: Sendable, Equatable {
  /// The folder; it need not be there yet.
  public let url: URL

  /// A folder.
  public init(url: URL) {
    self.url = url
  }

  /// The user's own: `milbench` in `$XDG_DATA_HOME` or `~/.local/share`, on macOS in `~/Library/Application Support`.
  public init(environment: [String: String]) {
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") {
      url = URL(fileURLWithPath: data, isDirectory: true).appendingPathComponent("milbench", isDirectory: true)
      return
    }
    let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? NSHomeDirectory()
    #if os(macOS)
      let data = "Library/Application Support/milbench"
    #else
      let data = ".local/share/milbench"
    #endif
    url = URL(fileURLWithPath: home, isDirectory: true).appendingPathComponent(data, isDirectory: true)
  }

  /// The folder of data files, laid out as the catalogue names them.
  public var datasets: URL { url.appendingPathComponent("datasets", isDirectory: true) }

  /// The folder of the entries of imported sets, one JSON5 file each.
  var imported: URL { url.appendingPathComponent("imported", isDirectory: true) }

  /// The folder of unfinished downloads.
  var partial: URL { url.appendingPathComponent("partial", isDirectory: true) }

  /// The file of an imported set's entry.
  func entryFile(of name: String) -> URL { imported.appendingPathComponent(name + ".json5", isDirectory: false) }

  /// The sets that the user imported, by name.
  ///
  /// - Throws: the error of an entry that cannot be read.
  public func importedSets() throws -> [CatalogueEntry] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: imported.path)) ?? []
    return try files.filter { $0.hasSuffix(".json5") && !$0.hasPrefix(".") }.sorted().flatMap { file in
      try Catalogue(contentsOf: imported.appendingPathComponent(file, isDirectory: false)).sets
    }
  }

  /// Copies a file of bags into the folder, under a name that it can then be asked for by.
  ///
  /// - Parameters:
  ///   - file: the file, which must be readable as bags.
  ///   - name: lower-case letters, digits, `.`, `_` and `-`, not the name of a set of the catalogue.
  ///   - options: what the user says about the file; it is kept with the set.
  ///   - catalogue: the known sets without the imported ones.
  ///   - overwrites: whether an imported set of this name is replaced.
  /// - Returns: the set as it will be loaded.
  /// - Throws: ``DatasetError`` for a name that is not to be had, ``ReadError`` for a file that cannot be read or has the
  ///   label for a feature.
  public func importSet(
    _ file: URL, named name: String, options: ReadOptions = .automatic,
    catalogue: Catalogue, overwriting overwrites: Bool
  ) throws -> LoadedDataset {
    let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789._-")
    guard let first = name.first, first.isLetter || first.isNumber, name.count <= 64, name.allSatisfy(letters.contains)
    else {
      throw DatasetError(
        dataset: name, problem: "not a name for an imported set, expected up to 64 of a-z, 0-9, '.', '_' and '-'")
    }
    guard !SyntheticSets.names.contains(name) else {
      throw DatasetError(dataset: name, problem: "bags are made under this name; give the imported set another one")
    }
    if let entry = catalogue.entry(named: name) {
      throw DatasetError(
        dataset: name, problem: "the catalogue has \(entry.name) under this name; give the imported set another one")
    }
    let entryFile = entryFile(of: name)
    guard overwrites || !FileManager.default.fileExists(atPath: entryFile.path) else {
      throw DatasetError(dataset: name, problem: "a set of this name was imported before; --overwrite replaces it")
    }
    let bytes = try BagReader.contents(of: file, expected: "a file of bags")
    let digest = SHA256.hexDigest(of: bytes)
    let loaded = try BagReader.read(
      bytes: bytes, path: file.path, name: name, options: options, sha256: digest)
    if let leak = LabelLeak.suspicion(in: loaded.dataset, named: nil, catalogue: catalogue) {
      throw ReadError(file: file.path, found: leak, expected: "features without the label")
    }
    guard loaded.format != .threeFileMAT else {
      throw ReadError(file: file.path, found: "one of three files", expected: "a set in a single file to import")
    }
    // The end of the file's name is kept because people look at it; no reader relies on it.
    let suffix = file.lastPathComponent.drop { $0 != "." }.lowercased().filter(letters.contains)
    let stored = CatalogueFile(
      name: "imported/\(name)/\(name)\(suffix.prefix(16))", sha256: digest, bytes: bytes.count, format: loaded.format,
      reading: loaded.dataset.reading?.options ?? options, source: file.path)
    let entry = CatalogueEntry(
      imported: name, from: file.path, shape: DatasetShape(of: loaded.dataset), file: stored)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try Self.write(Data(bytes), to: datasets.appendingPathComponent(stored.name, isDirectory: false))
    try Self.write(try encoder.encode(Catalogue(sets: [entry])), to: entryFile)
    return loaded
  }

  /// Writes a file, whole or not at all, and the folders on its way.
  static func write(_ data: Data, to url: URL) throws {
    do {
      try WholeFile.write(data, to: url)
    } catch {
      throw ReadError(
        file: url.path, found: error.reason, expected: "a place to write \(data.count) bytes")
    }
  }
}
