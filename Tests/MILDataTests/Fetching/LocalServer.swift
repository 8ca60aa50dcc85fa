import Foundation
import Testing

@testable import MILData

/// A server of files on this machine for as long as it is in use; needs Python.
final class LocalServer {
  /// Asked for by an environment variable: waiting for many child processes at once has been seen to block test runs.
  static let isPossible =
    ProcessInfo.processInfo.environment["MILBENCH_TEST_DOWNLOADS"] != nil && ChildProcess.find("python3") != nil
    && ChildProcess.find("curl") != nil

  let folder: URL
  let address: String
  private let process = Process()
  private let log: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString, isDirectory: true)
    log = folder.appendingPathComponent("log", isDirectory: false)
    let served = folder.appendingPathComponent("served", isDirectory: true)
    try FileManager.default.createDirectory(at: served, withIntermediateDirectories: true)
    _ = FileManager.default.createFile(atPath: log.path, contents: nil)
    process.executableURL = ChildProcess.find("python3")
    process.arguments = [try Fixture.url("serve.py").path, served.path]
    process.standardOutput = try FileHandle(forWritingTo: log)
    try process.run()
    var port = ""
    for _ in 0..<200 where !port.hasSuffix("\n") {
      Thread.sleep(forTimeInterval: 0.05)
      port = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    }
    address = "http://127.0.0.1:\(port.trimmingCharacters(in: .whitespacesAndNewlines))"
  }

  deinit {
    process.terminate()
    process.waitForEnd()
    try? FileManager.default.removeItem(at: folder)
  }

  /// The requests so far, as status, path and range.
  var requests: [String] {
    let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").dropFirst().map(String.init)
  }

  func serve(_ bytes: [UInt8], as name: String) throws {
    try Data(bytes).write(to: folder.appendingPathComponent("served/" + name))
  }

  /// The user's data folder of a test.
  var user: UserDataFolder { UserDataFolder(url: folder.appendingPathComponent("user", isDirectory: true)) }
}
