import Containers
import Foundation
import MILBags
import UserInput

/// The known kinds of array files.
package enum ArrayContainers {
  /// All kinds; text comes last, because it has no signature.
  package static let all: [any ArrayContainer] = [
    NumPyFile(), NumPyArchiveFile(), TorchFile(), SafetensorsFile(), HDF5File(), DelimitedFile(),
  ]

  /// The name extensions of array files, in lower case.
  package static var extensions: Set<String> { Set(all.flatMap(\.extensions)) }

  static var expectation: String { "a file of arrays: " + all.map(\.summary).joined(separator: ", ") }
}

extension ArrayFile {
  /// Opens a file, whose container is recognised by its content.
  ///
  /// - Throws: `ReadError` for a file that is missing, of no container or damaged.
  public init(_ url: URL) throws { try self.init(url, containers: ArrayContainers.all) }

  /// Opens a file; its content determines the container.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - containers: the containers to try.
  /// - Throws: `ReadError` for a file that is missing, of no known container, or damaged.
  package init(_ url: URL, containers: [any ArrayContainer]) throws {
    let content = try FileContent(url, expected: ArrayContainers.expectation)
    guard let container = containers.first(where: { $0.recognises(FileHead(content)) }) else {
      if content.prefix(4).elementsEqual([0x50, 0x4b, 3, 4]) {
        throw ReadError(
          file: url.path, found: "a ZIP archive that is cut off, or has no arrays of NumPy or PyTorch",
          expected: "a whole .npz or .pt file; copy it again where its size differs from the original's")
      }
      throw ReadError(
        file: url.path, found: "a file that begins with \(ReadError.quoted(content.prefix(8)))",
        expected: ArrayContainers.expectation)
    }
    self = try container.open(url)
  }
}
