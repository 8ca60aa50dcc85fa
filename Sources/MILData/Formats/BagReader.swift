import Foundation

/// Reads a file of bags in whatever known layout it has.
public enum BagReader {
  /// The data set in a file.
  ///
  /// The layout is told by content: a gzip file is unpacked first, then a MATLAB header is looked for, then the shape
  /// of the first lines of text.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - name: the data set's name; without it the file's name without its extensions.
  ///   - format: the layout; without it the content decides.
  ///   - columns: which columns of CSV, ARFF or KEEL mean what; text with columns given, and no format, is CSV.
  ///   - featureCount: the number of features of sparse text; without it the largest index.
  /// - Throws: ``ReadError`` naming the place in the file that does not fit, or ``DatasetError``.
  public static func read(
    _ url: URL, name: String? = nil, format: BagFormat? = nil, columns: CSVColumns = .automatic,
    featureCount: Int? = nil
  ) throws -> LoadedDataset {
    let bytes = try contents(of: url, expected: "a file of bags")
    return try read(
      bytes: bytes, path: url.path, name: name ?? stem(of: url), format: format, columns: columns,
      featureCount: featureCount, sha256: SHA256.hexDigest(of: bytes))
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
    bytes: [UInt8], path: String, name: String, format: BagFormat?, columns: CSVColumns = .automatic,
    featureCount: Int? = nil, sha256: String
  ) throws -> LoadedDataset {
    let content =
      bytes.starts(with: [0x1f, 0x8b])
      ? try Inflate.unpack(
        bytes, range: bytes.indices, wrapping: .gzip, limit: Inflate.limit(forCompressed: bytes.count), file: path)
      : bytes
    let bags: ReadBags
    let layout: BagFormat
    if format?.isMAT ?? MATFile.hasMATHeader(content) {
      let file = try MATFile(bytes: content, file: path)
      layout = try format ?? detect(file)
      try refuse(columns, in: layout, path)
      bags = ReadBags(dataset: try PRToolsDataset.read(file, name: name))
    } else {
      (layout, bags) = try read(
        text: TextScanner(file: path, bytes: content), name: name, format: format, columns: columns,
        featureCount: featureCount)
    }
    return LoadedDataset(dataset: bags.dataset, format: layout, sha256: sha256, path: path, notes: bags.notes)
  }

  /// The layout of a MAT-file by its variables.
  private static func detect(_ file: MATFile) throws -> BagFormat {
    if PRToolsDataset.find(in: file) != nil { return .prtools }
    throw ReadError(
      file: file.file, found: file.summary, expected: BagFormat.expectation(BagFormat.allCases.filter(\.isMAT)))
  }

  /// The data set in a text of the given layout, or of the one that its first lines tell.
  private static func read(
    text: TextScanner, name: String, format: BagFormat?, columns: CSVColumns, featureCount: Int?
  ) throws -> (BagFormat, ReadBags) {
    let format = try format ?? TextLayout.detect(text, columns: columns)
    try refuse(columns, in: format, text.file)
    let bags: ReadBags =
      switch format {
      case .c45: try C45Text.read(text, name: name)
      case .newsgroups: try NewsgroupsText.read(text, name: name)
      case .andrews: try SparseText.read(text, name: name, featureCount: featureCount)
      case .keel: try KEELText.read(text, name: name, columns: columns)
      case .arff: try AttributeText.read(text, name: name, columns: columns)
      case .csv: try CSVText.read(text, name: name, columns: columns)
      default: try LabelBagCSV.read(text.restarted(separator: CSVText.separator(of: text)), name: name)
      }
    return (format, bags)
  }

  /// Refuses columns for a layout in which the place of everything is fixed.
  private static func refuse(_ columns: CSVColumns, in format: BagFormat, _ file: String) throws {
    guard columns != .automatic, ![.csv, .keel, .arff].contains(format) else { return }
    throw ReadError(
      file: file, found: "the layout \(format.rawValue)", expected: "csv, keel or arff where columns are given")
  }

  private static func stem(of url: URL) -> String {
    let file = url.pathExtension.lowercased() == "gz" ? url.deletingPathExtension() : url
    return file.deletingPathExtension().lastPathComponent
  }
}
