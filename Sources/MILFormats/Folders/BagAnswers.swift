import Containers
import Foundation
import MILBags
import UserInput

/// The labels, patients and folds of a folder's files, from tables, files and folder names.
struct BagAnswers {
  /// The answer for one file.
  struct Answer {
    /// The label, number or time.
    var label: String?
    /// The value of the event column, if the label is a time.
    var event: String?
    /// The place of the label.
    var place: ReadError.Place?
    var group: String?
    var folds: [String] = []
  }

  /// The answer for each file; nil if the table does not name it.
  private(set) var answers: [Answer?]
  /// The source of the labels, for errors.
  private(set) var source: String
  /// Whether there are labels.
  private(set) var haveLabels = true
  /// Whether labels of bags derive from those of instances.
  private(set) var fromInstances = false
  /// The name of the event column, if there is one.
  private(set) var eventTitle: String?
  /// The column of patients, if a table has one.
  private(set) var groupTitle: String?
  private(set) var decisions: [ReadDecision] = []
  /// The slides and patients of the tables that are not bags.
  private(set) var leftOut: [String] = []
  /// The features of bags in the table.
  private(set) var bagFeatures = TableBagFeatures()
  /// The columns that repeat this reading; those to ignore are of the files alone.
  private(set) var columns: CSVColumns

  private let index: FileIndex
  private let listing: FolderListing
  private let options: ReadOptions

  /// Collects the answers for the files that a layout found.
  ///
  /// - Throws: ``ReadError`` with the invalid table and line, or with the option that names the labels' source.
  init(_ found: FoundFiles, _ listing: FolderListing, _ options: ReadOptions) throws {
    (self.listing, self.options) = (listing, options)
    index = FileIndex(found.bags)
    columns = options.columns
    source = listing.url.path
    answers = found.bags.map { _ in nil }
    if let path = options.labels, path != Self.folders || FileManager.default.fileExists(atPath: path) {
      try take(table: path)
    } else if options.labels != nil {
      try takeFolders(found.bags)
    } else if options.columns.hasLabels, found.bags.contains(where: { $0.label != nil }) {
      try takeFiles(found.bags)
    } else {
      try takeNothing(found.bags)
    }
  }

  /// The option value that takes folder names as labels.
  static let folders = "folders"

  // MARK: - A table

  private mutating func take(table path: String) throws {
    let table = try LabelTable(path, options).withHeader(for: index)
    source = table.table.file
    decisions += table.decisions
    if let lines = try table.blocks(options), options.columns.label == nil {
      decisions.append(
        ReadDecision(
          .columns,
          "labels are those of the lists under train, val and test"
            + (options.splits == nil ? "; \(ReadOption.splits.spelling) with this table divides the bags so, too" : ""),
          option: "--label-column"))
      return try take(lines, table, unit: "slide")
    }
    guard let path = options.slides else { return try take(slidesOf: table) }
    try take(patientsOf: table, slides: LabelTable(path, options))
  }

  /// Takes a table with one line a slide.
  private mutating func take(slidesOf table: LabelTable) throws {
    let id = try table.idColumn(index, options, of: listing)
    let ignored = table.ignoredGroups(options)
    let group = try table.groupColumn(options, except: Set([id] + ignored.map(\.column)))
    columns.ignored.removeAll { text in ignored.contains { $0.text == text } }
    if !ignored.isEmpty {
      let list = ignored.map { table.title(of: $0.column) }.joined(separator: ", ")
      decisions.append(
        ReadDecision(
          .leftOut, "column \(list) of \(FolderListing.last(of: table.table.file))",
          option: ReadOption.ignoreColumn.spelling))
    }
    let said = Set(ignored.map(\.column))
    let lines = try table.lines(resolved(table, id: id, group: group, idTitle: "bag", ignored: said), options)
    try take(lines, table, unit: "slide")
  }

  /// Takes a table with one line a patient, and another that maps slides to patients.
  private mutating func take(patientsOf table: LabelTable, slides: LabelTable) throws {
    decisions += slides.decisions
    let owners = try slidesOfPatients(slides)
    let known = options.columns.bag
    let id =
      try known.map { try table.column(named: $0, option: .bagColumn) }
      ?? table.column(
        among: ["patient", "patientid", "caseid", "case", "subject", "subjectid"],
        naming: { owners.slides[$0] != nil })
    guard let id else {
      throw table.error(
        found: "no column that names patients of \(slides.table.file) among \(table.list)",
        expected: "one with names such as \(owners.slides.keys.sorted().prefix(3).joined(separator: ", "))")
    }
    let columns = try resolved(table, id: id, group: id, idTitle: "patient")
    decisions.append(owners.decision)
    let lines = try ofPatients(table.lines(columns, options), table, owners.slides)
    try take(lines, table, unit: "slide")
  }

  /// Returns the slides of each patient in a table of slides, and a decision that names the table.
  private func slidesOfPatients(
    _ slides: LabelTable
  ) throws -> (slides: [String: [String]], decision: ReadDecision) {
    var plain = options
    plain.columns.bag = nil
    let file = try slides.idColumn(index, plain, of: listing)
    // Only the tables' own column names identify patients.
    guard
      let patient = try slides.groupColumn(options, except: [file])
        ?? (slides.table.header.count == 2 ? 1 - file : nil)
    else {
      throw slides.error(
        found: "no column of patients among \(slides.list)",
        expected: "one called patient, case_id or the like, or \(ReadOption.groupColumn.spelling) NAME")
    }
    var owners: [String: [String]] = [:]
    var lineOfFile: [String: Int] = [:]
    for row in slides.table.rows
    where !row.fields[file].isEmpty && !MissingLabels.isMissingGroup(row.fields[patient].utf8) {
      try slides.requirePlainQuotes(row, [file, patient])
      if let other = lineOfFile.updateValue(row.line, forKey: row.fields[file]) {
        throw slides.error(
          line: row.line, found: "slide \(ReadError.quoted(row.fields[file].utf8)), as in line \(other)",
          expected: "each slide once")
      }
      owners[row.fields[patient], default: []].append(row.fields[file])
    }
    let decision = ReadDecision(
      .columns,
      "which slides are whose: \(FolderListing.last(of: slides.table.file)), column \(slides.title(of: file)) by "
        + "\(slides.title(of: patient))", option: ReadOption.slides.spelling)
    return (owners, decision)
  }

  /// Replaces the names of patients by their slides in each line; leaves out patients without slides.
  private mutating func ofPatients(
    _ lines: [LabelTable.Line], _ table: LabelTable, _ owners: [String: [String]]
  ) throws -> [LabelTable.Line] {
    var seen: [String: Int] = [:]
    for line in lines {
      if let other = seen.updateValue(line.number, forKey: line.files[0]) {
        throw table.error(
          line: line.number, found: "patient \(ReadError.quoted(line.files[0].utf8)), as in line \(other)",
          expected: "each patient once")
      }
    }
    let without = lines.filter { owners[$0.files[0]] == nil }.map { $0.files[0] }
    if !without.isEmpty {
      leftOut += without
      decisions.append(ReadDecision(.leftOut, Self.counted(without, "patients of the table have no slides")))
    }
    return lines.compactMap { line in
      owners[line.files[0]].map { files in
        var line = line
        (line.group, line.files) = (line.files[0], files)
        return line
      }
    }
  }

  /// Finds the columns of a table, and records them.
  ///
  /// - Parameter ignored: columns that another decision names.
  private mutating func resolved(
    _ table: LabelTable, id: Int, group: Int?, idTitle: String, ignored: Set<Int> = []
  ) throws -> LabelTable.Columns {
    let folds = try options.columns.folds.map { try table.column(named: $0, option: .foldColumn) }
    var columns = LabelTable.Columns(id: id, group: group, folds: folds)
    var parts = ["\(table.title(of: id)) is the \(idTitle)"]
    columns.bagFeatures = try bagFeatures.columns(in: table, options, except: [id] + [group].compactMap(\.self) + folds)
    if options.columns.hasLabels, options.targets?.readsTimes == true {
      let (time, event) = try table.timeColumns(options)
      (columns.label, columns.event) = (time, event)
      try bagFeatures.refuse([time, event], among: columns.bagFeatures)
      parts.append("\(table.title(of: time)) is the time, \(table.title(of: event)) the event")
      (self.columns.time, self.columns.event) = (
        "name:" + table.table.header[time], "name:" + table.table.header[event]
      )
      eventTitle = table.table.header[event]
    } else if options.columns.hasLabels {
      let (label, isGuess) = try table.labelColumn(
        options, except: Set([id, group].compactMap(\.self) + folds), features: columns.bagFeatures)
      columns.label = label
      try bagFeatures.refuse([label], among: columns.bagFeatures)
      parts.append("\(table.title(of: label)) is the label" + (isGuess ? ", the only column left" : ""))
      self.columns.label = "name:" + table.table.header[label]
    }
    if let group, group != id {
      parts.append("\(table.title(of: group)) is the patient")
      self.columns.group = "name:" + table.table.header[group]
      groupTitle = table.title(of: group)
    }
    if !folds.isEmpty { parts.append("\(folds.map(table.title).joined(separator: ", ")) are folds") }
    decisions.append(
      ReadDecision(
        .columns, "of \(FolderListing.last(of: table.table.file)), " + parts.joined(separator: ", "),
        option: "--bag-column, --label-column, --group-column"))
    let used = Set([id, group, columns.label, columns.event].compactMap(\.self) + folds).union(ignored)
    decisions += table.unused(except: used).list
    return columns
  }

  /// Assigns the lines of a table to files, at most one a file.
  private mutating func take(_ lines: [LabelTable.Line], _ table: LabelTable, unit: String) throws {
    var lineOfFile = [Int](repeating: 0, count: index.count)
    var (absent, unlabelled, words): ([String], [String], Set<String>) = ([], [], [])
    for line in lines {
      for text in line.files {
        let files = index.files(named: text)
        guard files.count < 2 else {
          throw table.error(
            line: line.number,
            found:
              "\(ReadError.quoted(text.utf8)), which \(files.map(index.title).joined(separator: " and ")) are called",
            expected: "the folder before the name, as in \(index.title(of: files[0]))")
        }
        guard let file = files.first else {
          absent.append(text)
          leftOut += [line.group].compactMap(\.self)
          continue
        }
        guard lineOfFile[file] == 0 else {
          throw table.error(
            line: line.number,
            found: "\(unit) \(ReadError.quoted(text.utf8)), which line \(lineOfFile[file]) names already",
            expected: "each \(unit) once")
        }
        lineOfFile[file] = line.number
        if line.label == nil, options.columns.hasLabels {
          unlabelled.append(index.title(of: file))
          leftOut += [text] + [line.group].compactMap(\.self)
          if let word = line.word { words.insert(word) }
        }
        if line.label != nil || !options.columns.hasLabels {
          try bagFeatures.take(line.bagFeatures, file: file, line: line.number)
        }
        answers[file] = Answer(
          label: line.label, event: line.event, place: .line(line.number), group: line.group, folds: line.folds)
      }
    }
    if !absent.isEmpty {
      decisions.append(ReadDecision(.leftOut, Self.counted(absent, "\(unit)s of the table have no file")))
    }
    if !unlabelled.isEmpty {
      let list = words.sorted().map { ReadError.quoted($0.utf8) }.joined(separator: ", ")
      let said = words.isEmpty ? "" : "; \(list) \(words.count == 1 ? "says" : "say") that it is missing"
      decisions.append(
        ReadDecision(
          .leftOut, Self.counted(unlabelled, "\(unit)s have no label in their line") + said,
          option: words.isEmpty ? nil : ReadOption.task.spelling + " classes"))
    }
    leftOut += absent + unlabelled
    let unnamed = answers.indices.filter { answers[$0] == nil }.map(index.title)
    leftOut += unnamed
    if !unnamed.isEmpty {
      decisions.append(ReadDecision(.leftOut, Self.counted(unnamed, "files have no line in the table")))
    }
    haveLabels = options.columns.hasLabels
  }

  /// Formats `3 slides have no label: a, b, c`, or `1 slide has no label: a`, with at most six names.
  ///
  /// - Parameter sentence: a plural noun, and what is said of it.
  static func counted(_ names: [String], _ sentence: String) -> String {
    let shown =
      names.shortList(6) { $0.onOneLine(limit: 60) }
    guard names.count == 1 else { return "\(names.count) \(sentence): \(shown)" }
    var words = sentence.split(separator: " ").map(String.init)
    words[0].removeLast()
    let verbs = ["have": "has", "hold": "holds", "are": "is"]
    if let verb = words.firstIndex(where: { verbs[$0] != nil }) { words[verb] = verbs[words[verb]] ?? words[verb] }
    return "1 \(words.joined(separator: " ")): \(shown)"
  }

  // MARK: - No table

  private mutating func takeFolders(_ bags: [FoundFiles.Bag]) throws {
    let classes = ClassFolders(bags.map(\.name))
    if let fault = classes.fault {
      throw ReadError(
        file: listing.url(of: bags[fault.file].features).path, found: fault.found,
        expected: "the files of each class in a folder of its name, or a table after \(ReadOption.labels.spelling)")
    }
    for (file, name) in classes.names.enumerated() {
      answers[file] = Answer(label: name, place: .field("folder \(name)"))
    }
    decisions += classes.decisions
  }

  private mutating func takeFiles(_ bags: [FoundFiles.Bag]) throws {
    for (file, bag) in bags.enumerated() {
      guard let path = bag.label else { continue }
      let array = try FeatureArrays.only(listing.url(of: path), options)
      guard let label = try array.numbers().first, array.instanceCount * array.featureCount == 1, label.isFinite else {
        throw array.error(expected: "one number, the bag's label")
      }
      answers[file] = Answer(
        label: Int(exactly: label).map(String.init) ?? String(label),
        place: .field("the label of \(index.title(of: file))"))
    }
    let without = answers.indices.filter { answers[$0] == nil }.map(index.title)
    if !without.isEmpty {
      decisions.append(ReadDecision(.leftOut, Self.counted(without, "bags have no file of their label")))
    }
    decisions.append(
      ReadDecision(
        .labels, "the label of a bag is in the file of its name in the folder of labels",
        option: ReadOption.labels.spelling))
  }

  private mutating func takeNothing(_ bags: [FoundFiles.Bag]) throws {
    let mayBeWithout = !options.columns.hasLabels || options.columns.areRemembered
    fromInstances =
      options.columns.hasLabels && !options.columns.areRemembered && bags.allSatisfy { $0.instanceLabels != nil }
    guard mayBeWithout || fromInstances else {
      let tables = listing.files.filter { ["csv", "tsv", "txt"].contains($0.ending) }.map(\.path)
        .filter { path in !bags.contains { $0.features == path } }
      let near =
        tables.isEmpty
        ? "TABLE" : tables.prefix(4).map { listing.url(of: $0).relativePath }.joined(separator: " or ")
      let classes = ClassFolders(bags.map(\.name))
      let inFolders = Set(classes.names)
      let byFolder =
        inFolders.count > 1 && classes.fault == nil
        ? "; \(ReadOption.labels.spelling) \(Self.folders) where the folders \(inFolders.sorted().prefix(4).joined(separator: ", ")) are the labels"
        : ""
      throw ReadError(
        file: listing.url.path, found: "\(bags.count) files of features, and no labels",
        expected: "\(ReadOption.labels.spelling) \(near)" + byFolder)
    }
    answers = bags.map { _ in Answer() }
    haveLabels = fromInstances
    if !fromInstances { decisions.append(ReadDecision(.labels, "none are read", option: ReadOption.labels.spelling)) }
  }
}
