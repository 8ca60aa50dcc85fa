import Foundation
import MILBags
import MILCatalogue
import MILEvaluation
import MILExperiments
import MILFormats
import UserInput

extension Experiment {
  /// The base folders of the experiment's relative paths: the folder of its file, then the working folder.
  var baseFolders: [URL] {
    let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
    return (folder.map { [$0] } ?? []) + [here]
  }

  /// The files of its data sets.
  var inputs: [InputFile] {
    origins.values.compactMap(\.file).map { InputFile("data set", $0.path) }.sorted { $0.file.path < $1.file.path }
  }

  /// Returns the experiment with its data sets, including files, under the names by which results are kept.
  ///
  /// A file is named by its stem, as by `evaluate`; a copy of a catalogue set gets the set's name. Two files with the
  /// same stem are named with their folders: `left/b` and `right/b`. The path of an entry with a name may also be
  /// relative to a folder of data files.
  /// - Throws: ``DatasetError`` for parameters that a named set does not have.
  func withNamesOfFiles(_ store: DatasetStore) throws -> Experiment {
    let catalogue = store.catalogue
    var result = self
    var files: [Int: URL] = [:]
    result.datasets = try datasets.enumerated().map { index, text in
      let path = self[originOf: text].path
      if path == nil, let known = try catalogue.selection(named: text)?.name ?? SyntheticSets.request(text)?.name {
        return known
      }
      let folders = baseFolders + (path == nil ? [] : store.dataFolders)
      let places = folders.map { UserPath.file(path ?? text, in: $0) }
      guard let file = places.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else {
        if path != nil { result[originOf: text].file = places.last }
        guard path == nil, text.contains(where: { "/.".contains($0) }) else { return text }
        // A report needs only the name; a run reports that the file is missing.
        let name = catalogue.name(ofFileAt: text)
        result[originOf: name].file = places.last
        return name
      }
      files[index] = file
      if path != nil { return text }
      return catalogue.nameOfCopy(at: file) ?? catalogue.name(ofFileAt: file.path)
    }
    let names = result.datasets
    for (index, file) in files where try catalogue.selection(named: names[index]) == nil {
      let twins = files.filter { $0.key != index && names[$0.key] == names[index] && $0.value.path != file.path }
      result.datasets[index] = Self.distinct(names[index], file, from: twins.map(\.value))
    }
    for (index, file) in files {
      let name = result.datasets[index]
      result[originOf: name].file = file
      result[originOf: name].reading = self[originOf: datasets[index]].reading.map(found)
    }
    result = result.withADatasetALabel
    try result.checkPublished()
    return result
  }

  /// Resolves the tables of reading options relative to the base folders.
  private func found(_ reading: ReadOptions) -> ReadOptions {
    func located(_ path: String?) -> String? {
      path.map { path in
        baseFolders.map { UserPath.file(path, in: $0).path }.first { FileManager.default.fileExists(atPath: $0) }
          ?? path
      }
    }
    var result = reading
    (result.labels, result.slides) = (located(reading.labels), located(reading.slides))
    return result
  }

  /// The experiment with each of a file's several labels as a separate data set.
  private var withADatasetALabel: Experiment {
    var result = self
    result.datasets = datasets.flatMap { name -> [String] in
      let labels = reading(of: name, filledFrom: reading ?? .automatic).byLabel.compactMap(\.label)
      var origin = result[originOf: name]
      guard labels.count > 1, origin.file != nil else { return [name] }
      result[originOf: name].file = nil
      return labels.map { label in
        let own = "\(name)[label=\(label)]"
        (origin.label, origin.path) = (label, nil)
        result[originOf: own] = origin
        return own
      }
    }
    return result
  }

  /// Returns the reading options of a data set's file: those of its entry, completed from `options`.
  fileprivate func reading(of dataset: String, filledFrom options: ReadOptions) -> ReadOptions {
    self[originOf: dataset].reading?.filled(from: options) ?? options
  }

  /// Returns the name preceded by as many folders as distinguish the file from the others.
  private static func distinct(_ name: String, _ file: URL, from others: [URL]) -> String {
    guard !others.isEmpty else { return name }
    func parents(_ url: URL) -> [String] { url.deletingLastPathComponent().pathComponents.reversed() }
    let own = parents(file)
    for count in 1...max(own.count, 1) where others.allSatisfy({ parents($0).prefix(count) != own.prefix(count) }) {
      return (own.prefix(count).reversed() + [name]).joined(separator: "/")
    }
    // Files of one folder have the same stem and differ in their extensions.
    return file.lastPathComponent
  }
}

extension ExperimentRunner {
  /// Sets up the search for an experiment's data sets and folds, including files, and reports how files are read.
  ///
  /// - Parameter options: the command line's options for files, which take precedence over the experiment's.
  mutating func find(for experiment: Experiment, in store: DatasetStore, _ options: ReadOptions = .automatic) {
    let folders = experiment.baseFolders
    let all = options.filled(from: experiment.reading ?? .automatic)
    say = { printToStandardError($0) }
    // If there are several sets, options apply to those that are the user's own files.
    let areOfFiles =
      experiment.origins.values.contains { $0.file != nil } || experiment.datasets.contains { store.isImported($0) }
    findDataset = { name in
      let origin = experiment[originOf: name]
      guard let file = origin.file else {
        return try store.lookUp(name, store.options(options, for: name, areOfFiles))
      }
      if let source = origin.source, !FileManager.default.fileExists(atPath: file.path) {
        return .unavailable(
          "no file or folder \(file.lastPathComponent) where it is looked for; it can be had from \(source)")
      }
      let loaded: LoadedDataset
      let reading = experiment.reading(of: name, filledFrom: all)
      let options = origin.label.flatMap { label in reading.byLabel.first { $0.label == label }?.options } ?? reading
      do {
        loaded = try ReadingDisplay.during(file.path) { try store.load(file.path, options: options) }
      } catch let error as ReadError where experiment.folder != nil && error.expected.contains("--") {
        // Commands that run experiments lack these options.
        throw ReadError(
          file: error.file, at: error.place, found: error.found,
          expected: error.expected + "; in the experiment's file reading: { positive: \"NAME\" } says the same")
      }
      loaded.tell(as: name)
      return .found(loaded.dataset.renamed(name))
    }
    findFolds = { scheme, dataset in
      if scheme == PredefinedFolds.columnsOfTheData, let columns = dataset.foldNames {
        return try .given(columns: columns, source: "columns of \(dataset.name)", for: dataset)
      }
      guard scheme == Experiment.splitsOfDatasets else {
        return try store.folds(scheme, for: dataset, relativeTo: folders)
      }
      guard let splits = experiment[originOf: dataset.name].reading?.splits else {
        throw FoldError(
          place: dataset.name,
          problem: "no splits, which other data sets of the experiment have; expected splits or folds")
      }
      return try store.folds(splits, for: dataset, relativeTo: folders)
    }
  }
}

extension DatasetStore {
  /// Whether a name belongs to a set that the user imported.
  fileprivate func isImported(_ name: String) -> Bool {
    ((try? catalogue.selection(named: name)) ?? nil)?.entry.isImported == true
  }

  /// Returns the call's options that apply to a named set.
  ///
  /// All apply to an imported set. For others they apply only if the call reads no file, so that unsupported ones are
  /// refused.
  fileprivate func options(_ options: ReadOptions, for name: String, _ areOfFiles: Bool) -> ReadOptions {
    isImported(name) || !areOfFiles ? options : .automatic
  }
}

extension PredefinedFolds {
  /// An experiment's name for folds from columns of the data set's own file.
  static let columnsOfTheData = "fold columns"
}
