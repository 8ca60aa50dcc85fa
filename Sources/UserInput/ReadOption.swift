/// A command-line option about a file of bags: its spelling, and whether options set it.
package enum ReadOption: String, Sendable, CaseIterable {
  case bagBy = "bag-by"
  case bagColumn = "bag-column"
  case bagFeatures = "bag-features"
  case bagOrder = "bag-order"
  case coordinateColumns = "coordinate-columns"
  case decimal
  case encoding
  case eventColumn = "event-column"
  case eventValue = "event-value"
  case featureCount = "feature-count"
  case featureFolder = "feature-folder"
  case featureKey = "feature-key"
  case foldColumn = "fold-column"
  case format
  case groupColumn = "group-column"
  case header
  case ignoreColumn = "ignore-column"
  case instanceLabelColumn = "instance-label-column"
  case keepColumn = "keep-column"
  case labelColumn = "label-column"
  case labels
  case missing
  case missingCode = "missing-code"
  case negativeInstance = "negative-instance"
  case paddingRows = "padding-rows"
  case positive
  case positiveInstance = "positive-instance"
  case setColumn = "set-column"
  case slides
  case splits
  case task
  case timeColumn = "time-column"

  /// The option as it is typed: `--bag-column`.
  package var spelling: String { "--" + rawValue }

  /// The options that set the role of a column or array.
  package static let columns: Set<ReadOption> = [
    .bagColumn, .labelColumn, .instanceLabelColumn, .groupColumn, .foldColumn, .coordinateColumns, .ignoreColumn,
    .keepColumn, .timeColumn, .eventColumn, .eventValue,
  ]

  /// The options that every layout can use.
  package static let common: Set<ReadOption> = [
    .format, .positive, .task, .missing, .missingCode, .paddingRows, .ignoreColumn, .bagFeatures, .setColumn,
    .splits,
  ]

  /// The options about a folder of features and its tables.
  package static let folder: Set<ReadOption> = [
    .format, .labels, .slides, .splits, .featureFolder, .featureKey, .bagBy, .bagColumn, .labelColumn, .groupColumn,
    .foldColumn, .ignoreColumn, .keepColumn, .positive, .positiveInstance, .negativeInstance, .encoding, .task,
    .timeColumn, .eventColumn, .eventValue, .coordinateColumns, .bagFeatures, .header, .decimal, .missing, .missingCode,
    .paddingRows,
  ]

  /// The options about the meaning of instance labels.
  package static let instanceLabels: Set<ReadOption> = [.positiveInstance, .negativeInstance]

  /// Whether `options` sets this option.
  func isGiven(in options: ReadOptions) -> Bool {
    switch self {
    case .bagBy: options.bagBy != nil
    case .bagColumn: options.columns.bag != nil
    case .bagFeatures: options.columns.bagFeatures?.isEmpty == false
    case .bagOrder: options.bagOrder != nil
    case .coordinateColumns: !options.columns.coordinates.isEmpty
    case .decimal: options.decimalMark != nil
    case .encoding: options.encoding != nil
    case .eventColumn: options.columns.event != nil
    case .eventValue: options.eventValue != nil
    case .featureCount: options.featureCount != nil
    case .featureFolder: options.featureFolder != nil
    case .featureKey: options.featureKey != nil
    case .foldColumn: !options.columns.folds.isEmpty
    case .format: options.format != nil
    case .groupColumn: options.columns.group != nil
    case .header: options.hasHeader != nil
    case .ignoreColumn: !options.columns.ignored.isEmpty
    case .instanceLabelColumn: options.columns.instanceLabel != nil
    case .keepColumn: !options.columns.kept.isEmpty
    case .labelColumn: options.columns.label != nil
    case .labels: options.labels != nil
    case .missing: options.missing != nil
    case .missingCode: !options.missingCodes.isEmpty
    case .negativeInstance: options.negativeInstance != nil
    case .paddingRows: options.paddingRows != nil
    case .positive: options.positive != nil
    case .positiveInstance: options.positiveInstance != nil
    case .setColumn: options.columns.set != nil
    case .slides: options.slides != nil
    case .splits: options.splits != nil
    case .task: options.task != nil
    case .timeColumn: options.columns.time != nil
    }
  }
}
