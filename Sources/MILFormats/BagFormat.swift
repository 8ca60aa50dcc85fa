import Containers
import Foundation
import MILBags
import UserInput

/// A layout of single files of multiple-instance data: a value that recognises and reads them.
///
/// Each layout has one file in `Layouts/` and an entry in ``all``. A layout of another package is a ``DatasetFormat``,
/// which has precedence over these.
package struct BagFormat: Sendable {
  /// The name, for `--format`, reports and the catalogue.
  package let id: String
  /// The layout in a few words.
  package let summary: String
  /// The command-line options that its reader supports.
  let options: Set<ReadOption>
  /// The kind of its files, its recogniser among layouts of that kind, and its reader.
  let content: Content
  /// Whether its files have the label of every instance.
  package var labelsInstances = false
  /// A function that derives a data set's name from the path of its file.
  var name: @Sendable (_ path: String) -> String = { BagReader.stem(of: URL(fileURLWithPath: $0)) }
  /// The files of a data set; nil if it is a single one.
  package var parts: FileParts?

  /// The files that make up one data set, of which each finds the others by name.
  package struct FileParts: Sendable {
    /// The folder and its files, for errors: `a folder with ...`.
    let folder: String
    /// The names of copies, in the order of ``files``; the first file is the one that a reader is given.
    package let titles: [String]
    /// A function that returns the first file in a folder; nil for a folder without the files.
    let first: @Sendable (_ folder: URL) -> URL?
    /// A function that returns whether a file has the name of a part.
    let names: @Sendable (URL) -> Bool
    /// A function that returns all files from one of them or their folder; nil if one is missing.
    package let files: @Sendable (URL) -> [URL]?
  }

  /// A kind of content, with a recogniser and a reader.
  ///
  /// A reader receives the name of the data set and the user's options for the file.
  enum Content: Sendable {
    /// Text in UTF-8; a layout that ``TextLayout`` detects by the fields of the first lines needs no recogniser.
    case text(
      recognises: @Sendable (TextScanner) -> Bool = { _ in false },
      read: @Sendable (TextScanner, _ name: String, ReadOptions) throws -> ReadBags)
    /// A MATLAB file, of version 5 or 7.3.
    case matlab(
      recognises: @Sendable (MATFile, ReadOptions) -> Bool,
      read: @Sendable (MATFile, _ name: String, ReadOptions) throws -> ReadBags)
    /// Other bytes, including an archive, which is not unpacked in advance.
    case binary(
      recognises: @Sendable ([UInt8]) -> Bool,
      read: @Sendable ([UInt8], _ path: String, _ name: String, ReadOptions) throws -> ReadBags)
  }

  /// Creates a layout; the caller sets the properties with defaults afterwards.
  init(_ id: String, _ summary: String, options: Set<ReadOption>, _ content: Content) {
    (self.id, self.summary, self.content) = (id, summary, content)
    self.options = ReadOption.common.union(options)
  }

  /// All layouts, in the order in which they try to recognise a file.
  package static let all: [BagFormat] = [
    .labelBagCSV, .c45, .newsgroups, .andrews, .keel, .arff, .csv, .prtools, .cellOfBags, .threeFileMAT, .flatMAT,
    .numPy, .hdf5,
  ]

  /// Returns the file by which a layout of several files reads a folder; nil for other folders.
  package static func file(inFolder folder: URL) -> URL? {
    all.lazy.compactMap { $0.parts?.first(folder) }.first
  }

  /// Returns the name of the data set of a file, by the file's path alone.
  package static func datasetName(ofFileAt url: URL) -> String {
    all.first { $0.parts?.names(url) == true }?.name(url.path) ?? BagReader.stem(of: url)
  }

  /// Returns the layout with a name.
  ///
  /// - Throws: ``ReadError`` that lists the names, if there is none.
  static func named(_ name: String, file: String) throws -> BagFormat {
    guard let format = all.first(where: { $0.id == name }) else {
      throw ReadError(
        file: file, found: "the format \(ReadError.quoted(name.utf8))",
        expected: "one of " + all.map(\.id).joined(separator: ", "))
    }
    return format
  }

  /// Whether files of the layout are MATLAB files.
  var isMAT: Bool { if case .matlab = content { true } else { false } }

  /// Whether files of the layout are text.
  var isText: Bool { if case .text = content { true } else { false } }

  /// Whether files of the layout are neither text nor MATLAB files.
  var isBinary: Bool { !isMAT && !isText }

  /// Refuses options that the layout does not support.
  ///
  /// - Throws: ``ReadError`` that names them, and the layouts that support them.
  func refuseOthers(than options: Set<ReadOption>? = nil, in asked: ReadOptions, file: String) throws {
    let used = options ?? self.options
    let unused = asked.givenHere.filter { !used.contains($0) }
    guard !unused.isEmpty else { return }
    let formats = Self.all.filter { $0.options.isSuperset(of: unused) }.map(\.id)
    throw ReadError(
      file: file,
      found: "\(unused.map(\.spelling).joined(separator: ", ")), of which the layout \(id) has no use",
      expected: "a call without" + (formats.isEmpty ? "" : ", or a file in \(formats.joined(separator: ", "))"))
  }

  /// Describes the expected layouts, for errors.
  static func expectation(_ formats: [BagFormat]) -> String {
    "one of the layouts " + formats.map { "\($0.id) (\($0.summary))" }.joined(separator: ", ")
  }

  /// The names of all layouts of text, for errors.
  static var namesOfText: String { all.filter(\.isText).map(\.id).joined(separator: ", ") }
}

extension BagFormat: Codable, Hashable {
  /// Decodes the layout that a catalogue names.
  ///
  /// - Throws: `DecodingError` if there is no such layout.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let format = Self.all.first(where: { $0.id == name }) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "no layout \(name), expected one of \(Self.all.map(\.id))")
    }
    self = format
  }

  /// Writes the name.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(id)
  }

  /// Returns whether two layouts have the same name.
  package static func == (left: BagFormat, right: BagFormat) -> Bool { left.id == right.id }

  /// Hashes the name.
  package func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension Set<ReadOption> {
  /// The options of readers of tables of fields.
  static let ofTables = ReadOption.columns.union(ReadOption.instanceLabels).union([.encoding, .header, .decimal])
  /// The options of readers of text that declares its fields.
  static let ofDeclaredText = ReadOption.columns.union(ReadOption.instanceLabels).union([.encoding])
  /// The options of readers of arrays.
  static let ofArrays = ReadOption.columns.union(ReadOption.instanceLabels).union([.encoding, .bagOrder])
}
