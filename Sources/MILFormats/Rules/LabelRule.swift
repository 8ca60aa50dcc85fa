import MILBags
import UserInput

/// Maps the labels of a file to 1 (positive) and 0 (negative), or to several classes from 0: the one rule of all
/// formats.
///
/// 1. With `--positive NAME`, that label is positive and all others are negative.
/// 2. The labels of a kept model keep their meaning, and rule 1 is for other names; others are an error.
/// 3. Of two numbers, the larger is positive; but -1 and 0 could both be negative, and are refused.
/// 4. Two names are accepted if they decide themselves: see ``LabelWords``.
/// 5. If a file has only one label, 1 and 2 are positive, 0 and -1 negative; names of rule 4's first kind decide as
///   well.
/// 6. Three or more labels of bags are several classes: numbers ascending, names in alphabetical order. Numbers that
///   are not whole, or are more than ``quantityLimit``, look like a quantity; they require `--task`.
/// 7. Anything else, such as three labels of instances, is an error that names the option.
///
/// A number is one label in any notation, and a name in any letter case. ``MissingLabels`` are words such as NA and
/// unknown. An instance's label is missing if it is empty, or -1 in a file whose bags do not use -1;
/// `--negative-instance` makes such a label a negative one.
struct LabelRule {
  /// More whole numbers than this may be a quantity.
  static let quantityLimit = 20

  /// The owner of the labels.
  enum Owner {
    case bags, instances
  }

  /// The meaning of the labels.
  struct Resolution {
    /// By code: 1, 0, or nil for an unlabelled instance; for several classes, their indices.
    let meanings: [Int?]
    /// The names of the negative and the positive label, or of several classes in order.
    let classNames: [String]
    /// The negative labels, if one was taken against several.
    var rest: [String]?
    /// The decision.
    let decision: ReadDecision
  }

  private let owner: Owner
  private let file: String
  private let options: ReadOptions
  private var values: [Value] = []
  private var last = 0

  private typealias Value = LabelValue

  /// Creates a rule without labels.
  init(of owner: Owner, file: String, options: ReadOptions) {
    self.owner = owner
    self.file = file
    self.options = options
  }

  /// Whether there are no labels yet.
  var isEmpty: Bool { values.isEmpty }

  /// Returns the code of a label for ``resolve(bagsUseMinusOne:)``; equal numbers share one.
  mutating func code(of text: ArraySlice<UInt8>, at place: @autoclosure () -> ReadError.Place?) throws -> Int {
    if values.indices.contains(last), text.elementsEqual(values[last].bytes) { return count(last) }
    if let known = values.firstIndex(where: { text.elementsEqual($0.bytes) }) { return count(known) }
    if text.isEmpty, owner == .bags {
      throw ReadError(file: file, at: place(), found: "an empty field", expected: Self.labelOrWayOut)
    }
    if owner == .bags, MissingLabels.isCertain(text) { throw missing(text, at: place()) }
    let limit = owner == .bags ? 1000 : 64
    guard values.count < limit else {
      throw ReadError(
        file: file, at: place(), found: "label number \(limit + 1), \(ReadError.quoted(text))",
        expected: owner == .bags
          ? "--task number where a number is to be predicted, or labels of classes, whose column --label-column names"
          : "labels of two classes; --instance-label-column names their column")
    }
    let bytes = Array(text)
    let name = String(decoding: bytes, as: UTF8.self)
    // A label of 1,0 is the number 1, as in files with decimal commas by pandas; minus signs have several forms.
    let number = TextLayout.number(LabelWords.withPlainSigns(name).utf8)
    // Letter case does not distinguish labels, and notation does not distinguish numbers.
    let same = values.first {
      number == nil
        ? $0.number == nil && $0.text.lowercased() == name.lowercased()
        : Value.areEqual($0.text, $0.number, name, number)
    }
    values.append(
      Value(text: name, bytes: bytes, number: number, code: same?.code ?? values.count, place: place()))
    return count(values.count - 1)
  }

  private mutating func count(_ index: Int) -> Int {
    last = index
    let code = values[index].code
    values[code].count += 1
    return code
  }

  /// Returns the file's spelling of the label of a code, for errors.
  func text(for code: Int) -> String {
    values.indices.contains(code) ? values[code].text.onOneLine(limit: 40) : String(code)
  }

  /// Whether the labels are clear without others, as 0 and 1 are.
  var saysItself: Bool { PositiveLabels.sayThemselves(values) }

  /// Whether a label is the number -1.
  var usesMinusOne: Bool { values.contains { $0.number == -1 } }

  /// Returns the meanings of the codes.
  ///
  /// - Parameter bagsUseMinusOne: whether -1 is a bag label in this file, so that it may be an instance label.
  /// - Throws: ``ReadError`` that names the option, if the labels do not determine the positive one.
  func resolve(bagsUseMinusOne: Bool = false) throws -> Resolution {
    let distinct = values.indices.filter { values[$0].code == $0 }.map { values[$0] }
    let labels = try withoutMissing(distinct, bagsUseMinusOne)
    guard !labels.isEmpty else {
      let decision = ReadDecision(subject, "no instance is labelled")
      return Resolution(meanings: values.map { _ in nil }, classNames: ["0", "1"], decision: decision)
    }
    let rule = PositiveLabels(owner, options, file: file)
    let known = rule.known
    if owner == .bags, options.positive == nil, (known?.count ?? labels.count) > 2 { return try severalClasses(labels) }
    let (positive, names, how) = try rule.verdict(labels)
    let negative = labels.filter { !positive.contains($0.code) }.map(\.name)
    let rest = known == nil ? (negative.count > 1 ? negative : nil) : rule.restNames
    var meanings = [Int?](repeating: nil, count: values.count)
    for label in labels { meanings[label.code] = positive.contains(label.code) ? 1 : 0 }
    let unlabelled = distinct.filter { label in !labels.contains { $0.code == label.code } }
    var (statement, option) = (Value.sentence(labels, positive) + how, rule.option)
    if !unlabelled.isEmpty {
      let count = unlabelled.reduce(0) { $0 + $1.count }
      let (noun, verb) = count == 1 ? ("instance", "is") : ("instances", "are")
      statement += "; \(count) \(noun) with \(Value.list(unlabelled)) \(verb) not labelled"
    }
    if owner == .instances, options.negativeInstance != nil || unlabelled.contains(where: { !$0.text.isEmpty }) {
      option += ", " + ReadOption.negativeInstance.spelling
    }
    return Resolution(
      meanings: meanings, classNames: names, rest: rest, decision: ReadDecision(subject, statement, option: option))
  }

  private var subject: ReadDecision.Subject { owner == .bags ? .labels : .instanceLabels }

  /// Returns the labels without those that state that a label is missing.
  ///
  /// - Throws: ``ReadError`` if a bag has no label, or a word may be a class or state that the label is missing.
  private func withoutMissing(_ labels: [Value], _ bagsUseMinusOne: Bool) throws -> [Value] {
    let rule = PositiveLabels(owner, options, file: file)
    let open = owner == .bags ? labels : labels.filter { !isUnlabelled($0, bagsUseMinusOne, labels, rule) }
    let words = MissingLabels.among(
      open.map(\.text), known: rule.known ?? [],
      isClass: { text in rule.names(text) || owner == .bags && options.task == .classes },
      // A bag without anything is of the class none; an instance without anything may have no label.
      mayBe: { MissingLabels.mayBe($0) || owner == .instances && $0.lowercased() == "none" })
    if let doubtful = words.doubtful.first.map({ open[$0] }) { throw self.doubtful(doubtful) }
    if owner == .bags, let word = words.missing.first.map({ open[$0] }) {
      throw missing(word.bytes[...], at: word.place)
    }
    return open.indices.filter { !words.missing.contains($0) }.map { open[$0] }
  }

  /// Creates the error about a word that may be a class or state that a label is missing.
  private func doubtful(_ label: Value) -> ReadError {
    let isBag = owner == .bags
    return ReadError(
      file: file, at: label.place ?? .field(isBag ? "labels" : "instance labels"),
      found: "label \(ReadError.quoted(label.bytes)), which may say that the \(isBag ? "bag" : "instance")'s label "
        + "is missing, or be a class",
      expected: isBag
        ? "--task classes where it is a class; otherwise bags without a label are to be removed, or left unread by "
          + "--no-labels of predict and explain"
        : "\(ReadOption.negativeInstance.spelling) \(label.name) where it is negative, an empty field where the "
          + "label is missing")
  }

  /// The remedy in errors about a bag whose label is missing.
  static let labelOrWayOut = "a label" + wayOut
  /// The same remedy, behind what is expected.
  static let wayOut = "; bags without one are to be removed, or left unread by --no-labels of predict and explain"

  /// Creates the error about a bag whose label is missing.
  private func missing(_ text: ArraySlice<UInt8>, at place: ReadError.Place?) -> ReadError {
    let isClass = MissingLabels.isCertain(text) ? "" : "; --task classes where it is a class"
    return ReadError(
      file: file, at: place, found: "\(ReadError.quoted(text)), which says that the bag's label is missing",
      expected: Self.labelOrWayOut + isClass)
  }

  /// Resolves three or more labels, or some of several known ones.
  private func severalClasses(_ labels: [Value]) throws -> Resolution {
    let rule = PositiveLabels(owner, options, file: file)
    if let known = rule.known {
      var meanings = [Int?](repeating: nil, count: values.count)
      for label in labels {
        guard let place = known.firstIndex(where: { label.matches($0) }) else {
          throw ReadError(
            file: file, at: label.place, found: "label \(ReadError.quoted(label.bytes))",
            expected: "one of the model's \(known.count) classes, "
              + known.shortList(12) { "\"\($0)\"" }
              + "; --no-labels leaves labels unread")
        }
        meanings[label.code] = place
      }
      let whose = options.columns.areRemembered ? "as in the model" : "as was settled before"
      return Resolution(
        meanings: meanings, classNames: known,
        decision: ReadDecision(subject, "\(known.count) classes, \(whose)", option: rule.option))
    }
    let numbers = labels.compactMap(\.number)
    let areNumbers = numbers.count == labels.count
    let isFraction = areNumbers && numbers.contains { $0 != $0.rounded() }
    if !areNumbers, options.task != .classes, labels.count > 64 {
      throw ReadError(
        file: file, at: labels[64].place ?? .field("labels"), found: "\(labels.count) different names as labels",
        expected: "--task classes where each is a class of its own; --label-column names another column")
    }
    if areNumbers, options.task != .classes, isFraction || labels.count > Self.quantityLimit {
      throw ReadError(
        file: file, at: labels[2].place ?? .field("labels"),
        found:
          "\(labels.count) different numbers as labels, \(isFraction ? "not all of them whole" : "which may count"): "
          + Value.list(labels),
        expected: "--task number where a number is to be predicted, --task classes where each is a class of its own")
    }
    let order = labels.indices.sorted { one, two in
      let (one, two) = (labels[one], labels[two])
      if areNumbers, let first = one.number, let second = two.number, first != second { return first < second }
      if areNumbers, let first = Int(one.text), let second = Int(two.text) { return first < second }
      return (one.text.lowercased(), one.text) < (two.text.lowercased(), two.text)
    }
    var meanings = [Int?](repeating: nil, count: values.count)
    for (place, label) in order.enumerated() { meanings[labels[label].code] = place }
    let names = order.map { labels[$0].name }
    let shown = names.shortList(12)
    return Resolution(
      meanings: meanings, classNames: names,
      decision: ReadDecision(
        subject,
        "\(names.count) classes, \(areNumbers ? "numbers ascending" : "names in alphabetical order"): \(shown)",
        option: "--positive takes one against the rest"))
  }

  /// Whether a label of an instance states that the instance has none.
  private func isUnlabelled(
    _ value: Value, _ bagsUseMinusOne: Bool, _ all: [Value], _ rule: PositiveLabels
  ) -> Bool {
    if rule.names(value.text) { return false }
    if value.text.isEmpty || MissingLabels.isCertain(value.bytes) { return true }
    guard value.number == -1 else { return false }
    return !bagsUseMinusOne || all.contains { $0.number == 0 }
  }
}
