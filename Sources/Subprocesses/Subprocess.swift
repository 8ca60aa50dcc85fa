import CSubprocesses
import Foundation
import Synchronization

/// A child process that is waited for by its own identifier.
///
/// On Linux, Foundation's `Process` learns of an end from the closing of a socket that it shares with the program.
/// Programs that start at the same time inherit each other's sockets, so it may report an end late or never. This type
/// instead asks the system for the state of exactly one process (`waitpid`), which cannot miss an end. A child inherits
/// no open files except its three standard streams.
///
/// A child that nobody waits for stays in the system's table until this program ends.
package final class Subprocess: Sendable {
  /// The end of a program.
  package enum Ending: Sendable, Equatable {
    /// The program exited with this code.
    case exited(Int32)
    /// This signal ended the program.
    case signalled(Int32)
    /// Another part of this program took the end, or the system did because it ignores ends of children.
    case unknown
  }

  /// The destination of a program's output.
  package enum Output: Sendable {
    /// The stream of this program.
    case inherited
    /// No destination.
    case discarded
    /// A file, which is created or emptied.
    case file(URL)

    fileprivate var path: String? {
      switch self {
      case .inherited: nil
      case .discarded: "/dev/null"
      case .file(let url): url.path
      }
    }
  }

  /// The identifier of the process.
  package let identifier: Int32
  /// Whether it leads its own process group.
  package let ownsGroup: Bool
  /// An environment variable that identifies descendants with their own session whose parents have ended.
  ///
  /// Nil without its own group.
  private let mark: String?
  /// The start of the mark of all programs that this program starts.
  private static let markOfAll = "MILBENCH_SUBPROCESS_" + uniqueName
  /// The same as a C string that stays valid.
  private nonisolated(unsafe) static let pointerToMarkOfAll = strdup(markOfAll)
  private static var uniqueName: String { UUID().uuidString.replacing("-", with: "_") }
  /// Guards the identifier, too: after the end, the system may reuse it for another process.
  private let ending = Mutex<Ending?>(nil)

  /// Starts a program with empty standard input and without a shell.
  ///
  /// With `ownsGroup`, signals reach all descendants of the program. None of them remains after its end, or after a
  /// signal has ended this program. On Linux, this includes descendants with their own session, and SIGKILL.
  ///
  /// - Parameters:
  ///   - program: the path of the program.
  ///   - arguments: its arguments.
  ///   - environment: its environment variables; nil for those of this program.
  ///   - folder: its working folder; nil for that of this program.
  ///   - ownsGroup: whether it leads its own process group.
  ///   - output: the destination of its standard output.
  ///   - errors: the destination of its standard error.
  /// - Throws: ``SubprocessError`` if it cannot be started.
  package init(
    _ program: URL, _ arguments: [String], environment: [String: String]? = nil, in folder: URL? = nil,
    ownsGroup: Bool = false, output: Output = .inherited, errors: Output = .inherited
  ) throws(SubprocessError) {
    var variables = environment ?? ProcessInfo.processInfo.environment
    mark = ownsGroup ? Self.markOfAll + "_" + Self.uniqueName : nil
    if ownsGroup { guardian_start(Self.pointerToMarkOfAll) }
    if let mark { variables[mark] = "1" }
    var number: pid_t = 0
    let problem = withCStrings([program.path] + arguments) { texts in
      withCStrings(variables.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }) { variables in
        var problem: Int32 = 0
        // A program that was just written is busy as long as a process started meanwhile has not closed the file.
        for attempt in 0..<100 {
          if attempt > 0 { Thread.sleep(forTimeInterval: 0.01) }
          problem = subprocess_start(
            &number, program.path, texts, variables, folder?.path, output.path, errors.path, ownsGroup ? 1 : 0)
          if problem != ETXTBSY { break }
        }
        return problem
      }
    }
    guard problem == 0 else { throw SubprocessError(program: program.path, reason: String(cString: strerror(problem))) }
    identifier = number
    self.ownsGroup = ownsGroup
  }

  /// Returns the end of the program; nil while it runs.
  package func poll() -> Ending? {
    ending.withLock { known in
      guard known == nil else { return known }
      var code: Int32 = 0
      switch subprocess_ending(identifier, ownsGroup ? 1 : 0, mark, &code) {
      case 0: break
      case 1: known = .exited(code)
      case 2: known = .signalled(code)
      default: known = .unknown
      }
      return known
    }
  }

  /// Waits for the end, polling a hundred times a second.
  package func wait() -> Ending {
    while true {
      if let ending = poll() { return ending }
      Thread.sleep(forTimeInterval: 0.01)
    }
  }

  /// Waits for the end without blocking a thread.
  package func waitForEnd() async -> Ending {
    while true {
      if let ending = poll() { return ending }
      // A cancelled task does not sleep, but the program must still be waited for.
      do { try await Task.sleep(for: .milliseconds(10)) } catch { return wait() }
    }
  }

  /// Kills the program, and all its descendants if it has its own group, unless its end is known.
  package func kill() {
    ending.withLock { known in
      if known == nil { subprocess_kill(identifier, ownsGroup ? 1 : 0, mark) }
    }
  }

  /// Sends a signal to the program, or to its whole group if it has its own, unless its end is known.
  package func send(signal: Int32 = SIGTERM) {
    ending.withLock { known in
      if known == nil { systemKill(ownsGroup ? -identifier : identifier, signal) }
    }
  }

  /// Returns the path of a program in the folders of PATH; nil if none contains it.
  package static func find(
    _ program: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> URL? {
    (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").lazy
      .map { URL(fileURLWithPath: String($0), isDirectory: true).appendingPathComponent(program, isDirectory: false) }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }
}

/// Sends a signal; the method with the same purpose hides the system's call.
private func systemKill(_ identifier: Int32, _ signal: Int32) { _ = kill(identifier, signal) }

/// An error of starting a program.
package struct SubprocessError: Error, Equatable, CustomStringConvertible {
  /// The program's path.
  package let program: String
  /// The reason, in the system's words.
  package let reason: String

  /// The program and the reason in one line for the user.
  package var description: String { "\(program) cannot be run: \(reason)" }
}

/// Calls `body` with a null-terminated list of C strings, which are valid until it returns.
private func withCStrings<Result>(
  _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  let pointers = texts.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  return body(pointers)
}
