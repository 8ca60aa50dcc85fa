import MILBags
import UserInput

/// A public file layout of multiple-instance data.
public enum BagFormat: String, CaseIterable, Sendable, Codable {
  /// CSV without header: bag label, bag id, features; one instance a line.
  case labelBagCSV = "label-bag-csv"
  /// UCI's C4.5 text of the musk sets: molecule (the bag), conformation, features, class with a full stop.
  case c45 = "uci-c45"
  /// Text of the 20 Newsgroups tasks: bag, bag label, instance, instance label, features, separated by blanks.
  case newsgroups = "newsgroups-text"
  /// Sparse text of Andrews' archive: instance:bag:label index:value ...
  case andrews = "andrews-svm"
  /// KEEL's text: bag, features, class; with a header or without.
  case keel = "keel"
  /// ARFF: a bag a line with a relational attribute as in Weka, or an instance a line.
  case arff = "arff"
  /// CSV with columns found by name or given by the user.
  case csv = "csv"
  /// MATLAB 5 file with a PRTools `dataset` object.
  case prtools = "prtools-mat"
  /// MATLAB 5 file with LAMDA's cell array: a row of instances and label for each bag.
  case cellOfBags = "lamda-mat"
  /// MATLAB 5 file with milpy's variables: features, bag numbers, labels.
  case flatMAT = "milpy-mat"
  /// milpy's three MATLAB 5 files: `X.mat`, `Bag2.mat`, `BagI.mat`.
  case threeFileMAT = "milpy-three-mat"
  /// NumPy archive of features, bag numbers and labels, or a single array of label, bag number and features.
  case numPy = "npz"

  /// The layout in a few words.
  public var summary: String {
    switch self {
    case .labelBagCSV: "CSV without header: bag label, bag id, features"
    case .c45: "UCI C4.5 text: molecule, conformation, features, class"
    case .newsgroups: "bag, bag label, instance, instance label, features, separated by blanks"
    case .andrews: "sparse text: instance:bag:label index:value ..."
    case .keel: "KEEL text: bag, features, class"
    case .arff: "ARFF with a relational or a bag attribute"
    case .csv: "CSV with a bag and a label column"
    case .prtools: "MATLAB 5 file with a PRTools dataset object"
    case .cellOfBags: "MATLAB 5 file with a cell array of instances and label for each bag"
    case .flatMAT: "MATLAB 5 file with variables for features, bag numbers and labels, as Data, bags and labels"
    case .threeFileMAT: "three MATLAB 5 files X.mat, Bag2.mat and BagI.mat"
    case .numPy: "NumPy archive of the arrays features, bag and labels"
    }
  }

  /// Returns the layout with a name.
  ///
  /// - Throws: ``ReadError`` that lists the names, if there is none.
  static func named(_ name: String, file: String) throws -> BagFormat {
    guard let format = BagFormat(rawValue: name) else {
      throw ReadError(
        file: file, found: "the format \(ReadError.quoted(name.utf8))",
        expected: "one of " + allCases.map(\.rawValue).joined(separator: ", "))
    }
    return format
  }

  /// Whether files of the layout are MATLAB files.
  var isMAT: Bool {
    switch self {
    case .prtools, .cellOfBags, .flatMAT, .threeFileMAT: true
    default: false
    }
  }

  /// Whether files of the layout are text.
  var isText: Bool {
    switch self {
    case .labelBagCSV, .c45, .newsgroups, .andrews, .keel, .arff, .csv: true
    default: false
    }
  }

  /// The command-line options that its reader supports.
  var options: Set<ReadOption> {
    let others: Set<ReadOption> =
      switch self {
      case .csv, .labelBagCSV, .keel: ReadOption.columns.union([.positiveInstance, .encoding, .header, .decimal])
      case .c45, .newsgroups, .arff: ReadOption.columns.union([.positiveInstance, .encoding])
      case .andrews: [.encoding, .featureCount]
      case .numPy, .flatMAT, .cellOfBags: ReadOption.columns.union([.positiveInstance, .encoding, .bagOrder])
      case .threeFileMAT: [.encoding, .bagOrder]
      case .prtools: [.encoding, .positiveInstance]
      }
    return ReadOption.common.union(others)
  }

  /// Refuses options that the layout does not support.
  ///
  /// - Throws: ``ReadError`` that names them, and the layouts that support them.
  func refuseOthers(than options: Set<ReadOption>? = nil, in asked: ReadOptions, file: String) throws {
    let used = options ?? self.options
    let unused = asked.givenHere.filter { !used.contains($0) }
    guard !unused.isEmpty else { return }
    let formats = Self.allCases.filter { $0.options.isSuperset(of: unused) }.map(\.rawValue)
    throw ReadError(
      file: file,
      found: "\(unused.map(\.spelling).joined(separator: ", ")), of which the layout \(rawValue) has no use",
      expected: "a call without" + (formats.isEmpty ? "" : ", or a file in \(formats.joined(separator: ", "))"))
  }

  /// Describes the expected layouts, for errors.
  static func expectation(_ formats: [BagFormat]) -> String {
    "one of the layouts " + formats.map { "\($0.rawValue) (\($0.summary))" }.joined(separator: ", ")
  }
}

/// A data set read from a file.
public struct LoadedDataset: Sendable {
  /// The data set; its `reading` describes how the file was read.
  public let dataset: BagDataset
  /// The layout of the file; nil for a synthetic set.
  package let format: BagFormat?
  /// The SHA-256 digest of the file's bytes, in hexadecimal; the fingerprint of a synthetic set.
  public let sha256: String
  /// The path of the file; the name of a synthetic set.
  public let path: String
  /// Notes for the user: checks that were skipped, labels that were replaced.
  public let notes: [String]
  /// The notes about failed checks; the set is used all the same.
  package var failedChecks: [String] = []
  /// The file's names of the negative and the positive label, or of several classes; empty if targets are not classes.
  public var classNames = ["0", "1"]
  /// Whether the catalogue declares how to read the file, so that nothing was left to decide.
  package var isDeclared = false

  /// The id of the ``DatasetFormat`` that opened it, if one did.
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
  public var formatName: String { opener ?? format?.rawValue ?? "synthetic" }

  /// Whether it has labels from the file.
  package var hasLabels: Bool { dataset.reading?.options.columns.hasLabels != false }

  /// The lines for the user: the decisions about the file, unless the catalogue declares them, and the notes.
  public var lines: [String] { (isDeclared ? [] : dataset.reading?.lines ?? []) + notes }

  /// Returns the same file with another data set and other notes.
  package func with(dataset: BagDataset, notes: CheckNotes) -> LoadedDataset {
    var result = LoadedDataset(
      dataset: dataset, format: format, sha256: sha256, path: path, notes: notes.all, failedChecks: notes.failed,
      classNames: classNames, isDeclared: isDeclared)
    result.opener = opener
    return result
  }
}

/// The notes on a data set, and those of them about failed checks.
package struct CheckNotes {
  package var all: [String] = []
  package var failed: [String] = []

  package init(all: [String] = [], failed: [String] = []) {
    (self.all, self.failed) = (all, failed)
  }
}

extension LoadedDataset {
  /// Creates a data set from the result of a reader.
  ///
  /// - Throws: `ReadError` if no instance or no feature is left after missing ones are dropped.
  package init(_ bags: ReadBags, format: BagFormat, sha256: String, path: String, options: ReadOptions) throws {
    var bags = bags.dataset.isInMemory ? try MissingValues.settled(bags, options, file: path) : bags
    var dataset = bags.dataset
    if dataset.instanceLabels == nil, options.givenHere.contains(.positiveInstance) {
      throw ReadError(
        file: path, found: "\(ReadOption.positiveInstance.spelling), and no labels of instances",
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
    settled.asked = nil
    bags.decisions += bags.decisionsOnOrder(options)
    // Pixels are never questionable.
    if bags.dataset.imageShape == nil {
      bags.decisions += QuestionableFeatures.decisions(bags, options)
      bags.decisions += try PaddingRows.decisions(bags, file: path)
    }
    let isAsked = options.format != nil
    let layout = ReadDecision(
      .format, format.rawValue + (isAsked ? ", as was asked for" : ", by its content"), option: "--format")
    dataset.reading = Reading(decisions: [layout] + bags.decisions, options: settled)
    self.init(
      dataset: dataset, format: format, sha256: sha256, path: path, notes: [], classNames: bags.classNames)
  }
}

extension ReadBags {
  /// Returns the decision that features are matched to a kept model's by order, if names do not match them.
  fileprivate func decisionsOnOrder(_ options: ReadOptions) -> [ReadDecision] {
    guard options.columns.areRemembered else { return [] }
    var decisions: [ReadDecision] = []
    switch (options.columns.features, dataset.featureNames) {
    case (.some, nil):
      decisions.append(ReadDecision(.columns, "features have no names here, and are taken in the order of the model's"))
    case (nil, let names?):
      let shown =
        names.prefix(3).map { ReadError.quoted($0.utf8) }.joined(separator: ", ") + (names.count > 3 ? " ..." : "")
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
