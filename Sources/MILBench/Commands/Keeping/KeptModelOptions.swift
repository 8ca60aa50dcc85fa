import ArgumentParser
import Foundation
import MILCatalogue
import MILEvaluation
import MILFormats
import MILModels
import UserInput

/// A kept model and its input data, as options of 'predict' and 'explain'.
struct KeptModelOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("A file that 'milbench train' wrote.", valueName: "model-file")) var model: String
  @Option(
    name: .data,
    help: ArgumentHelp("A data set's name or a file.", valueName: "name-or-file")) var data: String
  @OptionGroup var file: DataFileOptions
  @Flag(name: .customLong("no-labels"), help: "The file's bags have no labels (CSV).") var hasNoLabels = false
  @Flag(help: "Use a file whose checksum or shape is not the catalogue's.") var force = false

  /// The files that the command reads.
  var inputs: [InputFile] { [InputFile("the model", model), InputFile("--data", data)] + file.folder.inputs }

  /// Reads the model, then the data.
  func load() throws -> (model: KeptModel, data: LoadedDataset) {
    warnOfSlowBLAS()
    let kept = try ModelStore.read(URL(fileURLWithPath: model), registry: MILBench.registry)
    // The reading of the training data applies unless the command line overrides it.
    var reading = file.reading
    reading.columns.hasLabels = !hasNoLabels
    reading = reading.filled(
      fromTraining: kept.description.reading ?? .automatic, featureCount: kept.description.features,
      classNames: kept.description.classNames)
    let store = try DatasetStore.ofEnvironment(force: force)
    return (kept, try ReadingDisplay.during(data) { try store.load(data, options: reading) })
  }
}

extension ReadOptions {
  /// Returns these options for bags to score, completed from the reading of the training bags; labels keep their
  /// meaning.
  func filled(fromTraining training: ReadOptions, featureCount: Int, classNames: [String]) -> ReadOptions {
    var result = filled(from: training)
    if result.columns.ignored.isEmpty, result.droppedFeatures == nil, result.knownFeatureCount == nil {
      result.knownFeatureCount = featureCount
    }
    result.knownLabels = classNames.isEmpty ? nil : classNames
    return result
  }
}
