import Foundation

/// Runs programs of the system that fetch files: curl and pip.
///
/// They know proxies, certificates and credentials of the machine, keep up with protocols, and cost the build nothing;
/// a networking library of our own would do none of this better.
enum ChildProcess {
  /// How a program ended.
  struct Outcome {
    /// Its exit code; nil when it was stopped here.
    let status: Int32?
    /// The last line it wrote to standard error, unless that went to the user.
    let lastLine: String
    /// Why it was stopped, if it was.
    let stopped: String?
  }

  /// The place of a program in the folders of PATH; nil when none has it.
  static func find(_ program: String, environment: [String: String] = ProcessInfo.processInfo.environment) -> URL? {
    (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").lazy
      .map { URL(fileURLWithPath: String($0), isDirectory: true).appendingPathComponent(program, isDirectory: false) }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - program: its place.
  ///   - arguments: what it is given; no shell is between.
  ///   - showsErrors: whether its standard error, where progress goes, is the user's.
  ///   - seconds: how long it may take.
  ///   - check: called several times a second; a reason that it gives stops the program.
  static func run(
    _ program: URL, _ arguments: [String], showsErrors: Bool, seconds: Double, check: () -> String? = { nil }
  ) throws -> Outcome {
    let log = FileManager.default.temporaryDirectory.appendingPathComponent("milbench-" + UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: log) }
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    if !showsErrors {
      _ = FileManager.default.createFile(atPath: log.path, contents: nil)
      process.standardError = try FileHandle(forWritingTo: log)
    }
    let start = ContinuousClock.now
    try process.run()
    var stopped: String?
    while process.isRunning {
      Thread.sleep(forTimeInterval: 0.05)
      stopped = check() ?? (start.duration(to: .now) > .seconds(seconds) ? "no end after \(Int(seconds)) s" : nil)
      if stopped != nil {
        process.terminate()
        break
      }
    }
    process.waitForEnd()
    let text = showsErrors ? "" : String(decoding: (try? Data(contentsOf: log)) ?? Data(), as: UTF8.self)
    let lastLine = text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) } ?? ""
    return Outcome(
      status: stopped == nil ? process.terminationStatus : nil, lastLine: String(lastLine.prefix(300)), stopped: stopped
    )
  }
}

extension Process {
  /// Waits until the program has ended.
  ///
  /// Foundation's own `waitUntilExit()` runs the thread's run loop, and on Linux now and then misses the end of the
  /// program and waits for ever.
  package func waitForEnd() {
    while isRunning { Thread.sleep(forTimeInterval: 0.01) }
  }
}
