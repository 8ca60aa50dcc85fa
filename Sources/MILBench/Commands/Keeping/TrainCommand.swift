import ArgumentParser
import Foundation
import MILBags
import MILCatalogue
import MILEvaluation
import MILModels
import Output
import UserInput

/// The command `milbench train`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a model on all bags of a data set or file, and keep it in a model file.",
    discussion: """
      How accurate such a model is, 'milbench evaluate' tells; bags that a model was trained on cannot.

      With --calibrate 'predict' gives a probability beside the score of two classes: a logistic function of the score \
      (sigmoid), or one that never falls (isotonic), fitted on scores of training bags by up to five more fits on \
      inner folds without them. Labels follow from the score as before. isotonic is for some hundred bags and more.

      Examples:
        milbench train --model mi-kernel --data musk1 --out musk1.safetensors
        milbench train --model "attention[epochs=50]" --data slides.csv \\
          --bag-column slide --out slides.safetensors
        milbench train --model dp-minn --data bags.csv --protocol tuned \\
          --out bags.safetensors
        milbench train --model mi-svm-instance --data musk1 --calibrate sigmoid \\
          --out musk1.safetensors
      """)

  @Option(help: ArgumentHelp("A model id, such as dp-minn or dp-minn[iterations=1].", valueName: "id"))
  var model: String
  @Option(
    name: .data,
    help: ArgumentHelp("A data set's name or a file.", valueName: "name-or-file")) var data: String
  @Option(
    name: .out, help: ArgumentHelp("The model file to write.", valueName: "file")
  ) var out: String
  @Option(
    name: .customLong("protocol"),
    help: ArgumentHelp(
      "What gives parameters and standardisation: clean, as-published or tuned.", valueName: "name"))
  var protocolName = EvaluationProtocol.clean.rawValue
  @Option(help: ArgumentHelp("The master seed of everything random.", valueName: "n")) var seed: UInt64 = 2018
  @Option(
    help: ArgumentHelp(
      "none, or training for mean 0 and deviation 1 over all bags; the protocol's by default.", valueName: "name"))
  var standardisation: StandardisationRule?
  @Option(
    help: ArgumentHelp(
      "At most how many instances of a bag a network trains on in an epoch, drawn anew in each; scores are of all.",
      valueName: "n"))
  var instancesPerBag: Int?
  @Option(help: "How scores of two classes become probabilities: none, sigmoid or isotonic.")
  var calibrate = Calibration.none
  @OptionGroup var file: DataFileOptions
  @Flag(help: "Use a file whose checksum or shape is not the catalogue's.") var force = false
  @Flag(help: "Print JSON.") var json = false

  /// The kind of function that turns scores into probabilities.
  enum Calibration: String, ExpressibleByArgument, CaseIterable {
    case none, sigmoid, isotonic

    var method: ScoreCalibration.Method? {
      switch self {
      case .none: nil
      case .sigmoid: .sigmoid
      case .isotonic: .isotonic
      }
    }
  }

  func validate() throws {
    if out.isEmpty { throw ValidationError("--out is empty, expected a file") }
    if let instancesPerBag, instancesPerBag < 1 {
      throw ValidationError("--instances-per-bag is \(instancesPerBag), expected at least 1")
    }
  }

  /// The model id with the requested number of instances.
  private var identifier: String {
    get throws {
      guard let instancesPerBag else { return model }
      let written = try ModelIdentifier(parsing: model)
      let parameters = written.parameters.merging(["instancesPerBag": String(instancesPerBag)]) { $1 }
      return ModelIdentifier(name: written.name, parameters: parameters).description
    }
  }

  func run() throws {
    warnOfSlowBLAS()
    var training = ModelTraining()
    training.rules = try MistakenCall.catch { try EvaluationProtocol(named: protocolName) }
    training.seed = seed
    training.standardisation = standardisation
    training.calibration = calibrate.method
    training.announce = { printToStandardError($0) }
    // Checked before any data are read.
    let target = URL(fileURLWithPath: out)
    try ResultFiles.check(target, replacing: .model, inputs: [InputFile("--data", data)] + file.folder.inputs)
    let model = try MistakenCall.catch { try identifier }
    _ = try MistakenCall.catch { try training.rules.resolve(model, in: MILBench.registry) }
    StoppedWork.writesAtTheEnd(out)
    let loaded = try DatasetStore.ofEnvironment(force: force).load(data, file)
    loaded.tell()
    let outcome = try training.train(
      model, on: loaded.dataset, classNames: loaded.classNames, registry: MILBench.registry)
    let bytes = try ModelStore.write(outcome.model, to: target)
    StoppedWork.end()
    let description = outcome.model.description
    if json { return try printJSON(description) }
    try StandardOutput.print(
      """
      \(description.title) on \(description.dataset): \(description.bags) bags, \(description.instances) instances, \
      \(description.features) features
      trained in \(String(format: "%.2f", outcome.seconds)) s: \(outcome.summary.parameters) parameters, \
      \(outcome.summary.steps) steps
      \(outcome.onTraining)
      """)
    for (name, note) in description.notes.sorted(by: { $0.key < $1.key }) {
      try StandardOutput.print("\(name): \(note)")
    }
    try StandardOutput.print("cite: \(description.citation)\nwritten: \(out) (\(bytes) bytes)")
  }
}

extension ModelTraining.Outcome {
  /// The model's performance on its own training bags.
  fileprivate var onTraining: String {
    if let right = trainingBagsRight {
      return "training bags called right: \(right) of \(model.description.bags), which is no estimate of accuracy"
    }
    let value = trainingValue?.value.map { String(format: "%.3f", $0) } ?? "not defined"
    let title = trainingValue?.title ?? "score"
    return "\(title) on the training bags: \(value), which is no estimate of that on others"
  }
}

extension StandardisationRule: ExpressibleByArgument {}
