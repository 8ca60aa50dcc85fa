import Foundation
import Subprocesses

/// A worker and the lines that it has written to a file so far.
final class WorkerProcess {
  private let process: Subprocess
  private let file: URL
  private let handle: FileHandle
  private var rest: [UInt8] = []

  init(_ arguments: [String]) throws {
    file = FileManager.default.temporaryDirectory.appendingPathComponent("reader-fuzz-\(UUID().uuidString).log")
    // A backtrace after a trap would take seconds.
    let environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    process = try Subprocess(
      Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0]), arguments,
      environment: environment, output: .file(file))
    handle = try FileHandle(forReadingFrom: file)
  }

  deinit {
    try? handle.close()
    try? FileManager.default.removeItem(at: file)
  }

  /// Returns how the process ended, or nil if it still runs.
  func poll() -> Subprocess.Ending? { process.poll() }

  /// Ends the process at once.
  func end() {
    process.send(signal: SIGKILL)
    _ = process.wait()
  }

  /// Returns the complete lines since the last call.
  func newLines() throws -> [Substring] {
    rest += try handle.readToEnd() ?? Data()
    guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
    defer { rest.removeSubrange(...end) }
    return String(decoding: rest[...end], as: UTF8.self).split(separator: "\n")
  }
}
