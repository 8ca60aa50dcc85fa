import Foundation
import Subprocesses

/// Runs programs of the system that fetch files: curl and pip.
///
/// They know proxies, certificates and credentials of the machine, keep up with protocols, and cost the build nothing;
/// a networking library of our own would do none of this better.
enum ChildProcess {
  /// How a program ended.
  struct Outcome {
    /// Its exit code; nil if it was stopped here.
    let status: Int32?
    /// The last line it wrote to standard error, unless that went to the user.
    let lastLine: String
    /// Why it was stopped, if it was.
    let stopped: String?
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
    // Programs keep their own temporary files there, too, so that none is left of one that is stopped.
    let folder = try TemporaryFolder("milbench")
    let log = folder.url.appendingPathComponent("log.txt", isDirectory: false)
    let environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": folder.url.path]) { $1 }
    let start = ContinuousClock.now
    let process = try Subprocess(
      program, arguments, environment: environment, ownsGroup: true, output: .discarded,
      errors: showsErrors ? .inherited : .file(log))
    var stopped: String?
    while stopped == nil, process.poll() == nil {
      Thread.sleep(forTimeInterval: 0.05)
      stopped = check() ?? (start.duration(to: .now) > .seconds(seconds) ? "no end after \(Int(seconds)) s" : nil)
    }
    if stopped != nil { process.kill() }
    let ending = process.wait()
    let text = showsErrors ? "" : String(decoding: (try? Data(contentsOf: log)) ?? Data(), as: UTF8.self)
    let lastLine = text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) } ?? ""
    let last = String(lastLine.prefix(300))
    guard stopped == nil else { return Outcome(status: nil, lastLine: last, stopped: stopped) }
    switch ending {
    case .exited(let code): return Outcome(status: code, lastLine: last, stopped: nil)
    case .signalled(let signal): return Outcome(status: nil, lastLine: last, stopped: "ended by signal \(signal)")
    case .unknown: return Outcome(status: nil, lastLine: last, stopped: "its end was not told")
    }
  }
}
