import Foundation
import Subprocesses
import TestSupport
import Testing

@testable import MILCatalogue

/// A local file server that runs while it is in use; it needs Python.
final class LocalServer {
  static let isPossible = Subprocess.find("python3") != nil && Subprocess.find("curl") != nil

  let folder: URL
  let address: String
  private let process: Subprocess
  private let log: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString, isDirectory: true)
    log = folder.appendingPathComponent("log", isDirectory: false)
    let served = folder.appendingPathComponent("served", isDirectory: true)
    try FileManager.default.createDirectory(at: served, withIntermediateDirectories: true)
    let python = try #require(Subprocess.find("python3"))
    process = try Subprocess(python, [try Fixture.url("serve.py").path, served.path], output: .file(log))
    var port = ""
    for _ in 0..<200 where !port.hasSuffix("\n") {
      Thread.sleep(forTimeInterval: 0.05)
      port = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    }
    address = "http://127.0.0.1:\(port.trimmingCharacters(in: .whitespacesAndNewlines))"
  }

  deinit {
    process.send()
    _ = process.wait()
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
