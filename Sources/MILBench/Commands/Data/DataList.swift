import ArgumentParser

/// The command `milbench data list`.
struct DataList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the known data sets, their shapes and labellings.",
    discussion: "Example: milbench data list --json")

  @Flag(help: "Print JSON.") var json = false

  func run() throws { try ListDatasets.list(asJSON: json) }
}
