import MILBags
import UserInput

/// Interprets a file's words for the parts of a split.
enum SplitWords {
  /// Words that may follow the word of a part: `training_set`, `test data`.
  private static let things: Set = [
    "set", "data", "dataset", "split", "part", "cohort", "sample", "samples", "bag", "bags", "slide", "slides",
    "patients",
  ]
  /// Pairs of words that are unambiguously training and test.
  private static let pairs: [(train: Set<String>, test: Set<String>)] = [
    (
      ["development", "dev", "develop"],
      ["holdout", "heldout", "test", "testing", "evaluation", "eval", "external", "validation"]
    ),
    (["insample", "in"], ["outofsample", "outof"]),
    (["discovery", "derivation", "learning", "learn"], ["replication", "validation", "test", "testing", "holdout"]),
    (["internal"], ["external"]),
  ]
  /// Words for tested bags, beside a word for training bags.
  private static let tested: Set = ["holdout", "heldout", "external", "evaluation", "eval"]

  /// Returns the core word of a part's name.
  static func plain(_ text: String) -> String {
    var words = text.lowercased().split { !$0.isLetter }.map(String.init)
    while words.count > 1, let last = words.last, things.contains(last) { words.removeLast() }
    let joined = words.joined()
    guard SplitRole(word: joined) == nil, words.count == 1 else { return joined }
    // Joined words: trainset.
    for thing in ["set", "data"]
    where joined.hasSuffix(thing) && SplitRole(word: String(joined.dropLast(thing.count))) != nil {
      return String(joined.dropLast(thing.count))
    }
    return joined
  }

  /// Returns the part that each of some texts names; nil if they are not names of parts.
  ///
  /// - Parameter texts: all texts of a column, or the keys of lists.
  static func roles(of texts: some Collection<String>) -> [String: SplitRole]? {
    let distinct = Set(texts)
    func all(_ role: (String) -> SplitRole?) -> [String: SplitRole]? {
      var result: [String: SplitRole] = [:]
      for text in distinct {
        guard let found = role(text) else { return nil }
        result[text] = found
      }
      return result
    }
    if let known = all({ SplitRole(word: $0.trimmed) ?? SplitRole(word: plain($0)) }) {
      let others = Set(distinct.map(plain))
      // Without train or test, several words such as dev and validation may mean training and test.
      if known.values.contains(.train) || known.values.contains(.test) || others.count == 1 { return known }
    }
    let words = Set(distinct.map(plain))
    for pair in pairs where words.count == 2 && words.count(where: pair.train.contains) == 1 {
      guard words.contains(where: { pair.test.contains($0) && !pair.train.contains($0) }) else { continue }
      return all { pair.train.contains(plain($0)) ? .train : .test }
    }
    let base = words.subtracting(tested)
    let roles = base.compactMap { SplitRole(word: $0) }
    guard roles.count == base.count, roles.contains(.train), !roles.contains(.test) else { return nil }
    return all { SplitRole(word: plain($0)) ?? .test }
  }

  /// Describes which text is which part, for a note; nil if the texts are the plain words.
  static func note(_ roles: [String: SplitRole]) -> String? {
    let other = roles.keys.filter { SplitRole(word: $0.trimmed) == nil }.sorted()
    guard !other.isEmpty else { return nil }
    return "parts are told by their words: "
      + other.map { "\(ReadError.quoted($0.utf8)) is \(roles[$0]?.rawValue ?? "")" }.joined(separator: ", ")
  }

  /// Whether a text may be the name of a fold: it has a number, is one letter, or begins with a word for folds.
  static func mayNameFold(_ text: String) -> Bool {
    let letters = text.filter(\.isLetter)
    return letters.count <= 1 || text.contains(where: \.isNumber)
      || FoldColumns.words.contains(letters.lowercased())
  }

  /// The remedy for ambiguous words.
  static let wayOut =
    "the words train, val and test where it is a split; fold numbers under a column called fold where both are tested (in "
    + "JSON {\"fold\": {...}} or {\"fold_1\": [...], \"fold_2\": [...]})"
}

extension String {
  /// The text without surrounding blanks.
  var trimmed: String { BagNames.trimmed(self) }
}
