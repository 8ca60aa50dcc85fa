import ArgumentParser
import MILData

/// `milbench data list`
struct DataList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the known data sets, their shapes and labellings.",
    discussion: "Example: milbench data list --json")

  @OptionGroup var list: ListDatasets

  func run() throws { try list.run() }
}
