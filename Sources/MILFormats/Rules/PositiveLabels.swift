import MILBags
import UserInput

/// Decides which of two kinds of labels is positive: by the options, a model or the labels themselves.
///
/// See ``LabelRule`` for the order of these.
struct PositiveLabels {
  /// The codes of the positive labels, the names of both classes, and the reason.
  typealias Verdict = (positive: Set<Int>, names: [String], how: String)

  private let owner: LabelRule.Owner
  private let options: ReadOptions
  private let file: String

  /// Creates the rule for the labels of bags or of instances.
  init(_ owner: LabelRule.Owner, _ options: ReadOptions, file: String) {
    (self.owner, self.options, self.file) = (owner, options, file)
  }

  /// The option that names the positive label.
  var option: String { owner == .bags ? options.positiveOption : ReadOption.positiveInstance.spelling }

  /// The names of the negative and the positive label, if a model or an earlier reading defines them.
  var known: [String]? {
    let names = owner == .bags ? options.knownLabels : options.knownInstanceLabels
    return (names?.count ?? 0) >= 2 ? names : nil
  }

  /// The names of the labels that the model or the earlier reading treats as negative, if there are several.
  var restNames: [String]? { owner == .bags ? options.restLabels : options.restInstanceLabels }

  /// Whether an option or a model names a label.
  func names(_ label: String) -> Bool {
    let given = owner == .bags ? [options.positive] : [options.positiveInstance, options.negativeInstance]
    let value = LabelValue(label, code: 0)
    return ((known ?? []) + (restNames ?? []) + given.compactMap(\.self)).contains { value.matches($0) }
  }

  /// Returns the verdict on some labels.
  ///
  /// - Throws: ``ReadError`` that names the option, if nothing determines the positive one.
  func verdict(_ labels: [LabelValue]) throws -> Verdict {
    if let wanted = try wanted(among: labels) { return try verdict(labels, wanted: wanted) }
    if let known { return try verdict(labels, known: known) }
    if let (code, how) = Self.positive(of: labels) {
      return (code.map { [$0] } ?? [], Self.names(labels, positive: code), how)
    }
    let list = LabelValue.list(labels)
    throw error(labels, found: labels.count == 1 ? "nothing but label \(list)" : "the labels \(list)")
  }

  /// Returns the positive label that the options name.
  ///
  /// Instances may have the names of their bags' labels; those of a model keep its meaning. The only label beside a
  /// negative one of the options is positive.
  private func wanted(among labels: [LabelValue]) throws -> String? {
    guard owner == .instances else { return options.positive }
    if let own = options.positiveInstance { return own }
    if let negative = options.negativeInstance {
      guard labels.contains(where: { $0.matches(negative) }) || options.columns.areRemembered else {
        throw ReadError(
          file: file, at: .field("instance labels"),
          found: "no label \(ReadError.quoted(negative.utf8)) among \(LabelValue.list(labels))",
          expected: "one of these after \(ReadOption.negativeInstance.spelling)")
      }
      let others = labels.filter { !$0.matches(negative) }
      if known == nil { return others.count == 1 ? others[0].text : nil }
    }
    if known != nil, options.columns.areRemembered { return nil }
    return options.positive.flatMap { name in labels.contains { $0.matches(name) } ? name : nil }
  }

  /// The reason for the positive label of the options.
  private var reason: String {
    let isOfInstances = owner == .instances && options.positiveInstance != nil
    let isOfNegative = owner == .instances && !isOfInstances && options.negativeInstance != nil
    return ", "
      + options.reason(for: isOfInstances ? .positiveInstance : isOfNegative ? .negativeInstance : .positive)
  }

  private func verdict(_ labels: [LabelValue], wanted: String) throws -> Verdict {
    if let known, known.count > 2 {
      throw ReadError(
        file: file, at: .field("labels"), found: "\(option) and a model of \(known.count) classes",
        expected: "a call without")
    }
    if let known { try refuseTurning(labels, known, wanted) }
    guard let positive = labels.first(where: { $0.matches(wanted) }) else {
      // A file of negative bags alone lacks the model's positive label.
      if let known {
        let own = LabelValue(wanted, code: -1)
        if own.matches(known[1]), let negative = try onlyNegative(labels, known) { return negative }
        // It may also lack the other label of its own pair, such as 1 beside a present 0.
        if labels.count == 1, Self.sayThemselves(labels + [own]), Self.positive(of: labels + [own])?.code == own.code {
          return ([], known, reason)
        }
      }
      let none = known.map { areOneClass(labels) ? "; \(option) \($0[1]), the model's, if none is positive" : "" }
      throw ReadError(
        file: file, at: .field(owner == .bags ? "labels" : "instance labels"),
        found: "no label \(ReadError.quoted(wanted.utf8)) among \(LabelValue.list(labels))",
        expected: "one of these after \(option)" + (none ?? ""))
    }
    let rest = labels.filter { $0.code != positive.code }
    let name = known?[1] ?? positive.name
    let other = known?[0] ?? (rest.count == 1 ? rest[0].name : "not \(name)")
    return ([positive.code], [other, name], reason)
  }

  // MARK: - The labels of a model

  /// Returns the labels, each with its meaning for a model with these names; nil for a label that it does not know.
  private func met(_ labels: [LabelValue], by known: [String]) -> [(label: LabelValue, meaning: Int?)] {
    let negative = (restNames ?? []) + (owner == .instances ? [options.negativeInstance].compactMap(\.self) : [])
    return labels.map { label in
      (label, known.firstIndex { label.matches($0) } ?? (negative.contains { label.matches($0) } ? 0 : nil))
    }
  }

  /// Refuses a positive label that gives the model's own labels another meaning.
  ///
  /// Numbers beside one that the model does not know are of another coding, such as 0 and 1 for a model of 1 and 2.
  private func refuseTurning(_ labels: [LabelValue], _ known: [String], _ wanted: String) throws {
    let met = met(labels, by: known)
    guard labels.contains(where: { $0.matches(wanted) }) else { return }
    if met.contains(where: { $0.meaning == nil }), labels.allSatisfy({ $0.number != nil }) { return }
    for case let (label, meaning?) in met where (meaning == 1) != label.matches(wanted) {
      let whose = options.columns.areRemembered ? "in the model" : "as was settled before"
      throw ReadError(
        file: file, at: label.place,
        found: "\(option) \(wanted.onOneLine(limit: 40)), and label \(ReadError.quoted(label.bytes)), which is "
          + "\(meaning == 1 ? "positive" : "negative") \(whose)",
        expected: "a call without \(option), where labels keep that meaning; it is for labels of other names")
    }
  }

  /// Returns the verdict on labels that are all negative; nil if one of them may be positive.
  private func onlyNegative(_ labels: [LabelValue], _ known: [String]) throws -> Verdict? {
    let strange = met(labels, by: known).filter { $0.meaning == nil }.map(\.label)
    guard !strange.isEmpty else { return try verdict(labels, known: known) }
    return areOneClass(labels) ? ([], known, "\(reason): none is \"\(known[1])\"") : nil
  }

  /// Whether labels can be of negative bags alone: a single one, or names that all state an absence.
  private func areOneClass(_ labels: [LabelValue]) -> Bool {
    labels.count == 1 || labels.allSatisfy { LabelWords.isNegative($0.text) }
  }

  /// Returns the meaning of labels for a model with these names.
  private func verdict(_ labels: [LabelValue], known: [String]) throws -> Verdict {
    let met = met(labels, by: known)
    if let stranger = met.first(where: { $0.meaning == nil })?.label {
      // Both pairs decide themselves: 0 and 1 here, negative and positive in the model.
      if labels.count == 2, Self.agree(labels, with: known), let own = Self.positive(of: labels)?.code {
        return ([own], known, ", as \(known[1]) and \(known[0]) of the model")
      }
      let rest = restNames ?? []
      let negative = rest.isEmpty ? "\"\(known[0])\"" : rest.map { "\"\($0)\"" }.joined(separator: ", ")
      let whose = owner == .bags ? "" : " of instances"
      let wayOut =
        owner == .instances
        ? ", --ignore-column leaves the column of these labels out"
        : option == ReadOption.positive.spelling ? ", --no-labels of predict and explain leaves labels unread" : ""
      throw ReadError(
        file: file, at: stranger.place, found: "label \(ReadError.quoted(stranger.bytes))\(whose)",
        expected: "the model's labels, \(negative) (negative) and \"\(known[1])\" (positive); \(option) names the "
          + "label of this file that is positive\(areOneClass(labels) ? " (\(known[1]) if none is)" : "")\(wayOut)")
    }
    let positive = met.filter { $0.meaning == 1 }.map(\.label.code)
    return (Set(positive), known, options.columns.areRemembered ? ", as in the model" : ", as was settled before")
  }

  /// Whether labels mean what a model's names mean, since both pairs state which is positive.
  private static func agree(_ labels: [LabelValue], with known: [String]) -> Bool {
    let theirs = known.enumerated().map { LabelValue($1, code: $0) }
    return sayThemselves(labels) && sayThemselves(theirs) && positive(of: theirs)?.code == 1
      && positive(of: labels)?.code != nil
  }

  /// Whether the names of two classes in order are those of a model, or mean the same by themselves.
  static func areTheSame(_ names: [String], _ known: [String]) -> Bool {
    let labels = names.enumerated().map { LabelValue($1, code: $0) }
    guard names.count == known.count else { return false }
    if zip(labels, known).allSatisfy({ $0.matches($1) }) { return true }
    return names.count == 2 && agree(labels, with: known) && positive(of: labels)?.code == 1
  }

  // MARK: - Labels by themselves

  /// Returns the code of the positive label and the reason; nil if the labels do not decide. The code is nil if all
  /// labels are negative.
  private static func positive(of labels: [LabelValue]) -> (code: Int?, how: String)? {
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
  static func sayThemselves(_ labels: [LabelValue]) -> Bool {
    let numbers = labels.compactMap(\.number)
    if numbers.count == labels.count { return Set([-1, 0, 1]).isSuperset(of: numbers) }
    return labels.allSatisfy { LabelWords.meaning(of: $0.text) != nil }
  }

  private static func names(_ labels: [LabelValue], positive: Int?) -> [String] {
    let one = labels.first { $0.code == positive }.map(\.name)
    let zero = labels.first { $0.code != positive }.map(\.name)
    // If there is a single label, the other gets its usual counterpart as a name.
    let partners = ["1": "0", "0": "1", "-1": "1", "2": "1", "positive": "negative", "negative": "positive"]
    let lone = one ?? zero ?? ""
    let partner = partners[lone.lowercased()] ?? "not \(lone)"
    return [zero ?? partner, one ?? partner]
  }

  private func error(_ labels: [LabelValue], found: String) -> ReadError {
    let place = labels.count > 2 ? labels[2].place : nil
    let whose = owner == .bags ? "" : " of instances"
    return ReadError(
      file: file, at: place ?? .field(owner == .bags ? "labels" : "instance labels"), found: found,
      expected:
        "two labels\(whose) that say which is positive, such as 1 and 0; \(option) NAME takes one against the rest")
  }
}
