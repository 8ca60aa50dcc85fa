/// What a user says about a file of bags; what is not said is found in the file, and an error where two readings are
/// plausible.
public struct ReadOptions: Sendable, Equatable, Codable {
  /// How the bytes of a text are characters.
  package enum Encoding: String, Sendable, Codable, CaseIterable {
    case utf8 = "utf-8"
    case latin1 = "latin-1"
    case windows1252 = "windows-1252"
    case utf16 = "utf-16"
  }

  /// What stands between the whole part of a number and the rest.
  package enum DecimalMark: String, Sendable, Codable, CaseIterable {
    case point, comma
  }

  /// What is done about features that are missing.
  package enum MissingValues: String, Sendable, Codable, CaseIterable {
    /// They are an error.
    case refuse
    /// Instances with a missing feature are left out.
    case dropInstances = "drop-instances"
    /// Features that are missing in any instance are left out.
    case dropColumns = "drop-columns"
    /// A missing feature becomes its mean over the training bags.
    case mean
  }

  /// What bags have to be predicted.
  package enum Task: String, Sendable, Codable, CaseIterable {
    /// One of two or more classes.
    case classes
    /// A number.
    case number
    /// A risk, from a time and whether the event happened then; hazards of intervals.
    case survival
    /// The same, by Cox's partial likelihood.
    case cox
  }

  /// In which order bags come to a list that has one entry a bag.
  package enum BagOrder: String, Sendable, Codable, CaseIterable {
    /// As their first rows stand in the file.
    case appearance
    /// In ascending order of their ids.
    case sorted
  }

  /// What a bag of a folder is.
  package enum BagBy: String, Sendable, Codable, CaseIterable {
    /// A file, that is a slide; slides of one patient are a group.
    case slide
    /// All files of a patient.
    case patient
  }

  /// The layout, by the name of its format; without it the content decides.
  package var format: String?
  /// Which columns or arrays mean what.
  public var columns = CSVColumns.automatic
  /// What is to be predicted; without it the labels decide.
  package var task: Task?
  /// What the column of events says of a bag whose event happened.
  package var eventValue: String?
  /// The label that is positive, against all others.
  public var positive: String?
  /// The label of instances that is positive, against all others.
  package var positiveInstance: String?
  /// The names of the negative and the positive label, or of several classes in their order, as a model knows them; other
  /// labels are an error.
  package var knownLabels: [String]?
  /// The labels that are negative where one was taken against several; nil where the negative label is one.
  package var restLabels: [String]?
  /// As ``knownLabels``, of instances.
  package var knownInstanceLabels: [String]?
  /// As ``restLabels``, of instances.
  package var restInstanceLabels: [String]?
  /// The names that are values of features, by feature, in the order of the numbers (from 0) that stand for them; nil where
  /// nothing is known of them.
  package var nominals: [String: [String]]?
  /// The order of bags in a list that has one entry a bag.
  package var bagOrder: BagOrder?
  /// Whether the first line of a text names the columns.
  package var hasHeader: Bool?
  /// How the bytes of a text are characters.
  package var encoding: Encoding?
  /// How numbers are written.
  package var decimalMark: DecimalMark?
  /// What is done about missing features.
  package var missing: MissingValues?
  /// The numbers that stand for a missing feature, such as -999.
  package var missingCodes: [Double] = []
  /// The features that were left out since values of theirs were missing, by their places among all.
  package var droppedFeatures: [Int]?
  /// The number of features of sparse text; without it the largest index.
  package var featureCount: Int?
  /// The number of features that a model knows, which sparse text need not name to its end.
  package var knownFeatureCount: Int?
  /// The table of labels of a folder of features; `folders` where the files of each class are in a folder of its name.
  public var labels: String?
  /// The table that says which files of a folder are whose, where the table of labels has a line a patient.
  public var slides: String?
  /// The file of splits, which is then what folds are taken from.
  public var splits: String?
  /// The one of several folders of features that is meant, such as that of an encoder.
  public var featureFolder: String?
  /// What the array of features is called in files that hold several.
  public var featureKey: String?
  /// What a bag of a folder is; a slide unless said.
  package var bagBy: BagBy?

  /// The options of the command line that say something about this one file; nil where all that are given do. Others were
  /// filled in from elsewhere, and need not be of use. This is not kept.
  package var asked: [ReadOption]?

  /// The options of the command line that say something.
  package var given: [ReadOption] { ReadOption.allCases.filter { $0.isGiven(in: self) } }

  /// Those of them that the user gave for this one file, and did not for another like it.
  package var givenHere: [ReadOption] { asked ?? (columns.areRemembered ? [] : given) }

  /// What is to be predicted, where the options say it.
  package var targets: Task? { task ?? (columns.time != nil || columns.event != nil ? .survival : nil) }

  /// The options with each of several labels as the one that is predicted, by its column; one where there is one or none.
  package var byLabel: [(label: String?, options: ReadOptions)] {
    let labels = columns.label.map { [$0] + columns.otherLabels } ?? []
    guard labels.count > 1, !columns.areRemembered else { return [(columns.label, self)] }
    return labels.map { label in
      var result = self
      (result.columns.label, result.columns.otherLabels) = (label, labels.filter { $0 != label })
      return (label, result)
    }
  }

  /// Nothing said.
  public static let automatic = ReadOptions()

  /// Options of which none is set but those given.
  package init(
    format: String? = nil, columns: CSVColumns = .automatic, positive: String? = nil, featureCount: Int? = nil
  ) {
    self.format = format
    self.columns = columns
    self.positive = positive
    self.featureCount = featureCount
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case format, columns, task, eventValue, positive, positiveInstance, knownLabels, restLabels, knownInstanceLabels,
      restInstanceLabels
    case nominals, bagOrder, hasHeader, encoding, decimalMark, missing, droppedFeatures, featureCount, knownFeatureCount
    case labels, slides, splits, featureFolder, featureKey, bagBy
    case missingCodes = "missingCode"
  }

  /// Reads options; all may be left out.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
    format = try fields.decodeIfPresent(String.self, forKey: .format)
    columns = try fields.decodeIfPresent(CSVColumns.self, forKey: .columns) ?? .automatic
    task = try fields.decodeChoiceIfPresent(Task.self, forKey: .task)
    eventValue = try fields.decodeIfPresent(String.self, forKey: .eventValue)
    positive = try fields.decodeIfPresent(String.self, forKey: .positive)
    positiveInstance = try fields.decodeIfPresent(String.self, forKey: .positiveInstance)
    knownLabels = try fields.decodeIfPresent([String].self, forKey: .knownLabels)
    restLabels = try fields.decodeIfPresent([String].self, forKey: .restLabels)
    knownInstanceLabels = try fields.decodeIfPresent([String].self, forKey: .knownInstanceLabels)
    restInstanceLabels = try fields.decodeIfPresent([String].self, forKey: .restInstanceLabels)
    nominals = try fields.decodeIfPresent([String: [String]].self, forKey: .nominals)
    bagOrder = try fields.decodeChoiceIfPresent(BagOrder.self, forKey: .bagOrder)
    hasHeader = try fields.decodeIfPresent(Bool.self, forKey: .hasHeader)
    encoding = try fields.decodeChoiceIfPresent(Encoding.self, forKey: .encoding)
    decimalMark = try fields.decodeChoiceIfPresent(DecimalMark.self, forKey: .decimalMark)
    missing = try fields.decodeChoiceIfPresent(MissingValues.self, forKey: .missing)
    // Earlier versions kept one number.
    if let one = try? fields.decodeIfPresent(Double.self, forKey: .missingCodes) {
      missingCodes = [one]
    } else {
      missingCodes = try fields.decodeIfPresent([Double].self, forKey: .missingCodes) ?? []
    }
    droppedFeatures = try fields.decodeIfPresent([Int].self, forKey: .droppedFeatures)
    featureCount = try fields.decodeIfPresent(Int.self, forKey: .featureCount)
    knownFeatureCount = try fields.decodeIfPresent(Int.self, forKey: .knownFeatureCount)
    labels = try fields.decodeIfPresent(String.self, forKey: .labels)
    slides = try fields.decodeIfPresent(String.self, forKey: .slides)
    splits = try fields.decodeIfPresent(String.self, forKey: .splits)
    featureFolder = try fields.decodeIfPresent(String.self, forKey: .featureFolder)
    featureKey = try fields.decodeIfPresent(String.self, forKey: .featureKey)
    bagBy = try fields.decodeChoiceIfPresent(BagBy.self, forKey: .bagBy)
  }

  /// What holds for other files of the same kind: the names of columns and labels, not the layout of this one file.
  ///
  /// - Parameter features: the names of the features, where the file has them.
  package func remembered(features: [String]?) -> ReadOptions {
    var result = self
    result.columns.features = features.flatMap { Set($0).count == $0.count ? $0 : nil }
    (result.format, result.featureCount, result.hasHeader, result.encoding, result.bagOrder) = (nil, nil, nil, nil, nil)
    (result.labels, result.slides, result.splits) = (nil, nil, nil)
    // What labels mean is said by their names, which are known.
    (result.positive, result.columns.folds) = (nil, [])
    if knownInstanceLabels != nil { result.positiveInstance = nil }
    result.columns.areRemembered = true
    // Features with names are matched by them; what is missing of the others is nobody's loss.
    if result.columns.features != nil {
      result.droppedFeatures = nil
      if missing == .dropColumns { result.missing = .refuse }
    }
    return result
  }

  /// These options, and where they say nothing those of another.
  ///
  /// A kept model's options stand behind those of the command line in this way.
  package func filled(from other: ReadOptions) -> ReadOptions {
    var result = self
    result.asked = asked ?? given
    result.format = format ?? other.format
    result.columns = columns.filled(from: other.columns)
    result.task = task ?? other.task
    result.eventValue = eventValue ?? other.eventValue
    result.positive = positive ?? other.positive
    result.positiveInstance = positiveInstance ?? other.positiveInstance
    result.knownLabels = knownLabels ?? other.knownLabels
    result.restLabels = restLabels ?? other.restLabels
    result.knownInstanceLabels = knownInstanceLabels ?? other.knownInstanceLabels
    result.restInstanceLabels = restInstanceLabels ?? other.restInstanceLabels
    result.nominals = nominals ?? other.nominals
    result.bagOrder = bagOrder ?? other.bagOrder
    result.hasHeader = hasHeader ?? other.hasHeader
    result.encoding = encoding ?? other.encoding
    result.decimalMark = decimalMark ?? other.decimalMark
    result.missing = missing ?? other.missing
    if missingCodes.isEmpty { result.missingCodes = other.missingCodes }
    result.droppedFeatures = droppedFeatures ?? other.droppedFeatures
    result.featureCount = featureCount ?? other.featureCount
    result.knownFeatureCount = knownFeatureCount ?? other.knownFeatureCount
    result.labels = labels ?? other.labels
    result.slides = slides ?? other.slides
    result.splits = splits ?? other.splits
    result.featureFolder = featureFolder ?? other.featureFolder
    result.featureKey = featureKey ?? other.featureKey
    result.bagBy = bagBy ?? other.bagBy
    return result
  }
}
