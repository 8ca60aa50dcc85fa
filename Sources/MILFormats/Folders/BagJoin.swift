import MILBags
import MILRecords
import UserInput

/// Joins files to bags: one a file, or one a patient.
struct BagJoin {
  /// The names of the bags.
  let names: [String]
  /// The files of each bag.
  let files: [[Int]]
  /// The patient of each bag, if bags are slides and patients are known.
  let groups: [String]?
  /// The folds of a table, `folds[repetition][bag]`.
  let folds: [[String]]?
  private(set) var decisions: [ReadDecision] = []

  /// Joins files to bags.
  ///
  /// - Parameters:
  ///   - used: the files that are in bags, in order.
  ///   - path: the folder, for errors.
  /// - Throws: ``ReadError`` for unknown patients, or patients whose slides have several labels.
  init(_ used: [Int], _ answers: BagAnswers, _ index: FileIndex, _ options: ReadOptions, _ path: String) throws {
    guard options.bagBy == .patient else {
      (names, files) = (used.map(index.title), used.map { [$0] })
      (groups, decisions) = try Self.patients(ofSlides: used, answers, index, options)
      folds = Self.folds(of: files, answers, options)
      return
    }
    (names, files) = try Self.joined(used, answers, index)
    try Self.requireOneLabel(names, files, answers, index)
    groups = nil
    folds = Self.folds(of: files, answers, options)
    decisions.append(
      ReadDecision(
        .bags, "a bag is a patient: \(used.count) slides of \(names.count) patients, \(options.reason(for: .bagBy))",
        option: ReadOption.bagBy.spelling))
  }

  /// Returns the folds of bags, each that of its first file.
  private static func folds(of files: [[Int]], _ answers: BagAnswers, _ options: ReadOptions) -> [[String]]? {
    guard !options.columns.folds.isEmpty else { return nil }
    return options.columns.folds.indices.map { place in
      files.map { answers.answers[$0[0]]?.folds[safe: place] ?? "" }
    }
  }

  /// Returns the patient of each slide, if all are known, and the decisions about them.
  ///
  /// - Throws: ``ReadError`` if the table names the patients of some slides only, since folds would part the others.
  private static func patients(
    ofSlides used: [Int], _ answers: BagAnswers, _ index: FileIndex, _ options: ReadOptions
  ) throws -> (groups: [String]?, decisions: [ReadDecision]) {
    let groups = used.compactMap { answers.answers[$0]?.group }
    guard !groups.isEmpty else {
      let decision = answers.groupTitle.map {
        ReadDecision(
          .leftOut, "patients, since column \($0) names none of the slides", option: ReadOption.groupColumn.spelling)
      }
      return (nil, decision.list)
    }
    guard groups.count == used.count else {
      let without = used.filter { answers.answers[$0]?.group == nil }
      // A kept model predicts without patients, and slides without a label to learn need no line.
      if !options.columns.areRemembered, let first = without.first(where: { answers.answers[$0] != nil }) {
        let title = answers.groupTitle ?? "patient"
        throw ReadError(
          file: answers.source, at: answers.answers[first]?.place,
          found: "no patient in column \(title) for slide \(index.title(of: first)), as for "
            + "\(without.count) of \(used.count) slides",
          expected: "one for each slide; \(ReadOption.groupColumn.spelling) names another column, "
            + "\(ReadOption.ignoreColumn.spelling) \(title) leaves this one out")
      }
      let names = without.map(index.title)
      return (nil, [ReadDecision(.leftOut, "patients, since " + BagAnswers.counted(names, "slides have none"))])
    }
    var decisions = [
      ReadDecision(
        .bags,
        "a bag is a slide; folds keep the slides of a patient together (\(Set(groups).count) patients)",
        option: ReadOption.bagBy.spelling + " patient")
    ]
    let mixed = Dictionary(grouping: used.indices) { groups[$0] }.filter { _, places in
      Set(places.map { answers.answers[used[$0]]?.label }).count > 1
    }.keys.sorted()
    if !mixed.isEmpty {
      decisions.append(ReadDecision(.labels, BagAnswers.counted(mixed, "patients have slides of several labels")))
    }
    return (groups, decisions)
  }

  /// Joins the slides of each patient, with patients in the order of their first slides.
  private static func joined(
    _ used: [Int], _ answers: BagAnswers, _ index: FileIndex
  ) throws -> (names: [String], files: [[Int]]) {
    let patients = used.compactMap { answers.answers[$0]?.group }
    guard patients.count == used.count else {
      let without = used.filter { answers.answers[$0]?.group == nil }.map(index.title)
      throw ReadError(
        file: answers.source,
        found: patients.isEmpty
          ? "no column of patients" : BagAnswers.counted(without, "slides without a patient"),
        expected:
          "the patient of each slide for \(ReadOption.bagBy.spelling) patient; \(ReadOption.groupColumn.spelling) "
          + "or \(ReadOption.slides.spelling) says it")
    }
    var places: [String: Int] = [:]
    var (names, files): ([String], [[Int]]) = ([], [])
    for (file, patient) in zip(used, patients) {
      if let place = places[patient] {
        files[place].append(file)
      } else {
        places[patient] = names.count
        names.append(patient)
        files.append([file])
      }
    }
    return (names, files)
  }

  /// Rejects patients whose slides have several labels.
  private static func requireOneLabel(
    _ names: [String], _ files: [[Int]], _ answers: BagAnswers, _ index: FileIndex
  ) throws {
    for (name, own) in zip(names, files) {
      let first = answers.answers[own[0]]
      guard
        let other = own.first(where: {
          answers.answers[$0]?.label != first?.label || answers.answers[$0]?.event != first?.event
        }),
        let answer = answers.answers[other]
      else { continue }
      throw ReadError(
        file: answers.source, at: answer.place,
        found:
          "label \(ReadError.quoted((answer.label ?? "").utf8)) for slide \(index.title(of: other)) of patient \(name)",
        expected:
          "\(ReadError.quoted((first?.label ?? "").utf8)) as for \(index.title(of: own[0])): one label a patient")
    }
  }

  /// Targets with their names, and the decisions about them.
  struct BagTargets {
    var targets: Targets
    var names = ["0", "1"]
    var rest: [String]?
    /// The value that marks an event.
    var eventValue: String?
    /// Whether the bags have labels.
    var areRead = true
    var decisions: [ReadDecision] = []
  }

  /// Returns the targets of the bags.
  ///
  /// - Parameters:
  ///   - instanceLabels: the labels of all instances, from which bag labels derive if there are no others.
  ///   - offsets: the first instance of each bag.
  ///   - file: the source of the labels, for errors.
  /// - Throws: ``ReadError`` if the labels do not determine the positive one.
  func targets(
    _ answers: BagAnswers, instanceLabels: [Int?]?, offsets: [Int], file: String, _ options: ReadOptions
  ) throws -> BagTargets {
    if answers.fromInstances, let instanceLabels {
      let bagOfRow = files.indices.flatMap { Array(repeating: $0, count: offsets[$0 + 1] - offsets[$0]) }
      let labels = try DerivedLabels.ofBags(bagOfRow, instanceLabels, names: names, file: file)
      return BagTargets(targets: .labels(labels), decisions: [DerivedLabels.decision])
    }
    guard answers.haveLabels else {
      return BagTargets(targets: .labels(names.map { _ in 0 }), areRead: false)
    }
    var rule = TargetRule(file: file, options: options)
    var events: [Int] = []
    let codes = try files.map { own in
      let answer = answers.answers[own[0]]
      func bytes(_ text: String?) -> ArraySlice<UInt8> { ArraySlice(BagNames.trimmed(text ?? "").utf8) }
      if answers.eventTitle != nil { events.append(try rule.eventCode(of: bytes(answer?.event), at: answer?.place)) }
      return try rule.code(of: bytes(answer?.label), at: answer?.place)
    }
    let resolved = try rule.resolve(codes, events: events, eventColumn: answers.eventTitle)
    return BagTargets(
      targets: resolved.targets, names: resolved.names, rest: resolved.rest, eventValue: resolved.eventValue,
      decisions: resolved.decisions)
  }
}

extension Array {
  /// The element at an index; nil if it is out of range.
  subscript(safe place: Int) -> Element? { indices.contains(place) ? self[place] : nil }
}
