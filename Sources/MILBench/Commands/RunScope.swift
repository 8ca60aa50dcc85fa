import ArgumentParser
import MILExperiments

/// The options that narrow an experiment to a part of its trials.
struct RunScope: ParsableArguments {
  @Option(help: ArgumentHelp("The number of repeats, instead of the experiment's.", valueName: "n")) var repeats: Int?
  @Option(help: ArgumentHelp("Run only this data set or model; can be given several times.", valueName: "name"))
  var only: [String] = []

  func validate() throws {
    if let repeats, repeats < 1 { throw ValidationError("--repeats is \(repeats), expected at least 1") }
  }

  /// The options as command-line arguments.
  var arguments: [String] { (repeats.map { ["--repeats", "\($0)"] } ?? []) + only.flatMap { ["--only", $0] } }

  /// Returns the experiment with the given repeats, and the data sets and models that `--only` names.
  func narrow(_ experiment: Experiment) throws -> Experiment {
    var result = experiment
    if let repeats { (result.repeats, result.repeatsAreStated) = (repeats, true) }
    guard !only.isEmpty else { return result }
    let datasets = experiment.datasets.filter { only.contains($0) }
    let models = experiment.models.filter { model in
      only.contains { $0 == model.id || $0 == model.label || model.id.hasPrefix($0 + "[") }
    }
    let known = Set(experiment.datasets + experiment.models.flatMap { [$0.id, String($0.id.prefix { $0 != "[" })] })
    for name in only where !known.contains(name) && !experiment.models.contains(where: { $0.label == name }) {
      throw ValidationError(
        "--only \(name): experiment \(experiment.name) has no such data set or model, expected one of "
          + known.sorted().joined(separator: ", "))
    }
    if !datasets.isEmpty { result.datasets = datasets }
    if !models.isEmpty { result.models = models }
    return result
  }
}
