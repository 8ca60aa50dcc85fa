import ArgumentParser
import Foundation
import MILExperiments
import Output

/// The command `milbench list models`.
struct ListModels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "List the models: parameters, sources, what is trained, and the tables that they stand in.",
    discussion: """
      The tables are the experiments that name the model, where there is a folder of experiments.

      Examples:
        milbench list models --json
        milbench list models --markdown
      """)

  @Option(
    help: ArgumentHelp("The folder of experiment files; experiments by default, if there is one.", valueName: "folder"))
  var experiments: String?
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Print a page in Markdown.") var markdown = false

  func validate() throws {
    if experiments?.isEmpty == true { throw ValidationError("--experiments is empty, expected a folder") }
    if json && markdown { throw ValidationError("--json and --markdown, expected one of them") }
  }

  func run() throws {
    let folder = URL(fileURLWithPath: experiments ?? "experiments", isDirectory: true)
    // Models can be listed anywhere, but a requested folder must exist.
    let isThere = experiments != nil || FileManager.default.fileExists(atPath: folder.path)
    let names = isThere ? try Experiment.list(in: folder) : []
    let catalogue = ModelCatalogue(
      MILBench.registry,
      experiments: try names.map { try Experiment.load(named: $0, in: folder, metrics: MILBench.metrics) })
    if json { return try printJSON(catalogue.entries) }
    try StandardOutput.print(markdown ? catalogue.markdown : catalogue.text, terminator: "")
  }
}
