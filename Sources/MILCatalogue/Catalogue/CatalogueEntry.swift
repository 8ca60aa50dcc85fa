import Containers
import MILFormats
import UserInput

/// One data set of the catalogue.
package struct CatalogueEntry: Sendable, Codable, Equatable {
  /// The name in commands and reports.
  package let name: String
  /// Other names that commands accept.
  package let aliases: [String]
  /// The name in print.
  package let title: String
  /// The kind of problem.
  package let family: String
  /// The kind of data that groups data sets in statistics: molecules, images, text, histology, audio; nil if unknown.
  package let domain: String?
  /// The published size.
  package let shape: DatasetShape?
  /// The files in which the set circulates, in the order of the search.
  package let files: [CatalogueFile]
  /// The bag labels to choose from, the default first; empty if the labels are those of the file.
  package let labellings: [Labelling]
  /// Public addresses of the data.
  package let addresses: [String]
  /// The licence, as far as it is known.
  package let licence: String
  /// The publications to cite.
  package let citation: String
  /// The meaning of the labels.
  package let labels: String
  /// Remarks for users of the set.
  package let quirks: [String]

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case name, aliases, title, family, domain, shape, files, labellings, addresses, licence, citation, labels, quirks
  }

  /// Reads an entry; aliases, shape and labellings are optional.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
    name = try fields.decode(String.self, forKey: .name)
    aliases = try fields.decodeIfPresent([String].self, forKey: .aliases) ?? []
    title = try fields.decode(String.self, forKey: .title)
    family = try fields.decode(String.self, forKey: .family)
    domain = try fields.decodeIfPresent(String.self, forKey: .domain)
    shape = try fields.decodeIfPresent(DatasetShape.self, forKey: .shape)
    files = try fields.decode([CatalogueFile].self, forKey: .files)
    labellings = try fields.decodeIfPresent([Labelling].self, forKey: .labellings) ?? []
    addresses = try fields.decode([String].self, forKey: .addresses)
    licence = try fields.decode(String.self, forKey: .licence)
    citation = try fields.decode(String.self, forKey: .citation)
    labels = try fields.decode(String.self, forKey: .labels)
    quirks = try fields.decode([String].self, forKey: .quirks)
    for labelling in labellings where labelling.bagLabels.count != shape?.bags {
      throw DecodingError.dataCorruptedError(
        forKey: .labellings, in: fields,
        debugDescription: "\(labelling.bagLabels.count) labels of labelling \(labelling.name), expected one for each "
          + "of \(shape?.bags.map(String.init) ?? "the") bags")
    }
  }

  /// Creates an entry for the user's own files.
  init(imported name: String, from path: String, shape: DatasetShape, file: CatalogueFile) {
    self.name = name
    aliases = []
    title = name
    family = Self.importedFamily
    domain = nil
    self.shape = shape
    files = [file]
    labellings = []
    addresses = []
    licence = "not recorded"
    citation = "imported from \(path)"
    labels = "as in the file"
    quirks = []
  }

  private static let importedFamily = "imported"

  /// Whether the user imported it, so that it is not in the catalogue of the package.
  package var isImported: Bool { family == Self.importedFamily }

  /// Whether it contains labelled instances, from which bags are drawn, instead of bags.
  package var holdsInstances: Bool { shape.map { $0.bags == nil } ?? false }

  /// Whether its instances are images, from which features can be computed.
  package var holdsImages: Bool { !isImported && !holdsInstances && family.hasSuffix("patches") }

  /// The data files, without those of predefined folds.
  package var dataFiles: [CatalogueFile] { files.filter { $0.role != .folds } }

  /// The files of predefined folds.
  package var foldFiles: [CatalogueFile] { files.filter { $0.role == .folds } }

  /// The published folds of the set, by name.
  package var foldSchemes: [CatalogueFoldScheme] { foldFiles.flatMap(\.schemes) }
}

/// The labels of all bags of a set, which replace those of the file.
package struct Labelling: Sendable, Codable, Equatable {
  /// The name in `name[labels=...]`.
  package let name: String
  /// The labels in the order of the bags, as pairs [label, number of bags].
  package let runs: [[Int]]
  /// The origin of these labels.
  package let note: String

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case name, runs, note
  }

  /// Reads a labelling; a run has the label 0 or 1 and at least one bag.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
    name = try fields.decode(String.self, forKey: .name)
    runs = try fields.decode([[Int]].self, forKey: .runs)
    note = try fields.decode(String.self, forKey: .note)
    if let run = runs.first(where: { $0.count != 2 || !(0...1).contains($0[0]) || !(1...1_000_000).contains($0[1]) }) {
      throw DecodingError.dataCorruptedError(
        forKey: .runs, in: fields, debugDescription: "\(run.prefix(4)), expected [label 0 or 1, number of bags]")
    }
  }

  /// The label of each bag.
  package var bagLabels: [Int] { runs.flatMap { Array(repeating: $0[0], count: $0[1]) } }
}

/// A file in which a data set circulates.
package struct CatalogueFile: Sendable, Codable, Equatable {
  /// The kind of content of a file.
  package enum Role: String, Sendable, Codable {
    /// Bags.
    case bags
    /// Labelled instances, from which bags are drawn.
    case instances
    /// Predefined folds of the set.
    case folds
  }

  /// The path within a folder of data files; a shipped file has no folder.
  package let name: String
  /// The kind of content.
  package let role: Role
  /// The SHA-256 digest of the file; nil if no copy was available, so that only the shape is checked.
  package let sha256: String?
  /// The size of the file in bytes; nil if no copy was available.
  package let bytes: Int?
  /// The layout; nil to detect it from the content.
  package let format: BagFormat?
  /// The SHA-256 digest of the decompressed content of a gzip file.
  package let uncompressedSHA256: String?
  /// The shape of the content, if it differs from the set's.
  package let shape: DatasetShape?
  /// The meaning of columns, if their names do not say.
  package let columns: CSVColumns?
  /// The user's options for an imported file; nil if format and columns are enough.
  package let reading: ReadOptions?
  /// The decisions of the import on what was left out, which the stored options settle without saying so again.
  package let leftOut: [ReadDecision]
  /// The names of the classes of labelled instances, if the file numbers classes from 0.
  package let classNames: [String]?
  /// Whether it has labels for the instances of bags.
  var hasInstanceLabels: Bool { format?.labelsInstances == true }
  /// The schemes in a file of folds, by the names in commands.
  package let schemes: [CatalogueFoldScheme]
  /// The origin of the file.
  package let source: String?
  /// The downloads that result in exactly this file.
  package let downloads: [CatalogueDownload]

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case name, role, sha256, bytes, format, uncompressedSHA256, shape, columns, reading, leftOut, classNames, schemes,
      source, downloads
  }

  /// Reads a file's entry; everything except the name is optional.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
    name = try fields.decode(String.self, forKey: .name)
    role = try fields.decodeIfPresent(Role.self, forKey: .role) ?? .bags
    sha256 = try fields.decodeIfPresent(String.self, forKey: .sha256)
    bytes = try fields.decodeIfPresent(Int.self, forKey: .bytes)
    format = try fields.decodeIfPresent(BagFormat.self, forKey: .format)
    uncompressedSHA256 = try fields.decodeIfPresent(String.self, forKey: .uncompressedSHA256)
    shape = try fields.decodeIfPresent(DatasetShape.self, forKey: .shape)
    columns = try fields.decodeIfPresent(CSVColumns.self, forKey: .columns)
    reading = try fields.decodeIfPresent(ReadOptions.self, forKey: .reading)
    leftOut = try fields.decodeIfPresent([ReadDecision].self, forKey: .leftOut) ?? []
    classNames = try fields.decodeIfPresent([String].self, forKey: .classNames)
    schemes = try fields.decodeIfPresent([CatalogueFoldScheme].self, forKey: .schemes) ?? []
    source = try fields.decodeIfPresent(String.self, forKey: .source)
    downloads = try fields.decodeIfPresent([CatalogueDownload].self, forKey: .downloads) ?? []
    guard Archive.isSafe(path: name) else {
      throw DecodingError.dataCorruptedError(
        forKey: .name, in: fields, debugDescription: "\"\(name)\", expected a path within a folder")
    }
  }

  /// Creates the entry of a file of bags.
  init(name: String, sha256: String?, bytes: Int, format: BagFormat?, reading: Reading, source: String) {
    columns = nil
    self.reading = reading.options
    leftOut = reading.decisions.filter { $0.subject == .leftOut }
    self.name = name
    role = .bags
    self.sha256 = sha256
    self.bytes = bytes
    self.format = format
    uncompressedSHA256 = nil
    shape = nil
    classNames = nil
    schemes = []
    self.source = source
    downloads = []
  }
}

/// A public source of a file.
package struct CatalogueDownload: Sendable, Codable, Equatable {
  /// The address of the file, or of an archive that contains it; nil for a package.
  package let url: String?
  /// The Python package that contains it, in pip's notation: `name==version`.
  package let package: String?
  /// The member of the archive or package; nil for the file itself.
  package let member: String?

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case url, package, member
  }

  /// Reads a download: a URL or a package with its member.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
    url = try fields.decodeIfPresent(String.self, forKey: .url)
    package = try fields.decodeIfPresent(String.self, forKey: .package)
    member = try fields.decodeIfPresent(String.self, forKey: .member)
    guard (url == nil) != (package == nil), package == nil || member != nil else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath, debugDescription: "no download, expected a url or a package with its member"))
    }
  }
}
