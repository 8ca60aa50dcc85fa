import UserInput

/// Finds the words in a file of labels that state that a label is missing.
///
/// 1. NA, NaN in any spelling, `?`, null, `n/d`, `'--`, TBD, UNK and `not available` do so in any file.
/// 2. Unknown, pending, missing, `-` and the like do so beside two or more other labels. Beside a single label, they
///    may be the other class as well, which is an error that names the option.
/// 3. Such a word is a class if a model or an option names it, or if it has a counterpart: `-` beside `+`, missing
///    beside present, unknown beside known. `--task classes` makes classes of all words of the second kind.
enum MissingLabels {
  /// Words beside which missing refers to the thing, not to the label.
  private static let counterparts: [String: Set<String>] = [
    "missing": ["present", "intact", "complete", "not missing"]
  ]

  /// Whether a text states in any file that the label is missing.
  static func isCertain(_ text: some Collection<UInt8>) -> Bool {
    MissingWords.containNormalised(text, .label) || text.count <= 24 && isNaN(String(decoding: text, as: UTF8.self))
  }

  /// Whether a text is a spelling of NaN or NULL, by C's runtime libraries or a database: `-1.#IND`, `+nan`, `(null)`,
  /// `\N`.
  static func isNaN(_ name: String) -> Bool {
    let word = name.lowercased()
    if word.contains("#ind") || word.contains("#qnan") || word == "\\n" { return true }
    let bare = word.filter { !"+-()[]<>".contains($0) }
    return bare != word && ["nan", "na", "null", "nil", "nanind"].contains(bare)
  }

  /// Whether a text may state that a label is missing, or name a class.
  static func mayBe(_ text: String) -> Bool {
    !text.isEmpty
      && (MissingWords.containNormalised(text.utf8, .likelyLabel)
        || LabelWords.deniedRecord(LabelWords.plain(text)) != nil)
  }

  /// Whether a text in place of a group states that the group is missing: empty, NA, none, unknown, `-`, or -1.
  static func isMissingGroup(_ text: some Collection<UInt8>) -> Bool {
    if MissingWords.containNormalised(text, .group) { return true }
    let name = String(decoding: text.prefix(25), as: UTF8.self)
    return text.count <= 24 && (isNaN(name) || mayBe(name))
  }

  /// Whether a label consists of plus signs.
  private static func isPlus(_ label: String) -> Bool {
    let signs = LabelWords.withPlainSigns(label).filter { !$0.isWhitespace && !"()[]".contains($0) }
    return !signs.isEmpty && signs.allSatisfy { $0 == "+" }
  }

  /// Divides words that may state that a label is missing by what the other labels say.
  ///
  /// - Parameters:
  ///   - labels: all labels of the file that are not certainly missing.
  ///   - known: the labels of a model, which are classes.
  ///   - isClass: whether an option names a label as a class.
  ///   - mayBe: whether a label may state that it is missing.
  /// - Returns: the indices of the labels that are missing, and of those that may also be a class.
  static func among(
    _ labels: [String], known: [String] = [], isClass: (String) -> Bool, mayBe: (String) -> Bool = mayBe
  ) -> (missing: [Int], doubtful: [Int]) {
    let open = labels.indices.filter { index in
      mayBe(labels[index]) && !isClass(labels[index]) && !hasCounterpart(labels[index], among: labels)
    }
    guard !open.isEmpty else { return ([], []) }
    let others = Set(labels.indices.filter { !open.contains($0) }.map { labels[$0].lowercased() })
    return others.union(known.map { $0.lowercased() }).count == 1 ? ([], open) : (open, [])
  }

  private static func hasCounterpart(_ label: String, among labels: [String]) -> Bool {
    let word = LabelWords.plain(label)
    // Other labels, such as CD4+, may end in a plus sign beside a `-` for a missing one.
    if word == "-" { return labels.contains { isPlus($0) } }
    let partners = counterparts[word] ?? LabelWords.deniedRecord(word).map { [$0] } ?? []
    return labels.contains { partners.contains(LabelWords.plain($0)) }
  }
}
