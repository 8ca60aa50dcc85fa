import Foundation
import MILBags
import UserInput

/// The files in a folder and its subfolders, by their relative paths.
struct FolderListing: Sendable {
  /// A file.
  struct File: Sendable, Equatable {
    /// The path from the listed folder.
    let path: String
    /// The size in bytes.
    let size: Int

    /// The path of its folder; empty for the listed one.
    var folder: String { FolderListing.folder(of: path) }
    /// The name with its extension.
    var name: String { FolderListing.last(of: path) }
    /// The extension in lower case, without the dot.
    var ending: String { BagFileName.ending(of: path) }
  }

  /// The listed folder.
  let url: URL
  /// All files, sorted by path, with numbers in names sorted by value.
  let files: [File]
  /// The paths of all subfolders, sorted.
  let folders: [String]

  private static let deepest = 8
  private static let most = 2_000_000

  /// Lists a folder, without names that begin with a dot.
  ///
  /// - Throws: ``ReadError`` for a folder that cannot be listed, or one with millions of files.
  init(_ url: URL) throws {
    self.url = url
    var (files, folders): ([File], [String]) = ([], [])
    try Self.list(url, below: "", depth: 0, &files, &folders)
    self.files = files
    self.folders = folders
  }

  /// Creates a listing from given paths, absolute or relative to a folder.
  init(_ url: URL, files paths: [String]) {
    self.url = url
    files = paths.map { File(path: $0, size: 0) }
    folders = []
  }

  private static func list(
    _ url: URL, below path: String, depth: Int, _ files: inout [File], _ folders: inout [String]
  ) throws {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: url.path)
    } catch {
      throw ReadError(file: url.path, found: SystemReason.text(of: error), expected: "a folder that can be listed")
    }
    for name in names.filter({ !$0.hasPrefix(".") }).sorted(by: NumberedNames.areInOrder) {
      let place = url.appendingPathComponent(name)
      let own = path.isEmpty ? name : path + "/" + name
      // Links are followed, since feature folders are often linked.
      let found = try? FileManager.default.attributesOfItem(atPath: place.resolvingSymlinksInPath().path)
      switch found?[.type] as? FileAttributeType {
      case .typeDirectory?:
        guard depth < deepest else { continue }
        folders.append(own)
        try list(place, below: own, depth: depth + 1, &files, &folders)
      case .typeRegular?: files.append(File(path: own, size: (found?[.size] as? NSNumber)?.intValue ?? 0))
      default: continue
      }
      guard files.count < most else {
        throw ReadError(
          file: url.path, found: "more than \(most) files",
          expected: "a folder with a file a bag, or its part of interest")
      }
    }
  }

  /// Returns the files directly in a folder.
  func files(in folder: String) -> [File] { files.filter { $0.folder == folder } }

  /// Whether a folder exists.
  func hasFolder(_ path: String) -> Bool { folders.contains(path) }

  /// Resolves a path.
  func url(of path: String) -> URL { UserPath.file(path, in: url) }

  /// Returns a function that says whether a file of the folder is one of the tables that the user names.
  func isTable(of options: ReadOptions) -> (_ path: String) -> Bool {
    func resolved(_ url: URL) -> String { url.resolvingSymlinksInPath().path }
    let given = Set(
      [options.labels, options.slides, options.splits].compactMap { $0.map { resolved(UserPath.here($0)) } })
    return { !given.isEmpty && given.contains(resolved(url(of: $0))) }
  }

  /// Returns the last part of a path.
  static func last(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

  /// Returns the path of the folder that contains an item; empty for the listed folder.
  static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  /// Joins a folder and a name.
  static func path(_ folder: String, _ name: String) -> String { folder.isEmpty ? name : folder + "/" + name }
}

/// The order of names that puts `slide_10` after `slide_9`.
enum NumberedNames {
  static func areInOrder(_ left: String, _ right: String) -> Bool {
    let (one, two) = (key(left), key(right))
    return one == two ? left < right : one.lexicographicallyPrecedes(two)
  }

  /// Returns the bytes of a name, with the digit count before each number.
  private static func key(_ name: String) -> [UInt8] {
    var key: [UInt8] = []
    var digits: [UInt8] = []
    func flush() {
      guard !digits.isEmpty else { return }
      let number = digits.drop { $0 == UInt8(ascii: "0") }
      key += [UInt8(ascii: "0"), UInt8(min(number.count, 255))] + number
      digits = []
    }
    for byte in name.utf8 {
      if UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte {
        digits.append(byte)
      } else {
        flush()
        key.append(byte)
      }
    }
    flush()
    return key
  }
}

/// The names of bag files.
enum BagFileName {
  /// The extensions of feature files.
  static let endings: Set<String> = [
    "npy", "npz", "h5", "hdf5", "pt", "pth", "safetensors", "csv", "tsv", "txt", "dat",
  ]

  /// The extensions that tables append to the names of slides.
  private static let written: Set<String> = endings.union([
    "svs", "tif", "tiff", "ndpi", "mrxs", "scn", "bif", "vms", "vmu", "svslide", "czi", "dcm", "isyntax", "png", "jpg",
    "jpeg", "mat",
  ])

  /// Returns the extension in lower case, without the dot.
  static func ending(of path: String) -> String {
    let name = FolderListing.last(of: path)
    guard let point = name.lastIndex(of: ".") else { return "" }
    return name[point...].dropFirst().lowercased()
  }

  /// Returns the path without the extensions of slides and features: `s1.svs.h5` belongs to the slide `s1`.
  static func withoutEndings(_ path: String) -> String {
    var result = path
    while let point = result.lastIndex(of: "."), written.contains(ending(of: result)),
      point != result.startIndex, result[result.index(before: point)] != "/"
    {
      result = String(result[..<point])
    }
    return result
  }

  /// Returns the name without folder and extensions.
  package static func stem(_ path: String) -> String {
    withoutEndings(FolderListing.last(of: path.replacing("\\", with: "/")))
  }
}
