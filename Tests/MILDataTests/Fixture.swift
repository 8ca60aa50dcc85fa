import Foundation
import MILData
import Testing

/// Access to the files beside the tests, and to the full data files where the environment names their folder.
enum Fixture {
  static func url(_ name: String) throws -> URL {
    try #require(Bundle.module.url(forResource: "Fixtures/" + name, withExtension: nil))
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: url(name)))
  }

  static func json<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(contentsOf: url(name)))
  }

  static var dataFolder: URL? {
    ProcessInfo.processInfo.environment["MILBENCH_DATA"].map { URL(fileURLWithPath: $0, isDirectory: true) }
  }

  /// Calls `body` with a file of the given content, which exists only during the call.
  static func withFile<Result>(
    _ content: [UInt8], named name: String = "bags.csv", _ body: (URL) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent(name)
    try Data(content).write(to: file)
    return try body(file)
  }

  /// The line that reading this content fails with.
  static func failure(reading text: String, named name: String = "bags.csv", format: BagFormat? = nil) throws -> String
  {
    try withFile(Array(text.utf8), named: name) { file in
      let error = #expect(throws: (any Error).self) { try BagReader.read(file, format: format) }
      return try #require(error.map { "\($0)" }).replacingOccurrences(of: file.path, with: name)
    }
  }
}
