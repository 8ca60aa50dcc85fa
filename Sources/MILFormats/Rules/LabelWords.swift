/// The meaning of label names: well-known pairs, and pairs of which one name negates the other.
///
/// Letter case, and the separator of words (blanks, hyphens, points or underscores), make no difference.
enum LabelWords {
  private static let positive: Set<String> = ["positive", "pos", "yes", "y", "true", "t", "+"]
  private static let negative: Set<String> = ["negative", "neg", "no", "n", "false", "f", "-", "\u{2212}"]
  /// Single letters and signs that form a pair.
  private static let letters: Set<Set<String>> = [["y", "n"], ["t", "f"], ["+", "-"], ["+", "\u{2212}"]]
  /// Words whose negation is positive: of `normal` and `abnormal`, the second is.
  private static let absence: Set<String> = [
    "normal", "benign", "healthy", "control", "ctrl", "ctl", "controls", "well", "wildtype", "wild type", "wt",
    "background", "reference",
  ]

  /// Words whose negation states that a bag's class is unknown, not that it differs.
  private static let ofKnowledge: Set<String> = [
    "known", "labelled", "labeled", "classified", "specified", "defined", "determined", "determinate", "certain",
    "identified", "assigned", "annotated", "available", "confirmed", "reported", "documented", "graded", "scored",
    "sure",
    "clear", "conclusive", "sufficient", "adequate", "valid", "complete", "applicable", "tested", "verified",
    "resolved",
  ]

  /// Things whose presence or absence does not change a bag's class.
  private static let ofFiles: Set<String> = [
    "annotation", "annotations", "label", "labels", "data", "information", "report", "diagnosis", "consent",
    "follow up",
    "control", "controls", "mask", "masks",
  ]

  /// Prefixes that negate a word without a separator, and the words that they negate.
  private static let joined: [String: Set<String>] = [
    "ab": ["normal"],
    "in": [
      "active", "sensitive", "soluble", "effective", "correct", "visible", "fertile", "tolerant", "dependent", "secure",
      "frequent", "accurate", "consistent", "compatible", "operable", "curable", "competent", "coherent", "direct",
      "eligible", "tact",
    ],
    "im": ["mature", "mobile", "possible", "balanced", "perfect", "pure", "proper", "permeable", "palpable"],
    "un": [
      "infected", "affected", "treated", "stained", "responsive", "healthy", "well", "stable", "suitable", "safe",
      "related",
      "changed", "damaged", "exposed", "vaccinated", "detected", "detectable", "methylated", "mutated", "injured",
      "paired",
    ],
  ]

  /// Returns whether a name means positive (1) or negative (0) by itself; nil if neither.
  static func meaning(of name: String) -> Int? {
    let word = plain(name)
    return positive.contains(word) ? 1 : negative.contains(word) ? 0 : nil
  }

  /// Whether a name states the absence of the target: no, negative, normal, benign.
  static func isNegative(_ name: String) -> Bool { isAbsence(plain(name)) }

  /// Returns the index, 0 or 1, of the positive one of two names; nil if they do not decide.
  static func positive(of first: String, _ second: String) -> Int? {
    if let one = meaning(of: first), let two = meaning(of: second) {
      // N and T may mean no and true, or normal and tumour.
      let areLetters = plain(first).count == 1 && plain(second).count == 1
      let isPair = !areLetters || letters.contains([plain(first), plain(second)])
      return one == two || !isPair ? nil : two
    }
    if isWithout(plain(second), plain(first)) { return 0 }
    if isWithout(plain(first), plain(second)) { return 1 }
    let (one, two) = withoutLastWords(plain(first), plain(second))
    if denies(two, one) { return isAbsence(one) ? 1 : 0 }
    if denies(one, two) { return isAbsence(two) ? 0 : 1 }
    return positiveEnding(one, two) ? 0 : positiveEnding(two, one) ? 1 : nil
  }

  /// Whether a name says `without` and the other `with`, about the same thing.
  private static func isWithout(_ name: String, _ other: String) -> Bool {
    guard other.hasPrefix("with ") else { return false }
    let thing = other.dropFirst(5)
    return name == "without " + thing && !ofFiles.contains(String(thing))
  }

  /// Returns two names without their common last words: normal and abnormal for `normal tissue` and `abnormal tissue`.
  private static func withoutLastWords(_ first: String, _ second: String) -> (String, String) {
    var (one, two) = (first.split(separator: " "), second.split(separator: " "))
    guard !first.hasSuffix("-"), !second.hasSuffix("-") else { return (first, second) }
    while one.count > 1, two.count > 1, one.last == two.last {
      one.removeLast()
      two.removeLast()
    }
    return (one.joined(separator: " "), two.joined(separator: " "))
  }

  /// Whether a word states the absence of the target, so that its negation is positive.
  private static func isAbsence(_ word: String) -> Bool { absence.contains(word) || negative.contains(word) }

  /// Normalises a name: lower case, words joined by single blanks; a sign alone stays.
  private static func plain(_ name: String) -> String {
    let trimmed = name.lowercased().drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
    let text = String(trimmed)
    guard text.count > 1 else { return text }
    return text.split { " _-./".contains($0) }.joined(separator: " ") + (text.hasSuffix("-") ? "-" : "")
  }

  /// Whether a name is another with a negating prefix or suffix.
  private static func denies(_ name: String, _ other: String) -> Bool {
    guard !other.isEmpty, !ofKnowledge.contains(other) else { return false }
    let before = [
      "no ", "non ", "not ", "without ", "un ", "in ", "im ", "ab ", "no", "non", "not", "anti ", "absence of ",
    ]
    // Without a separator, these begin many words that negate nothing: inside, abuse, union.
    if let stems = joined.first(where: { name == $0.key + other })?.value { return stems.contains(other) }
    let behind = [" free", "free", " absent", " negative", " neg", "less"]
    return before.contains { name == $0 + other } || behind.contains { name == other + $0 }
  }

  /// Whether two names are a stem with a positive and a negative ending.
  private static func positiveEnding(_ name: String, _ other: String) -> Bool {
    let pairs = [
      (" positive", " negative"), (" pos", " neg"), (" yes", " no"), (" true", " false"), ("+", "-"),
      (" present", " absent"), (" 1", " 0"),
    ]
    return pairs.contains { positive, negative in
      name.hasSuffix(positive) && other.hasSuffix(negative)
        && name.dropLast(positive.count) == other.dropLast(negative.count) && name.count > positive.count
    }
  }
}
