import ArgumentParser
import Foundation
import LinearAlgebra
import MILData
import MILEvaluation
import MILResults

/// The folders that commands work in.
struct Workplace: ParsableArguments {
  @Option(help: ArgumentHelp("The folder of experiment files.", valueName: "folder"))
  var experiments = "experiments"

  @Option(
    name: .customLong("output"), help: ArgumentHelp("The folder of journals, folds and tables.", valueName: "folder"))
  var results = "results"

  func validate() throws {
    if experiments.isEmpty { throw ValidationError("--experiments is empty, expected a folder") }
    if results.isEmpty { throw ValidationError("--output is empty, expected a folder") }
  }

  var experimentsFolder: URL { URL(fileURLWithPath: experiments, isDirectory: true) }
  var resultsFolder: URL { URL(fileURLWithPath: results, isDirectory: true) }

  /// The experiments of the given names, or all.
  func load(_ names: [String]) throws -> [Experiment] {
    let names = try names.isEmpty ? Experiment.list(in: experimentsFolder) : names
    if names.isEmpty { throw EvaluationError("\(experiments): there are no experiment files in this folder") }
    return try names.map {
      try Experiment.load(named: $0, in: experimentsFolder).withCanonicalNames(in: MILBench.registry, .shipped())
    }
  }
}

extension DatasetStore {
  /// The store of a command: shipped files, and the folder that MILBENCH_DATA names.
  static func ofEnvironment(force: Bool = false) throws -> DatasetStore {
    let folder = ProcessInfo.processInfo.environment["MILBENCH_DATA"].flatMap { $0.isEmpty ? nil : $0 }
    return try DatasetStore(dataFolder: folder.map { URL(fileURLWithPath: $0, isDirectory: true) }, force: force)
  }

  /// The set, or why a set of the catalogue cannot be had; other names are errors.
  func lookUp(_ name: String) throws -> DatasetLookup {
    do {
      return .found(try load(name).dataset)
    } catch let error as DatasetError where catalogue.entry(named: name) != nil {
      return .unavailable(error.problem)
    }
  }
}

extension Experiment {
  /// The experiment with models and data sets under their canonical names.
  func withCanonicalNames(in registry: ModelRegistry, _ catalogue: Catalogue) throws -> Experiment {
    var result = self
    do {
      result.models = try models.map { model in
        ExperimentModel(id: try registry.resolve(model.id).id, protocol: model.protocol, label: model.label)
      }
    } catch let error as ModelError {
      throw EvaluationError("experiment \(name): \(error)")
    }
    var seen: Set<ExperimentModel> = []
    for (model, written) in zip(result.models, models) {
      let identity = ExperimentModel(id: model.id, protocol: protocolName(of: model))
      guard seen.insert(identity).inserted else {
        throw EvaluationError("experiment \(name): \"\(written.id)\" is \(model.id), which it already has")
      }
    }
    result.datasets = datasets.map { catalogue.entry(named: $0)?.name ?? $0 }
    for (index, dataset) in result.datasets.enumerated() where result.datasets[..<index].contains(dataset) {
      throw EvaluationError("experiment \(name): \"\(datasets[index])\" is \(dataset), which it already has")
    }
    return result
  }
}

/// Writes a line to standard error.
func printToStandardError(_ line: String, terminator: String = "\n") {
  FileHandle.standardError.write(Data((line + terminator).utf8))
}

/// Tells the user once a process that its BLAS is slow.
func warnOfSlowBLAS() {
  if let warning = BLASLibrary.prepare().warning { printToStandardError(warning) }
}

/// Prints a value as JSON with sorted keys.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
