/// The meaning of label names: well-known pairs, and pairs of which one name negates the other.
///
/// Letter case, the separator of words (blanks, hyphens, points or underscores) and the form of a minus sign make no
/// difference.
enum LabelWords {
  private static let positive: Set<String> = ["positive", "pos", "yes", "y", "true", "t", "+", "present"]
  private static let negative: Set<String> = ["negative", "neg", "no", "n", "false", "f", "-", "absent"]
  /// Single letters and signs that form a pair.
  private static let letters: Set<Set<String>> = [["y", "n"], ["t", "f"], ["+", "-"]]
  /// Prefixes of a thing and of its absence.
  private static let prefixPairs = [
    ("with ", "without "), ("positive for ", "negative for "), ("presence of ", "absence of "),
    ("present ", "absent "),
  ]
  /// Words that negate the word behind them, at any place in a name.
  private static let negations: Set<String> = ["no", "not", "non", "without"]
  /// The forms of a plus and a minus sign.
  private static let signs: [Character: Character] = [
    "\u{2212}": "-", "\u{2010}": "-", "\u{2011}": "-", "\u{2012}": "-", "\u{2013}": "-", "\u{2014}": "-",
    "\u{fe63}": "-", "\u{ff0d}": "-", "\u{ff0b}": "+", "\u{fe62}": "+",
  ]
  /// Words whose negation is positive: of `normal` and `abnormal`, the second is.
  private static let absence: Set<String> = [
    "normal", "benign", "healthy", "control", "ctrl", "ctl", "controls", "well", "wildtype", "wild type", "wt",
    "background", "reference",
  ]

  /// Words whose negation states that nobody recorded the class of a bag.
  private static let ofRecords: Set<String> = [
    "known", "labelled", "labeled", "specified", "determined", "assigned", "annotated", "available", "reported",
    "recorded", "documented", "graded", "scored", "tested", "evaluated", "assessed", "applicable", "provided", "stated",
  ]
  /// Words whose negation states that a bag's class is unknown, not that it differs.
  private static let ofKnowledge: Set<String> = ofRecords.union([
    "classified", "defined", "determinate", "certain", "identified", "confirmed", "sure", "clear", "conclusive",
    "sufficient", "adequate", "valid", "complete", "verified", "resolved",
  ])

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
    if isAbsence(plain(second), of: plain(first)) { return 0 }
    if isAbsence(plain(first), of: plain(second)) { return 1 }
    let (one, two) = withoutLastWords(plain(first), plain(second))
    if denies(two, one) { return isAbsence(one) ? 1 : 0 }
    if denies(one, two) { return isAbsence(two) ? 0 : 1 }
    if negates(plain(second), plain(first)) { return 0 }
    if negates(plain(first), plain(second)) { return 1 }
    return positiveEnding(one, two) ? 0 : positiveEnding(two, one) ? 1 : nil
  }

  /// Returns the word for a record that a normalised name denies: known for unknown, labelled for not labelled.
  static func deniedRecord(_ name: String) -> String? {
    ["un", "not ", "un ", "non ", "not", "no "].lazy.filter { name.hasPrefix($0) }
      .map { String(name.dropFirst($0.count)) }.first { ofRecords.contains($0) }
  }

  /// Whether a name states the absence of the thing whose presence the other one states: `without x` beside `with x`.
  private static func isAbsence(_ name: String, of other: String) -> Bool {
    prefixPairs.contains { present, absent in
      guard other.hasPrefix(present) else { return false }
      let thing = other.dropFirst(present.count)
      return name == absent + thing && !ofFiles.contains(String(thing))
    }
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

  /// Normalises a name: lower case, words joined by single blanks, one form of a minus sign; a sign at an end stays.
  static func plain(_ name: String) -> String {
    var text = String(withPlainSigns(name).lowercased().filter { !"()[]".contains($0) })
    text = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for (ending, word) in [("-ve", " negative"), ("+ve", " positive")] where text.hasSuffix(ending) {
      text = text.dropLast(3) + word
    }
    guard text.count > 1 else { return text }
    let words = text.split { " _-./".contains($0) }.joined(separator: " ")
    if text.hasSuffix("-") { return words + "-" }
    return words.hasSuffix(" +") ? words.dropLast(2) + "+" : words
  }

  /// Returns a text with ASCII's plus and minus signs in place of their other forms.
  static func withPlainSigns(_ text: String) -> String {
    text.utf8.allSatisfy { $0 < 0x80 } ? text : String(text.map { signs[$0] ?? $0 })
  }

  /// Whether a name is another with a negating prefix or suffix.
  private static func denies(_ name: String, _ other: String) -> Bool {
    guard !other.isEmpty, !ofKnowledge.contains(other) else { return false }
    let before = [
      "no ", "non ", "not ", "without ", "un ", "in ", "im ", "ab ", "no", "non", "not", "anti ", "absence of ",
      "free of ", "free from ", "lack of ", "absent ", "negative for ",
    ]
    // Without a separator, these begin many words that negate nothing: inside, abuse, union.
    if let stems = joined.first(where: { name == $0.key + other })?.value { return stems.contains(other) }
    let behind = [" free", "free", " absent", " negative", " neg", "less"]
    return before.contains { name == $0 + other } || behind.contains { name == other + $0 }
  }

  /// Whether a name is another with a negation among its words: `tumour not present` beside `tumour present`.
  private static func negates(_ name: String, _ other: String) -> Bool {
    let (words, others) = (name.split(separator: " "), other.split(separator: " "))
    guard words.count == others.count + 1, others.count > 1,
      let place = words.indices.first(where: { negations.contains(String(words[$0])) }),
      place >= others.count || !ofKnowledge.contains(String(others[place]))
    else { return false }
    return (words[..<place] + words[(place + 1)...]).elementsEqual(others)
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
