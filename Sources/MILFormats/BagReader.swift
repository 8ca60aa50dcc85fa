import Containers
import Foundation
import MILBags
import UserInput

/// Reads a file of bags in any known layout.
package enum BagReader {
  /// Reads the data set of a file.
  ///
  /// The content determines the layout: a gzip file is unpacked first, then the headers of MATLAB, NumPy and HDF5 files
  /// are checked, then the shape of the first lines of text.
  ///
  /// - Parameters:
  ///   - url: the file, or the folder of a layout of several files.
  ///   - name: the data set's name; the file's name without its extensions by default.
  ///   - options: the user's settings; the reader finds the rest in the file.
  /// - Throws: `ReadError` with the invalid place in the file, or `DatasetError`.
  package static func read(
    _ url: URL, name: String? = nil, options: ReadOptions = .automatic
  ) throws -> LoadedDataset {
    let isFolder = (try? url.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true
    let first = BagFormat.file(inFolder: url)
    if isFolder, first == nil {
      let folders = BagFormat.all.compactMap(\.parts?.folder).joined(separator: ", or ")
      throw ReadError(
        file: url.path, found: "a folder",
        expected: "a file of bags, or \(folders); files with one bag each are joined into one table with a column of "
          + "bag names")
    }
    let url = first ?? url
    let bytes = try contents(of: url, expected: "a file of bags")
    do {
      return try read(
        bytes: bytes, path: url.path, name: name, options: options, sha256: SHA256.hexDigest(of: bytes))
    } catch let error as ReadError where options.columns.areRemembered && error.expected.contains(MissingValues.wayOut)
    {
      // A kept model's features cannot be dropped, and it either has means or does not.
      throw ReadError(
        file: error.file, at: error.place, found: error.found,
        expected: error.expected.replacing(MissingValues.wayOut, with: MissingValues.wayOutOfModel))
    }
  }

  /// Reads as ``read(_:name:options:)`` does, with the layout and the columns alone.
  package static func read(
    _ url: URL, name: String? = nil, format: BagFormat?, columns: CSVColumns = .automatic, featureCount: Int? = nil
  ) throws -> LoadedDataset {
    let options = ReadOptions(format: format?.id, columns: columns, featureCount: featureCount)
    return try read(url, name: name, options: options)
  }

  /// Reads the bytes of a regular file.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - expected: the kind of file that is expected, for errors: `a file of bags`.
  /// - Throws: `ReadError` for a file that is missing, is a folder or a device, or cannot be read.
  package static func contents(of url: URL, expected: String) throws -> [UInt8] {
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw ReadError(file: url.path, found: "no such file", expected: expected)
    }
    do {
      // Devices and pipes may never end.
      let target = url.resolvingSymlinksInPath()
      let type = try FileManager.default.attributesOfItem(atPath: target.path)[.type] as? FileAttributeType
      guard type == .typeRegular else {
        throw ReadError(
          file: url.path, found: type == .typeDirectory ? "a folder" : "no regular file", expected: expected)
      }
      return [UInt8](try Data(contentsOf: target))
    } catch let error as ReadError {
      throw error
    } catch {
      throw ReadError(file: url.path, found: SystemReason.text(of: error), expected: "a readable file")
    }
  }

  /// Reads the data set from the bytes of a file.
  package static func read(
    bytes: [UInt8], path: String, name: String?, options: ReadOptions, sha256: String
  ) throws -> LoadedDataset {
    let options = try options.settledTargets(file: path)
    var content = try unpacked(bytes, file: path)
    var member: ReadDecision?
    let asked = try options.format.map { try BagFormat.named($0, file: path) }
    if ZipArchive.hasZipHeader(content), asked?.isBinary != true,
      let (inner, decision) = try ForeignFile.onlyMember(ofZip: content, file: path)
    {
      (content, member) = (inner, decision)
    }
    if !HDF5File.hasSignature(content) || asked?.isText == true { try ForeignFile.refuse(content, file: path) }
    var (format, bags) = try read(content, path: path, name: name, as: asked, options)
    if let member { bags.decisions.insert(member, at: 0) }
    return try LoadedDataset(bags, format: format, sha256: sha256, path: path, options: options)
  }

  /// Returns the bags in an unpacked file, with the requested layout, or else the first that recognises it.
  private static func read(
    _ content: [UInt8], path: String, name: String?, as asked: BagFormat?, _ options: ReadOptions
  ) throws -> (BagFormat, ReadBags) {
    func settled(_ format: BagFormat) throws -> String {
      try format.refuseOthers(in: options, file: path)
      return name ?? format.name(path)
    }
    if asked?.isMAT ?? MATFile.hasMATHeader(content) {
      let file = try MATFile(bytes: content, file: path, encoding: options.encoding)
      let format = try asked ?? detect(file, options)
      if case .matlab(_, let read) = format.content { return (format, try read(file, settled(format), options)) }
    }
    if let format = asked ?? BagFormat.all.first(where: { $0.recognises(content) }),
      case .binary(_, let read) = format.content
    {
      return (format, try read(content, path, settled(format), options))
    }
    let (characters, encoding) = try TextEncoding.utf8(
      content, options.encoding, file: path, asked: options.reason(for: .encoding))
    try refuseBinary(characters, path)
    let text = TextScanner(file: path, bytes: characters)
    let format = try asked ?? TextLayout.detect(text, options: options)
    guard case .text(_, let read) = format.content else {
      throw ReadError(file: path, found: "text", expected: BagFormat.expectation([format]))
    }
    var bags = try read(text, settled(format), options)
    if let encoding { bags.decisions.insert(encoding, at: 0) }
    return (format, bags)
  }

  /// Refuses bytes that are not text.
  static func refuseBinary(_ bytes: [UInt8], _ file: String) throws {
    if TextEncoding.zerosComeFirst(bytes) != nil {
      throw ReadError(
        file: file, found: "what looks like text in UTF-16 without a byte order mark",
        expected: "text in UTF-8; --encoding utf-16 takes it as such")
    }
    if bytes.prefix(512).contains(0) {
      throw ReadError(
        file: file, found: "binary data of an unknown kind",
        expected: "a MATLAB, NumPy or HDF5 file, or text: "
          + BagFormat.namesOfText)
    }
  }

  /// Unpacks a gzip file; returns all other bytes unchanged.
  static func unpacked(_ bytes: [UInt8], file: String) throws -> [UInt8] {
    guard bytes.starts(with: [0x1f, 0x8b]) else { return bytes }
    return try Inflate.unpack(
      bytes, range: bytes.indices, wrapping: .gzip, limit: Inflate.limit(forCompressed: bytes.count), file: file)
  }

  /// Detects the layout of a MAT-file from its variables.
  private static func detect(_ file: MATFile, _ options: ReadOptions) throws -> BagFormat {
    if let format = BagFormat.all.first(where: { $0.recognises(file, options) }) { return format }
    try CellOfBags.refuse(file)
    throw ReadError(
      file: file.file, found: file.summary,
      expected: CellCommands.text(for: file) ?? BagFormat.expectation(BagFormat.all.filter(\.isMAT)))
  }

  /// Returns the name of a file without its extensions.
  package static func stem(of url: URL) -> String {
    let file = url.pathExtension.lowercased() == "gz" ? url.deletingPathExtension() : url
    return file.deletingPathExtension().lastPathComponent
  }
}

extension BagFormat {
  /// Returns whether bytes that are not a MATLAB file have the layout.
  fileprivate func recognises(_ bytes: [UInt8]) -> Bool {
    if case .binary(let recognises, _) = content { recognises(bytes) } else { false }
  }

  /// Returns whether a MATLAB file has the layout.
  fileprivate func recognises(_ file: MATFile, _ options: ReadOptions) -> Bool {
    if case .matlab(let recognises, _) = content { recognises(file, options) } else { false }
  }

  /// Returns whether a text has the layout, by a feature that no other layout has.
  func recognises(_ text: TextScanner) -> Bool {
    if case .text(let recognises, _) = content { recognises(text) } else { false }
  }
}
