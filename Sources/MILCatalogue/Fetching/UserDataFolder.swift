import Foundation
import MILBags
import MILFormats
import Output
import UserInput

/// The folder of a user's downloaded and imported data.
package struct UserDataFolder: Sendable, Equatable {
  /// The folder, which may not exist yet.
  package let url: URL

  /// Creates the value for a folder.
  package init(url: URL) {
    self.url = url
  }

  /// Creates the user's own folder: `milbench` in `$XDG_DATA_HOME` or `~/.local/share`.
  ///
  /// On macOS it is in `~/Library/Application Support`.
  package init(environment: [String: String]) {
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

  /// The folder of data files, with the layout of the catalogue.
  package var datasets: URL { url.appendingPathComponent("datasets", isDirectory: true) }

  /// The folder of the entries of imported sets, one JSON5 file each.
  var imported: URL { url.appendingPathComponent("imported", isDirectory: true) }

  /// The folder of unfinished downloads.
  var partial: URL { url.appendingPathComponent("partial", isDirectory: true) }

  /// Returns the file of an imported set's entry.
  func entryFile(of name: String) -> URL { imported.appendingPathComponent(name + ".json5", isDirectory: false) }

  /// Returns the user's imported sets, sorted by name.
  ///
  /// - Throws: the error of an entry that cannot be read.
  package func importedSets() throws -> [CatalogueEntry] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: imported.path)) ?? []
    return try files.filter { $0.hasSuffix(".json5") && !$0.hasPrefix(".") }.sorted().flatMap { file in
      try Catalogue(contentsOf: imported.appendingPathComponent(file, isDirectory: false)).sets
    }
  }

  /// Copies a file of bags into the folder, under a name for later commands.
  ///
  /// - Parameters:
  ///   - file: the file, which must be readable as bags.
  ///   - name: lower-case letters, digits, `.`, `_` and `-`, not the name of a set of the catalogue.
  ///   - options: the user's options for the file, which are stored with the set.
  ///   - precision: the type of the features of a folder that is packed.
  ///   - catalogue: the known sets without the imported ones.
  ///   - overwrites: whether to replace an imported set of this name.
  /// - Returns: the set as it will be loaded.
  /// - Throws: `DatasetError` for an invalid or used name, `ReadError` for a file that is unreadable or contains the
  ///   label as a feature.
  package func importSet(
    _ file: URL, named name: String, options: ReadOptions = .automatic,
    precision: PackedBags.Precision = .float32, catalogue: Catalogue, overwriting overwrites: Bool
  ) throws -> LoadedDataset {
    let letters = Self.lettersOfNames
    try Self.check(name, for: file, catalogue)
    let entryFile = entryFile(of: name)
    guard overwrites || !FileManager.default.fileExists(atPath: entryFile.path) else {
      throw DatasetError(dataset: name, problem: "a set of this name was imported before; --overwrite replaces it")
    }
    if let format = DatasetStore.ownFormats.first(where: { $0.recognises(file) }) {
      let loaded = try LoadedDataset(opened: file, as: format, options: options)
      return try pack(loaded, named: name, precision, from: file)
    }
    let main = BagFormat.file(inFolder: file) ?? file
    let bytes = try BagReader.contents(of: main, expected: "a file of bags")
    let digest = SHA256.hexDigest(of: bytes)
    let loaded = try BagReader.read(
      bytes: bytes, path: main.path, name: name, options: options, sha256: digest)
    if let leak = LabelLeak.suspicion(in: loaded.dataset, named: nil, catalogue: catalogue) {
      throw ReadError(file: file.path, found: leak, expected: "features without the label")
    }
    // Files of one set find each other by name, so they keep their names; the digest is that of the first.
    let layout = loaded.format?.parts
    let parts = Array(zip(layout?.files(main) ?? [], layout?.titles ?? []))
    let first = try parts.first.map { try BagReader.contents(of: $0, expected: $1) } ?? bytes
    // The extension stays for people who look at the file; no reader relies on it.
    let suffix = file.lastPathComponent.drop { $0 != "." }.lowercased().filter(letters.contains)
    let stored = CatalogueFile(
      name: "imported/\(name)/" + (parts.first?.1 ?? "\(name)\(suffix.prefix(16))"),
      sha256: parts.isEmpty ? digest : SHA256.hexDigest(of: first), bytes: first.count, format: loaded.format,
      reading: loaded.dataset.reading ?? Reading(options: options), source: file.path)
    let entry = CatalogueEntry(
      imported: name, from: file.path, shape: DatasetShape(of: loaded.dataset), file: stored)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let place = datasets.appendingPathComponent(stored.name, isDirectory: false)
    let folder = place.deletingLastPathComponent()
    let isNew = !FileManager.default.fileExists(atPath: folder.path)
    do {
      try Self.write(Data(first), to: place)
      for (part, title) in parts.dropFirst() {
        try Self.write(
          Data(BagReader.contents(of: part, expected: title)),
          to: folder.appendingPathComponent(title, isDirectory: false))
      }
      try Self.write(try encoder.encode(Catalogue(sets: [entry])), to: entryFile)
    } catch {
      // Files without an entry would belong to no set.
      if isNew { try? FileManager.default.removeItem(at: folder) }
      throw error
    }
    return loaded
  }

  /// Packs bags of many files into one file, and stores it under a name.
  private func pack(
    _ loaded: LoadedDataset, named name: String, _ precision: PackedBags.Precision, from source: URL
  ) throws -> LoadedDataset {
    let path = "imported/\(name)/\(name).safetensors"
    let place = datasets.appendingPathComponent(path, isDirectory: false)
    let folder = place.deletingLastPathComponent()
    let isNew = !FileManager.default.fileExists(atPath: folder.path)
    do {
      try WholeFile.makeFolder(folder)
      let bytes = try PackedBags.write(loaded, precision: precision, source: source.path, to: place)
      let packed = try LoadedDataset(opened: place, as: PackedBags(), options: .automatic)
      let file = CatalogueFile(
        name: path, sha256: nil, bytes: bytes, format: nil,
        reading: Reading(
          decisions: loaded.dataset.reading?.decisions ?? [], options: packed.dataset.reading?.options ?? .automatic),
        source: source.path)
      let entry = CatalogueEntry(
        imported: name, from: source.path, shape: DatasetShape(of: packed.dataset), file: file)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try Self.write(try encoder.encode(Catalogue(sets: [entry])), to: entryFile(of: name))
      return packed.with(dataset: packed.dataset.renamed(name), notes: CheckNotes(all: packed.notes))
        .saying(file.leftOut)
    } catch {
      if isNew { try? FileManager.default.removeItem(at: folder) }
      throw error
    }
  }

  private static let lettersOfNames = Set("abcdefghijklmnopqrstuvwxyz0123456789._-")

  /// The extensions of files of bags.
  private static let endingsOfFiles: Set<String> = [
    "csv", "tsv", "txt", "arff", "data", "dat", "mat", "npz", "npy", "svm", "libsvm", "json", "h5", "hdf5", "pt",
    "safetensors", "gz", "zip",
  ]

  /// Throws for a name that not every file system accepts, or that has another meaning in place of a data set.
  private static func check(_ name: String, for file: URL, _ catalogue: Catalogue) throws {
    guard let first = name.first, first.isLetter || first.isNumber, name.count <= 64,
      name.allSatisfy(lettersOfNames.contains)
    else {
      throw DatasetError(
        dataset: name,
        problem: "not a name for an imported set, expected up to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit "
          + "first; --name gives one")
    }
    let ending = (name as NSString).pathExtension
    if endingsOfFiles.contains(ending) {
      throw DatasetError(
        dataset: name,
        problem:
          "a name that ends like a file, .\(ending), which would hide files of this name; --name gives another one")
    }
    if let meaning = catalogue.meaning(of: name) {
      throw DatasetError(dataset: name, problem: "\(meaning); give the imported set another one with --name")
    }
    if (try? SyntheticSets.request(name)) != nil || Int(name) != nil {
      throw DatasetError(dataset: name, problem: "not a name but a number or made bags; --name gives another one")
    }
    // Names are compared without their letter case when they are looked up. A folder of three files may be imported
    // under its own name, which then means the same bags.
    let items = (try? FileManager.default.contentsOfDirectory(atPath: ".")) ?? []
    let hidden = items.first { item in
      item.lowercased() == name
        && !(file.hasDirectoryPath
          && URL(fileURLWithPath: item).standardizedFileURL.path == file.standardizedFileURL.path)
    }
    if let hidden {
      let spelling = hidden == name ? "" : " in another letter case, \(hidden),"
      throw DatasetError(
        dataset: name,
        problem: "a file or folder of this name\(spelling) is in the working folder, which the imported set would "
          + "hide; give the set another name with --name")
    }
  }

  /// Writes a file, complete or not at all, and creates its folders.
  static func write(_ data: Data, to url: URL) throws {
    do {
      try WholeFile.makeFolder(url.deletingLastPathComponent())
      try WholeFile.write(data, to: url)
    } catch {
      throw ReadError(
        file: url.path, found: error.reason, expected: "a place to write \(data.count) bytes")
    }
  }
}
