/// What names of labels say of themselves: the well-known pairs, and pairs of which one name denies the other.
///
/// Letter case, and whether words are joined by blanks, hyphens, points or underscores, make no difference.
enum LabelWords {
  private static let positive: Set<String> = ["positive", "pos", "yes", "y", "true", "t", "+"]
  private static let negative: Set<String> = ["negative", "neg", "no", "n", "false", "f", "-", "\u{2212}"]
  /// Single letters and signs that are a pair.
  private static let letters: Set<Set<String>> = [["y", "n"], ["t", "f"], ["+", "-"], ["+", "\u{2212}"]]
  /// Words whose denial is what is looked for: of `normal` and `abnormal`, the second is positive.
  private static let absence: Set<String> = [
    "normal", "benign", "healthy", "control", "ctrl", "ctl", "controls", "well", "wildtype", "wild type", "wt",
    "background", "reference",
  ]

  /// Words whose denial says what is known of a bag, and not that it is of another class.
  private static let ofKnowledge: Set<String> = [
    "known", "labelled", "labeled", "classified", "specified", "defined", "determined", "determinate", "certain",
    "identified", "assigned", "annotated", "available", "confirmed", "reported", "documented", "graded", "scored",
    "sure",
    "clear", "conclusive", "sufficient", "adequate", "valid", "complete", "applicable", "tested", "verified",
    "resolved",
  ]

  /// Things with or without which a bag is of no other class.
  private static let ofFiles: Set<String> = [
    "annotation", "annotations", "label", "labels", "data", "information", "report", "diagnosis", "consent",
    "follow up",
    "control", "controls", "mask", "masks",
  ]

  /// Prefixes that deny a word without a mark between, and the words that they deny.
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

  /// Whether a name says positive (1) or negative (0) by itself; nil where it says neither.
  static func meaning(of name: String) -> Int? {
    let word = plain(name)
    return positive.contains(word) ? 1 : negative.contains(word) ? 0 : nil
  }

  /// The place, 0 or 1, of the positive one of two names; nil where they do not say.
  static func positive(of first: String, _ second: String) -> Int? {
    if let one = meaning(of: first), let two = meaning(of: second) {
      // Of N and T nobody knows whether they are no and true, or normal and tumour.
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

  /// Whether a name says without what the other says with.
  private static func isWithout(_ name: String, _ other: String) -> Bool {
    guard other.hasPrefix("with ") else { return false }
    let thing = other.dropFirst(5)
    return name == "without " + thing && !ofFiles.contains(String(thing))
  }

  /// Two names without the words at their ends that are the same: normal and abnormal of `normal tissue` and `abnormal tissue`.
  private static func withoutLastWords(_ first: String, _ second: String) -> (String, String) {
    var (one, two) = (first.split(separator: " "), second.split(separator: " "))
    guard !first.hasSuffix("-"), !second.hasSuffix("-") else { return (first, second) }
    while one.count > 1, two.count > 1, one.last == two.last {
      one.removeLast()
      two.removeLast()
    }
    return (one.joined(separator: " "), two.joined(separator: " "))
  }

  /// Whether a word says that what is looked for is not there, so that its denial is positive.
  private static func isAbsence(_ word: String) -> Bool { absence.contains(word) || negative.contains(word) }

  /// Lower case, words joined by single blanks; a name of a sign alone stays.
  private static func plain(_ name: String) -> String {
    let trimmed = name.lowercased().drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
    let text = String(trimmed)
    guard text.count > 1 else { return text }
    return text.split { " _-./".contains($0) }.joined(separator: " ") + (text.hasSuffix("-") ? "-" : "")
  }

  /// Whether a name is another with a prefix or an ending of negation.
  private static func denies(_ name: String, _ other: String) -> Bool {
    guard !other.isEmpty, !ofKnowledge.contains(other) else { return false }
    let before = [
      "no ", "non ", "not ", "without ", "un ", "in ", "im ", "ab ", "no", "non", "not", "anti ", "absence of ",
    ]
    // Without a mark between, these begin many words that deny nothing: inside, abuse, union.
    if let stems = joined.first(where: { name == $0.key + other })?.value { return stems.contains(other) }
    let behind = [" free", "free", " absent", " negative", " neg", "less"]
    return before.contains { name == $0 + other } || behind.contains { name == other + $0 }
  }

  /// Whether two names are a stem with the endings positive and negative.
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
