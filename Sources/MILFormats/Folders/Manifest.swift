import Containers
import Foundation
import MILBags
import UserInput

/// A table of feature files by path, with their labels, as in MIL_BASELINE and DSMIL.
///
/// Relative paths start in the table's folder, or else in the working folder.
package struct Manifest: DatasetFormat {
  /// Creates the format.
  package init() {}

  /// The format's id.
  package var id: String { "manifest" }
  /// The layout in a few words.
  package var summary: String { "a table of paths of files of features, and their labels" }

  /// Whether a file is a table whose first line below the header names a feature file.
  package func recognises(_ place: URL) -> Bool {
    guard ["csv", "tsv", "txt"].contains(BagFileName.ending(of: place.lastPathComponent)),
      let handle = try? FileHandle(forReadingFrom: place)
    else { return false }
    defer { try? handle.close() }
    let head = Self.text(ofHead: [UInt8]((try? handle.read(upToCount: 1 << 16)) ?? Data()))
    let lines = head.split(separator: UInt8(ascii: "\n"), maxSplits: 2).prefix(2)
    guard let table = try? SplitTable(file: place.path, bytes: Array(lines.joined(separator: [UInt8(ascii: "\n")])))
    else { return false }
    return (table.rows.first?.fields ?? []).contains { Self.base(of: $0, at: place) != nil }
  }

  /// Returns the beginning of a file as UTF-8, in the encoding that its bytes suggest.
  ///
  /// It only serves to recognise paths. Reading names the encoding, or refuses the file.
  private static func text(ofHead bytes: [UInt8]) -> [UInt8] {
    let isMarked = bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff])
    if isMarked || TextEncoding.zerosComeFirst(bytes) != nil {
      let even = Array(bytes.prefix(bytes.count / 2 * 2))
      return (try? TextEncoding.utf8(even, .utf16, file: "").bytes) ?? bytes
    }
    // A character may be cut at the end.
    let whole = bytes.last == UInt8(ascii: "\n") ? bytes[...] : bytes.prefix((bytes.lastIndex(of: 0x0a) ?? -1) + 1)
    guard String(validating: whole, as: UTF8.self) == nil else { return bytes }
    return (try? TextEncoding.utf8(bytes, .latin1, file: "").bytes) ?? bytes
  }

  /// Returns the folder in which a path starts, if it leads to a feature file.
  private static func base(of text: String, at place: URL) -> URL? {
    guard BagFileName.endings.contains(BagFileName.ending(of: text)) else { return nil }
    return [place.deletingLastPathComponent(), UserPath.here(".")].first {
      FileManager.default.fileExists(atPath: UserPath.file(text, in: $0).path)
    }
  }

  /// Opens a table and the files that it names.
  ///
  /// - Throws: `ReadError` with the invalid line or file.
  package func open(_ place: URL, _ options: ReadOptions) throws -> BagDataset {
    let table = try LabelTable(place.path, options).table
    var (paths, missing): ([String], [String]) = ([], [])
    var base: URL?
    for field in table.rows.flatMap(\.fields) where BagFileName.endings.contains(BagFileName.ending(of: field)) {
      if base == nil { base = Self.base(of: field, at: place) }
      guard let base, FileManager.default.fileExists(atPath: UserPath.file(field, in: base).path) else {
        missing.append(field)
        continue
      }
      paths.append(field)
    }
    guard let base, !paths.isEmpty else {
      throw ReadError(file: place.path, found: "no path of a file that is there", expected: "one in each line")
    }
    var seen: Set<String> = []
    let listing = FolderListing(base, files: paths.filter { seen.insert($0).inserted })
    let bags = listing.files.map {
      FoundFiles.Bag(name: BagFileName.withoutEndings($0.path), features: $0.path)
    }
    var options = options
    if options.labels == nil { options.labels = place.path }
    var joined = FolderBags(listing, FoundFiles(bags: bags, title: "a table of paths"), options)
    var dataset = try joined.dataset(named: BagReader.stem(of: place))
    dataset.reading?.options.labels = nil
    return dataset
  }
}
