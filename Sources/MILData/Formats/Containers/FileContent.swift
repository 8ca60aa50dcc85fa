import Foundation
import UserInput

/// The bytes of a regular file, mapped and not read: the system brings in what is looked at.
///
/// No file stays open, so that thousands can be held. A file that is cut short while it is mapped ends the program, as with any
/// mapped file.
struct FileContent: Sendable {
  /// The path, for errors.
  let path: String
  private let data: Data

  /// Maps a file.
  ///
  /// - Throws: ``ReadError`` for a file that is missing, no regular file or not readable.
  init(_ url: URL, expected: String) throws {
    path = url.path
    guard FileManager.default.fileExists(atPath: path) else {
      throw ReadError(file: path, found: "no such file", expected: expected)
    }
    do {
      let target = url.resolvingSymlinksInPath()
      let type = try FileManager.default.attributesOfItem(atPath: target.path)[.type] as? FileAttributeType
      // Devices and pipes may never end.
      guard type == .typeRegular else {
        throw ReadError(file: path, found: type == .typeDirectory ? "a folder" : "no regular file", expected: expected)
      }
      data = try Data(contentsOf: target, options: .alwaysMapped)
    } catch let error as ReadError {
      throw error
    } catch {
      throw ReadError(file: path, found: SystemReason.text(of: error), expected: "a readable file")
    }
  }

  /// Bytes in memory as the content of a file.
  init(_ bytes: [UInt8], path: String) {
    self.path = path
    data = Data(bytes)
  }

  /// The number of bytes.
  var count: Int { data.count }

  /// The bytes in a range, of which those beyond the end are left out.
  func bytes(_ range: Range<Int>) -> [UInt8] {
    let range = range.clamped(to: 0..<data.count)
    return data.withUnsafeBytes { [UInt8]($0[range]) }
  }

  /// The first bytes, at most `count` of them.
  func prefix(_ count: Int) -> [UInt8] { bytes(0..<max(count, 0)) }

  /// Calls `body` with all bytes.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try data.withUnsafeBytes(body)
  }
}
