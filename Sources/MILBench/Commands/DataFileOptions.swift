import ArgumentParser
import MILData
import Output
import UserInput

extension BagFormat: ExpressibleByArgument {}
extension ReadOptions.Encoding: ExpressibleByArgument {}
extension ReadOptions.DecimalMark: ExpressibleByArgument {}
extension ReadOptions.MissingValues: ExpressibleByArgument {}
extension ReadOptions.BagOrder: ExpressibleByArgument {}

/// Whether a text has a header line.
enum HeaderChoice: String, ExpressibleByArgument, CaseIterable {
  case yes, no
}

/// How to read a data set that is given as a file: one spelling for all commands.
///
/// What is not given is found in the file and said; where two readings are plausible, the error names the option.
struct DataFileOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The file's layout; its content tells it by default.", valueName: "name"))
  var format: BagFormat?

  @Option(help: ArgumentHelp("The column of bag ids, by name or by position from 1 (#2, name:2).", valueName: "column"))
  var bagColumn: String?

  @Option(help: ArgumentHelp("The column of bag labels.", valueName: "column"))
  var labelColumn: String?

  @Option(help: ArgumentHelp("The column of instance labels.", valueName: "column"))
  var instanceLabelColumn: String?

  @Option(
    help: ArgumentHelp("The column of groups, such as patients, that no split may part.", valueName: "column"))
  var groupColumn: String?

  @Option(
    help: ArgumentHelp("A column of folds, one a repetition; may be given more than once.", valueName: "column"))
  var foldColumn: [String] = []

  @Option(help: ArgumentHelp("A column that is no feature; may be given more than once.", valueName: "column"))
  var ignoreColumn: [String] = []

  @Option(
    help: ArgumentHelp(
      "A column that is a feature whatever its name says; may be given more than once.", valueName: "column"))
  var keepColumn: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The two columns of an instance's place in its image, across and down; they are no features.",
      valueName: "column"))
  var coordinateColumns: [String] = []

  // A label may begin with a hyphen, as -1 does.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The label that is positive, against all others.", valueName: "label"))
  var positive: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The label of instances that is positive, against all others.", valueName: "label"))
  var positiveInstance: String?

  @Option(
    help: ArgumentHelp(
      "The order of bags in a list with one entry a bag: appearance or sorted.", valueName: "order"))
  var bagOrder: ReadOptions.BagOrder?

  @Option(help: ArgumentHelp("Whether the first line names the columns: yes or no.", valueName: "answer"))
  var header: HeaderChoice?

  @Option(
    help: ArgumentHelp("The encoding of a text: utf-8, latin-1, windows-1252 or utf-16.", valueName: "name"))
  var encoding: ReadOptions.Encoding?

  @Option(help: ArgumentHelp("What decimals are written with: point or comma.", valueName: "mark"))
  var decimal: ReadOptions.DecimalMark?

  @Option(
    help: ArgumentHelp(
      "What is done about missing features: refuse, drop-instances, drop-columns or mean (over the training bags).",
      valueName: "rule"))
  var missing: ReadOptions.MissingValues?

  // A code may begin with a hyphen, as -999 does.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The number that stands for a missing feature, such as -999.", valueName: "number"))
  var missingCode: Double?

  @Option(help: ArgumentHelp("The number of features of sparse text, instead of the largest index.", valueName: "n"))
  var featureCount: Int?

  func validate() throws {
    // "x,y" is one word on the command line; a column's own name may hold a comma.
    guard [0, 2].contains(coordinates.count) else {
      throw ValidationError(
        "--coordinate-columns: \(coordinates.count) given, expected two columns, across and down")
    }
    if let featureCount, featureCount < 1 {
      throw ValidationError("--feature-count is \(featureCount), expected at least 1")
    }
  }

  private var coordinates: [String] {
    coordinateColumns.count == 1
      ? coordinateColumns[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      : coordinateColumns
  }

  /// What the options say about a file.
  var reading: ReadOptions {
    var columns = CSVColumns(
      bag: bagColumn, label: labelColumn, instanceLabel: instanceLabelColumn, group: groupColumn,
      ignored: ignoreColumn, coordinates: coordinates)
    (columns.folds, columns.kept) = (foldColumn, keepColumn)
    var options = ReadOptions(
      format: format?.rawValue, columns: columns, positive: positive, featureCount: featureCount)
    options.positiveInstance = positiveInstance
    options.bagOrder = bagOrder
    options.hasHeader = header.map { $0 == .yes }
    options.encoding = encoding
    options.decimalMark = decimal
    options.missing = missing
    options.missingCode = missingCode
    return options
  }
}

extension LoadedDataset {
  /// What was decided about the file, as `--json` carries it.
  var decisions: [ReadDecision] { dataset.reading?.decisions ?? [] }

  /// Tells on standard error how the file was read, a line a decision and a note.
  func tell(as name: String? = nil, where isNews: (String) -> Bool = { _ in true }) {
    for line in lines where isNews(line) { printToStandardError("\(name ?? dataset.name): \(line)") }
  }
}

extension DatasetStore {
  /// Loads a data set, or a file as the options say.
  func load(_ nameOrPath: String, _ options: DataFileOptions) throws -> LoadedDataset {
    try load(nameOrPath, options: options.reading)
  }
}
