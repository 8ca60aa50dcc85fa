import Containers
import Foundation
import MILBags
import UserInput

/// The kinds of files of arrays that are known.
public enum ArrayContainers {
  /// All of them; text comes last, since it is told by what it is not.
  public static let all: [any ArrayContainer] = [
    NumPyFile(), NumPyArchiveFile(), TorchFile(), SafetensorsFile(), HDF5File(), DelimitedFile(),
  ]

  /// The name extensions of files of arrays, in lower case.
  package static var extensions: Set<String> { Set(all.flatMap(\.extensions)) }

  static var expectation: String { "a file of arrays: " + all.map(\.summary).joined(separator: ", ") }
}

extension ArrayFile {
  /// Opens a file, whose container is told by its content.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - containers: those it may be of.
  /// - Throws: `ReadError` for a file that is missing, of no container or damaged.
  public init(_ url: URL, containers: [any ArrayContainer] = ArrayContainers.all) throws {
    let content = try FileContent(url, expected: ArrayContainers.expectation)
    guard let container = containers.first(where: { $0.recognises(FileHead(content)) }) else {
      throw ReadError(
        file: url.path, found: "a file that begins with \(ReadError.quoted(content.prefix(8)))",
        expected: ArrayContainers.expectation)
    }
    self = try container.open(url)
  }
}
