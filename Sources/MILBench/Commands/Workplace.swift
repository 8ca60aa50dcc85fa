import ArgumentParser
import Foundation
import LinearAlgebra
import MILBags
import MILCatalogue
import MILEvaluation
import MILExperiments
import MILModels
import MILRecords
import Output
import UserInput

/// The folders that commands work in.
struct Workplace: ParsableArguments {
  @Option(help: ArgumentHelp("The folder of experiment files.", valueName: "folder"))
  var experiments = "experiments"

  @Option(
    name: .customLong("output"),
    help: ArgumentHelp("The folder of your own journals, folds and tables.", valueName: "folder"))
  var results = Workplace.ownRuns

  /// The default folder of the user's own runs.
  static let ownRuns = "runs"

  func validate() throws {
    if experiments.isEmpty { throw ValidationError("--experiments is empty, expected a folder") }
    if results.isEmpty { throw ValidationError("--output is empty, expected a folder") }
  }

  var experimentsFolder: URL { URL(fileURLWithPath: experiments, isDirectory: true) }
  var resultsFolder: URL { URL(fileURLWithPath: results, isDirectory: true) }

  /// The folder `results` beside the experiments', with the results shipped with them; read-only.
  var referenceFolder: URL { experimentsFolder.deletingLastPathComponent().appending(path: "results") }

  /// Returns the journal shipped with an experiment, if there is one.
  func referenceJournal(of experiment: String) throws -> JournalSet<TrialRecord> {
    try JournalSet(reading: JournalFiles.reference(in: referenceFolder.appending(path: experiment)).map { [$0] } ?? [])
  }

  /// Returns the given names, or those of all experiments.
  func names(_ given: [String]) throws -> [String] {
    let names = try given.isEmpty ? Experiment.list(in: experimentsFolder) : given
    if names.isEmpty { throw EvaluationError("\(experiments): there are no experiment files in this folder") }
    return names
  }

  /// The folder of experiments with results by others, whose models may be unknown here.
  static let entries = "entries/"

  /// Loads the experiments with the given names, or all except entries by others, as a run needs them.
  func load(_ given: [String]) throws -> [Experiment] {
    try names(given).filter { !given.isEmpty || !$0.hasPrefix(Self.entries) }.map { try load($0) }
  }

  /// Loads the experiment with a name.
  ///
  /// - Parameter recorded: for a report, the model ids of records; its models and data sets may be unknown here.
  func load(_ name: String, recorded: Set<String>? = nil) throws -> Experiment {
    try Experiment.load(named: name, in: experimentsFolder, metrics: MILBench.metrics).withCanonicalNames(
      in: MILBench.registry, DatasetStore.ofEnvironment(), recorded: recorded)
  }
}

extension DatasetStore {
  /// Returns the store of every command, with the catalogue and the user's imported sets.
  ///
  /// It has the shipped files, the folders of MILBENCH_DATA, separated by colons, and the user's own folder.
  package static func ofEnvironment(force: Bool = false) throws -> DatasetStore {
    let environment = ProcessInfo.processInfo.environment
    let named = (environment["MILBENCH_DATA"] ?? "").split(separator: ":").map {
      URL(fileURLWithPath: String($0), isDirectory: true)
    }
    let own = UserDataFolder(environment: environment)
    return DatasetStore(
      catalogue: Catalogue(sets: try Catalogue.shipped().sets + own.importedSets()),
      dataFolders: named + [own.datasets], force: force, formats: MILBench.formats)
  }

  /// Looks up a set; returns the reason if a catalogue set is unavailable, and throws for other names.
  ///
  /// - Parameter options: the options for reading it.
  func lookUp(_ name: String, _ options: ReadOptions = .automatic) throws -> DatasetLookup {
    do {
      let loaded = try load(name, options: options)
      if try catalogue.selection(named: name)?.entry.isImported == true { loaded.tell(as: name) }
      return .found(loaded.dataset)
    } catch let error as DatasetError {
      let source = try SyntheticSets.request(name)?.source ?? name
      guard let entry = try catalogue.selection(named: source)?.entry, !isAvailable(entry, as: source) else {
        throw error
      }
      return .unavailable(error.problem)
    }
  }
}

extension Experiment {
  /// Returns the experiment with canonical protocol names, so that none runs under two names.
  ///
  /// Unknown names stay, for a report of records that have them.
  private func withCanonicalProtocols() -> Experiment {
    var result = self
    func canonical(_ name: String) -> String { (try? TrialProtocol(named: name).name) ?? name }
    result.protocol = canonical(`protocol`)
    for (index, model) in models.enumerated() { result.models[index].protocol = model.protocol.map(canonical) }
    return result
  }

  /// Returns the experiment with canonical names of models and data sets, and its scheme's number of folds.
  ///
  /// - Parameter recorded: for a report, the canonical model ids of records; unknown names then stay as written. Nil
  ///   for a run, for which every name must be known.
  func withCanonicalNames(
    in registry: ModelRegistry, _ store: DatasetStore, recorded: Set<String>? = nil
  ) throws -> Experiment {
    var result = withCanonicalProtocols()
    do {
      for (index, model) in models.enumerated() where recorded?.contains(model.id) != true {
        do {
          let rules = try TrialProtocol(named: protocolName(of: model)).rules
          result.models[index].id = try rules.resolve(model.id, in: registry).id
        } catch  where recorded != nil {
          continue
        }
      }
    } catch let error as ModelError {
      throw EvaluationError("experiment \(name): \(error)")
    }
    var seen: Set<ExperimentModel> = []
    for (model, written) in zip(result.models, models) {
      let identity = ExperimentModel(id: model.id, protocol: result.protocolName(of: model))
      guard seen.insert(identity).inserted else {
        throw EvaluationError("experiment \(name): \"\(written.id)\" is \(model.id), which it already has")
      }
    }
    do {
      result = try result.withNamesOfFiles(store)
    } catch let error as DatasetError {
      throw EvaluationError("experiment \(name): \(error)")
    }
    for (index, dataset) in result.datasets.enumerated() where result.datasets[..<index].contains(dataset) {
      throw EvaluationError("experiment \(name): \"\(datasets[index])\" is \(dataset), which it already has")
    }
    let catalogue = store.catalogue
    if let foldScheme, store.isOfTheData(foldScheme) {
      (result.foldsAreOfTheData, result.folds) = (true, 0)
      if !repeatsAreStated { result.repeats = 1 }
    } else if let foldScheme {
      do {
        let counts = try result.datasets.map { try catalogue.foldScheme(named: foldScheme, of: $0).folds }
        if let other = counts.firstIndex(where: { $0 != counts[0] }) {
          throw EvaluationError(
            "experiment \(name): \(foldScheme) has \(counts[0]) folds for \(result.datasets[0]), but "
              + "\(counts[other]) for \(result.datasets[other])")
        }
        result.folds = counts[0]
      } catch is FoldError where recorded != nil {
        // The records determine the folds.
        result.foldsAreOfTheData = true
      } catch let error as FoldError {
        throw EvaluationError("experiment \(name): \(error)")
      }
    }
    return result
  }
}

extension URL {
  /// The folders of shipped results: in the current folder, or else in this program's package; read-only.
  static var referenceResults: [URL] {
    let here = URL(fileURLWithPath: "results", isDirectory: true)
    let shipped = HarnessPackage.folderOfThisProgram?.appending(path: "results", directoryHint: .isDirectory)
    return [here] + (shipped.map { [$0] } ?? [])
  }

  /// The path relative to the current folder, if it is inside.
  var pathFromHere: String {
    let here = FileManager.default.currentDirectoryPath + "/"
    let path = standardizedFileURL.path
    return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
  }
}

/// Writes a line to standard error.
func printToStandardError(_ line: String, terminator: String = "\n", replacesLine: Bool = false) {
  StandardError.print(line, terminator: terminator, replacesLine: replacesLine)
}

/// Warns the user of a slow BLAS, once a process.
func warnOfSlowBLAS() {
  if let warning = BLASLibrary.current.warning { printToStandardError(warning) }
}

/// Prints a value as JSON with sorted keys.
func printJSON(_ value: some Encodable) throws { try StandardOutput.print(try jsonText(value)) }

/// Formats a value as JSON with sorted keys, for people and programs.
func jsonText(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}
