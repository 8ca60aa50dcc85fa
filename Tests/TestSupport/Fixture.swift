import Foundation
import MILFormats

/// Access to the files beside the tests, and to the full data files if the environment names their folder.
package enum Fixture {
  package static func url(_ name: String) throws -> URL {
    try required(Bundle.module.url(forResource: "Fixtures/" + name, withExtension: nil))
  }

  package static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: url(name)))
  }

  package static func json<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(contentsOf: url(name)))
  }

  package static var dataFolder: URL? {
    ProcessInfo.processInfo.environment["MILBENCH_DATA"].map { URL(fileURLWithPath: $0, isDirectory: true) }
  }

  /// Calls `body` with a file of the given content, which exists only during the call.
  package static func withFile<Result>(
    _ content: [UInt8], named name: String = "bags.csv", _ body: (URL) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent(name)
    try Data(content).write(to: file)
    return try body(file)
  }

  /// Returns the error line of reading this content; throws if reading succeeds.
  package static func failure(
    reading text: String, named name: String = "bags.csv", format: BagFormat? = nil
  ) throws -> String {
    try withFile(Array(text.utf8), named: name) { file in
      do {
        _ = try BagReader.read(file, format: format)
      } catch {
        return "\(error)".replacingOccurrences(of: file.path, with: name)
      }
      throw ReadWithoutError(text: text)
    }
  }

  private static func required(_ url: URL?) throws -> URL {
    guard let url else { throw CocoaError(.fileNoSuchFile) }
    return url
  }
}

/// The error that a text was read which must be refused.
struct ReadWithoutError: Error {
  let text: String
}
