/// The words that files write for missing values: one table, with what each of them may stand for.
enum MissingWords {
  /// The kinds of values in whose place a word states that the value is missing.
  struct Uses: OptionSet {
    let rawValue: Int

    static let feature = Uses(rawValue: 1)
    /// The id of a bag.
    static let name = Uses(rawValue: 2)
    /// A label, in any file.
    static let label = Uses(rawValue: 4)
    /// A label beside several others; the word may be a class, too.
    static let likelyLabel = Uses(rawValue: 8)
    static let group = Uses(rawValue: 16)

    static let all: Uses = [.feature, .name, .label, .group]
  }

  /// The words of each kind: in lower case as files write them, or with single blanks for other separators, as
  /// ``LabelWords`` normalises names.
  private static let words: [(Uses, [String])] = [
    (
      .all,
      [
        "?", "null", "n.a.", "na", "n/a", "#n/a", "<na>", "nan", "-nan", "#div/0!", "#value!", "#ref!", "#num!",
        "#name?", "#null!",
      ]
    ),
    ([.feature, .name, .group], ["none"]),
    (.feature, ["<null>"]),
    ([.feature, .likelyLabel, .group], ["", ".", "-"]),
    (
      [.label, .group],
      [
        "n a", "nil", "unk", "n d", "tbd", "t b d", "tba", "nat", "na character", "not a number", "to be determined",
        "to be done", "not available", "not applicable", "not reported", "not recorded", "not provided", "unavailable",
        "no data", "to be confirmed", "'-",
      ]
    ),
    ([.likelyLabel, .group], ["pending", "awaiting", "missing", "nd", "not done"]),
    (.group, ["-1", "-1.0"]),
  ]

  private static let table = Dictionary(
    words.flatMap { uses, words in words.map { ($0, uses) } }, uniquingKeysWith: { $0.union($1) })
  /// The number of bytes of the longest word as files write it, and as a normalised name may have.
  private static let (longestWord, longestName) = (7, 24)

  /// Whether a text, apart from letter case, states that a value of a kind is missing.
  static func contain(_ text: some Collection<UInt8>, _ use: Uses) -> Bool {
    text.count <= longestWord && table[String(decoding: text, as: UTF8.self).lowercased()]?.contains(use) == true
  }

  /// Whether a text, in any separators and signs, states that a label or a group is missing.
  static func containNormalised(_ text: some Collection<UInt8>, _ use: Uses) -> Bool {
    guard text.count <= longestName else { return false }
    return contain(text, use)
      || table[LabelWords.plain(String(decoding: text, as: UTF8.self))]?.contains(use) == true
  }
}
