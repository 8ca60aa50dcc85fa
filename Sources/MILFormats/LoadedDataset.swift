import MILBags
import UserInput

/// A data set that was read from a file.
public struct LoadedDataset: Sendable {
  /// The data set; its `reading` has the decisions about the file.
  public let dataset: BagDataset
  /// The layout of the file; nil for a synthetic data set.
  package let format: BagFormat?
  /// The SHA-256 digest of the file's bytes, in hexadecimal; for a synthetic data set, its fingerprint.
  package let sha256: String
  /// The path of the file; for a synthetic data set, its name.
  package let path: String
  /// Notes for the user about the data: skipped checks, replaced labels.
  package let notes: [String]
  /// The notes about failed checks, despite which the data set is used.
  package var failedChecks: [String] = []
  /// The file's names of the negative and the positive label, or of several classes; empty if targets are not classes.
  package var classNames = ["0", "1"]
  /// Whether the catalogue states how to read the file, so that nothing was left to decide.
  package var isDeclared = false

  /// The name of the ``DatasetFormat`` that opened it, if one did.
  var opener: String?

  /// Creates a data set from its parts.
  package init(
    dataset: BagDataset, format: BagFormat?, sha256: String, path: String, notes: [String],
    failedChecks: [String] = [], classNames: [String] = ["0", "1"], isDeclared: Bool = false
  ) {
    (self.dataset, self.format, self.sha256, self.path) = (dataset, format, sha256, path)
    (self.notes, self.failedChecks, self.classNames, self.isDeclared) = (notes, failedChecks, classNames, isDeclared)
  }

  /// The layout's name, or `synthetic`.
  public var formatName: String { opener ?? format?.id ?? "synthetic" }

  /// Whether its labels were read.
  package var hasLabels: Bool { dataset.reading?.options.columns.hasLabels != false }

  /// The decisions about the file, unless the catalogue declares them, and the notes, one line each.
  package var lines: [String] { (isDeclared ? [] : dataset.reading?.lines ?? []) + notes }

  /// Refuses labels of other names than those that a model knows.
  ///
  /// The rule of labels does so for the files that have any; this is for layouts with names of their own.
  ///
  /// - Throws: `ReadError` with both.
  package func requireKnownLabels(_ options: ReadOptions) throws {
    guard options.columns.areRemembered, hasLabels, let known = options.knownLabels, !classNames.isEmpty,
      !PositiveLabels.areTheSame(classNames, known)
    else { return }
    throw ReadError(
      file: path, found: "bags with the labels \(classNames.joined(separator: ", "))",
      expected: "the model's labels, \(known.joined(separator: ", ")); --no-labels of predict and explain leaves "
        + "labels unread")
  }

  /// Returns the same file with another data set or other notes.
  package func with(dataset: BagDataset, notes: CheckNotes) -> LoadedDataset {
    var result = LoadedDataset(
      dataset: dataset, format: format, sha256: sha256, path: path, notes: notes.all, failedChecks: notes.failed,
      classNames: classNames, isDeclared: isDeclared)
    result.opener = opener
    return result
  }
}

extension LoadedDataset {
  /// Returns the data set with further decisions, such as those of an import, unless its own say the same.
  package func saying(_ decisions: [ReadDecision]) -> LoadedDataset {
    var dataset = dataset
    guard var reading = dataset.reading else { return self }
    let known = Set(reading.decisions.map(\.statement))
    reading.decisions += decisions.filter { !known.contains($0.statement) }
    dataset.reading = reading
    return with(dataset: dataset, notes: CheckNotes(all: notes, failed: failedChecks))
  }
}

/// The notes about a data set, and those of them about failed checks.
package struct CheckNotes {
  package var all: [String] = []
  package var failed: [String] = []

  package init(all: [String] = [], failed: [String] = []) {
    (self.all, self.failed) = (all, failed)
  }
}

extension LoadedDataset {
  /// Creates the data set that a reader has read with these options.
  ///
  /// - Throws: `ReadError` if nothing without missing features is left.
  package init(_ bags: ReadBags, format: BagFormat, sha256: String, path: String, options: ReadOptions) throws {
    var bags = bags
    // Pixels are not checked for suspicious features.
    let isChecked = bags.dataset.imageShape == nil
    // Bags may be filled up with NaN, which is missing only in rows that are not padding.
    let dropsPadding = options.paddingRows == .drop
    if isChecked, dropsPadding { bags = try PaddingRows.settled(bags, options, file: path) }
    if bags.dataset.isInMemory { bags = try MissingValues.settled(bags, options, file: path) }
    if isChecked, !dropsPadding { bags = try PaddingRows.settled(bags, options, file: path) }
    var dataset = bags.dataset
    if dataset.instanceLabels == nil, let given = options.givenHere.first(where: ReadOption.instanceLabels.contains) {
      throw ReadError(
        file: path, found: "\(given.spelling), and no labels of instances",
        expected: "a call without, or \(ReadOption.instanceLabelColumn.spelling) that names them")
    }
    var settled = options
    settled.columns = bags.columns ?? options.columns
    settled.droppedFeatures = bags.droppedFeatures ?? options.droppedFeatures
    settled.knownFeatureCount = bags.knownFeatureCount ?? options.knownFeatureCount
    settled.eventValue = bags.eventValue ?? options.eventValue
    if options.columns.hasLabels {
      (settled.knownLabels, settled.restLabels) = (bags.classNames.isEmpty ? nil : bags.classNames, bags.restLabels)
    }
    if let names = bags.instanceClassNames {
      (settled.knownInstanceLabels, settled.restInstanceLabels) = (names, bags.restInstanceLabels)
    }
    settled.nominals = options.columns.areRemembered ? options.nominals : bags.nominals
    (settled.asked, settled.reasonOfOthers) = (nil, ReadOptions.automatic.reasonOfOthers)
    settled.positiveOption = ReadOptions.automatic.positiveOption
    bags.decisions += bags.decisionsOnOrder(options)
    if bags.dataset.imageShape == nil { bags.decisions += QuestionableFeatures.decisions(bags, options) }
    let described = try BagFeatures.settled(dataset, options.columns, file: path)
    let divided = try InstanceSets.settled(described.dataset, options.columns, file: path)
    dataset = divided.dataset
    (settled.columns.bagFeatures, settled.columns.set) = (described.names, divided.name)
    bags.decisions += [described.decision, divided.decision].compactMap(\.self)
    let isSet = options.format != nil
    let layout = ReadDecision(
      .format, format.id + ", " + (isSet ? options.reason(for: .format) : "by its content"), option: "--format")
    dataset.reading = Reading(decisions: [layout] + bags.decisions, options: settled)
    self.init(
      dataset: dataset, format: format, sha256: bags.sha256 ?? sha256, path: path, notes: [],
      classNames: bags.classNames)
  }
}

extension ReadBags {
  /// Returns the decision that features are in the order of a kept model's, if nothing in the file identifies them.
  fileprivate func decisionsOnOrder(_ options: ReadOptions) -> [ReadDecision] {
    guard options.columns.areRemembered else { return [] }
    var decisions: [ReadDecision] = []
    switch (options.columns.features, dataset.featureNames) {
    case (.some, nil):
      decisions.append(ReadDecision(.columns, "features have no names here, and are taken in the order of the model's"))
    case (nil, let names?):
      let shown =
        names.shortList(3) { ReadError.quoted($0.utf8) }
      decisions.append(
        ReadDecision(
          .columns,
          "the model knows its features by no names of their own, so those here, \(shown), are taken for its features by "
            + "their order; --ignore-column leaves out what is none", option: "--ignore-column"))
    default: break
    }
    if nominals.isEmpty, let known = options.nominals, let name = known.keys.min() {
      let list = (known[name] ?? []).prefix(4).enumerated().map { "\($1) \($0)" }.joined(separator: ", ")
      decisions.append(
        ReadDecision(
          .columns,
          "names of values are written as numbers here, and taken as the model has them: \(ReadError.quoted(name.utf8)) "
            + "(\(list))\(known.count > 1 ? " ..." : "")"))
    }
    return decisions
  }
}
