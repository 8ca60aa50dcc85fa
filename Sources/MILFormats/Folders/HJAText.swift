import Containers
import Foundation
import LinearAlgebra
import MILBags
import UserInput

/// The text layout of the HJA bird songs: a folder of four kinds of files, each with one header line.
///
/// The files hold features, the class numbers of each bag, instance labels, and class names. A bag has any number of
/// classes; `--label-column` names the positive one, against bags without it.
///
/// Source: F. Briggs, X. Z. Fern, R. Raich, Rank-loss support instance machines for MIML instance annotation, KDD 2012,
/// doi:10.1145/2339530.2339616.
package struct HJAText: DatasetFormat {
  /// Creates the format.
  package init() {}

  /// The format's id.
  package var id: String { "hja-text" }
  /// The layout in a few words.
  package var summary: String {
    "a folder of *features.txt, *bag_labels.txt, *instance_labels.txt and *class_names.txt"
  }

  private static let parts = ["features", "bag_labels", "instance_labels", "class_names"]

  private static func files(in folder: URL) -> [String: URL] {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    var files: [String: URL] = [:]
    for part in parts {
      files[part] = names.first { $0.hasSuffix(part + ".txt") }.map { folder.appendingPathComponent($0) }
    }
    return files
  }

  /// Whether a folder has the files of features and of bag labels.
  package func recognises(_ place: URL) -> Bool {
    let files = Self.files(in: place)
    return files["features"] != nil && files["bag_labels"] != nil
  }

  /// Opens a folder, and reads the features into memory.
  ///
  /// - Throws: `ReadError` for an invalid line, or with the class names if the options name no class.
  package func open(_ place: URL, _ options: ReadOptions) throws -> BagDataset {
    let unused = options.givenHere.filter { ![.labelColumn, .splits, .format, .encoding].contains($0) }
    guard unused.isEmpty else {
      throw ReadError(
        file: place.path, found: "\(unused.map(\.spelling).joined(separator: ", ")), of which this text has no use",
        expected: "a call without")
    }
    let files = Self.files(in: place)
    guard let features = files["features"], let labels = files["bag_labels"] else {
      throw ReadError(file: place.path, found: "no *features.txt and *bag_labels.txt", expected: "both")
    }
    let (ids, values, width) = try Self.features(features, options)
    let classes = try files["class_names"].map { try Self.classes($0, options) } ?? [:]
    var classesOfBag: [String: Set<String>] = [:]
    for (fields, line) in try Self.rows(labels, options) {
      guard classesOfBag.updateValue(Set(fields.dropFirst()), forKey: fields[0]) == nil else {
        throw ReadError(file: labels.path, at: .line(line), found: "bag \(fields[0]) again", expected: "each bag once")
      }
    }
    let (number, title) = try Self.choice(options, classesOfBag, classes, place)
    // The rows of a bag are adjacent; bags are in the order of their first rows.
    var (names, offsets): ([String], [Int]) = ([], [])
    for (row, id) in ids.enumerated() where names.last != id {
      guard !names.contains(id), classesOfBag[id] != nil else {
        throw ReadError(
          file: features.path, at: .line(row + 2), found: "bag \(id), which has no labels or stood before",
          expected: "the lines of each bag together, and its labels")
      }
      names.append(id)
      offsets.append(row)
    }
    offsets.append(ids.count)
    try BagNames.requireDistinctPrints(names, file: features.path)
    let instances = try files["instance_labels"].map { try Self.instanceLabels($0, ids, number, options) }
    let without = classesOfBag.keys.filter { !names.contains($0) }.sorted(by: NumberedNames.areInOrder)
    var dataset = try BagDataset(
      name: place.standardizedFileURL.lastPathComponent,
      instances: Matrix(rows: ids.count, columns: width, elements: values), offsets: offsets,
      labels: names.map { classesOfBag[$0]?.contains(number) == true ? 1 : 0 }, bagNames: names,
      instanceLabels: instances)
    var settled = options
    settled.columns.label = "name:" + number
    (settled.knownLabels, settled.asked) = (["without", "with"], nil)
    var decisions = [
      ReadDecision(
        .labels, "a bag with class \(number) (\(title)) is positive, all others are negative",
        option: ReadOption.labelColumn.spelling)
    ]
    if let encoding = options.encoding {
      decisions.append(
        ReadDecision(.encoding, encoding.rawValue + ", as was asked for", option: ReadOption.encoding.spelling))
    }
    if !without.isEmpty {
      decisions.append(ReadDecision(.leftOut, BagAnswers.counted(without, "bags have labels and no instance")))
    }
    dataset.reading = Reading(decisions: decisions, options: settled)
    return dataset
  }

  /// Returns the class that the options name, by number or by the beginning of its name.
  private static func choice(
    _ options: ReadOptions, _ bags: [String: Set<String>], _ names: [String: String], _ place: URL
  ) throws -> (number: String, title: String) {
    let numbers = Set(bags.values.joined()).union(names.keys).sorted(by: NumberedNames.areInOrder)
    let list = numbers.map { number in "\(number)\(names[number].map { " (\($0))" } ?? "")" }.joined(separator: ", ")
    guard let asked = options.columns.label else {
      throw ReadError(
        file: place.path, found: "bags with any of \(numbers.count) classes: \(list)",
        expected: "one of them after \(ReadOption.labelColumn.spelling)")
    }
    let wanted = ColumnReference.name(in: asked)
    let matches = numbers.filter { number in
      number == wanted || names[number]?.lowercased().hasPrefix(wanted.lowercased()) == true
    }
    guard let number = matches.contains(wanted) ? wanted : matches.count == 1 ? matches[0] : nil else {
      throw ReadError(
        file: place.path, found: "\(matches.count) classes \(ReadError.quoted(wanted.utf8)) among \(list)",
        expected: "one of them after \(ReadOption.labelColumn.spelling)")
    }
    return (number, names[number] ?? number)
  }

  /// Returns the text of a file in UTF-8.
  private static func text(_ url: URL, _ expected: String, _ options: ReadOptions) throws -> [UInt8] {
    try TextEncoding.utf8(
      BagReader.contents(of: url, expected: expected), options.encoding, file: url.path, isOneOfSeveral: true
    ).bytes
  }

  /// Reads the comma-separated lines below the header.
  private static func rows(_ url: URL, _ options: ReadOptions) throws -> [(fields: [String], line: Int)] {
    let bytes = try text(url, "a table of text", options)
    var scanner = TextScanner(file: url.path, bytes: bytes)
    guard scanner.nextLine() else { throw ReadError(file: url.path, found: "no line", expected: "a header") }
    var rows: [(fields: [String], line: Int)] = []
    while scanner.nextLine() {
      var fields: [String] = []
      try scanner.refuseLineEnds(ofFields: scanner.fieldsLeft)
      while !scanner.isAtLineEnd { fields.append(String(decoding: try scanner.text(), as: UTF8.self)) }
      if !fields.isEmpty { rows.append((fields, scanner.line)) }
    }
    return rows
  }

  private static func features(
    _ url: URL, _ options: ReadOptions
  ) throws -> (ids: [String], values: [Float], width: Int) {
    let bytes = try text(url, "a table of features", options)
    var scanner = TextScanner(file: url.path, bytes: bytes)
    var (ids, values, width): ([String], [Float], Int?) = ([], [], nil)
    _ = scanner.nextLine()
    while scanner.nextLine() {
      try scanner.refuseLineEnds(ofFields: scanner.fieldsLeft)
      ids.append(String(decoding: try scanner.text(), as: UTF8.self))
      let before = values.count
      while !scanner.isAtLineEnd { values.append(Float(try scanner.number())) }
      let found = values.count - before
      guard found > 0, found == width ?? found else {
        throw ReadError(
          file: url.path, at: .line(scanner.line), found: "\(found) features",
          expected: width.map(String.init) ?? "some")
      }
      width = found
    }
    guard let width else { throw ReadError(file: url.path, found: "no instances", expected: "at least one") }
    return (ids, values, width)
  }

  /// Reads the names of classes by number: `1`, a tab, `BRCR - Brown Creeper`.
  private static func classes(_ url: URL, _ options: ReadOptions) throws -> [String: String] {
    let bytes = try text(url, "names of classes", options)
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    let pairs = lines.compactMap { line -> (String, String)? in
      let parts = line.split(separator: "\t", maxSplits: 1)
      return parts.count == 2 && Int(parts[0]) != nil ? (String(parts[0]), BagNames.trimmed(String(parts[1]))) : nil
    }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  private static func instanceLabels(
    _ url: URL, _ ids: [String], _ number: String, _ options: ReadOptions
  ) throws -> [Int?] {
    let rows = try rows(url, options)
    guard rows.count == ids.count else {
      throw ReadError(file: url.path, found: "\(rows.count) labels", expected: "\(ids.count), one an instance")
    }
    return try zip(rows, ids).map { row, id in
      guard row.fields.count == 2, row.fields[0] == id else {
        throw ReadError(
          file: url.path, at: .line(row.line), found: "bag \(row.fields[0])", expected: "bag \(id) and a label")
      }
      return row.fields[1] == "-1" ? nil : row.fields[1] == number ? 1 : 0
    }
  }
}
