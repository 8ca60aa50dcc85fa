import Foundation
import MILBags
import UserInput

/// A file of named arrays of numbers, such as the features of one bag: opened once, read as often as is wanted.
///
/// ```swift
/// let file = try ArrayFile(url)              // the container is told by the file's content
/// for array in file.arrays { ... }           // name, shape, type, attributes; no numbers are read yet
/// let features = try file.array("features")  // an InstanceSource: rows as Float, widened, row-major
/// let places = try file.array("coords").numbers()
/// ```
///
/// Nothing stays open, and what can be mapped is mapped, so that thousands of files can be held; a value may be read by several
/// threads at a time. Arrays that a file has and that are not read, such as texts or those packed in an unknown way, are in
/// ``refused`` with the reason, which ``array(_:)`` throws.
public struct ArrayFile: Sendable {
  /// The file.
  public let url: URL
  /// The id of its container: `npy`, `npz`, `hdf5`, `pt`, `safetensors` or `csv`.
  public let container: String
  /// Its arrays of numbers, in the order of the file or of their names.
  package let arrays: [FileArray]
  /// Arrays that it has and that are not read, and why.
  public let refused: [String: ReadError]
  /// Texts about the file, where the container has such: attributes of the root group of HDF5, metadata of safetensors.
  public let attributes: [String: String]
  /// What was decided about the file, a sentence each: that MATLAB's arrays are turned, for example.
  public let notes: [String]

  /// A file as a container has opened it.
  package init(
    _ url: URL, container: String, arrays: [FileArray], refused: [String: ReadError] = [:],
    attributes: [String: String] = [:], notes: [String] = []
  ) {
    (self.url, self.container, self.arrays) = (url, container, arrays)
    (self.refused, self.attributes, self.notes) = (refused, attributes, notes)
  }

  /// The array of a name.
  ///
  /// - Throws: `ReadError` where there is none, with the names that there are, or where it is not read, with the reason.
  public func array(_ name: String) throws -> FileArray {
    if let array = arrays.first(where: { $0.name == name }) { return array }
    if let reason = refused[name] { throw reason }
    throw ReadError(
      file: url.path, found: summary, expected: "an array \(name.onOneLine(limit: 80))")
  }

  /// The first array that has one of some names; nil where there is none.
  ///
  /// - Throws: `ReadError` where the file has an array of the first of the names that there is, and it is not read.
  public func array(amongst names: [String]) throws -> FileArray? {
    let there = Set(arrays.map(\.name)).union(refused.keys)
    return try names.first(where: there.contains).map(array)
  }

  /// The arrays in words, for errors.
  public var summary: String {
    let all = arrays.map { ($0.name, $0.summary) } + refused.keys.sorted().map { ($0, "not read") }
    let shown = all.prefix(12).map { "\($0.onOneLine(limit: 40)) (\($1))" }.joined(separator: ", ")
    return all.isEmpty ? "no arrays" : "the arrays \(shown)\(all.count > 12 ? " ..." : "")"
  }
}

/// The beginning of a file, and where it is.
public struct FileHead: Sendable {
  /// The name of the file, with its extension.
  package let name: String
  /// The number of bytes of the file.
  package let byteCount: Int
  package let content: FileContent

  package init(_ content: FileContent) {
    self.content = content
    (name, byteCount) = (URL(fileURLWithPath: content.path).lastPathComponent, content.count)
  }

  /// The first bytes, at most `count` of them.
  package func prefix(_ count: Int) -> [UInt8] { content.prefix(count) }

  /// Some bytes, of which those beyond the end are left out.
  package func bytes(_ range: Range<Int>) -> [UInt8] { content.bytes(range) }
}

/// A kind of file that holds arrays of numbers.
public protocol ArrayContainer: Sendable {
  /// The name, for reports and errors.
  var id: String { get }
  /// The kind of file in a few words.
  var summary: String { get }
  /// The name extensions that such files have, the usual one first.
  var extensions: [String] { get }

  /// Whether a file is of the kind, by its content.
  func recognises(_ head: FileHead) -> Bool

  /// Opens a file of the kind.
  ///
  /// - Throws: `ReadError` with the place that does not fit.
  func open(_ url: URL) throws -> ArrayFile
}
