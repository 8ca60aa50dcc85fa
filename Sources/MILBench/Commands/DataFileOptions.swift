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

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The two columns of an instance's place in its image, across and down; they are no features.",
      valueName: "column"))
  var coordinateColumns: [String] = []

  func validate() throws {
    // "x,y" is one word on the command line; a column's own name may hold a comma.
    guard [0, 2].contains(coordinates.count) else {
      throw ValidationError(
        "--coordinate-columns: \(coordinates.count) given, expected two columns, across and down")
    }
  }

  private var coordinates: [String] {
    coordinateColumns.count == 1
      ? coordinateColumns[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      : coordinateColumns
  }

  /// The columns that were given.
  var columns: CSVColumns {
    CSVColumns(
      bag: bagColumn, label: labelColumn, instanceLabel: instanceLabelColumn, group: groupColumn,
      ignored: ignoreColumn, coordinates: coordinates)
  }
}

extension DatasetStore {
  /// Loads a data set, or a file as the options say.
  ///
  /// - Parameter hasLabels: whether the file's bags have labels; without them all count as negative.
  func load(_ nameOrPath: String, _ options: DataFileOptions, hasLabels: Bool = true) throws -> LoadedDataset {
    var columns = options.columns
    columns.hasLabels = hasLabels
    return try load(nameOrPath, format: options.format, columns: columns)
  }
}
