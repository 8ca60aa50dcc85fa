import ArgumentParser
import MILEvaluation
import UserInput

extension ReadOptions.BagBy: ExpressibleByArgument {}

/// The options for reading a folder of features and its tables.
struct FolderOptions: ParsableArguments {
  @Option(
    name: .of(.labels),
    help: ArgumentHelp(
      "The table of labels of a folder of features, a line a slide or patient; or folders, where folders have the names of "
        + "classes.", valueName: "table"))
  var labels: String?

  @Option(
    name: .of(.slides),
    help: ArgumentHelp(
      "The table that says which slides of a folder are whose, where that of labels has a line a patient.",
      valueName: "table"))
  var slides: String?

  @Option(
    name: .of(.featureFolder),
    help: ArgumentHelp(
      "The one of several folders of features that is meant, such as that of an encoder.", valueName: "folder"))
  var featureFolder: String?

  @Option(
    name: .of(.featureKey),
    help: ArgumentHelp("The array of features in files that hold several.", valueName: "name"))
  var featureKey: String?

  @Option(
    name: .of(.bagBy),
    help: ArgumentHelp(
      "What a bag of a folder is: a slide (those of a patient stay together in folds), or a patient.",
      valueName: "what"))
  var bagBy: ReadOptions.BagBy?

  /// Copies these options into `options`.
  func fill(_ options: inout ReadOptions) {
    (options.labels, options.slides) = (labels, slides)
    (options.featureFolder, options.featureKey, options.bagBy) = (featureFolder, featureKey, bagBy)
  }

  /// The files that the command reads.
  var inputs: [InputFile] {
    [("--labels", labels), ("--slides", slides)].compactMap { option, path in path.map { InputFile(option, $0) } }
  }
}

/// The option for splits, of commands that divide bags into folds.
struct SplitsOption: ParsableArguments {
  @Option(
    name: .of(.splits),
    help: ArgumentHelp("The file, folder or quoted pattern of splits, as after --folds.", valueName: "file"))
  var splits: String?

  /// The files that the command reads.
  var inputs: [InputFile] { splits.map { [InputFile("--splits", $0)] } ?? [] }
}
