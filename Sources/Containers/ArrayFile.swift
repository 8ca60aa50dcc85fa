import Foundation
import MILBags
import UserInput

/// A file of named arrays of numbers, such as the features of one bag: opened once, read any number of times.
///
/// ```swift
/// let file = try ArrayFile(url)              // the content identifies the container
/// let features = try file.instances("features")  // an InstanceSource: rows as Float, widened, row-major
/// let places = try file.numbers("coords")
/// ```
///
/// No file handle stays open, and files are mapped if possible, so a program can keep thousands of them. Several
/// threads may read from one value at the same time. Some arrays cannot be read, such as texts or those packed by an
/// unknown method. They are in ``refused`` with the reason, which ``instances(_:)`` throws.
public struct ArrayFile: Sendable {
  /// The file.
  package let url: URL
  /// The id of its container: `npy`, `npz`, `hdf5`, `pt`, `safetensors` or `csv`.
  package let container: String
  /// Its arrays of numbers, in the order of the file or of their names.
  package let arrays: [FileArray]
  /// The arrays that cannot be read, each with the reason.
  package let refused: [String: ReadError]
  /// Texts about the file, if the container has any: attributes of the root group of HDF5, metadata of safetensors.
  package let attributes: [String: String]
  /// The decisions made about the file, a sentence each: for example, that MATLAB's arrays are transposed.
  package let notes: [String]

  /// Creates a file that a container has opened.
  package init(
    _ url: URL, container: String, arrays: [FileArray], refused: [String: ReadError] = [:],
    attributes: [String: String] = [:], notes: [String] = []
  ) {
    (self.url, self.container, self.arrays) = (url, container, arrays)
    (self.refused, self.attributes, self.notes) = (refused, attributes, notes)
  }

  /// Returns the rows of the array with a name: features of instances, which are read on demand.
  ///
  /// - Throws: `ReadError` with the existing names if there is none, or with the reason if it cannot be read.
  public func instances(_ name: String) throws -> any InstanceSource { try array(name) }

  /// Returns all numbers of the array with a name in C order: labels, places.
  ///
  /// - Throws: `ReadError` as ``instances(_:)`` does. Numbers need not be finite.
  public func numbers(_ name: String) throws -> [Double] { try array(name).numbers() }

  /// Returns the array with a name.
  ///
  /// - Throws: `ReadError` with the existing names if there is none, or with the reason if it cannot be read.
  package func array(_ name: String) throws -> FileArray {
    if let array = arrays.first(where: { $0.name == name }) { return array }
    if let reason = refused[name] { throw reason }
    throw ReadError(
      file: url.path, found: summary, expected: "an array \(name.onOneLine(limit: 80))")
  }

  /// Returns the first array that has one of some names; nil if there is none.
  ///
  /// - Throws: `ReadError` if the first of the names that exists belongs to an array that cannot be read.
  package func array(amongst names: [String]) throws -> FileArray? {
    let there = Set(arrays.map(\.name)).union(refused.keys)
    return try names.first(where: there.contains).map(array)
  }

  /// The arrays in words, for errors.
  package var summary: String {
    let all = arrays.map { ($0.name, $0.summary) } + refused.keys.sorted().map { ($0, "not read") }
    return all.isEmpty ? "no arrays" : "the arrays " + all.shortList(12) { "\($0.onOneLine(limit: 40)) (\($1))" }
  }
}

/// The beginning of a file, and its path.
package struct FileHead: Sendable {
  /// The name of the file, with its extension.
  package let name: String
  /// The number of bytes of the file.
  package let byteCount: Int
  package let content: FileContent

  package init(_ content: FileContent) {
    self.content = content
    (name, byteCount) = (URL(fileURLWithPath: content.path).lastPathComponent, content.count)
  }

  /// Returns the first bytes, at most `count` of them.
  package func prefix(_ count: Int) -> [UInt8] { content.prefix(count) }

  /// Returns the bytes of a range, without those beyond the end.
  package func bytes(_ range: Range<Int>) -> [UInt8] { content.bytes(range) }
}

/// A kind of file that holds arrays of numbers.
package protocol ArrayContainer: Sendable {
  /// The container's id, for reports and errors.
  var id: String { get }
  /// The kind of file in a few words.
  var summary: String { get }
  /// The usual name extensions of such files, the most common first.
  var extensions: [String] { get }

  /// Whether a file is of this kind, by its content.
  func recognises(_ head: FileHead) -> Bool

  /// Opens a file of this kind.
  ///
  /// - Throws: `ReadError` with the invalid place.
  func open(_ url: URL) throws -> ArrayFile
}
