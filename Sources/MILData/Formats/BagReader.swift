import Foundation

/// Reads a file of bags in whatever known layout it has.
public enum BagReader {
  /// The data set in a file.
  ///
  /// The layout is told by content: a gzip file is unpacked first, then the headers of MATLAB and NumPy files are looked for, then the shape
  /// of the first line of text.
  ///
  /// - Parameters:
  ///   - url: the file, or a folder with the three files of milpy's layout.
  ///   - name: the data set's name; without it the file's name without its extensions.
  ///   - format: the layout; without it the content decides.
  /// - Throws: ``ReadError`` naming the place in the file that does not fit, or ``DatasetError``.
  public static func read(_ url: URL, name: String? = nil, format: BagFormat? = nil) throws -> LoadedDataset {
    let url = ThreeFileMAT.features(inFolder: url) ?? url
    let bytes = try contents(of: url, expected: "a file of bags")
    return try read(bytes: bytes, path: url.path, name: name, format: format, sha256: SHA256.hexDigest(of: bytes))
  }

  /// The bytes of a regular file.
  static func contents(of url: URL, expected: String) throws -> [UInt8] {
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
      throw ReadError(file: url.path, found: error.localizedDescription, expected: "a readable file")
    }
  }

  /// The data set in the bytes of a file.
  static func read(
    bytes: [UInt8], path: String, name: String?, format: BagFormat?, sha256: String
  ) throws -> LoadedDataset {
    let content = try unpacked(bytes, file: path)
    let stem = stem(of: URL(fileURLWithPath: path))
    if format?.isMAT ?? MATFile.hasMATHeader(content) {
      return try readMAT(MATFile(bytes: content, file: path), name: name, stem: stem, format: format, sha256: sha256)
    }
    if format.map({ $0 == .numPy }) ?? (ZipArchive.hasZipHeader(content) || NumPyArray.hasHeader(content)) {
      let dataset = try NumPyBags.read(bytes: content, file: path, name: name ?? stem)
      return LoadedDataset(dataset: dataset, format: .numPy, sha256: sha256, path: path, notes: [])
    }
    let text = TextScanner(file: path, bytes: content)
    let layout = try format ?? detect(text)
    let title = name ?? stem
    let dataset = try layout == .c45 ? C45Text.read(text, name: title) : LabelBagCSV.read(text, name: title)
    return LoadedDataset(dataset: dataset, format: layout, sha256: sha256, path: path, notes: [])
  }

  /// The content of a gzip file; all other bytes as they are.
  static func unpacked(_ bytes: [UInt8], file: String) throws -> [UInt8] {
    guard bytes.starts(with: [0x1f, 0x8b]) else { return bytes }
    return try Inflate.unpack(
      bytes, range: bytes.indices, wrapping: .gzip, limit: Inflate.limit(forCompressed: bytes.count), file: file)
  }

  private static func readMAT(
    _ file: MATFile, name: String?, stem: String, format: BagFormat?, sha256: String
  ) throws -> LoadedDataset {
    let layout = try format ?? detect(file)
    var notes: [String] = []
    var sha256 = sha256
    let dataset: BagDataset
    switch layout {
    case .cellOfBags: dataset = try CellOfBags.read(file, name: name ?? stem)
    case .flatMAT: dataset = try FlatMAT.read(file, name: name ?? stem)
    case .threeFileMAT:
      (dataset, sha256) = try ThreeFileMAT.read(file.file, name: name ?? ThreeFileMAT.name(forFileAt: file.file))
    default: (dataset, notes) = try PRToolsDataset.read(file, name: name ?? stem)
    }
    return LoadedDataset(dataset: dataset, format: layout, sha256: sha256, path: file.file, notes: notes)
  }

  /// The layout of a MAT-file by its variables.
  private static func detect(_ file: MATFile) throws -> BagFormat {
    if PRToolsDataset.find(in: file) != nil { return .prtools }
    if CellOfBags.find(in: file) != nil { return .cellOfBags }
    if ThreeFileMAT.isPart(file) { return .threeFileMAT }
    if FlatMAT.isPlausible(file) { return .flatMAT }
    throw ReadError(file: file.file, found: file.summary, expected: expectation(BagFormat.allCases.filter(\.isMAT)))
  }

  /// The layout of a text by its first line.
  private static func detect(_ text: TextScanner) throws -> BagFormat {
    var text = text
    guard text.nextLine() else { throw ReadError(file: text.file, found: "no lines", expected: "a file of bags") }
    let line = text.bytes[text.position..<text.lineEnd]
    let count = text.fieldsLeft
    let first = try text.text()
    var position = first.startIndex
    let beginsWithNumber =
      DecimalNumber.parse(text.bytes, at: &position, end: first.endIndex) != nil && position == first.endIndex
    if count >= 4, !beginsWithNumber, line.last(where: { $0 > UInt8(ascii: " ") }) == UInt8(ascii: ".") {
      return .c45
    }
    if count >= 3, beginsWithNumber { return .labelBagCSV }
    throw ReadError(
      file: text.file, at: .line(text.line), found: ReadError.quoted(line),
      expected: expectation([.labelBagCSV, .c45, .numPy]))
  }

  private static func expectation(_ formats: [BagFormat]) -> String {
    "one of the layouts " + formats.map { "\($0.rawValue) (\($0.summary))" }.joined(separator: ", ")
  }

  /// The name of a file without its extensions.
  static func stem(of url: URL) -> String {
    let file = url.pathExtension.lowercased() == "gz" ? url.deletingPathExtension() : url
    return file.deletingPathExtension().lastPathComponent
  }
}
