import Foundation
import UserInput

/// Finds and reads files of folds or splits of the user's own.
enum SplitFiles {
  /// The files that a path means: a file, those of a folder, or those that fit a pattern with `*` and `?` in its last part.
  ///
  /// - Returns: the files in the order of the numbers in their names; nil where there are none.
  static func located(_ path: String, in folders: [URL]) -> [URL]? {
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

  /// The files of splits in a folder: CLAM's lists, or else its tables of yes and no, or else all tables.
  private static func files(in folder: URL) -> [URL] {
    let tables = names(in: folder).filter { name in
      [".csv", ".tsv", ".txt"].contains { name.lowercased().hasSuffix($0) } && !isDescriptor(name)
    }
    let clam = tables.filter { $0.hasPrefix("splits_") }
    let lists = clam.filter { !$0.contains("_bool") }
    return (!lists.isEmpty ? lists : !clam.isEmpty ? clam : tables).map { folder.appending(path: $0) }
  }

  private static func isDescriptor(_ name: String) -> Bool { name.contains("_descriptor") }

  /// The names in a folder, so that `splits_10` follows `splits_9`.
  private static func names(in folder: URL) -> [String] {
    func key(_ name: String) -> [String] {
      // Numbers of one length sort as text does.
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

  /// Whether a name fits a pattern in which `*` is any text and `?` one character.
  private static func matches(_ name: Substring, pattern: Substring) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    if first == "*" {
      return matches(name, pattern: pattern.dropFirst())
        || (!name.isEmpty && matches(name.dropFirst(), pattern: pattern))
    }
    guard let character = name.first, first == "?" || first == character else { return false }
    return matches(name.dropFirst(), pattern: pattern.dropFirst())
  }

  /// The folds of the files; several files are a split each.
  ///
  /// - Throws: ``FoldError`` or ``ReadError`` with the file, and the line and bag that do not fit.
  static func read(_ files: [URL], scheme: String?, for dataset: BagDataset) throws -> PredefinedFolds {
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
    return try PredefinedFolds(given: .splits(splits), place, source, dataset)
  }

  private static func folds(
    in file: URL, _ bytes: [UInt8], scheme: String?, _ dataset: BagDataset, _ notes: inout [String]
  ) throws -> GivenFolds {
    let start = bytes.first { !" \t\r\n".utf8.contains($0) }
    if MATFile.hasMATHeader(bytes) { return try schemes(of: file, scheme, dataset, &notes) }
    if start == UInt8(ascii: "{") || start == UInt8(ascii: "[") {
      let keys = (try? decodeJSON5(SplitDocument.Keys.self, from: Data(bytes), file: file.path))?.names ?? []
      if keys.contains("schemes") { return try schemes(of: file, scheme, dataset, &notes) }
      if keys.contains("assignment") { return try exported(file, dataset) }
      do {
        let document = try decodeJSON5(SplitDocument.self, from: Data(bytes), file: file.path)
        return try document.folds(for: dataset, file: file.path)
      } catch let error as DocumentError {
        throw FoldError(place: error.file, problem: error.problem)
      }
    }
    return try SplitLayout.read(SplitTable(file: file.path, bytes: bytes), for: dataset)
  }

  /// A file of schemes, which gives folds by the places or numbers of bags.
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

  /// The file that a run keeps and `folds export` writes, which has the places of bags alone.
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
