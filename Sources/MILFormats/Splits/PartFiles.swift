import Foundation
import MILBags
import UserInput

/// Splits whose parts are files, such as `train.txt`, `val.txt` and `test.txt`, or `split0_train.csv` and
/// `split0_test.csv`.
///
/// Folds may be files of tested bags, too: `fold_0.txt` and so on.
struct PartFiles {
  /// A file with a list of bags, and the content of its name.
  private struct Part {
    let file: URL
    let name: String
    let role: SplitRole?
    /// The key of the split: the name without the word of the part.
    let key: String
    let list: BagList
  }

  private let dataset: BagDataset
  private let place: String

  /// Reads the folds or splits of files that list bags; nil if the files are tables that contain splits themselves.
  ///
  /// - Parameters:
  ///   - texts: the text of each file in UTF-8.
  ///   - place: the place of the files, for errors.
  /// - Returns: the folds, the files that contain them, and the decisions.
  /// - Throws: ``FoldError`` for lists that do not form a split.
  static func read(
    _ files: [URL], texts: [[UInt8]], place: String, for dataset: BagDataset
  ) throws -> (folds: GivenFolds, used: [URL], notes: [String])? {
    let names = names(of: files)
    let roles = names.map(role)
    let areOfFolds = roles.allSatisfy { $0 == nil } && names.allSatisfy(mayNameFold)
    guard files.count > 1, areOfFolds || roles.contains(where: { $0 != nil }) else { return nil }
    var parts: [Part] = []
    for index in files.indices where areOfFolds || roles[index] != nil {
      guard let list = try BagList(texts[index], file: files[index].path, dataset) else { return nil }
      let role = roles[index]
      parts.append(
        Part(file: files[index], name: names[index], role: role?.role, key: role?.rest ?? names[index], list: list))
    }
    let reader = PartFiles(dataset: dataset, place: place)
    if areOfFolds { return (try reader.folds(parts), files, ["each file lists the bags that a fold tests"]) }
    let unused = files.indices.filter { roles[$0] == nil }.map { names[$0].onOneLine(limit: 40) }
    var (splits, notes) = try reader.splits(parts)
    if !unused.isEmpty {
      notes.append(
        "files whose names say no part are left out: \(unused.shortList(5))")
    }
    return (.splits(splits), parts.map(\.file), notes)
  }

  // MARK: - Names

  /// Returns the names of files, with their folders if these differ.
  private static func names(of files: [URL]) -> [String] {
    let folders = Set(files.map { $0.deletingLastPathComponent().path })
    return files.map { file in
      folders.count == 1 ? file.lastPathComponent : file.pathComponents.suffix(2).joined(separator: "/")
    }
  }

  /// Returns the words of a name without its extension, each with the digits after it.
  private static func words(_ name: String) -> [String] {
    var stem = name.lowercased()
    for ending in [".gz", ".csv", ".tsv", ".txt", ".json"] where stem.hasSuffix(ending) {
      stem.removeLast(ending.count)
    }
    return stem.split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  /// Returns the part that one word of a name refers to, and the other words; nil if no word or several do.
  private static func role(_ name: String) -> (role: SplitRole, rest: String)? {
    var words = words(name)
    let found = words.indices.compactMap { index -> (Int, SplitRole)? in
      let stem = words[index].prefix { $0.isLetter }
      guard words[index].dropFirst(stem.count).allSatisfy(\.isNumber) else { return nil }
      return SplitRole(word: SplitWords.plain(String(stem))).map { (index, $0) }
    }
    guard found.count == 1, let (index, role) = found.first else { return nil }
    words[index] = String(words[index].drop { $0.isLetter })
    return (role, words.filter { !$0.isEmpty }.joined(separator: " "))
  }

  /// Whether a name is a word for folds and a number.
  private static func mayNameFold(_ name: String) -> Bool {
    let words = words(name)
    let last = words.last.map { $0.drop { $0.isLetter } } ?? ""
    return !last.isEmpty && last.allSatisfy(\.isNumber)
      && words.contains { FoldColumns.words.contains(String($0.prefix { $0.isLetter })) }
  }

  // MARK: - Folds and splits

  private func folds(_ parts: [Part]) throws -> GivenFolds {
    let matcher = try self.matcher(of: parts)
    var found = [(fold: Int, place: String)?](repeating: nil, count: dataset.bagCount)
    for (fold, part) in parts.enumerated() {
      for entry in part.list.entries {
        let line = "\(part.file.path), line \(entry.line)"
        for bag in try matcher.require(entry.name, at: line) {
          if let old = found[bag] {
            throw FoldError(
              place: line,
              problem:
                "bag \(dataset.bagNames[bag]) is in \(old.place) too, and a bag is tested in one fold; where files "
                + "list the bags that are trained on, call them train_0, train_1 ...")
          }
          found[bag] = (fold + 1, "\(part.name), line \(entry.line)")
        }
      }
    }
    if let bag = found.firstIndex(where: { $0 == nil }) {
      throw FoldError(
        place: place,
        problem:
          "bag \(dataset.bagNames[bag]) of data set \(dataset.name) is in no file; add it to the fold that tests it")
    }
    return .folds([found.map { $0?.fold ?? 0 }])
  }

  private func splits(_ parts: [Part]) throws -> (splits: [GivenSplit], notes: [String]) {
    var groups = Dictionary(grouping: parts, by: \.key)
    var notes: [String] = []
    // A part without a number, beside parts with numbers, belongs to all splits: train_0, train_1 and one test.
    let isCommon = groups.count > 1 ? groups.removeValue(forKey: "") ?? [] : []
    for part in isCommon {
      for key in groups.keys where groups[key]?.contains(where: { $0.role == part.role }) == false {
        groups[key]?.append(part)
      }
      notes.append(
        "\(part.name.onOneLine(limit: 40)) is \(part.role?.rawValue ?? "") of every split that has none of its own")
    }
    let all = groups.sorted { NumberedNames.areInOrder($0.key, $1.key) }
    let roles = Set(all.flatMap { $0.value.compactMap(\.role) })
    for (key, group) in all {
      let own = group.compactMap(\.role)
      if let twice = SplitRole.allCases.first(where: { role in own.count { $0 == role } > 1 }) {
        let names = group.filter { $0.role == twice }.map { $0.name.onOneLine(limit: 40) }
        throw FoldError(
          place: place,
          problem: "\(names.joined(separator: " and ")) are both \(twice.rawValue) of one split; remove one of them")
      }
      if let missing = SplitRole.allCases.first(where: { roles.contains($0) && !own.contains($0) }) {
        throw FoldError(
          place: place,
          problem:
            "the split of \(group[0].name.onOneLine(limit: 40)) has no file for \(missing.rawValue), as others have"
            + (key.isEmpty ? "" : "; expected one a split, called as its other files are"))
      }
    }
    return (try all.map { try split($0.value, of: all.count) }, notes)
  }

  private func split(_ parts: [Part], of count: Int) throws -> GivenSplit {
    let names = parts.map { $0.name.onOneLine(limit: 40) }.sorted().joined(separator: ", ")
    var builder = SplitBuilder(dataset, place: count == 1 ? place : "\(place), \(names)")
    let matcher = try self.matcher(of: parts)
    builder.notes += matcher.note.list
    for part in parts {
      guard let role = part.role else { continue }
      for entry in part.list.entries {
        let found = try matcher.require(entry.name, at: "\(part.file.path), line \(entry.line)")
        try builder.assign(found, role, line: "\(part.name), line \(entry.line)", mayRepeat: false)
      }
    }
    let roles = parts.compactMap(\.role)
    if !roles.contains(.train) { builder.assignRest(.train) } else if roles.count == 1 { builder.assignRest(.test) }
    return try builder.finished()
  }

  /// Returns a matcher for the bags or groups of some lists.
  ///
  /// - Throws: ``FoldError`` for positions of bags that are names of other bags.
  private func matcher(of parts: [Part]) throws -> BagMatcher {
    let plain = BagMatcher(dataset)
    for part in parts where Self.words(part.name).contains(where: Self.positions.contains) {
      guard
        let entry = part.list.entries.first(where: { entry in
          Int(entry.name).map { plain.bag(named: entry.name) != $0 } ?? false
        })
      else { continue }
      throw FoldError(
        place: "\(part.file.path), line \(entry.line)",
        problem: "the file's name says positions, and \(entry.name) is "
          + "\(plain.bag(named: entry.name) == nil ? "no" : "another") bag's name; expected names of bags")
    }
    return try plain.reading(
      parts.flatMap { $0.list.entries.map(\.name) }, titled: parts.compactMap(\.list.title).joined(separator: " "),
      at: place)
  }

  private static let positions: Set = ["idx", "idxs", "index", "indices", "indexes", "positions"]
}

/// A file that lists bags: a name a line, or a column of a table without parts and folds.
struct BagList {
  /// The names, each with its line.
  let entries: [(line: Int, name: String)]
  /// The header of the list; nil if it has none.
  let title: String?

  /// Reads the list of a file; nil for a table of splits, and for content that names no bags.
  ///
  /// - Throws: ``ReadError`` for a table with lines of different lengths.
  init?(_ bytes: [UInt8], file: String, _ dataset: BagDataset) throws {
    let matcher = BagMatcher(dataset)
    func isKnown(_ name: String) -> Bool { matcher.bag(named: name) != nil || matcher.group(named: name) != nil }
    if bytes.first(where: { !" \t\r\n".utf8.contains($0) }) == UInt8(ascii: "[") {
      guard let names = try? JSONDecoder().decode([String].self, from: Data(bytes)) else { return nil }
      (entries, title) = (names.enumerated().map { ($0 + 1, $1) }, nil)
      return
    }
    // Names may contain the characters that separate the columns of a table.
    let lines = String(decoding: bytes, as: UTF8.self).split(omittingEmptySubsequences: false) { $0.isNewline }
    let all = lines.enumerated().map { (line: $0 + 1, name: Self.unquoted(BagNames.trimmed(String($1)))) }
      .filter { !$0.name.isEmpty && !$0.name.hasPrefix("#") }
    guard let first = all.first else { return nil }
    if all.dropFirst().allSatisfy({ isKnown($0.name) }), all.count > 1 || isKnown(first.name) {
      let isHeader = !isKnown(first.name)
      (entries, title) = (isHeader ? Array(all.dropFirst()) : all, isHeader ? first.name : nil)
      return
    }
    let table = try SplitTable(file: file, bytes: bytes)
    guard !table.header.contains(where: { SplitRole(column: $0) != nil || FoldColumns.isNamed($0) }) else { return nil }
    if table.header.count == 1 {
      // A list with an unknown name, which a later error reports.
      guard all.contains(where: { isKnown($0.name) }) else { return nil }
      let isHeader =
        !isKnown(first.name) && (BagColumn.isKnown(first.name) || matcher.subject(titled: first.name) != .either)
      (entries, title) = (isHeader ? Array(all.dropFirst()) : all, isHeader ? first.name : nil)
      return
    }
    guard let id = try BagColumn(table, matcher, dataset).column(except: []) else { return nil }
    let header = table.header[id.column]
    let isHeader = !isKnown(header)
    let named = table.rows.map { (line: $0.line, name: $0.fields[id.column]) }.filter { !$0.name.isEmpty }
    (entries, title) = ((isHeader ? [] : [(1, header)]) + named, isHeader ? header : nil)
  }

  private static func unquoted(_ text: String) -> String {
    text.count > 1 && text.hasPrefix("\"") && text.hasSuffix("\"") ? String(text.dropFirst().dropLast()) : text
  }
}
