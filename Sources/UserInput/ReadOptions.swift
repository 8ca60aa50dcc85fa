/// The user's settings for reading a file of bags.
///
/// The reader finds what is not set in the file; if two readings are plausible, it throws an error.
public struct ReadOptions: Sendable, Equatable, Codable {
  /// The encoding of a text.
  package enum Encoding: String, Sendable, Codable, CaseIterable {
    case utf8 = "utf-8"
    case latin1 = "latin-1"
    case windows1252 = "windows-1252"
    case utf16 = "utf-16"
    /// Central European, Cyrillic, Greek, Turkish, Hebrew and Arabic.
    case windows1250 = "windows-1250"
    case windows1251 = "windows-1251"
    case windows1253 = "windows-1253"
    case windows1254 = "windows-1254"
    case windows1255 = "windows-1255"
    case windows1256 = "windows-1256"
    case koi8R = "koi8-r"
    case macRoman = "macroman"
    /// Japanese, simplified Chinese with GBK and GB 2312, traditional Chinese and Korean, as Windows extends them.
    case shiftJIS = "shift-jis"
    case gb18030
    case big5
    case eucKR = "euc-kr"

    /// Other names of encodings, in lower case, letters and digits only.
    private static let aliases: [String: Encoding] = [
      "iso88591": .latin1, "l1": .latin1, "ansi": .windows1252, "mac": .macRoman, "macintosh": .macRoman,
      "koi8": .koi8R, "sjis": .shiftJIS, "cp932": .shiftJIS, "windows31j": .shiftJIS, "ms932": .shiftJIS,
      "gbk": .gb18030, "gb2312": .gb18030, "cp936": .gb18030, "windows936": .gb18030, "cp950": .big5, "cp949": .eucKR,
      "uhc": .eucKR,
    ]

    /// Creates an encoding by one of its usual names: `cp1251`, `GBK`, `Shift_JIS`.
    package init?(named name: String) {
      let plain = String(name.lowercased().filter { $0.isLetter || $0.isNumber })
      let full = plain.hasPrefix("cp125") ? "windows" + plain.dropFirst(2) : plain
      let known = Self.allCases.first { $0.rawValue.filter { $0 != "-" } == full }
      guard let encoding = known ?? Self.aliases[plain] else { return nil }
      self = encoding
    }
  }

  /// The decimal mark of numbers.
  package enum DecimalMark: String, Sendable, Codable, CaseIterable {
    case point, comma
  }

  /// The treatment of missing features.
  package enum MissingValues: String, Sendable, Codable, CaseIterable {
    /// Missing features are an error.
    case refuse
    /// Instances with a missing feature are left out.
    case dropInstances = "drop-instances"
    /// Features that are missing in any instance are left out.
    case dropColumns = "drop-columns"
    /// A missing feature becomes its mean over the training bags.
    case mean
  }

  /// The kind of target to predict.
  package enum Task: String, Sendable, Codable, CaseIterable {
    /// One of two or more classes.
    case classes
    /// A number.
    case number
    /// A risk, from a time and whether the event happened then; models the hazards of intervals.
    case survival
    /// A risk, by Cox's partial likelihood.
    case cox

    /// Whether the targets are times with their events.
    package var readsTimes: Bool { self == .survival || self == .cox }
  }

  /// The order of bags in a list with one entry a bag.
  package enum BagOrder: String, Sendable, Codable, CaseIterable {
    /// The order of their first rows in the file.
    case appearance
    /// The ascending order of their ids, which are compared by their characters if they are text: s1, s10, s2.
    case sorted
    /// The ascending order of their ids, in which numbers in text are compared by value: s1, s2, s10.
    case natural
  }

  /// The treatment of rows at the ends of bags that look like padding.
  package enum PaddingRows: String, Sendable, Codable, CaseIterable {
    /// They are instances.
    case keep
    /// They are left out.
    case drop
  }

  /// The bag unit of a folder.
  package enum BagBy: String, Sendable, Codable, CaseIterable {
    /// One file, which is one slide; the slides of a patient are a group.
    case slide
    /// All files of a patient.
    case patient
  }

  /// The layout, by the id of its format; if nil, the content decides.
  package var format: String?
  /// The columns or arrays by role.
  package var columns = CSVColumns.automatic
  /// The kind of target to predict; if nil, the labels decide.
  package var task: Task?
  /// The value in the event column for a bag whose event happened.
  package var eventValue: String?
  /// The positive label, against all others.
  public var positive: String?
  /// The positive instance label, against all others.
  package var positiveInstance: String?
  /// An instance label that is negative, although its word or number might state that the label is missing.
  package var negativeInstance: String?
  /// The label names of a model: the negative and the positive one, or several classes in order.
  ///
  /// Other labels are an error.
  package var knownLabels: [String]?
  /// The labels that are negative if one was taken against several; nil if there is a single negative label.
  package var restLabels: [String]?
  /// The instance labels that a model expects; see ``knownLabels``.
  package var knownInstanceLabels: [String]?
  /// The negative instance labels if one was taken against several; see ``restLabels``.
  package var restInstanceLabels: [String]?
  /// The nominal values of features, by feature, in the order of the numbers (from 0) that encode them; nil if unknown.
  package var nominals: [String: [String]]?
  /// The order of bags in a list that has one entry a bag.
  package var bagOrder: BagOrder?
  /// Whether the first line of a text names the columns.
  package var hasHeader: Bool?
  /// The encoding of a text.
  package var encoding: Encoding?
  /// The decimal mark of numbers.
  package var decimalMark: DecimalMark?
  /// The treatment of missing features.
  package var missing: MissingValues?
  /// The numbers that encode a missing feature, such as -999 or infinity.
  package var missingCodes: [Double] {
    get { storedCodes.map(\.number) }
    set { storedCodes = newValue.map { StoredNumber(number: $0) } }
  }
  private var storedCodes: [StoredNumber] = []
  /// The treatment of rows that look like padding; if nil, they are reported, or an error.
  package var paddingRows: PaddingRows?
  /// The features left out because of missing values, by their indices among all.
  package var droppedFeatures: [Int]?
  /// The number of features of sparse text; without it the largest index.
  package var featureCount: Int?
  /// The number of features that a model expects; sparse text need not name the last of them.
  package var knownFeatureCount: Int?
  /// The label table of a folder of features; `folders` if each class has a folder of its name.
  public var labels: String?
  /// The table that maps the files of a folder to patients, if the label table has one line a patient.
  public var slides: String?
  /// The split file, from which the folds are then taken.
  package var splits: String?
  /// The feature folder to use, such as that of an encoder, if there are several.
  public var featureFolder: String?
  /// The name of the feature array in files that hold several.
  public var featureKey: String?
  /// The bag unit of a folder; a slide by default.
  package var bagBy: BagBy?

  /// The command-line options given for this one file; nil if all set options were. Others were filled in from
  /// elsewhere, and need not apply. Not encoded.
  package var asked: [ReadOption]?
  /// The reason for options that were filled in from elsewhere, in the words of decisions. Not encoded.
  package var reasonOfOthers = "as was settled before"
  /// The option that names the positive label of this file, in the words of errors. Not encoded.
  package var positiveOption = "--positive"

  /// The command-line options that are set.
  package var given: [ReadOption] { ReadOption.allCases.filter { $0.isGiven(in: self) } }

  /// The set options that the user gave for this one file, not for another like it.
  package var givenHere: [ReadOption] { asked ?? (columns.areRemembered ? [] : given) }

  /// Returns the reason for a set option in the words of decisions: `as was asked for`, or its origin.
  package func reason(for option: ReadOption) -> String {
    if asked?.contains(option) ?? !columns.areRemembered { return "as was asked for" }
    return columns.areRemembered ? "as in the model" : reasonOfOthers
  }

  /// The kind of target to predict, if the options determine it.
  package var targets: Task? { task ?? (columns.time != nil || columns.event != nil ? .survival : nil) }

  /// The options once for each label column, with that column as the target; one entry if there is at most one label.
  package var byLabel: [(label: String?, options: ReadOptions)] {
    let labels = columns.label.map { [$0] + columns.otherLabels } ?? []
    guard labels.count > 1, !columns.areRemembered else { return [(columns.label, self)] }
    return labels.map { label in
      var result = self
      (result.columns.label, result.columns.otherLabels) = (label, labels.filter { $0 != label })
      return (label, result)
    }
  }

  /// Options with nothing set.
  public static let automatic = ReadOptions()

  /// Creates options with nothing set except the arguments.
  package init(
    format: String? = nil, columns: CSVColumns = .automatic, positive: String? = nil, featureCount: Int? = nil
  ) {
    self.format = format
    self.columns = columns
    self.positive = positive
    self.featureCount = featureCount
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case format, columns, task, eventValue, positive, positiveInstance, negativeInstance, knownLabels, restLabels
    case knownInstanceLabels, restInstanceLabels
    case nominals, bagOrder, hasHeader, encoding, decimalMark, missing, droppedFeatures, featureCount, knownFeatureCount
    case labels, slides, splits, featureFolder, featureKey, bagBy
    case paddingRows
    case storedCodes = "missingCode"
  }

  /// Decodes options; every key is optional.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
    format = try fields.decodeIfPresent(String.self, forKey: .format)
    columns = try fields.decodeIfPresent(CSVColumns.self, forKey: .columns) ?? .automatic
    task = try fields.decodeChoiceIfPresent(Task.self, forKey: .task)
    eventValue = try fields.decodeIfPresent(String.self, forKey: .eventValue)
    positive = try fields.decodeIfPresent(String.self, forKey: .positive)
    positiveInstance = try fields.decodeIfPresent(String.self, forKey: .positiveInstance)
    negativeInstance = try fields.decodeIfPresent(String.self, forKey: .negativeInstance)
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
    // Earlier versions stored one number.
    if let one = try? fields.decodeIfPresent(StoredNumber.self, forKey: .storedCodes) {
      storedCodes = [one]
    } else {
      storedCodes = try fields.decodeIfPresent([StoredNumber].self, forKey: .storedCodes) ?? []
    }
    paddingRows = try fields.decodeChoiceIfPresent(PaddingRows.self, forKey: .paddingRows)
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

  /// Returns the options that apply to other files of the same kind: the names of columns and labels, not this file's
  /// layout.
  ///
  /// - Parameter features: the names of the features, if the file has them.
  package func remembered(features: [String]?) -> ReadOptions {
    var result = self
    result.columns.features = features.flatMap { Set($0).count == $0.count ? $0 : nil }
    (result.format, result.featureCount, result.hasHeader, result.encoding, result.bagOrder) = (nil, nil, nil, nil, nil)
    (result.labels, result.slides, result.splits) = (nil, nil, nil)
    // The known label names already define the labels.
    (result.positive, result.columns.folds) = (nil, [])
    if knownInstanceLabels != nil { (result.positiveInstance, result.negativeInstance) = (nil, nil) }
    result.columns.areRemembered = true
    // Named features are matched by name, so missing values in other features do not matter.
    if result.columns.features != nil {
      result.droppedFeatures = nil
      if missing == .dropColumns { result.missing = .refuse }
    }
    return result
  }

  /// Returns these options, completed from `other` if they are not set here.
  ///
  /// The command line's options are completed in this way from those of a kept model.
  package func filled(from other: ReadOptions) -> ReadOptions {
    var result = self
    result.asked = asked ?? given
    result.format = format ?? other.format
    result.columns = columns.filled(from: other.columns)
    result.task = task ?? other.task
    result.eventValue = eventValue ?? other.eventValue
    result.positive = positive ?? other.positive
    result.positiveInstance = positiveInstance ?? other.positiveInstance
    result.negativeInstance = negativeInstance ?? other.negativeInstance
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
    result.paddingRows = paddingRows ?? other.paddingRows
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
