import Foundation
import Subprocesses

/// Runs system programs that fetch files: curl and pip.
///
/// They use the machine's proxies, certificates and credentials, keep up with protocols, and cost the build nothing. A
/// networking library of our own would do none of this better.
enum ChildProcess {
  /// The end of a program.
  struct Outcome {
    /// The exit code; nil if it was stopped.
    let status: Int32?
    /// The last line of standard error, unless the user sees standard error.
    let lastLine: String
    /// The reason, if it was stopped.
    let stopped: String?
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - program: the path of the program.
  ///   - arguments: its arguments, without a shell in between.
  ///   - showsErrors: whether the user sees its standard error, which shows progress.
  ///   - seconds: the time limit.
  ///   - check: called several times a second; returns a reason to stop the program, or nil.
  static func run(
    _ program: URL, _ arguments: [String], showsErrors: Bool, seconds: Double, check: () -> String? = { nil }
  ) throws -> Outcome {
    // Programs write their own temporary files there, too, so that a stopped one leaves none.
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
