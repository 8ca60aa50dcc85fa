import MILBags
import MILRecords
import UserInput

/// Maps the targets of a file: labels to classes (``LabelRule``), numbers, or times and events.
struct TargetRule {
  /// The result for all bags.
  struct Resolution {
    /// The target of each bag.
    let targets: Targets
    /// The names of the classes; empty if targets are not classes.
    let names: [String]
    /// The negative labels, if one was taken against several.
    let rest: [String]?
    /// The value in the event column for a bag whose event happened.
    let eventValue: String?
    /// The decisions.
    let decisions: [ReadDecision]
  }

  private let file: String
  private let options: ReadOptions
  private var labels: LabelRule
  private var events: EventRule
  /// The distinct numbers in order of appearance.
  private var numbers: [Double] = []
  /// The index of each number.
  private var places: [Double: Int] = [:]

  /// Creates a rule without values.
  init(file: String, options: ReadOptions) {
    (self.file, self.options) = (file, options)
    labels = LabelRule(of: .bags, file: file, options: options)
    events = EventRule(file: file, options: options)
  }

  private var areClasses: Bool { [nil, .classes].contains(options.targets) }

  /// Whether there are no values yet.
  var isEmpty: Bool { areClasses ? labels.isEmpty : numbers.isEmpty }

  /// Whether a label is the number -1.
  var usesMinusOne: Bool { areClasses && labels.usesMinusOne }

  /// Returns the code of a label, a number or a time for ``resolve(_:events:eventColumn:)``; equal ones share one.
  mutating func code(of text: ArraySlice<UInt8>, at place: @autoclosure () -> ReadError.Place?) throws -> Int {
    if areClasses { return try labels.code(of: text, at: place()) }
    let bytes = Array(text)
    var end = 0
    let isTime = options.targets != .number
    guard let number = DecimalNumber.parse(bytes, at: &end, end: bytes.count), end == bytes.count, number.isFinite,
      !isTime || number >= 0
    else {
      throw ReadError(
        file: file, at: place(), found: text.isEmpty ? "an empty field" : ReadError.quoted(text),
        expected: isTime
          ? "a time, a finite number from 0; --time-column names another column, bags without a time are to be removed"
          : "a finite number; --label-column names another column, bags without one are to be removed")
    }
    if let known = places[number] { return known }
    places[number] = numbers.count
    numbers.append(number)
    return numbers.count - 1
  }

  /// Returns the code of an event.
  mutating func eventCode(of text: ArraySlice<UInt8>, at place: @autoclosure () -> ReadError.Place?) throws -> Int {
    try events.code(of: text, at: place())
  }

  /// Returns the value of a code, for errors.
  func text(for code: Int) -> String {
    areClasses ? labels.text(for: code) : numbers.indices.contains(code) ? "\(numbers[code])" : "\(code)"
  }

  /// The kind of value, for errors.
  var title: String { areClasses ? "label" : options.targets == .number ? "number" : "time" }

  /// Returns the value of an event's code, for errors.
  func eventText(for code: Int) -> String { events.text(for: code) }

  /// Returns the targets of bags.
  ///
  /// - Parameters:
  ///   - codes: the code of each bag.
  ///   - eventCodes: the code of each bag's event; empty if there are no events.
  ///   - eventColumn: the name of the event column.
  /// - Throws: ``ReadError`` that names the option, if the values are ambiguous.
  func resolve(_ codes: [Int], events eventCodes: [Int], eventColumn: String?) throws -> Resolution {
    switch options.targets {
    case nil, .classes:
      let rule = try labels.resolve()
      let classes = codes.map { rule.meanings[$0] ?? 0 }
      let names = rule.classNames
      return Resolution(
        targets: .classes(classes, names: names.count > 2 ? names : []), names: names, rest: rule.rest,
        eventValue: nil, decisions: [rule.decision])
    case .number:
      let decision = ReadDecision(
        .labels, "numbers to be predicted, \(numbers.count) different ones", option: "--task")
      return Resolution(
        targets: .numbers(codes.map { numbers[$0] }), names: [], rest: nil, eventValue: nil, decisions: [decision])
    case .survival, .cox:
      guard eventCodes.count == codes.count else {
        throw ReadError(
          file: file, found: "times and no events", expected: "--event-column, which says whose event happened")
      }
      let (happened, value, decision) = try events.resolve(column: eventColumn)
      let flags = eventCodes.map { happened[$0] }
      let count = flags.count { $0 }
      let times = ReadDecision(
        .labels, "times to be predicted, \(count) with an event and \(flags.count - count) censored",
        option: "--task")
      return Resolution(
        targets: .survival(times: codes.map { numbers[$0] }, events: flags), names: [], rest: nil, eventValue: value,
        decisions: [times, decision])
    }
  }
}

extension BagDataset {
  /// Returns the bags with the task that the options name, if it is not the default for their targets.
  func asking(for options: ReadOptions) throws -> BagDataset {
    guard let task = options.targets.flatMap({ BagTasks.alternative(named: $0.rawValue) }) else { return self }
    return try asking(for: task)
  }
}

extension ReadOptions {
  /// Returns the options with the kind of target set in the columns.
  ///
  /// - Throws: ``ReadError`` for options that contradict each other.
  func settledTargets(file: String) throws -> ReadOptions {
    var result = self
    result.columns.holdTimes = targets?.readsTimes == true
    func refuse(_ option: ReadOption, _ isGiven: Bool, _ what: String, _ expected: String) throws {
      guard isGiven, givenHere.contains(option) else { return }
      throw ReadError(file: file, found: "\(option.spelling), and \(what) to be predicted", expected: expected)
    }
    if result.columns.holdTimes {
      try refuse(.labelColumn, columns.label != nil, "times", "--time-column and --event-column")
      try refuse(.positive, positive != nil, "times", "--event-value, what says that the event happened")
    } else {
      try refuse(.timeColumn, columns.time != nil, targets?.rawValue ?? "labels", "--task survival or cox")
      try refuse(.eventColumn, columns.event != nil, targets?.rawValue ?? "labels", "--task survival or cox")
      try refuse(.eventValue, eventValue != nil, targets?.rawValue ?? "labels", "--task survival or cox")
      if targets == .number { try refuse(.positive, positive != nil, "a number", "a call without") }
    }
    return result
  }
}
