import ArgumentParser
import MILCatalogue
import MILFormats
import UserInput

extension ReadOptions.Encoding: ExpressibleByArgument {
  /// Parses any usual name.
  package init?(argument: String) { self.init(named: argument) }
}
extension ReadOptions.DecimalMark: ExpressibleByArgument {}
extension ReadOptions.MissingValues: ExpressibleByArgument {}
extension ReadOptions.Task: ExpressibleByArgument {}
extension ReadOptions.BagOrder: ExpressibleByArgument {}
extension ReadOptions.PaddingRows: ExpressibleByArgument {}

/// The name of a layout: a built-in one, or one of another package.
struct FormatName: ExpressibleByArgument {
  let id: String

  init?(argument: String) {
    guard Self.allValueStrings.contains(argument) else { return nil }
    id = argument
  }

  static var allValueStrings: [String] { BagFormat.all.map(\.id) + MILBench.formats.map(\.id) }
  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

/// Whether a text has a header line.
enum HeaderChoice: String, ExpressibleByArgument, CaseIterable {
  case yes, no
}

extension NameSpecification {
  /// Returns the name of an option about a file of bags.
  static func of(_ option: ReadOption) -> NameSpecification { .customLong(option.rawValue) }
  /// The data set or file that a command reads.
  static let data: NameSpecification = [.customLong("data"), .customLong("dataset")]
  /// The same, for commands that usually take a data set's name.
  static let dataset: NameSpecification = [.customLong("dataset"), .customLong("data")]
  /// The file that a command writes.
  static let out: NameSpecification = [.customLong("out"), .customLong("output")]
  /// The folder of results that a command writes.
  static let output: NameSpecification = [.customLong("output"), .customLong("out")]
}

/// The options for reading a data set from a file, spelled the same in all commands.
///
/// The reader finds missing settings in the file, and reports them. If two readings are plausible, the error names the
/// option.
struct DataFileOptions: ParsableArguments {
  @Option(
    name: .of(.format), help: ArgumentHelp("The file's layout; its content tells it by default.", valueName: "name"))
  var format: FormatName?

  @Option(
    name: .of(.bagColumn),
    help: ArgumentHelp("The column of bag ids, by name or by position from 1 (#2, name:2).", valueName: "column"))
  var bagColumn: String?

  @Option(
    name: .of(.labelColumn),
    help: ArgumentHelp(
      "The column of bag labels; given more than once, compare has a data set a label.", valueName: "column"))
  var labelColumn: [String] = []

  @Option(
    name: .of(.task),
    help: ArgumentHelp(
      "What is predicted: classes, number, survival (hazards of intervals) or cox; the labels tell by default.",
      valueName: "name"))
  var task: ReadOptions.Task?

  @Option(name: .of(.timeColumn), help: ArgumentHelp("The column of survival times.", valueName: "column"))
  var timeColumn: String?

  @Option(
    name: .of(.eventColumn),
    help: ArgumentHelp("The column that says whether the event happened at that time.", valueName: "column"))
  var eventColumn: String?

  @Option(
    name: .of(.eventValue), parsing: .unconditional,
    help: ArgumentHelp("What that column says of a bag whose event happened, such as 1.", valueName: "value"))
  var eventValue: String?

  @Option(
    name: .of(.instanceLabelColumn), help: ArgumentHelp("The column of instance labels.", valueName: "column"))
  var instanceLabelColumn: String?

  @Option(
    name: .of(.groupColumn),
    help: ArgumentHelp("The column of groups, such as patients, that no split may part.", valueName: "column"))
  var groupColumn: String?

  @Option(
    name: .of(.foldColumn),
    help: ArgumentHelp("A column of folds, one a repetition; may be given more than once.", valueName: "column"))
  var foldColumn: [String] = []

  @Option(
    name: .of(.ignoreColumn),
    help: ArgumentHelp(
      "A column that is no feature, or one of an array (X:4); may be given more than once.", valueName: "column"))
  var ignoreColumn: [String] = []

  @Option(
    name: .of(.keepColumn),
    help: ArgumentHelp(
      "A column that is a feature whatever its name says; may be given more than once.", valueName: "column"))
  var keepColumn: [String] = []

  @Option(
    name: .of(.bagFeatures),
    help: ArgumentHelp(
      "A feature that describes a bag, the same in all its instances, or the beginning of names and *; may be given more "
        + "than once.", valueName: "column"))
  var bagFeatures: [String] = []

  @Option(
    name: .of(.setColumn),
    help: ArgumentHelp(
      "A feature that divides the instances of each bag into two sets: 0 for the first, 1 for the second.",
      valueName: "column"))
  var setColumn: String?

  @Option(
    name: .of(.coordinateColumns),
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The two columns of an instance's place in its image, across and down; they are no features.",
      valueName: "column"))
  var coordinateColumns: [String] = []

  // A label may begin with a hyphen, like -1.
  @Option(
    name: .of(.positive),
    parsing: .unconditional,
    help: ArgumentHelp("The label that is positive, against all others.", valueName: "label"))
  var positive: String?

  @Option(
    name: .of(.positiveInstance),
    parsing: .unconditional,
    help: ArgumentHelp("The label of instances that is positive, against all others.", valueName: "label"))
  var positiveInstance: String?

  @Option(
    name: .of(.negativeInstance),
    parsing: .unconditional,
    help: ArgumentHelp(
      "A label of instances that is negative, such as -1, which otherwise means that it is missing.",
      valueName: "label"))
  var negativeInstance: String?

  @Option(
    name: .of(.bagOrder),
    help: ArgumentHelp(
      "The order of bags in a list with one entry a bag: appearance, sorted (s1, s10, s2) or natural (s1, s2, s10).",
      valueName: "order"))
  var bagOrder: ReadOptions.BagOrder?

  @Option(
    name: .of(.header), help: ArgumentHelp("Whether the first line names the columns: yes or no.", valueName: "answer"))
  var header: HeaderChoice?

  @Option(
    name: .of(.encoding),
    help: ArgumentHelp(
      "The encoding of a text: \(ReadOptions.Encoding.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "name"))
  var encoding: ReadOptions.Encoding?

  @Option(
    name: .of(.decimal), help: ArgumentHelp("What decimals are written with: point or comma.", valueName: "mark"))
  var decimal: ReadOptions.DecimalMark?

  @Option(
    name: .of(.missing),
    help: ArgumentHelp(
      "What is done about missing features: refuse, drop-instances, drop-columns or mean (over the training bags).",
      valueName: "rule"))
  var missing: ReadOptions.MissingValues?

  // A code may begin with a hyphen, like -999.
  @Option(
    name: .of(.missingCode),
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A number that stands for a missing feature, such as -999 or inf; may be given more than once.",
      valueName: "number"))
  var missingCode: [Double] = []

  @Option(
    name: .of(.paddingRows),
    help: ArgumentHelp(
      "Whether rows at the ends of bags that look like padding are instances: keep or drop.", valueName: "answer"))
  var paddingRows: ReadOptions.PaddingRows?

  @Option(
    name: .of(.featureCount),
    help: ArgumentHelp("The number of features of sparse text, instead of the largest index.", valueName: "n"))
  var featureCount: Int?

  @OptionGroup var folder: FolderOptions

  func validate() throws {
    // "x,y" is one word on the command line; a column's own name may contain a comma.
    guard [0, 2].contains(coordinates.count) else {
      throw ValidationError(
        "--coordinate-columns: \(coordinates.count) given, expected two columns, across and down")
    }
    if missingCode.contains(where: \.isNaN) {
      throw ValidationError("--missing-code is nan, expected a number or inf; NaN is missing without it")
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

  /// The options as reading options.
  var reading: ReadOptions {
    var columns = CSVColumns(
      bag: bagColumn, label: labelColumn.first, instanceLabel: instanceLabelColumn, group: groupColumn,
      ignored: ignoreColumn, coordinates: coordinates)
    (columns.folds, columns.kept) = (foldColumn, keepColumn)
    (columns.bagFeatures, columns.set) = (bagFeatures.isEmpty ? nil : bagFeatures, setColumn)
    (columns.otherLabels, columns.time, columns.event) = (Array(labelColumn.dropFirst()), timeColumn, eventColumn)
    var options = ReadOptions(
      format: format?.id, columns: columns, positive: positive, featureCount: featureCount)
    (options.task, options.eventValue, options.positiveInstance) = (task, eventValue, positiveInstance)
    options.negativeInstance = negativeInstance
    options.bagOrder = bagOrder
    options.hasHeader = header.map { $0 == .yes }
    options.encoding = encoding
    options.decimalMark = decimal
    options.missing = missing
    options.missingCodes = missingCode
    options.paddingRows = paddingRows
    folder.fill(&options)
    return options
  }
}

extension LoadedDataset {
  /// The decisions about the file, for `--json`.
  var decisions: [ReadDecision] { dataset.reading?.decisions ?? [] }

  /// Reports on standard error how the file was read, a line for each decision and note.
  func tell(as name: String? = nil, where isNews: (String) -> Bool = { _ in true }) {
    for line in lines where isNews(line) { printToStandardError("\(name ?? dataset.name): \(line)") }
  }
}

extension DatasetStore {
  /// Loads a data set, or a file with the given options.
  func load(_ nameOrPath: String, _ options: DataFileOptions) throws -> LoadedDataset {
    guard options.labelColumn.count < 2 else {
      throw MistakenCall(
        description:
          "--label-column is given \(options.labelColumn.count) times, expected once; compare takes several labels")
    }
    return try ReadingDisplay.during(nameOrPath) { try load(nameOrPath, options: options.reading) }
  }
}
