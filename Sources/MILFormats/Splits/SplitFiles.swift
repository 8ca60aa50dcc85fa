import Containers
import Foundation
import MILBags
import UserInput

/// Finds and reads the user's own files of folds or splits.
package enum SplitFiles {
  /// Finds the files of a path: a file, those of a folder, or the matches of `*` and `?` in the last part.
  ///
  /// - Returns: the files in the order of the numbers in their names; nil if there are none.
  package static func located(_ path: String, in folders: [URL]) -> [URL]? {
    for folder in folders {
      let url = UserPath.file(path, in: folder)
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) {
        guard isFolder.boolValue else { return [url] }
        let files = files(in: url)
        if !files.isEmpty { return files }
      } else if path.contains(where: { "*?".contains($0) }) {
        let files = names(in: url.deletingLastPathComponent())
          .filter { matches($0[...], pattern: url.lastPathComponent[...]) && !isDescriptor($0) }
        if !files.isEmpty { return files.map { url.deletingLastPathComponent().appending(path: $0) } }
      }
    }
    return nil
  }

  /// Returns the split files in a folder: CLAM's lists, or else its yes/no tables, or else all tables.
  private static func files(in folder: URL) -> [URL] {
    let tables = names(in: folder).filter { isTable($0) && !isDescriptor($0) }
    let clam = tables.filter { $0.hasPrefix("splits_") }
    let lists = clam.filter { !$0.contains("_bool") }
    let chosen = !lists.isEmpty ? lists : !clam.isEmpty ? clam : tables
    guard chosen.isEmpty else { return chosen.map { folder.appending(path: $0) } }
    // One folder a split: fold_0/train.txt, fold_0/test.txt.
    return names(in: folder).flatMap { inner in
      names(in: folder.appending(path: inner)).filter { name in
        isTable(name) && !isDescriptor(name)
      }.map { folder.appending(path: inner).appending(path: $0) }
    }
  }

  private static func isTable(_ name: String) -> Bool {
    [".csv", ".tsv", ".txt", ".json", ".csv.gz"].contains { name.lowercased().hasSuffix($0) }
  }

  private static func isDescriptor(_ name: String) -> Bool { name.contains("_descriptor") }

  /// Returns the names in a folder, sorted so that `splits_10` follows `splits_9`.
  private static func names(in folder: URL) -> [String] {
    func key(_ name: String) -> [String] {
      // Zero-padded numbers sort like text.
      var parts: [String] = []
      for character in name {
        if character.isNumber, let last = parts.last, last.last?.isNumber == true {
          parts[parts.count - 1].append(character)
        } else {
          parts.append(String(character))
        }
      }
      return parts.map { $0.first?.isNumber == true ? String(repeating: "0", count: max(0, 20 - $0.count)) + $0 : $0 }
    }
    let found = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return found.filter { !$0.hasPrefix(".") }.sorted { key($0).joined() < key($1).joined() }
  }

  /// Whether a name matches a pattern, in which `*` is any text and `?` one character.
  private static func matches(_ name: Substring, pattern: Substring) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    if first == "*" {
      return matches(name, pattern: pattern.dropFirst())
        || (!name.isEmpty && matches(name.dropFirst(), pattern: pattern))
    }
    guard let character = name.first, first == "?" || first == character else { return false }
    return matches(name.dropFirst(), pattern: pattern.dropFirst())
  }

  /// Reads the folds of the files; each of several files is a split.
  ///
  /// - Throws: `FoldError` or `ReadError` with the file, and the invalid line and bag.
  package static func read(_ files: [URL], scheme: String?, for dataset: BagDataset) throws -> PredefinedFolds {
    var result = try readAll(files, scheme: scheme, for: dataset)
    result.notes += notesOnLeftOut(files, dataset)
    return result
  }

  /// Returns a note on the names in some files that are of slides without a label or without an instance.
  private static func notesOnLeftOut(_ files: [URL], _ dataset: BagDataset) -> [String] {
    guard dataset.reading?.leftOut.isEmpty == false else { return [] }
    let matcher = BagMatcher(dataset)
    var names: Set<String> = []
    for file in files {
      guard let bytes = try? BagReader.contents(of: file, expected: "a file of folds"), !MATFile.hasMATHeader(bytes),
        let text = try? text(bytes, file, dataset).bytes
      else { continue }
      for field in String(decoding: text, as: UTF8.self).split(whereSeparator: {
        ",;\t\"[]{}:".contains($0) || $0.isNewline
      }) {
        let name = BagNames.trimmed(String(field))
        if matcher.isLeftOut(name) { names.insert(name) }
      }
    }
    guard !names.isEmpty else { return [] }
    return [
      BagAnswers.counted(
        names.sorted(by: NumberedNames.areInOrder), "names are of slides or patients that have been left out")
    ]
  }

  private static func readAll(_ files: [URL], scheme: String?, for dataset: BagDataset) throws -> PredefinedFolds {
    if let parts = try partFiles(files, dataset) { return parts }
    var digest = SHA256()
    var found: [GivenFolds] = []
    var notes: [String] = []
    for file in files {
      let bytes = try BagReader.contents(of: file, expected: "a file of folds")
      digest.update(bytes)
      found.append(try folds(in: file, bytes, scheme: scheme, dataset, &notes))
    }
    let names = files.map(\.lastPathComponent)
    let sha256 = digest.finish()
    let place = files.count == 1 ? files[0].path : files[0].deletingLastPathComponent().path
    guard let first = found.first else { throw FoldError(place: place, problem: "no file of folds") }
    guard found.count > 1 else {
      return try PredefinedFolds(given: first, place, "\(names[0]) (SHA-256 \(sha256))", dataset, notes: notes)
    }
    let splits = try zip(files, found).flatMap { file, folds in
      guard case .splits(let splits) = folds else {
        throw FoldError(
          place: file.path, problem: "it holds folds; of several files, expected one split into train and test each")
      }
      return splits
    }
    let source = "\(names[0]) to \(names[names.count - 1]) (\(names.count) files, SHA-256 of all \(sha256))"
    let distinct = notes.enumerated().filter { !notes[..<$0.offset].contains($0.element) }.map(\.element)
    return try PredefinedFolds(given: .splits(splits), place, source, dataset, notes: distinct)
  }

  /// Reads files that each list the bags of a part or of a fold; nil for other files.
  private static func partFiles(_ files: [URL], _ dataset: BagDataset) throws -> PredefinedFolds? {
    guard files.count > 1 else { return nil }
    let contents = try files.map { try BagReader.contents(of: $0, expected: "a file of folds") }
    guard !contents.contains(where: MATFile.hasMATHeader) else { return nil }
    let texts = try zip(files, contents).map {
      try text($1, $0, dataset)
    }
    let place = files[0].deletingLastPathComponent().path
    guard let found = try PartFiles.read(files, texts: texts.map(\.bytes), place: place, for: dataset) else {
      return nil
    }
    var digest = SHA256()
    for (file, bytes) in zip(files, contents) where found.used.contains(file) { digest.update(bytes) }
    let folders = Set(found.used.map { $0.deletingLastPathComponent().path })
    let names = found.used.map { file in
      folders.count == 1 ? file.lastPathComponent : file.pathComponents.suffix(2).joined(separator: "/")
    }
    let source =
      "\(names.count > 3 ? "\(names[0]) to \(names[names.count - 1])" : names.joined(separator: ", ")) (\(names.count) files, "
      + "SHA-256 of all \(digest.finish()))"
    let said = texts.flatMap { $0.decisions.map(\.statement) }
    let distinct = said.enumerated().filter { !said[..<$0.offset].contains($0.element) }.map(\.element)
    return try PredefinedFolds(given: found.folds, place, source, dataset, notes: distinct + found.notes)
  }

  /// Returns the text of a file in UTF-8, and the decisions; the encoding of the bags' file applies if it is not UTF-8.
  private static func text(
    _ bytes: [UInt8], _ file: URL, _ dataset: BagDataset
  ) throws -> (bytes: [UInt8], decisions: [ReadDecision]) {
    let plain = try BagReader.unpacked(bytes, file: file.path)
    let isUTF8 = !plain.prefix(512).contains(0) && String(validating: plain, as: UTF8.self) != nil
    return try SplitTable.text(
      plain, file: file.path, expected: "a file of folds", encoding: isUTF8 ? nil : dataset.reading?.options.encoding)
  }

  private static func folds(
    in file: URL, _ bytes: [UInt8], scheme: String?, _ dataset: BagDataset, _ notes: inout [String]
  ) throws -> GivenFolds {
    if MATFile.hasMATHeader(bytes) { return try schemes(of: file, scheme, dataset, &notes) }
    let (text, decisions) = try text(bytes, file, dataset)
    notes += decisions.map(\.statement)
    let start = text.first { !" \t\r\n".utf8.contains($0) && ![0xef, 0xbb, 0xbf].contains($0) }
    guard start == UInt8(ascii: "{") || start == UInt8(ascii: "[") else {
      let (folds, said) = try SplitLayout.read(SplitTable(file: file.path, bytes: text), for: dataset)
      notes += said
      return folds
    }
    let data = Data(text.starts(with: [0xef, 0xbb, 0xbf]) ? Array(text.dropFirst(3)) : text)
    do {
      let document = try decodeJSON5(SplitDocument.self, from: data, file: file.path)
      if document.keys.contains("schemes") { return try schemes(of: file, scheme, dataset, &notes) }
      if document.keys.contains("assignment") { return try exported(file, dataset) }
      let (folds, said) = try document.folds(for: dataset, file: file.path)
      notes += said
      return folds
    } catch let error as DocumentError {
      throw FoldError(place: error.file, problem: error.problem)
    }
  }

  /// Reads a file of schemes, which identifies bags by position or number.
  private static func schemes(
    of file: URL, _ scheme: String?, _ dataset: BagDataset, _ notes: inout [String]
  ) throws -> GivenFolds {
    let all = try PredefinedFolds.read(file, scheme: scheme, for: dataset)
    guard let first = all.first, all.count == 1 else {
      throw FoldError(
        place: file.path,
        problem: all.isEmpty
          ? "no scheme, expected at least one"
          : "\(all.count) schemes, \(all.map(\.name).joined(separator: ", ")); name one behind the file: "
            + "\(file.lastPathComponent)#\(all[0].name)")
    }
    notes.append("\(file.lastPathComponent) names no bags: \(PredefinedFolds.order(of: dataset))")
    return .folds(first.folds.assignment)
  }

  /// Reads the file that a run keeps and `folds export` writes; it identifies bags by position only.
  private static func exported(_ file: URL, _ dataset: BagDataset) throws -> GivenFolds {
    let folds = try FoldAssignment.read(from: file)
    guard folds.dataset == dataset.seedName, folds.bagCount == dataset.bagCount else {
      throw FoldError(
        place: file.path,
        problem: "it holds the folds of \(folds.dataset) with \(folds.bagCount) bags, but data set \(dataset.name) is "
          + "\(dataset.seedName) with \(dataset.bagCount); it tells bags by their places, so give the CSV file that "
          + "'folds export' writes beside it, which tells them by name")
    }
    guard folds.leftOut != nil || folds.foldCount == 1 else { return .folds(folds.assignment) }
    let rounds = (1...folds.repeats).flatMap { round in (1...folds.foldCount).map { (round, $0) } }
    return .splits(
      rounds.map { round, fold in
        GivenSplit(
          training: folds.trainingBags(repeat: round, fold: fold), test: folds.testBags(repeat: round, fold: fold),
          leftOut: folds.leftOut?[round - 1][fold - 1] ?? [], place: "\(file.path), repeat \(round), fold \(fold)")
      })
  }
}
