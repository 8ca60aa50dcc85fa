import Containers
import Foundation
import MILBags
import UserInput

/// A layout of single files of multiple-instance data: a value that says what it is told by and how it is read.
///
/// Each stands in one file of `Layouts/`, and in ``all``. A layout of another package is a ``DatasetFormat``, which is asked
/// before these.
public struct BagFormat: Sendable {
  /// The name, for `--format`, reports and the catalogue.
  public let id: String
  /// The layout in a few words.
  public let summary: String
  /// The command-line options that its reader supports.
  let options: Set<ReadOption>
  /// What its files are, how it is told among others of the kind, and its reader.
  let content: Content
  /// Whether its files say the label of every instance.
  package var labelsInstances = false
  /// What a data set is called after the path of its file.
  var name: @Sendable (_ path: String) -> String = { BagReader.stem(of: URL(fileURLWithPath: $0)) }
  /// The files of a data set, where it has several, one of which or whose folder is given; nil where one is missing.
  package var parts: @Sendable (URL) -> [URL]? = { _ in nil }

  /// A kind of content, with what tells a layout by it and its reader.
  ///
  /// A reader gets the name of the data set and what the user says about the file.
  enum Content: Sendable {
    /// Text, in UTF-8. What ``TextLayout`` tells by the fields of the first lines need not recognise anything.
    case text(
      recognises: @Sendable (TextScanner) -> Bool = { _ in false },
      read: @Sendable (TextScanner, _ name: String, ReadOptions) throws -> ReadBags)
    /// A MATLAB 5 file.
    case matlab(
      recognises: @Sendable (MATFile, ReadOptions) -> Bool,
      read: @Sendable (MATFile, _ name: String, ReadOptions) throws -> ReadBags)
    /// Other bytes; also an archive, which is not unpacked first.
    case binary(
      recognises: @Sendable ([UInt8]) -> Bool,
      read: @Sendable ([UInt8], _ path: String, _ name: String, ReadOptions) throws -> ReadBags)
  }

  /// A layout with its traits; those with defaults are set afterwards.
  init(_ id: String, _ summary: String, options: Set<ReadOption>, _ content: Content) {
    (self.id, self.summary, self.content) = (id, summary, content)
    self.options = ReadOption.common.union(options)
  }

  /// All layouts, in the order in which they are asked whether a file is theirs.
  public static let all: [BagFormat] = [
    .labelBagCSV, .c45, .newsgroups, .andrews, .keel, .arff, .csv, .prtools, .cellOfBags, .threeFileMAT, .flatMAT,
    .numPy,
  ]

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

  /// Whether files of the layout are neither.
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
  /// The layout that a catalogue names.
  ///
  /// - Throws: `DecodingError` for a name that is none.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let format = Self.all.first(where: { $0.id == name }) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "no layout \(name), expected one of \(Self.all.map(\.id))")
    }
    self = format
  }

  /// Writes the name.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(id)
  }

  /// Whether two layouts have one name.
  public static func == (left: BagFormat, right: BagFormat) -> Bool { left.id == right.id }

  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension Set<ReadOption> {
  /// The options of readers that get tables of fields.
  static let ofTables = ReadOption.columns.union([.positiveInstance, .encoding, .header, .decimal])
  /// The options of readers whose text says itself what its fields are.
  static let ofDeclaredText = ReadOption.columns.union([.positiveInstance, .encoding])
  /// The options of readers of arrays.
  static let ofArrays = ReadOption.columns.union([.positiveInstance, .encoding, .bagOrder])
}
