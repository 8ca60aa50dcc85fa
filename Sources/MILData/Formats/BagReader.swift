import Foundation
import UserInput

/// Reads a file of bags in whatever known layout it has.
public enum BagReader {
  /// The data set in a file.
  ///
  /// The layout is told by content: a gzip file is unpacked first, then the headers of MATLAB and NumPy files are looked
  /// for, then the shape of the first lines of text.
  ///
  /// - Parameters:
  ///   - url: the file, or a folder with the three files of milpy's layout.
  ///   - name: the data set's name; without it the file's name without its extensions.
  ///   - format: the layout; without it the content decides.
  ///   - columns: which columns of CSV, ARFF or KEEL mean what; text with columns given, and no format, is CSV.
  ///   - featureCount: the number of features of sparse text; without it the largest index.
  /// - Throws: ``ReadError`` naming the place in the file that does not fit, or ``DatasetError``.
  public static func read(
    _ url: URL, name: String? = nil, format: BagFormat? = nil, columns: CSVColumns = .automatic,
    featureCount: Int? = nil
  ) throws -> LoadedDataset {
    let url = ThreeFileMAT.features(inFolder: url) ?? url
    let bytes = try contents(of: url, expected: "a file of bags")
    return try read(
      bytes: bytes, path: url.path, name: name, format: format, columns: columns, featureCount: featureCount,
      sha256: SHA256.hexDigest(of: bytes))
  }

  /// The bytes of a regular file.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - expected: what the file should be, for errors: `a file of bags`.
  /// - Throws: ``ReadError`` for a file that is not there, is a folder or a device, or cannot be read.
  public static func contents(of url: URL, expected: String) throws -> [UInt8] {
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

  /// The data set in the bytes of a file.
  static func read(
    bytes: [UInt8], path: String, name: String?, format: BagFormat?, columns: CSVColumns = .automatic,
    featureCount: Int? = nil, sha256: String
  ) throws -> LoadedDataset {
    let content = try unpacked(bytes, file: path)
    let stem = stem(of: URL(fileURLWithPath: path))
    if format?.isMAT ?? MATFile.hasMATHeader(content) {
      try refuse(columns, in: format ?? .prtools, path)
      return try readMAT(MATFile(bytes: content, file: path), name: name, stem: stem, format: format, sha256: sha256)
    }
    if format.map({ $0 == .numPy }) ?? (ZipArchive.hasZipHeader(content) || NumPyArray.hasHeader(content)) {
      try refuse(columns, in: .numPy, path)
      let dataset = try NumPyBags.read(bytes: content, file: path, name: name ?? stem)
      return LoadedDataset(dataset: dataset, format: .numPy, sha256: sha256, path: path, notes: [])
    }
    try refuseForeign(content, path)
    let text = TextScanner(file: path, bytes: content)
    let layout = try format ?? TextLayout.detect(text, columns: columns)
    try refuse(columns, in: layout, path)
    let bags = try TextLayout.read(
      text, as: layout, name: name ?? stem, columns: columns, featureCount: featureCount)
    return LoadedDataset(
      dataset: bags.dataset, format: layout, sha256: sha256, path: path, notes: bags.notes, classNames: bags.classNames)
  }

  /// Refuses by their names files that look like one of ours and are not.
  private static func refuseForeign(_ bytes: [UInt8], _ file: String) throws {
    if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
      throw ReadError(file: file, found: "text in UTF-16", expected: "text in UTF-8")
    }
    let signature: [UInt8] = [0x89] + Array("HDF\r\n".utf8)
    if bytes.starts(with: signature) || bytes.dropFirst(512).starts(with: signature) {
      throw ReadError(file: file, found: "an HDF5 file, as MATLAB saves with -v7.3", expected: "one saved with -v7")
    }
    if bytes.prefix(512).contains(0) {
      throw ReadError(
        file: file, found: "binary data of an unknown kind",
        expected: "a MATLAB 5 or NumPy file, or text: "
          + BagFormat.allCases.filter(\.isText).map(\.rawValue).joined(separator: ", "))
    }
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
    throw ReadError(
      file: file.file, found: file.summary, expected: BagFormat.expectation(BagFormat.allCases.filter(\.isMAT)))
  }

  /// Refuses columns for a layout in which the place of everything is fixed.
  private static func refuse(_ columns: CSVColumns, in format: BagFormat, _ file: String) throws {
    guard columns.hasLabels || format == .csv else {
      throw ReadError(
        file: file, found: "the layout \(format.rawValue)", expected: "csv where labels are not to be read")
    }
    guard columns != .automatic, ![.csv, .keel, .arff].contains(format) else { return }
    throw ReadError(
      file: file, found: "the layout \(format.rawValue)", expected: "csv, keel or arff where columns are given")
  }

  /// The name of a file without its extensions.
  static func stem(of url: URL) -> String {
    let file = url.pathExtension.lowercased() == "gz" ? url.deletingPathExtension() : url
    return file.deletingPathExtension().lastPathComponent
  }
}
