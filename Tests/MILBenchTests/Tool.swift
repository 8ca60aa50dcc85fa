import Foundation
import Subprocesses
import TestSupport
import Testing

/// The result of a call of the tool.
struct ToolRun {
  /// The exit code; the signal's number if ``trapped`` is true.
  var status: Int32
  /// Whether a signal ended the tool.
  var trapped: Bool
  var output: String
  var errors: String

  /// The error line of standard error, without the parser's prefix.
  var complaint: String? {
    errors.split(separator: "\n").first { $0.hasPrefix("Error: ") }.map { String($0.dropFirst("Error: ".count)) }
  }

  /// Standard output as a JSON object.
  var json: [String: Any] {
    get throws { try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]) }
  }
}

/// The built tool, which is beside the bundle of the tests.
enum Tool {
  private final class Marker {}

  static var executable: URL {
    get throws {
      let code = Bundle(for: Marker.self).bundleURL
      let folders = [Bundle.main.bundleURL, code, code.deletingLastPathComponent()]
      let places = folders.map { $0.appending(path: "milbench") }
      return try #require(
        places.first { FileManager.default.isExecutableFile(atPath: $0.path) && !$0.hasDirectoryPath },
        "no milbench in \(folders.map(\.path))")
    }
  }

  /// Runs the tool and waits for its end.
  ///
  /// - Parameters:
  ///   - folder: the working folder.
  ///   - program: another copy of the tool.
  static func run(_ arguments: [String], in folder: URL, program: URL? = nil) async throws -> ToolRun {
    var environment = ProcessInfo.processInfo.environment
    environment["MILBENCH_DATA"] = nil
    environment["MILBENCH_MODELS"] = nil
    // Imported data stay in the folder.
    environment["XDG_DATA_HOME"] = folder.appending(path: ".data").path
    environment["SWIFT_BACKTRACE"] = "enable=no"
    // Files, unlike pipes, are never full.
    let base = FileManager.default.temporaryDirectory.appending(path: "milbench-\(UUID().uuidString)")
    let (output, errors) = (base.appendingPathExtension("out"), base.appendingPathExtension("err"))
    defer { for file in [output, errors] { try? FileManager.default.removeItem(at: file) } }
    let process = try Subprocess(
      program ?? executable, arguments, environment: environment, in: folder, output: .file(output),
      errors: .file(errors))
    let (status, trapped): (Int32, Bool) =
      switch await process.waitForEnd() {
      case .exited(let code): (code, false)
      case .signalled(let signal): (signal, true)
      case .unknown: (-1, false)
      }
    return ToolRun(
      status: status, trapped: trapped, output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }
}

/// A folder of one test, with experiments in `experiments` and the user's runs in `runs`; removed afterwards.
struct Workshop {
  let folder: URL
  var results: URL { folder.appending(path: "runs") }

  static func open<Result>(_ body: (Workshop) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "milbench-\(UUID().uuidString)")
    let experiments = folder.appending(path: "experiments/paper")
    try FileManager.default.createDirectory(at: experiments, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let workshop = Workshop(folder: folder)
    try workshop.write(experiment, to: "experiments/paper/tiny.json5")
    return try await body(workshop)
  }

  /// Two fast models on the smallest shipped set.
  static let experiment = """
    // A small experiment.
    {
      title: "Tiny",
      datasets: ["musk1"],
      models: ["constant", "mi-net-bag[epochs=1,layers=4]"],
      folds: 3,
      repeats: 1,
    }
    """

  /// Writes a file, or compresses a journal; creates missing folders.
  func write(_ text: String, to path: String) throws {
    let file = folder.appending(path: path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try (path.hasSuffix(".gz") ? packedJournal(text) : Data(text.utf8)).write(to: file)
  }

  /// Returns the text of a file; for a compressed journal, its lines without checksums.
  func contents(_ path: String) throws -> String {
    let file = folder.appending(path: path)
    return try path.hasSuffix(".gz") ? plainLines(file) : String(contentsOf: file, encoding: .utf8)
  }

  func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: folder.appending(path: path).path) }

  /// Copies the tool and its data to a new or existing folder.
  func copyTool(to path: String) throws -> URL {
    let original = try Tool.executable.deletingLastPathComponent()
    let resources = try #require(
      ["milbench_ShippedData.resources", "milbench_ShippedData.bundle"].first {
        FileManager.default.fileExists(atPath: original.appending(path: $0).path)
      })
    let copy = folder.appending(path: path)
    try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
    let program = copy.appending(path: "milbench")
    try FileManager.default.copyItem(at: Tool.executable, to: program)
    try FileManager.default.copyItem(at: original.appending(path: resources), to: copy.appending(path: resources))
    return program
  }

  func milbench(_ arguments: String...) async throws -> ToolRun { try await Tool.run(arguments, in: folder) }

  /// Expects a helpful error: one line with all of `parts`, a failing exit code, no output.
  func expectError(
    _ arguments: [String], _ parts: [String], program: URL? = nil, location: SourceLocation = #_sourceLocation
  ) async throws {
    let run = try await Tool.run(arguments, in: folder, program: program)
    #expect(!run.trapped && run.status != 0, "\(arguments): status \(run.status)", sourceLocation: location)
    #expect(run.output.isEmpty, "\(arguments): \(run.output)", sourceLocation: location)
    let complaint = run.complaint ?? ""
    for part in parts {
      #expect(complaint.contains(part), "\(arguments): \(run.errors)", sourceLocation: location)
    }
    // Only errors in the call itself are followed by the usage.
    let others = run.errors.split(separator: "\n").filter { !$0.hasPrefix("Error: ") && !$0.hasPrefix("paper/") }
    #expect(run.status == 64 || others.isEmpty, "\(arguments): \(run.errors)", sourceLocation: location)
    #expect(!run.errors.contains("Domain="), "\(arguments): \(run.errors)", sourceLocation: location)
  }
}
