import MILBags
import UserInput

/// The encodings in which bytes that are not UTF-8 read as words.
///
/// A word is a run of bytes without blanks and separators. Its characters beyond ASCII are judged in each encoding:
/// signs and control characters within a word, capitals behind small letters, letters of two scripts in one word, and
/// Latin words of accented letters alone are implausible. So are pairs of bytes for characters that hardly occur.
struct EncodingEvidence {
  /// An encoding, and a word of the text as it reads.
  struct Reading: Equatable {
    let encoding: ReadOptions.Encoding
    let sample: String
  }

  /// The plausible encodings, the likeliest first; of those that read alike, the first.
  let readings: [Reading]

  /// The order of encodings that are equally plausible.
  private static let order: [ReadOptions.Encoding] = [
    .latin1, .windows1252, .macRoman, .windows1250, .windows1254, .windows1251, .koi8R, .windows1253,
    .windows1255, .windows1256, .shiftJIS, .gb18030, .eucKR, .big5,
  ]
  private static let mostReadings = 4
  private static let mostWords = 200
  /// The number of bytes in which words are sought, and the greatest length of one.
  private static let (mostBytes, longestWord) = (1 << 22, 400)

  /// The least plausibility of an encoding.
  private static let leastPlausibility = 0.6

  /// Judges the words of a text.
  init(_ bytes: some Collection<UInt8>) { self.init(words: Self.words(bytes)) }

  private init(words all: [[UInt8]]) {
    let judged = Self.order.compactMap {
      encoding -> (encoding: ReadOptions.Encoding, texts: [String], score: Double)? in
      let texts = all.compactMap { encoding.text(of: $0) }
      guard !all.isEmpty, texts.count == all.count else { return nil }
      return (encoding, texts, Self.plausibility(texts, all, encoding))
    }
    let best = judged.map(\.score).max() ?? 0
    var seen: Set<[String]> = []
    let chosen = judged.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
      .map(\.element)
      .filter { $0.score >= Self.leastPlausibility && $0.score >= best - 0.15 && seen.insert($0.texts).inserted }
      .prefix(Self.mostReadings)
    // The word that most encodings read differently, and of those the one with the most to read.
    let sample = all.indices.max { first, second in
      func weight(_ word: Int) -> (Int, Int) { (Set(chosen.map { $0.texts[word] }).count, Self.highCount(all[word])) }
      return weight(first) < weight(second)
    }
    readings = chosen.compactMap { encoding, texts, _ in
      sample.map { Reading(encoding: encoding, sample: texts[$0]) }
    }
  }

  /// The expectation in errors about a text of bytes that are not UTF-8.
  var expectation: String { expectationOfArrays + "; " + conversion }

  /// The expectation in errors about bytes among arrays, which no program converts.
  var expectationOfArrays: String {
    guard let first = readings.first else { return "text in UTF-8" }
    let others = readings.dropFirst().map { "\($0.encoding.rawValue) \(Self.quoted($0.sample))" }
    let list = ["--encoding \(first.encoding.rawValue) reads \(Self.quoted(first.sample))"] + others
    return "text in UTF-8; " + list.joined(separator: ", ")
  }

  /// The way to convert the file.
  private var conversion: String {
    let name = readings.first?.encoding.iconvName ?? "NAME"
    return "'iconv -f \(name) -t utf-8 FILE' converts it, with the name of its encoding"
  }

  /// Returns the remark on an encoding in which words are implausible although they are words in another; empty for
  /// any other.
  ///
  /// - Parameter quotesWords: whether the remark quotes a word, so that it differs from text to text.
  static func remark(
    on encoding: ReadOptions.Encoding, for bytes: some Collection<UInt8>, quotesWords: Bool
  ) -> String {
    let words = words(bytes)
    let texts = words.compactMap { encoding.text(of: $0) }
    guard texts.count == words.count,
      let place = words.indices.max(by: { highCount(words[$0]) < highCount(words[$1]) }),
      plausibility(texts, words, encoding) < leastPlausibility,
      let other = EncodingEvidence(words: words).readings.first(where: { $0.encoding != encoding })
    else { return "" }
    guard quotesWords else { return ", in which its words are implausible, unlike in \(other.encoding.rawValue)" }
    return ", in which it reads \(quoted(texts[place])), and in \(other.encoding.rawValue) \(quoted(other.sample))"
  }

  private static func quoted(_ text: String) -> String { "\"\(text.onOneLine(limit: 16))\"" }

  // MARK: - Words

  /// Returns different words with bytes beyond ASCII.
  ///
  /// None of the separators is a byte of a longer character in any encoding.
  private static func words(_ bytes: some Collection<UInt8>) -> [[UInt8]] {
    var words: [[UInt8]] = []
    var seen: Set<[UInt8]> = []
    for word in bytes.prefix(mostBytes).split(whereSeparator: { $0 <= 0x20 || $0 == 0x22 || $0 == 0x2c || $0 == 0x3b })
    where word.contains(where: { $0 >= 0x80 }) && word.count <= longestWord {
      guard seen.insert(Array(word)).inserted else { continue }
      words.append(Array(word))
      if words.count == mostWords { break }
    }
    return words
  }

  private static func highCount(_ word: [UInt8]) -> Int { word.count { $0 >= 0x80 } }

  // MARK: - Plausibility

  /// Returns the mean share of plausible characters among those of each word beyond ASCII, a little less for capitals.
  private static func plausibility(_ texts: [String], _ words: [[UInt8]], _ encoding: ReadOptions.Encoding) -> Double {
    let shares = zip(texts, words).map { text, word -> Double in
      let scalars = Array(text.unicodeScalars)
      let high = scalars.indices.filter { scalars[$0].value >= 0x80 }
      guard encoding.commonPairs.map({ areCommon(word, $0) }) ?? true, !isOfAccentsAlone(scalars) else { return 0 }
      let plausible = high.count { WordCharacter(scalars, $0).isPlausible }
      let capitals = high.count { scalars[$0].properties.isUppercase }
      return (Double(plausible) - 0.01 * Double(capitals)) / Double(max(high.count, 1))
    }
    return shares.isEmpty ? 0 : shares.reduce(0, +) / Double(shares.count)
  }

  /// Whether all pairs of bytes in a word are in the areas of common characters.
  private static func areCommon(_ word: [UInt8], _ areas: ReadOptions.Encoding.Pairs) -> Bool {
    var place = 0
    while place < word.count {
      guard word[place] >= 0x80 else {
        place += 1
        continue
      }
      guard place + 1 < word.count, areas.first.contains(where: { $0.contains(word[place]) }),
        word[place + 1] >= areas.second
      else { return false }
      place += 2
    }
    return true
  }

  /// Whether a Latin word has accented letters and no plain one, or four accented ones in a row, as Cyrillic has if it
  /// is read as Latin.
  private static func isOfAccentsAlone(_ scalars: [Unicode.Scalar]) -> Bool {
    let isAccented = scalars.map { $0.value >= 0x80 && WordCharacter.script(of: $0) == .latin }
    let hasPlain = scalars.contains { $0.isASCII && $0.properties.isAlphabetic }
    guard hasPlain || isAccented.count(where: \.self) < 2 else { return true }
    var run = 0
    for isOne in isAccented {
      run = isOne ? run + 1 : 0
      if run == 4 { return true }
    }
    return false
  }
}

/// A character beyond ASCII in a word, and those around it.
private struct WordCharacter {
  enum Script { case latin, greek, cyrillic, hebrew, arabic, chinese, korean, other }

  private let own: Unicode.Scalar
  private let before: Unicode.Scalar?
  private let after: Unicode.Scalar?
  /// The number of letters in a row before it.
  private let lettersBefore: Int

  init(_ word: [Unicode.Scalar], _ place: Int) {
    own = word[place]
    before = place > 0 ? word[place - 1] : nil
    after = place + 1 < word.count ? word[place + 1] : nil
    lettersBefore = word[..<place].reversed().prefix { Self.script(of: $0) != nil }.count
  }

  /// Returns the script of a letter; nil for any other character.
  static func script(of scalar: Unicode.Scalar) -> Script? {
    guard scalar.properties.isAlphabetic else { return nil }
    switch scalar.value {
    case ..<0x250, 0x1e00..<0x1f00: return .latin
    case 0x370..<0x400: return .greek
    case 0x400..<0x530: return .cyrillic
    case 0x590..<0x600: return .hebrew
    case 0x600..<0x700: return .arabic
    case 0x3005, 0x3040..<0x3100, 0x3400..<0x4dc0, 0x4e00..<0xa000: return .chinese
    case 0xac00..<0xd7b0: return .korean
    default: return .other
    }
  }

  /// Whether the character may stand at its place in a word.
  var isPlausible: Bool {
    // The micro sign is a letter that begins a unit.
    if own == "\u{b5}" { return lettersBefore == 0 }
    guard let script = Self.script(of: own) else { return isPlausibleSign }
    let (left, right) = (before.flatMap(Self.script), after.flatMap(Self.script))
    guard script != .other, left ?? script == script, right ?? script == script else { return false }
    let (isLeftCapital, isRightCapital) = (before.map(Self.isCapital), after.map(Self.isCapital))
    if Self.isCapital(own) { return left == nil || isLeftCapital == true && (right == nil || isRightCapital == true) }
    return !own.properties.isLowercase || left == nil || right == nil || isLeftCapital != true || isRightCapital != true
  }

  private static func isCapital(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isUppercase }

  /// Whether a sign may stand between its neighbours.
  private var isPlausibleSign: Bool {
    let isWithinLetters = lettersBefore > 0 && after.flatMap(Self.script) != nil
    switch own {
    case "\u{2019}", "\u{b7}": return true
    // Exponents of units: mm\u{b2}, R\u{b2}, but not the end of a long word.
    case "\u{b2}", "\u{b3}": return !isWithinLetters && lettersBefore <= 3
    case "\u{20ac}", "\u{a3}": return after.flatMap(Self.script) == nil
    case "\u{2030}": return lettersBefore == 0
    case "\u{a0}": return before != nil && after != nil
    case "\u{b0}", "\u{b1}", "\u{d7}", "\u{a7}", "\u{bd}", "\u{2013}", "\u{2014}", "\u{2018}", "\u{201c}", "\u{201d}",
      "\u{201e}", "\u{2026}", "\u{ab}", "\u{bb}", "\u{ae}", "\u{2122}", "\u{2116}", "\u{ba}",
      "\u{aa}":
      return !isWithinLetters
    default:
      // Punctuation of East Asia, and full-width forms of ASCII.
      return (0x3000..<0x3040).contains(own.value) || (0xff01..<0xff5f).contains(own.value) || own == "\u{30fb}"
    }
  }
}
