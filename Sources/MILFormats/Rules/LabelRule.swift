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
/// A number is one label in any notation, and a name in any letter case. An instance's label is unknown if it is empty,
/// or -1 in a file whose bags do not use -1.
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
      throw ReadError(file: file, at: place(), found: "an empty field", expected: "a label")
    }
    if owner == .bags, MissingValues.isMissingLabel(text) {
      throw ReadError(
        file: file, at: place(), found: "\(ReadError.quoted(text)), which says that the bag's label is missing",
        expected: "a label; bags without one are to be removed, or left unread by --no-labels of predict and explain")
    }
    let limit = owner == .bags ? 1000 : 64
    guard values.count < limit else {
      throw ReadError(
        file: file, at: place(), found: "label number \(limit + 1), \(ReadError.quoted(text))",
        expected: owner == .bags
          ? "--task number where a number is to be predicted, or labels of classes, whose column --label-column names"
          : "labels of two classes; --instance-label-column names their column")
    }
    let bytes = Array(text)
    var end = 0
    // A label of 1,0 is the number 1, as in files with decimal commas by pandas.
    let parsed = DecimalNumber.parse(DecimalMarks.pointed(bytes), at: &end, end: bytes.count)
    let number = end == bytes.count ? parsed : nil
    let name = String(decoding: bytes, as: UTF8.self)
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
  var saysItself: Bool { Self.saysItself(values) }

  /// Whether a label is the number -1.
  var usesMinusOne: Bool { values.contains { $0.number == -1 } }

  /// Returns the meanings of the codes.
  ///
  /// - Parameter bagsUseMinusOne: whether -1 is a bag label in this file, so that it may be an instance label.
  /// - Throws: ``ReadError`` that names the option, if the labels do not determine the positive one.
  func resolve(bagsUseMinusOne: Bool = false) throws -> Resolution {
    let distinct = values.indices.filter { values[$0].code == $0 }.map { values[$0] }
    let labels = owner == .bags ? distinct : distinct.filter { !isUnlabelled($0, bagsUseMinusOne, distinct) }
    guard !labels.isEmpty else {
      let decision = ReadDecision(subject, "no instance is labelled")
      return Resolution(meanings: values.map { _ in nil }, classNames: ["0", "1"], decision: decision)
    }
    if owner == .bags, wanted == nil, (known?.count ?? labels.count) > 2 { return try severalClasses(labels) }
    let (positive, names, how) = try verdict(labels)
    let negative = labels.filter { !positive.contains($0.code) }.map(\.name)
    let rest = known == nil ? (negative.count > 1 ? negative : nil) : restNames
    var meanings = [Int?](repeating: nil, count: values.count)
    for label in labels { meanings[label.code] = positive.contains(label.code) ? 1 : 0 }
    let unlabelled = distinct.filter { label in !labels.contains { $0.code == label.code } }
    var statement = Value.sentence(labels, positive) + how
    if !unlabelled.isEmpty {
      let count = unlabelled.reduce(0) { $0 + $1.count }
      statement += "; \(count) instances with \(Value.list(unlabelled)) are not labelled"
    }
    return Resolution(
      meanings: meanings, classNames: names, rest: rest, decision: ReadDecision(subject, statement, option: option))
  }

  private var subject: ReadDecision.Subject { owner == .bags ? .labels : .instanceLabels }
  private var option: String { owner == .bags ? "--positive" : "--positive-instance" }

  /// The positive label that the user chose.
  private var wanted: String? {
    guard owner == .instances else { return options.positive }
    if let own = options.positiveInstance { return own }
    // Instances may have the names of their bags' labels; those of a model keep its meaning.
    if known != nil, options.columns.areRemembered { return nil }
    return options.positive.flatMap { name in values.contains { $0.matches(name) } ? name : nil }
  }

  /// The names of the negative and the positive label, if a model or an earlier reading defines them.
  private var known: [String]? {
    let names = owner == .bags ? options.knownLabels : options.knownInstanceLabels
    return (names?.count ?? 0) >= 2 ? names : nil
  }

  /// Resolves three or more labels, or some of several known ones.
  private func severalClasses(_ labels: [Value]) throws -> Resolution {
    if let known {
      var meanings = [Int?](repeating: nil, count: values.count)
      for label in labels {
        guard let place = known.firstIndex(where: { label.matches($0) }) else {
          throw ReadError(
            file: file, at: label.place, found: "label \(ReadError.quoted(label.bytes))",
            expected: "one of the model's \(known.count) classes, "
              + known.prefix(12).map { "\"\($0)\"" }.joined(separator: ", ") + (known.count > 12 ? " ..." : "")
              + "; --no-labels leaves labels unread")
        }
        meanings[label.code] = place
      }
      let whose = options.columns.areRemembered ? "as in the model" : "as was settled before"
      return Resolution(
        meanings: meanings, classNames: known,
        decision: ReadDecision(subject, "\(known.count) classes, \(whose)", option: option))
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
    let shown = names.prefix(12).joined(separator: ", ") + (names.count > 12 ? " ..." : "")
    return Resolution(
      meanings: meanings, classNames: names,
      decision: ReadDecision(
        subject,
        "\(names.count) classes, \(areNumbers ? "numbers ascending" : "names in alphabetical order"): \(shown)",
        option: "--positive takes one against the rest"))
  }

  /// The names of the labels that the model or the earlier reading treats as negative, if there are several.
  private var restNames: [String]? { owner == .bags ? options.restLabels : options.restInstanceLabels }

  private func isUnlabelled(_ value: Value, _ bagsUseMinusOne: Bool, _ all: [Value]) -> Bool {
    let names = (known ?? []) + (restNames ?? [])
    if names.contains(where: { value.matches($0) }) { return false }
    if ["", "?", "na", "nan", "null", "none"].contains(value.text.lowercased()) { return true }
    guard value.number == -1 else { return false }
    return !bagsUseMinusOne || all.contains { $0.number == 0 }
  }

  /// The reason for the positive label of the options.
  private var reason: String {
    let isOfInstances = owner == .instances && options.positiveInstance != nil
    return ", " + options.reason(for: isOfInstances ? .positiveInstance : .positive)
  }

  /// Returns the codes of positive labels, the names of both classes, and the reason.
  private func verdict(_ labels: [Value]) throws -> (positive: Set<Int>, names: [String], how: String) {
    if let wanted {
      if let known, known.count > 2 {
        throw ReadError(
          file: file, at: .field("labels"), found: "\(option) and a model of \(known.count) classes",
          expected: "a call without")
      }
      if let known { try refuseTurning(labels, known, wanted) }
      guard let positive = labels.first(where: { $0.matches(wanted) }) else {
        // A file of negative bags alone lacks the model's positive label.
        if let known {
          let own = Value(wanted, code: -1)
          if own.matches(known[1]), let negative = try onlyNegative(labels, known) { return negative }
          // It may also lack the other label of its own pair, such as 1 beside a present 0.
          if labels.count == 1, Self.saysItself(labels + [own]), Self.positive(of: labels + [own])?.code == own.code {
            return ([], known, reason)
          }
        }
        let none = known.map { areOneClass(labels) ? "; \(option) \($0[1]), the model's, if none is positive" : "" }
        throw ReadError(
          file: file, at: .field(owner == .bags ? "labels" : "instance labels"),
          found: "no label \(ReadError.quoted(wanted.utf8)) among \(Value.list(labels))",
          expected: "one of these after \(option)" + (none ?? ""))
      }
      let rest = labels.filter { $0.code != positive.code }
      let name = known?[1] ?? positive.name
      let other = known?[0] ?? (rest.count == 1 ? rest[0].name : "not \(name)")
      return ([positive.code], [other, name], reason)
    }
    if let known { return try verdict(labels, known: known) }
    if let (code, how) = Self.positive(of: labels) {
      let names = names(labels, positive: code)
      return (code.map { [$0] } ?? [], names, how)
    }
    throw error(
      labels, found: labels.count == 1 ? "nothing but label \(Value.list(labels))" : "the labels \(Value.list(labels))")
  }

  /// Refuses a positive label that gives the model's own labels another meaning.
  ///
  /// Numbers beside one that the model does not know are of another coding, such as 0 and 1 for a model of 1 and 2.
  private func refuseTurning(_ labels: [Value], _ known: [String], _ wanted: String) throws {
    let places = places(of: labels, known)
    guard labels.contains(where: { $0.matches(wanted) }) else { return }
    if places.contains(nil), labels.allSatisfy({ $0.number != nil }) { return }
    for (label, place) in zip(labels, places) {
      guard let place, (place == 1) != label.matches(wanted) else { continue }
      let whose = options.columns.areRemembered ? "in the model" : "as was settled before"
      throw ReadError(
        file: file, at: label.place,
        found: "\(option) \(wanted.onOneLine(limit: 40)), and label \(ReadError.quoted(label.bytes)), which is "
          + "\(place == 1 ? "positive" : "negative") \(whose)",
        expected: "a call without \(option), where labels keep that meaning; it is for labels of other names")
    }
  }

  /// Returns the verdict on labels that are all negative; nil if one of them may be positive.
  private func onlyNegative(
    _ labels: [Value], _ known: [String]
  ) throws -> (positive: Set<Int>, names: [String], how: String)? {
    let strange = zip(labels, places(of: labels, known)).filter { $1 == nil }.map(\.0)
    guard !strange.isEmpty else { return try verdict(labels, known: known) }
    return areOneClass(labels) ? ([], known, "\(reason): none is \"\(known[1])\"") : nil
  }

  /// Whether labels can be of negative bags alone: a single one, or names that all state an absence.
  private func areOneClass(_ labels: [Value]) -> Bool {
    labels.count == 1 || labels.allSatisfy { LabelWords.isNegative($0.text) }
  }

  /// Returns the meaning of each label for a model with these names; nil for a label that it does not know.
  private func places(of labels: [Value], _ known: [String]) -> [Int?] {
    let rest = restNames ?? []
    return labels.map { label in
      known.firstIndex { label.matches($0) } ?? (rest.contains { label.matches($0) } ? 0 : nil)
    }
  }

  /// Returns the meaning of labels for a model with these names.
  private func verdict(
    _ labels: [Value], known: [String]
  ) throws -> (positive: Set<Int>, names: [String], how: String) {
    let rest = restNames ?? []
    let places = places(of: labels, known)
    if let stranger = places.firstIndex(where: { $0 == nil }) {
      // Both pairs decide themselves: 0 and 1 here, negative and positive in the model.
      let knownValues = known.enumerated().map { Value($1, code: $0) }
      if labels.count == 2, let own = Self.positive(of: labels), let theirs = Self.positive(of: knownValues)?.code,
        theirs == 1, let code = own.code, Self.saysItself(labels), Self.saysItself(knownValues)
      {
        return ([code], known, ", as \(known[1]) and \(known[0]) of the model")
      }
      let negative = rest.isEmpty ? "\"\(known[0])\"" : rest.map { "\"\($0)\"" }.joined(separator: ", ")
      let whose = owner == .bags ? "" : " of instances"
      let wayOut =
        owner == .bags
        ? "--no-labels leaves labels unread" : "--ignore-column leaves the column of these labels out"
      throw ReadError(
        file: file, at: labels[stranger].place, found: "label \(ReadError.quoted(labels[stranger].bytes))\(whose)",
        expected: "the model's labels, \(negative) (negative) and \"\(known[1])\" (positive); \(option) names the "
          + "label of this file that is positive\(areOneClass(labels) ? " (\(known[1]) if none is)" : ""), \(wayOut)")
    }
    let positive = zip(labels, places).filter { $1 == 1 }.map(\.0.code)
    return (Set(positive), known, options.columns.areRemembered ? ", as in the model" : ", as was settled before")
  }

  /// Returns the code of the positive label and the reason; nil if the labels do not decide. The code is nil if all
  /// labels are negative.
  private static func positive(of labels: [Value]) -> (code: Int?, how: String)? {
    if labels.count == 1 {
      let meaning = labels[0].number.map { $0 == 1 || $0 == 2 ? 1 : $0 == 0 || $0 == -1 ? 0 : nil }
      guard let meaning = meaning ?? LabelWords.meaning(of: labels[0].text) else { return nil }
      return (meaning == 1 ? labels[0].code : nil, "; there is no other label")
    }
    guard labels.count == 2 else { return nil }
    if let one = labels[0].number, let two = labels[1].number {
      guard Set([one, two]) != [-1, 0] else { return nil }
      // Numbers that are equal in double precision are whole.
      let isLarger = one == two ? Int(labels[1].text) ?? 0 > Int(labels[0].text) ?? 0 : two > one
      return (isLarger ? labels[1].code : labels[0].code, "; the larger number is positive")
    }
    return LabelWords.positive(of: labels[0].text, labels[1].text).map { (labels[$0].code, "") }
  }

  /// Whether labels are clear without others: 0 and 1, -1 and 1, or words for positive and negative.
  private static func saysItself(_ labels: [Value]) -> Bool {
    let numbers = labels.compactMap(\.number)
    if numbers.count == labels.count { return Set([-1, 0, 1]).isSuperset(of: numbers) }
    return labels.allSatisfy { LabelWords.meaning(of: $0.text) != nil }
  }

  private func names(_ labels: [Value], positive: Int?) -> [String] {
    let one = labels.first { $0.code == positive }.map(\.name)
    let zero = labels.first { $0.code != positive }.map(\.name)
    // If there is a single label, the other gets its usual counterpart as a name.
    let partners = ["1": "0", "0": "1", "-1": "1", "2": "1", "positive": "negative", "negative": "positive"]
    let lone = one ?? zero ?? ""
    let partner = partners[lone.lowercased()] ?? "not \(lone)"
    return [zero ?? partner, one ?? partner]
  }

  private func error(_ labels: [Value], found: String) -> ReadError {
    let place = labels.count > 2 ? labels[2].place : nil
    let whose = owner == .bags ? "" : " of instances"
    return ReadError(
      file: file, at: place ?? .field(owner == .bags ? "labels" : "instance labels"), found: found,
      expected:
        "two labels\(whose) that say which is positive, such as 1 and 0; \(option) NAME takes one against the rest")
  }
}
