import Foundation
import MILBags
import UserInput

/// The bytes of a regular file, mapped and not read: the system brings in what is looked at.
///
/// No file stays open, so that thousands can be held. A file that is cut short while it is mapped ends the program, as with any
/// mapped file.
package struct FileContent: Sendable {
  /// The path, for errors.
  package let path: String
  private let storage: Storage

  private enum Storage: Sendable {
    case mapped(Data)
    case held([UInt8])
  }

  /// Maps a file.
  ///
  /// - Throws: `ReadError` for a file that is missing, no regular file or not readable.
  package init(_ url: URL, expected: String) throws {
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
      storage = .mapped(try Data(contentsOf: target, options: .alwaysMapped))
    } catch let error as ReadError {
      throw error
    } catch {
      throw ReadError(file: path, found: SystemReason.text(of: error), expected: "a readable file")
    }
  }

  /// Bytes in memory as the content of a file.
  package init(_ bytes: [UInt8], path: String) {
    self.path = path
    storage = .held(bytes)
  }

  /// Whether the file is mapped.
  package var isMapped: Bool { if case .mapped = storage { true } else { false } }

  /// The number of bytes.
  package var count: Int {
    switch storage {
    case .mapped(let data): data.count
    case .held(let bytes): bytes.count
    }
  }

  /// Calls `body` with all bytes.
  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    switch storage {
    case .mapped(let data): try data.withUnsafeBytes(body)
    case .held(let bytes): try bytes.withUnsafeBytes(body)
    }
  }

  /// The bytes in a range, of which those beyond the end are left out.
  package func bytes(_ range: Range<Int>) -> [UInt8] {
    withBytes { [UInt8]($0[range.clamped(to: 0..<$0.count)]) }
  }

  /// The first bytes, at most `count` of them.
  package func prefix(_ count: Int) -> [UInt8] { bytes(0..<max(count, 0)) }

  /// The number whose lowest byte stands at a place; all its bytes, eight at most, must be there.
  package func number(at place: Int, size: Int) -> UInt64 {
    withBytes { bytes in (0..<size).reduce(0) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) } }
  }

  /// Calls `body` with an array that has the bytes of a range, and where; places in its errors are those of the file.
  package func withArray<Result>(_ range: Range<Int>, _ body: ([UInt8], Range<Int>) throws -> Result) throws -> Result {
    if case .held(let bytes) = storage { return try body(bytes, range) }
    do {
      return try body(bytes(range), 0..<range.count)
    } catch let error as ReadError {
      guard case .byte(let byte, nil) = error.place else { throw error }
      throw ReadError(
        file: error.file, at: .byte(range.lowerBound + byte), found: error.found, expected: error.expected)
    }
  }
}
