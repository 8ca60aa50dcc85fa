import Foundation
import MILBench
import MILEvaluation
import MILExperiments
import UserInput

/// The valid files of folders, grouped by their readers.
enum Corpus {
  /// The prefix of the name of an array container's reader, which the container's id follows.
  private static let prefix = "array-"
  /// The numbers of bags of the data sets that folds are checked against.
  private static let bagCounts = [4, 10, 92, 200]
  /// The name of a folder with a folder of features in each of its folders.
  private static let places = "folders"

  /// Returns all readers, without files.
  static func readers() throws -> [Reader] {
    try bagFiles + bagFolders + arrays + folds() + documents + results() + models
  }

  /// The readers of files of bags, each of its own layout alone.
  private static var bagFiles: [Reader] {
    BagFormat.all.map { format in
      let readsFolder = format.id == BagFormat.threeFileMAT.id
      return Reader(format.id, folder: { readsFolder ? $0.deletingLastPathComponent() : nil }) { file in
        try BagReader.read(file).format?.id == format.id
      }
    } + [Reader("labelled-instances") { try LabelledInstances.read($0).count > 0 }]
  }

  /// The tables of labels of the folders in the corpus, and the positive label if it must be named; other folders need
  /// no options.
  private static let labels: [String: (table: String, positive: String?)] = [
    "clam": ("dataset_csv/tumor.csv", "tumor_tissue"), "classes": ("folders", "tumor"), "mhim": ("label.csv", "tumor"),
    "nnmil": ("dataset.csv", nil), "npz": ("labels.csv", "tumor"), "slideflow": ("annotations.csv", "tumor"),
    "transmil": ("fold0.csv", nil),
  ]

  /// The readers of layouts of several files, of which one is changed: a table of labels, or a file of features.
  private static var bagFolders: [Reader] {
    func read(_ place: URL, as format: any DatasetFormat) throws -> Bool {
      guard format.recognises(place) else { return false }
      var options = ReadOptions.automatic
      if let (table, positive) = labels[place.lastPathComponent] {
        options.labels = table == "folders" ? table : place.appendingPathComponent(table).path
        options.positive = positive
      }
      // The species of a folder of bird song, which is one of several.
      if format is HJAText { options.columns.label = "1" }
      let dataset = try format.open(place, options)
      return try dataset.matrix().count > 0 && dataset.bagCount > 0
    }
    let folders: [any DatasetFormat] = [FeatureFolder(), HJAText(), ThreeTables()]
    return folders.map { format in
      Reader(format.id, folder: featureFolder) { file in
        // One format reads a folder, as in every command.
        guard let place = featureFolder(of: file), folders.last(where: { $0.recognises(place) })?.id == format.id else {
          return false
        }
        return try read(place, as: format)
      }
    } + [
      Reader(Manifest().id, folder: featureFolder) { file in
        guard featureFolder(of: file) != nil else { return false }
        return try read(file, as: Manifest())
      },
      Reader(PackedBags().id) { try read($0, as: PackedBags()) },
    ]
  }

  /// Returns the folder of features that a file belongs to: a folder in one that is named `folders`.
  private static func featureFolder(of file: URL) -> URL? {
    var folder = file.deletingLastPathComponent()
    while folder.pathComponents.count > 1 {
      let parent = folder.deletingLastPathComponent()
      if parent.lastPathComponent == places { return folder }
      folder = parent
    }
    return nil
  }

  /// The readers of files of arrays.
  private static var arrays: [Reader] {
    ArrayContainers.all.map { container in
      Reader(prefix + container.id) { file in
        let opened = try ArrayFile(file, containers: [container])
        for array in opened.arrays {
          _ = try array.numbers()
          var block = InstanceBlock(instances: array.instanceCount, features: array.featureCount)
          try array.read(0..<array.instanceCount, into: &block)
        }
        return !opened.arrays.isEmpty
      }
    }
  }

  /// Returns the readers of folds and splits, for data sets that the files of the corpus divide.
  private static func folds() throws -> [Reader] {
    func bags(_ count: Int, names: [String]? = nil) throws -> BagDataset {
      try BagDataset(
        name: "fuzz", instances: Matrix(rows: count, columns: 1), offsets: Array(0...count),
        labels: (0..<count).map { $0 % 2 }, bagNames: names)
    }
    let slides = try bags(8, names: (1...8).map { "s\($0)" })
    return [
      Reader("fold-file") { !(try FoldAssignment.read(from: $0).assignment.isEmpty) },
      Reader("fold-audit") { file in
        _ = try FoldAudit.findings(in: file)
        return true
      },
      Reader("splits") { !(try SplitFiles.read([$0], scheme: nil, for: slides).folds.assignment.isEmpty) },
    ]
      + (try bagCounts.map { count in
        let dataset = try bags(count)
        return Reader("folds-of-\(count)") { !(try PredefinedFolds.read($0, for: dataset).isEmpty) }
      })
  }

  /// The readers of experiments, figures and lists of data sets.
  private static var documents: [Reader] {
    [
      Reader("experiment") { file in
        _ = try Experiment.load(from: file)
        return true
      },
      Reader("published") { !(try PublishedTable.load(from: $0).rows.isEmpty) },
      Reader("catalogue") { !(try Catalogue(contentsOf: $0).sets.isEmpty) },
    ]
  }

  /// Returns the readers of what runs write, and of journals by others.
  private static func results() throws -> [Reader] {
    let store = DatasetStore(catalogue: try Catalogue.shipped())
    // A changed name must not open a file.
    let runner = ExperimentRunner(registry: try .standard()) { name in
      guard ["musk1", "musk2"].contains(name) else { return .unavailable("it is not shipped") }
      return .found(try store.load(name).dataset)
    }
    let check = EntryCheck(runner)
    func journal(_ file: URL) throws -> Bool {
      guard JournalFiles.isJournal(file.lastPathComponent) else { return false }
      return !(try Journal<TrialRecord>(file).read().records.isEmpty)
    }
    return [
      Reader("journal", journal),
      Reader("entry") { file in
        guard try journal(file) else { return false }
        _ = try check.findings(in: file)
        return true
      },
      Reader("plan") { file in
        guard ShardPlan.isPlan(file.lastPathComponent) else { return false }
        return !(try ShardPlan.read(file).units.isEmpty)
      },
      Reader("submission") { file in
        guard file.lastPathComponent == SlurmSubmission.fileName else { return false }
        return try SlurmSubmission.read(in: file.deletingLastPathComponent()) != nil
      },
    ]
  }

  /// The readers of kept models, and of models that are programs with their answers.
  private static var models: [Reader] {
    let answers = ["scores.csv", "weights.csv", "report.json"]
    return [
      Reader("model-file") { file in
        _ = try ModelFile.model(in: [UInt8](Data(contentsOf: file)), registry: .standard())
        return true
      },
      Reader("external-model") { !(try ExternalModel(contentsOf: $0).command.isEmpty) },
      // The answers in the corpus are those for three bags of five instances.
      Reader("external-answers", folder: { $0.deletingLastPathComponent() }) { file in
        guard answers.contains(file.lastPathComponent) else { return false }
        let found = ExternalAnswers(in: file.deletingLastPathComponent())
        let losses = try found.report().losses ?? []
        let scores = try found.scores(ofBags: 3, instances: 5, columns: max(1, losses.count), areProbabilities: true)
        return scores.scoresByEpoch.count == max(1, losses.count)
      },
    ]
  }

  /// Returns every reader that accepts files below the folders, with these files.
  static func readers(in folders: [String]) throws -> [Reader] {
    let files = try folders.flatMap { folder in
      let root = URL(fileURLWithPath: folder, isDirectory: true)
      guard let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil) else {
        throw UsageError(description: "--corpus \(folder): no such folder")
      }
      return walk.compactMap { $0 as? URL }.filter { !$0.hasDirectoryPath }.sorted { $0.path < $1.path }
    }
    var readers = try readers()
    for file in files {
      for index in readers.indices where readers[index].accepts(file) { readers[index].files.append(file) }
    }
    let found = readers.filter { !$0.files.isEmpty }
    guard !found.isEmpty else {
      throw UsageError(description: "--corpus \(folders.joined(separator: ", ")): no file that can be read")
    }
    return found
  }
}
