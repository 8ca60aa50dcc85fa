import Containers
import Foundation
import MILBags
import UserInput

extension BagFormat {
  /// milpy's three MATLAB files: `X.mat`, `Bag2.mat`, `BagI.mat`.
  package static let threeFileMAT = {
    var format = BagFormat(
      "milpy-three-mat", "three MATLAB files X.mat, Bag2.mat and BagI.mat", options: [.encoding, .bagOrder],
      .matlab(recognises: { file, _ in ThreeFileMAT.isPart(file) }) { file, name, options in
        var (bags, digest) = try ThreeFileMAT.read(file.file, name: name, options: options)
        bags.sha256 = digest
        return bags
      })
    format.name = ThreeFileMAT.name(forFileAt:)
    format.parts = BagFormat.FileParts(
      folder: "a folder with X.mat, Bag2.mat and BagI.mat, or the three with one prefix and _ before these names",
      titles: ThreeFileMAT.titles, first: ThreeFileMAT.features(inFolder:), names: ThreeFileMAT.isPartName,
      files: ThreeFileMAT.files(of:))
    return format
  }()
}

/// Reads milpy's three-file layout: `X.mat` (instances), `Bag2.mat` (bag numbers) and `BagI.mat` (bag labels).
///
/// Any one of the three, or their folder, identifies the others. They are in one folder, and their names, in any case,
/// may share a prefix (`musk1_X.mat`, `musk1_Bag2.mat`, `musk1_BagI.mat`). In each file, the variable named after the
/// role is used (`X`, `Bag2`, `bagI`, or any in the role's `names`), else the only one.
enum ThreeFileMAT {
  /// The ends of the three names, the longest first.
  private static let endings: [(text: String, title: String, role: ArrayRoles.Role)] = [
    ("bag2", "Bag2.mat", .bags), ("bagi", "BagI.mat", .labels), ("x", "X.mat", .features),
  ]

  /// The names of the three files without a prefix, that of the features first.
  static let titles = ["X.mat", "Bag2.mat", "BagI.mat"]

  /// Whether a MAT-file has only one variable, and a name of the layout.
  ///
  /// Cells of bags are another layout, whatever the file's name.
  static func isPart(_ file: MATFile) -> Bool {
    let hasCells = file.topVariables.contains { _, value in
      if case .cell(_, let elements) = value { elements.contains { MATMatrix(name: "", $0) != nil } } else { false }
    }
    return !hasCells && FlatMAT.arrays(in: file).filter { $0.isReadable && $0.count > 0 }.count == 1
      && prefix(ofFileAt: file.file) != nil
  }

  /// Whether a file has one of the three names.
  static func isPartName(_ url: URL) -> Bool { prefix(ofFileAt: url.path) != nil }

  /// Returns the three files of a folder or beside one of them, in the order `X`, `Bag2`, `BagI`; nil if one is
  /// missing.
  static func files(of url: URL) -> [URL]? {
    let features = features(inFolder: url) ?? url
    guard let prefix = prefix(ofFileAt: features.path) else { return nil }
    let folder = features.deletingLastPathComponent()
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    let found = ["x", "bag2", "bagi"].compactMap { ending in
      names.first { $0.lowercased() == prefix + ending + ".mat" }.map { folder.appendingPathComponent($0) }
    }
    return found.count == 3 ? found : nil
  }

  /// Returns the feature file of a folder with the three files; nil for any other folder.
  static func features(inFolder url: URL) -> URL? {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: url.path) else { return nil }
    let candidates = names.filter { $0.lowercased() == "x.mat" || $0.lowercased().hasSuffix("_x.mat") }.sorted()
    guard candidates.count == 1 else { return nil }
    return url.appendingPathComponent(candidates[0], isDirectory: false)
  }

  /// Returns the part of a file's name before the ending, in lower case; nil if the name has none of the endings.
  private static func prefix(ofFileAt path: String) -> String? {
    let url = URL(fileURLWithPath: path)
    guard url.pathExtension.lowercased() == "mat" else { return nil }
    let stem = url.deletingPathExtension().lastPathComponent.lowercased()
    guard let ending = endings.first(where: { stem.hasSuffix($0.text) }) else { return nil }
    let prefix = String(stem.dropLast(ending.text.count))
    return prefix.isEmpty || prefix.last.map { !$0.isLetter } == true ? prefix : nil
  }

  /// Reads the data set of which the file at `path` is a part.
  ///
  /// It also returns the digest of the three files, one after the other in the order `X`, `Bag2`, `BagI`.
  ///
  /// - Throws: `ReadError` with the file that is missing or invalid.
  static func read(
    _ path: String, name: String, options: ReadOptions
  ) throws -> (bags: ReadBags, sha256: String) {
    guard let prefix = prefix(ofFileAt: path) else {
      throw ReadError(file: path, found: "a file of another name", expected: "one of X.mat, Bag2.mat and BagI.mat")
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    var digest = SHA256()
    var arrays: [ArrayRoles.Role: StoredArray] = [:]
    for (role, what) in [
      (ArrayRoles.Role.features, "instances"), (.bags, "bag numbers, one for each instance"),
      (.labels, "labels, one for each bag or instance"),
    ] {
      let ending = endings.first { $0.role == role }
      let title = ending?.title ?? ""
      guard let found = names.first(where: { $0.lowercased() == prefix + (ending?.text ?? "") + ".mat" }) else {
        if role == .labels, !options.columns.hasLabels { continue }
        throw ReadError(
          file: path, found: "no \(prefix)\(title) beside it",
          expected: "the three files X.mat (instances), Bag2.mat (bag numbers) and BagI.mat (labels) in one folder")
      }
      let url = folder.appendingPathComponent(found, isDirectory: false)
      let bytes = try BagReader.contents(of: url, expected: title)
      digest.update(bytes)
      let file = try MATFile(bytes: bytes, file: url.path, encoding: options.encoding)
      let all = FlatMAT.arrays(in: file).filter { $0.isReadable && $0.count > 0 }
      let named = role.names.lazy.compactMap { name in all.first { ColumnNames.plain($0.name) == name } }.first
      guard let array = named ?? (all.count == 1 ? all[0] : nil) else {
        throw ReadError(file: url.path, found: file.summary, expected: "the \(what)")
      }
      arrays[role] = array
    }
    // Each file determines the role, whatever the name of its variable.
    var columns = options.columns
    (columns.bag, columns.label) = (nil, nil)
    var roles = try ArrayRoles([], columns, kind: "variable", file: path)
    for (role, array) in arrays where role != .labels || columns.hasLabels {
      roles.guess(role, role.fileTitle ?? array.name)
    }
    var read = try ArrayBags.read(roles, options, file: path, name: name) { wanted in
      guard let array = arrays.first(where: { $0.key.fileTitle == wanted })?.value else {
        throw ReadError(file: path, found: "no file \(wanted)", expected: "one")
      }
      return array
    }
    // The files' names determine the same roles again.
    read.columns = options.columns
    return (read, digest.finish())
  }

  /// Returns the name of a set: the files' common prefix, or else their folder.
  static func name(forFileAt path: String) -> String {
    let url = URL(fileURLWithPath: path)
    let prefix = self.prefix(ofFileAt: path) ?? ""
    let stem = url.lastPathComponent.prefix(prefix.count)
    let name = stem.reversed().drop { !$0.isLetter && !$0.isNumber }.reversed()
    return name.isEmpty ? url.deletingLastPathComponent().lastPathComponent : String(name)
  }
}

extension ArrayRoles.Role {
  /// The file of the role in milpy's three-file layout.
  fileprivate var fileTitle: String? {
    switch self {
    case .features: "X.mat"
    case .bags: "Bag2.mat"
    case .labels: "BagI.mat"
    default: nil
    }
  }
}
