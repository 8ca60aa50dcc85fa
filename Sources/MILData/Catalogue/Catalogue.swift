import Foundation
import ShippedData
import UserInput

/// The record of the known data sets: names, shapes, files with checksums, sources, licences, citations, quirks.
public struct Catalogue: Sendable, Codable, Equatable {
  /// The data sets, in the order of the file.
  public let sets: [CatalogueEntry]

  /// A catalogue of the given sets.
  public init(sets: [CatalogueEntry]) {
    self.sets = sets
  }

  /// Reads a catalogue from a JSON5 file; fields it does not know are errors.
  ///
  /// - Throws: ``DocumentError`` with the path of the field that does not fit, or two sets of one name; ``ReadError``
  ///   when there is no such file.
  public init(contentsOf url: URL) throws {
    self = try decodeJSON5(
      Catalogue.self, from: Data(BagReader.contents(of: url, expected: "a catalogue")), file: url.path)
    var owners: [String: String] = [:]
    for set in sets {
      for name in Set([set.name] + set.aliases).sorted() {
        if let owner = owners.updateValue(set.name, forKey: name.lowercased()) {
          throw DocumentError(
            file: url.path, problem: "sets: the name \(name) for \(owner) and \(set.name), expected different names")
        }
      }
    }
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case sets
  }

  /// Reads the list of sets.
  public init(from decoder: any Decoder) throws {
    sets = try decoder.strictContainer(keyedBy: CodingKeys.self).decode([CatalogueEntry].self, forKey: .sets)
  }

  /// The catalogue that comes with the package.
  ///
  /// - Throws: ``ReadError`` naming the folders that were searched when it is not found.
  public static func shipped() throws -> Catalogue {
    guard let url = ShippedData.url(forFile: "catalogue.json5") else {
      throw ReadError(
        file: "catalogue.json5", found: "no such file",
        expected: "it in " + ShippedData.resourceFolders.prefix(2).map(\.path).joined(separator: " or "))
    }
    return try Catalogue(contentsOf: url)
  }

  /// All names that data sets are asked for by, without aliases.
  public var names: [String] { sets.map(\.name) }

  /// The set of this name or alias, whatever the case; nil when there is none.
  public func entry(named name: String) -> CatalogueEntry? {
    let wanted = name.lowercased()
    return sets.first { $0.name.lowercased() == wanted || $0.aliases.contains { $0.lowercased() == wanted } }
  }

  /// The set that a file with this digest belongs to; nil when there is none.
  public func entry(withFile sha256: String) -> CatalogueEntry? {
    sets.first { $0.files.contains { $0.sha256 == sha256 || $0.uncompressedSHA256 == sha256 } }
  }
}

/// One data set of the catalogue.
public struct CatalogueEntry: Sendable, Codable, Equatable {
  /// The name it is asked for by and reported under.
  public let name: String
  /// Other names it answers to.
  public let aliases: [String]
  /// The name that papers print.
  public let title: String
  /// The kind of problem.
  public let family: String
  /// Its size; nil where bags are drawn from it rather than given.
  public let shape: DatasetShape?
  /// The files it circulates in, in the order in which they are tried.
  public let files: [CatalogueFile]
  /// Public addresses of the data.
  public let addresses: [String]
  /// The licence, as far as it is known.
  public let licence: String
  /// Whom to cite.
  public let citation: String
  /// What the labels mean.
  public let labels: String
  /// What to know before using it.
  public let quirks: [String]

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case name, aliases, title, family, shape, files, addresses, licence, citation, labels, quirks
  }

  /// Reads an entry; aliases may be left out.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
    name = try fields.decode(String.self, forKey: .name)
    aliases = try fields.decodeIfPresent([String].self, forKey: .aliases) ?? []
    title = try fields.decode(String.self, forKey: .title)
    family = try fields.decode(String.self, forKey: .family)
    shape = try fields.decodeIfPresent(DatasetShape.self, forKey: .shape)
    files = try fields.decode([CatalogueFile].self, forKey: .files)
    addresses = try fields.decode([String].self, forKey: .addresses)
    licence = try fields.decode(String.self, forKey: .licence)
    citation = try fields.decode(String.self, forKey: .citation)
    labels = try fields.decode(String.self, forKey: .labels)
    quirks = try fields.decode([String].self, forKey: .quirks)
  }
}

/// A file in which a data set circulates.
public struct CatalogueFile: Sendable, Codable, Equatable {
  /// Its path within a folder of data files; a shipped file has no folder.
  public let name: String
  /// The SHA-256 digest of the file.
  public let sha256: String
  /// The size of the file.
  public let bytes: Int
  /// Its layout.
  public let format: BagFormat
  /// The SHA-256 digest of what a gzip file unpacks to.
  public let uncompressedSHA256: String?
  /// Where the file was had.
  public let source: String?

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case name, sha256, bytes, format, uncompressedSHA256, source
  }

  /// Reads a file's entry; the digest of the unpacked content and the source may be left out.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
    name = try fields.decode(String.self, forKey: .name)
    sha256 = try fields.decode(String.self, forKey: .sha256)
    bytes = try fields.decode(Int.self, forKey: .bytes)
    format = try fields.decode(BagFormat.self, forKey: .format)
    uncompressedSHA256 = try fields.decodeIfPresent(String.self, forKey: .uncompressedSHA256)
    source = try fields.decodeIfPresent(String.self, forKey: .source)
  }
}

/// The size of a data set, as published; in files the list [bags, instances, features, positive bags].
public struct DatasetShape: Sendable, Codable, Equatable, CustomStringConvertible {
  /// The number of bags.
  public let bags: Int
  /// The number of instances in all bags.
  public let instances: Int
  /// The number of features of an instance.
  public let features: Int
  /// The number of positive bags.
  public let positiveBags: Int

  /// The shape of a data set.
  public init(of dataset: BagDataset) {
    bags = dataset.bagCount
    instances = dataset.instanceCount
    features = dataset.featureCount
    positiveBags = dataset.positiveBagCount
  }

  /// Reads the list of four numbers.
  public init(from decoder: any Decoder) throws {
    let numbers = try decoder.singleValueContainer().decode([Int].self)
    guard numbers.count == 4, numbers.allSatisfy({ $0 > 0 }) else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "\(numbers.prefix(8)) and not [bags, instances, features, positive bags]"))
    }
    (bags, instances, features, positiveBags) = (numbers[0], numbers[1], numbers[2], numbers[3])
  }

  /// Writes the list of four numbers.
  public func encode(to encoder: any Encoder) throws {
    var list = encoder.singleValueContainer()
    try list.encode([bags, instances, features, positiveBags])
  }

  /// The shape in words.
  public var description: String {
    "\(bags) bags (\(positiveBags) positive) of \(instances) instances with \(features) features"
  }
}
