import Foundation
import MILBags
import MILFormats
import ShippedData
import UserInput

/// Finds data sets by a name of the catalogue or by file path, loads them, and checks their content.
public struct DatasetStore: Sendable {
  /// The known data sets.
  package let catalogue: Catalogue
  /// The folders of data files with the layout of the catalogue, in the order of the search.
  package let dataFolders: [URL]
  /// Whether to skip checksums, shapes and the search for label leaks; the notes of the loaded set say so.
  package let force: Bool
  /// The formats that are opened in place, in the order in which they are tested on a file.
  package let formats: [any DatasetFormat]

  /// Creates a store over a catalogue.
  package init(
    catalogue: Catalogue, dataFolders: [URL] = [], force: Bool = false, formats: [any DatasetFormat] = []
  ) {
    self.formats = formats
    self.catalogue = catalogue
    self.dataFolders = dataFolders
    self.force = force
  }

  /// Creates a store over the catalogue that comes with the package.
  ///
  /// - Parameters:
  ///   - dataFolders: the folders of data files with the layout of the catalogue, in the order of the search.
  ///   - formats: custom formats, in the order in which they are tested on a file.
  ///   - force: whether to skip checksums, shapes and the search for label leaks; the notes of the loaded set say so.
  /// - Throws: `ReadError` if the catalogue is not found.
  public init(dataFolders: [URL] = [], formats: [any DatasetFormat] = [], force: Bool = false) throws {
    self.init(catalogue: try .shipped(), dataFolders: dataFolders, force: force, formats: formats)
  }

  /// Loads a data set.
  ///
  /// For a name of the catalogue, the store searches the shipped files, then the folders of data files. The file's
  /// SHA-256 digest and the shape of its content must match the catalogue. For a name of ``SyntheticSets``, it
  /// generates the bags. Anything else is the path of a file in any known layout.
  ///
  /// - Parameters:
  ///   - nameOrPath: a name or alias of the catalogue, with or without a labelling, a synthetic set's name, or a file.
  ///   - options: the user's options for a file given by path; for a set of the catalogue, only whether to read its
  ///     labels and which names of labels are known.
  /// - Throws: `DatasetError` for an unknown name, with the nearest valid ones, or a set with missing files;
  ///   `ReadError` for a file with invalid content.
  public func load(
    _ nameOrPath: String, options: ReadOptions = .automatic
  ) throws -> LoadedDataset {
    let loaded = try found(nameOrPath, options)
    try loaded.requireKnownLabels(options)
    return loaded
  }

  private func found(_ nameOrPath: String, _ options: ReadOptions) throws -> LoadedDataset {
    if let selection = try catalogue.selection(named: nameOrPath) {
      let note = try hiddenFile(nameOrPath, selection.entry)
      let loaded = try load(selection, options)
      return loaded.with(
        dataset: loaded.dataset, notes: CheckNotes(all: loaded.notes + note, failed: loaded.failedChecks))
    }
    if let request = try SyntheticSets.request(nameOrPath) {
      guard options.givenHere.isEmpty else {
        throw DatasetError(
          dataset: nameOrPath,
          problem: "\(options.givenHere.map(\.spelling).joined(separator: ", ")) given, but it is made and not read")
      }
      return try make(request)
    }
    return try load(fileAt: try file(at: nameOrPath), options)
  }

  /// Returns the note on a file in the working folder that has the name of a set; empty if there is none.
  ///
  /// - Throws: `DatasetError` if the name is the set's in another letter case, but exactly the file's.
  private func hiddenFile(_ name: String, _ entry: CatalogueEntry) throws -> [String] {
    let here = URL(fileURLWithPath: name)
    let sources = entry.files.compactMap(\.source).map { URL(fileURLWithPath: $0).standardizedFileURL.path }
    guard !name.contains("/"), FileManager.default.fileExists(atPath: here.path),
      !(entry.isImported && sources.contains(here.standardizedFileURL.path))
    else { return [] }
    guard ([entry.name] + entry.aliases).contains(name) || name.contains("[") else {
      throw DatasetError(
        dataset: name,
        problem: "a file or folder in the working folder, and the set \(entry.name) in another letter case; expected "
          + "./\(name) for the one or \(entry.name) for the other")
    }
    return [
      "\(name) is the \(entry.isImported ? "imported set" : "set of the catalogue"), and not the file or folder of this name "
        + "in the working folder, which is ./\(name)"
    ]
  }

  /// Returns the file of a path that is not a name of the catalogue.
  ///
  /// - Throws: `ReadError` if a path names no file, `DatasetError` with the nearest names for anything else.
  package func file(at path: String) throws -> URL {
    let url = URL(fileURLWithPath: path)
    if !path.isEmpty, FileManager.default.fileExists(atPath: url.path) { return url }
    guard !path.contains("/") || path.hasPrefix("synthetic/") else {
      throw ReadError(file: path, found: "no such file", expected: "a file of bags or a name of the catalogue")
    }
    let typed = (try? ParameterisedName(parsing: path).name) ?? path
    var names = catalogue.names(nearestTo: typed) + Spelling.nearest(to: typed, in: SyntheticSets.names)
    if names.isEmpty, path.hasPrefix("synthetic/") { names = SyntheticSets.names }
    let nearest = names.count == 1 ? "; the nearest name is " : "; the nearest names are "
    throw DatasetError(
      dataset: path,
      problem: "no such name in the catalogue and no such file"
        + (names.isEmpty ? "" : nearest + names.joined(separator: ", ")))
  }

  /// Returns whether one of the data files of a set exists.
  package func isAvailable(_ entry: CatalogueEntry) -> Bool { located(entry) != nil }

  /// Returns whether one of the data files for a name of the set exists.
  package func isAvailable(_ entry: CatalogueEntry, as name: String) -> Bool {
    located(among: entry.dataFiles(askedForAs: name)) != nil
  }

  /// Returns the first existing data file of a set, and its location; nil if there is none.
  package func located(_ entry: CatalogueEntry) -> (file: CatalogueFile, url: URL)? {
    located(among: entry.dataFiles)
  }

  /// Returns the first existing file of these, and its location; nil if there is none.
  ///
  /// A file with labels of instances comes before the others, which contain the same bags.
  func located(among files: [CatalogueFile]) -> (file: CatalogueFile, url: URL)? {
    for file in files.filter(\.hasInstanceLabels) + files.filter({ !$0.hasInstanceLabels }) {
      if let url = place(of: file) { return (file, url) }
    }
    return nil
  }

  /// Returns the location of a file: shipped, or in the first folder that contains it; nil if it does not exist.
  package func place(of file: CatalogueFile) -> URL? {
    if let shipped = ShippedData.url(forFile: file.name) { return shipped }
    return dataFolders.lazy.map { $0.appendingPathComponent(file.name, isDirectory: false) }
      .first { FileManager.default.fileExists(atPath: $0.path) }
  }

  /// Returns the sets of the catalogue among `names` without any file, each with the way out.
  package func unavailable(among names: [String]) -> [String: String] {
    var reasons: [String: String] = [:]
    for name in names {
      let source = (try? SyntheticSets.request(name))?.source ?? name
      guard let entry = try? catalogue.selection(named: source)?.entry, !isAvailable(entry, as: source) else {
        continue
      }
      reasons[name] = entry.howToGet(folder: nil, as: source)
    }
    return reasons
  }

  /// Like ``unavailable(among:)``, but for the data sets without any known copy, whatever files exist here.
  package func withoutKnownFiles(among names: [String]) -> [String: String] {
    DatasetStore(catalogue: catalogue).unavailable(among: names).filter { name, _ in
      (try? catalogue.selection(named: name))?.entry.files.allSatisfy { $0.sha256 == nil } == true
    }
  }

  /// Loads a set of the catalogue from the first of its existing files.
  private func load(_ selection: CatalogueSelection, _ asked: ReadOptions) throws -> LoadedDataset {
    let entry = selection.entry
    guard !entry.holdsInstances else {
      throw DatasetError(
        dataset: entry.name, problem: "it holds labelled instances and no bags; bags must be drawn from it")
    }
    guard let (file, url) = located(entry) else {
      throw DatasetError(dataset: entry.name, problem: whereToGet(entry))
    }
    if entry.isImported, PackedBags().recognises(url) { return try load(packed: url, file, selection, asked) }
    let (bytes, digest, notes) = try contents(of: url, as: file, entry)
    var options =
      file.reading
      ?? ReadOptions(
        format: file.format?.id, columns: file.columns ?? .automatic, featureCount: entry.shape?.features)
    // The options that a saved model stores for another file do not apply to this one.
    let isAsked = !asked.givenHere.isEmpty
    if entry.isImported, isAsked {
      options = asked.filled(from: options)
      if asked.positive != nil { (options.knownLabels, options.restLabels) = (nil, nil) }
      if asked.positiveInstance != nil || asked.negativeInstance != nil {
        (options.knownInstanceLabels, options.restInstanceLabels) = (nil, nil)
      }
    } else if isAsked {
      throw DatasetError(
        dataset: entry.name,
        problem:
          "\(asked.givenHere.map(\.spelling).joined(separator: ", ")) given, but the catalogue says how its file is read; expected none, "
          + "or the file by its path, \(url.path)")
    }
    if !isAsked { options.asked = [] }
    options.reasonOfOthers = entry.isImported ? "as at the import" : "as the catalogue says"
    options.knownLabels = asked.knownLabels ?? options.knownLabels
    options.restLabels = asked.restLabels ?? options.restLabels
    options.columns.hasLabels = asked.columns.hasLabels
    var loaded = try BagReader.read(
      bytes: bytes, path: url.path, name: entry.name, options: options, sha256: digest)
    loaded.isDeclared = !entry.isImported
    if !isAsked { loaded = loaded.saying(file.leftOut) }
    // The stored shape is that of the import's options.
    let expected = isAsked ? nil : selection.shape(of: file)
    let images = try checked(loaded, as: selection, expected: expected, notes: notes)
    guard let features = selection.features else { return images }
    // Folds and seeds are those of the images.
    let bags = try features.features(of: images.dataset)
    return images.with(
      dataset: bags.known(as: images.failedChecks.isEmpty ? entry.name : nil),
      notes: CheckNotes(all: images.notes + ["\(features.rawValue) of the images"], failed: images.failedChecks))
  }

  /// Loads a packed imported set; checks its size, since its digest would require reading all of it.
  private func load(
    packed url: URL, _ file: CatalogueFile, _ selection: CatalogueSelection, _ asked: ReadOptions
  ) throws -> LoadedDataset {
    var notes = CheckNotes()
    let size = try url.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
    if let expected = file.bytes, size != expected {
      try refuse(ReadError(file: url.path, found: "\(size) bytes", expected: "\(expected) as were imported"), &notes)
    }
    let loaded = try LoadedDataset(opened: url, as: PackedBags(), options: asked).saying(file.leftOut)
    return try checked(loaded, as: selection, expected: selection.shape(of: file), notes: notes)
  }

  /// Returns the bytes of a file of the catalogue with their digest, which must match the catalogue's.
  func contents(
    of url: URL, as file: CatalogueFile, _ entry: CatalogueEntry
  ) throws -> (bytes: [UInt8], digest: String, notes: CheckNotes) {
    let bytes = try BagReader.contents(of: url, expected: "a file of \(entry.name)")
    var notes = CheckNotes()
    let digest = SHA256.hexDigest(of: bytes)
    if let expected = file.sha256, digest != expected {
      try refuse(
        ReadError(file: url.path, found: "SHA-256 \(digest)", expected: "\(expected) for \(entry.name)"), &notes)
    }
    return (bytes, digest, notes)
  }

  /// Loads a file; a file with a digest of the catalogue has the name and the checks of its set.
  private func load(fileAt url: URL, _ options: ReadOptions) throws -> LoadedDataset {
    let loaded = try read(url, options)
    if let (entry, file) = catalogue.withoutImportedSets.file(withDigest: loaded.sha256) {
      let selection = CatalogueSelection(entry: entry, labelling: entry.labellings.first)
      return try checked(loaded, as: selection, expected: selection.shape(of: file), notes: CheckNotes())
    }
    var notes = CheckNotes(all: loaded.notes)
    if let leak = LabelLeak.suspicion(in: loaded.dataset, named: nil, catalogue: catalogue) {
      try refuse(ReadError(file: url.path, found: leak, expected: "features without the label"), &notes)
    }
    return loaded.with(
      dataset: loaded.dataset.renamed(catalogue.freeName(loaded.dataset.name, ofFile: url)), notes: notes)
  }

  /// The formats that every store opens in place, after those of ``formats``.
  static let ownFormats: [any DatasetFormat] = [PackedBags(), HJAText(), ThreeTables(), FeatureFolder(), Manifest()]

  /// Opens a file or folder with the requested one of ``formats`` or the first that recognises it, or reads a file.
  package func read(_ url: URL, _ options: ReadOptions) throws -> LoadedDataset {
    let formats = formats + Self.ownFormats
    let format =
      options.format.map { asked in formats.first { $0.id == asked } } ?? formats.first { $0.recognises(url) }
    guard let format else { return try BagReader.read(url, options: options) }
    return try LoadedDataset(opened: url, as: format, options: options)
  }

  /// Returns the set with its name, labels and notes after a check of its shape against the catalogue's.
  private func checked(
    _ loaded: LoadedDataset, as selection: CatalogueSelection, expected: DatasetShape?, notes: CheckNotes
  ) throws -> LoadedDataset {
    let entry = selection.entry
    var notes = notes
    notes.all = loaded.notes + notes.all
    var dataset = loaded.dataset.renamed(selection.name)
    let hasLabels = dataset.reading?.options.columns.hasLabels != false
    if hasLabels, let labelling = selection.labelling, labelling.bagLabels.count == dataset.bagCount {
      let labels = labelling.bagLabels
      let changed = zip(labels, dataset.labels).count { $0 != $1 }
      if changed > 0 {
        dataset = try dataset.relabelled(labels)
        notes.all.append("\(changed) of \(labels.count) bag labels differ from those in the file: \(labelling.note)")
      }
    }
    let shape = DatasetShape(of: dataset)
    // An imported set may be a copy of any set of the catalogue.
    if let leak = LabelLeak.suspicion(in: dataset, named: entry.isImported ? nil : entry, catalogue: catalogue) {
      try refuse(ReadError(file: loaded.path, found: leak, expected: "features without the label"), &notes)
    } else if let expected, hasLabels ? shape != expected : !shape.equalsButForLabels(expected) {
      try refuse(ReadError(file: loaded.path, found: "\(shape)", expected: "\(expected) for \(entry.name)"), &notes)
    }
    if notes.failed.isEmpty {
      dataset = dataset.known(
        as: entry.isImported ? catalogue.nameOfCopy(dataset, digest: loaded.sha256) : selection.name)
    }
    return loaded.with(dataset: dataset, notes: notes)
  }

  /// Throws the error, or with `force` adds it to the notes.
  func refuse(_ error: ReadError, _ notes: inout CheckNotes) throws {
    guard force else { throw error }
    notes.failed.append("used in spite of a failed check: \(error)")
    notes.all.append(notes.failed[notes.failed.count - 1])
  }

  /// Returns the missing files of a set, some or all, and its addresses, as half a sentence.
  func whereToGet(_ entry: CatalogueEntry, _ wanted: [CatalogueFile] = []) -> String {
    let files = (wanted.isEmpty ? entry.dataFiles : wanted).map(\.name).joined(separator: " or ")
    let places = dataFolders.map(\.path).joined(separator: " or ")
    let place = places.isEmpty ? "the shipped data, and no folder of data files is given" : "the folder \(places)"
    let addresses = entry.addresses.joined(separator: " or ")
    // 'data get' skips a set if another of its files exists.
    let fetched = !isAvailable(entry) && entry.dataFiles.contains { !$0.downloads.isEmpty }
    return "no \(files) in \(place)" + (fetched ? "; 'milbench data get \(entry.name)' fetches it" : "")
      + (addresses.isEmpty ? "" : "; it can be had from \(addresses)")
  }
}

extension CatalogueEntry {
  /// Returns where to download the set by hand, under any of its names, and where to put it, as half a sentence.
  package func howToGet(folder: URL?, as name: String? = nil) -> String {
    let place = folder.map { "below \($0.path)" } ?? "in a folder that MILBENCH_DATA names"
    let files = dataFiles(askedForAs: name ?? self.name).map(\.name).joined(separator: " or ")
    let source =
      addresses.isEmpty ? "it has no public address" : "it can be had from " + addresses.joined(separator: " or ")
    return source + (files.isEmpty ? "" : "; put it as \(files) \(place)")
  }
}

extension BagDataset {
  /// Returns the same bags with other labels.
  ///
  /// - Throws: `DatasetError` unless there is one label, 0 or 1, for each bag.
  package func relabelled(_ labels: [Int]) throws -> BagDataset {
    var result = try BagDataset(
      name: name, instances: instances, offsets: offsets, labels: labels, bagNames: bagNames,
      instanceLabels: instanceLabels, groups: groups, featureNames: featureNames, places: places
    ).describingBags(by: bagFeatureCount).dividingInstances(hasTwoSets)
    (result.foldNames, result.reading) = (foldNames, reading)
    return result.known(as: catalogueName)
  }
}
