import Foundation
import MILBags
import UserInput

/// The files in a folder and in the folders in it, by their paths from there.
struct FolderListing: Sendable {
  /// A file.
  struct File: Sendable, Equatable {
    /// The path from the listed folder.
    let path: String
    /// The size in bytes.
    let size: Int

    /// The path of the folder that it is in; empty for the listed one.
    var folder: String { FolderListing.folder(of: path) }
    /// The name with its ending.
    var name: String { FolderListing.last(of: path) }
    /// The ending in lower case, without the point.
    var ending: String { BagFileName.ending(of: path) }
  }

  /// The listed folder.
  let url: URL
  /// All files in the order of their paths, numbers in names by their size.
  let files: [File]
  /// The folders that hold files or folders, by their paths, in order.
  let folders: [String]

  private static let deepest = 8
  private static let most = 2_000_000

  /// Lists a folder; names that begin with a point are left out.
  ///
  /// - Throws: ``ReadError`` for a folder that cannot be listed, or one with millions of files.
  init(_ url: URL) throws {
    self.url = url
    var (files, folders): ([File], [String]) = ([], [])
    try Self.list(url, below: "", depth: 0, &files, &folders)
    self.files = files
    self.folders = folders
  }

  /// Files by their paths from a folder, or absolute ones.
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
      // Links are followed, since folders of features are often linked to.
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

  /// The files right in a folder of it.
  func files(in folder: String) -> [File] { files.filter { $0.folder == folder } }

  /// Whether there is such a folder.
  func hasFolder(_ path: String) -> Bool { folders.contains(path) }

  /// The place of a path.
  func url(of path: String) -> URL { UserPath.file(path, in: url) }

  /// The last part of a path.
  static func last(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

  /// The path of the folder that something is in; empty for the listed one.
  static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  /// A path in a folder.
  static func path(_ folder: String, _ name: String) -> String { folder.isEmpty ? name : folder + "/" + name }
}

/// The order of names in which `slide_10` follows `slide_9`.
enum NumberedNames {
  static func areInOrder(_ left: String, _ right: String) -> Bool {
    let (one, two) = (key(left), key(right))
    return one == two ? left < right : one.lexicographicallyPrecedes(two)
  }

  /// The bytes of a name, with the number of its digits before each number.
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

/// What files of bags are called.
enum BagFileName {
  /// The endings of files that hold features.
  static let endings: Set<String> = ["npy", "npz", "h5", "hdf5", "pt", "pth", "safetensors", "csv"]

  /// The endings that tables write behind the name of a slide.
  private static let written: Set<String> = endings.union([
    "svs", "tif", "tiff", "ndpi", "mrxs", "scn", "bif", "vms", "vmu", "svslide", "czi", "dcm", "isyntax", "png", "jpg",
    "jpeg", "mat",
  ])

  /// The ending in lower case, without the point.
  static func ending(of path: String) -> String {
    let name = FolderListing.last(of: path)
    guard let point = name.lastIndex(of: ".") else { return "" }
    return name[point...].dropFirst().lowercased()
  }

  /// The path without the endings of slides and features: `s1.svs.h5` is of the slide `s1`.
  static func withoutEndings(_ path: String) -> String {
    var result = path
    while let point = result.lastIndex(of: "."), written.contains(ending(of: result)),
      point != result.startIndex, result[result.index(before: point)] != "/"
    {
      result = String(result[..<point])
    }
    return result
  }

  /// The name without folder and endings.
  package static func stem(_ path: String) -> String {
    withoutEndings(FolderListing.last(of: path.replacing("\\", with: "/")))
  }
}
