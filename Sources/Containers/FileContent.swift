import Foundation
import MILBags
import UserInput

/// The bytes of a regular file, mapped, so that the system loads only the pages that are used.
///
/// No file handle stays open, so a program can keep thousands of mapped files. A file that is truncated while mapped
/// crashes the program, as with any mapped file.
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
  /// - Throws: `ReadError` for a file that is missing, not regular or not readable.
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

  /// Presents bytes in memory as the content of a file.
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

  /// Returns the bytes in a range, without those beyond the end.
  package func bytes(_ range: Range<Int>) -> [UInt8] {
    withBytes { [UInt8]($0[range.clamped(to: 0..<$0.count)]) }
  }

  /// Returns the first bytes, at most `count` of them.
  package func prefix(_ count: Int) -> [UInt8] { bytes(0..<max(count, 0)) }

  /// Returns the little-endian number at an offset; all its bytes, at most eight, must exist.
  package func number(at place: Int, size: Int) -> UInt64 {
    withBytes { bytes in (0..<size).reduce(0) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) } }
  }

  /// Calls `body` with an array that holds a range's bytes, and their range in it. Offsets in its errors become those
  /// of the file.
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
