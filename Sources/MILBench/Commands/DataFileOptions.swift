import ArgumentParser
import MILData

extension BagFormat: ExpressibleByArgument {}

/// How to read a data set that is given as a file.
struct DataFileOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The file's layout; its content tells it by default.", valueName: "name"))
  var format: BagFormat?

  @Option(help: ArgumentHelp("The column of bag ids, by name or by position from 1.", valueName: "column"))
  var bagColumn: String?

  @Option(help: ArgumentHelp("The column of bag labels.", valueName: "column"))
  var labelColumn: String?

  @Option(help: ArgumentHelp("The column of instance labels.", valueName: "column"))
  var instanceLabelColumn: String?

  @Option(
    help: ArgumentHelp("The column of groups, such as patients, that no split may part.", valueName: "column"))
  var groupColumn: String?

  @Option(help: ArgumentHelp("A column that is no feature; may be given more than once.", valueName: "column"))
  var ignoreColumn: [String] = []

  /// The columns that were given.
  var columns: CSVColumns {
    CSVColumns(
      bag: bagColumn, label: labelColumn, instanceLabel: instanceLabelColumn, group: groupColumn,
      ignored: ignoreColumn)
  }
}

extension DatasetStore {
  /// Loads a data set, or a file as the options say.
  func load(_ nameOrPath: String, _ options: DataFileOptions) throws -> LoadedDataset {
    try load(nameOrPath, format: options.format, columns: options.columns)
  }
}
