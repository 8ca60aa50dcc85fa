import CSubprocesses
import Foundation
import Synchronization

/// Another program, started here and waited for by its own identifier.
///
/// Foundation's `Process` learns of an end on Linux when a socket that it shares with the program is closed. Programs
/// that are started at the same moment inherit each other's sockets, so an end can be told late or never. This type asks
/// the system for the state of exactly one process instead (`waitpid`), which cannot miss it; and a program gets no open
/// file of this one but its three standard streams.
///
/// A program that nobody waits for stays in the system's table until this one ends.
public final class Subprocess: Sendable {
  /// How a program ended.
  public enum Ending: Sendable, Equatable {
    /// By itself, with this exit code.
    case exited(Int32)
    /// By this signal.
    case signalled(Int32)
    /// It was taken away by another part of this program, or by the system where ends of children are ignored.
    case unknown
  }

  /// Where a program writes to.
  package enum Output: Sendable {
    /// Where this program writes to.
    case inherited
    /// Nowhere.
    case discarded
    /// To a file, which is made, or emptied.
    case file(URL)

    fileprivate var path: String? {
      switch self {
      case .inherited: nil
      case .discarded: "/dev/null"
      case .file(let url): url.path
      }
    }
  }

  /// The system's number of the process.
  public let identifier: Int32
  /// Whether it leads a process group of its own.
  public let ownsGroup: Bool
  /// A variable of its own, by which those of its descendants are known that made a session of their own and whose parents
  /// have ended; nil without a group of its own.
  private let mark: String?
  /// Guards the identifier, too: the system may give it to another process once the end was told.
  private let ending = Mutex<Ending?>(nil)

  /// Starts a program; its standard input is empty, and no shell is between.
  ///
  /// - Parameters:
  ///   - program: its place.
  ///   - arguments: what it is given.
  ///   - environment: the variables it sees; without it those of this program.
  ///   - folder: where it works; without it where this program does.
  ///   - ownsGroup: whether it leads a process group of its own, so that signals reach all that it has started, and
  ///     nothing of it is left when it has ended or when a signal has ended this program, on Linux not even what made a
  ///     session of its own.
  ///   - output: where its standard output goes.
  ///   - errors: where its standard error goes.
  /// - Throws: ``SubprocessError`` when it cannot be started.
  package init(
    _ program: URL, _ arguments: [String], environment: [String: String]? = nil, in folder: URL? = nil,
    ownsGroup: Bool = false, output: Output = .inherited, errors: Output = .inherited
  ) throws(SubprocessError) {
    var variables = environment ?? ProcessInfo.processInfo.environment
    mark = ownsGroup ? "MILBENCH_SUBPROCESS_" + UUID().uuidString.replacing("-", with: "_") : nil
    if let mark { variables[mark] = "1" }
    var number: pid_t = 0
    let problem = withCStrings([program.path] + arguments) { texts in
      withCStrings(variables.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }) { variables in
        subprocess_start(
          &number, program.path, texts, variables, folder?.path, output.path, errors.path, ownsGroup ? 1 : 0)
      }
    }
    guard problem == 0 else { throw SubprocessError(program: program.path, reason: String(cString: strerror(problem))) }
    identifier = number
    self.ownsGroup = ownsGroup
  }

  /// How it ended; nil while it runs.
  public func poll() -> Ending? {
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

  /// Waits for its end, asking a hundred times a second.
  public func wait() -> Ending {
    while true {
      if let ending = poll() { return ending }
      Thread.sleep(forTimeInterval: 0.01)
    }
  }

  /// Waits for its end without holding a thread.
  package func waitForEnd() async -> Ending {
    while true {
      if let ending = poll() { return ending }
      // A cancelled task does not sleep, but the program still has to be waited for.
      do { try await Task.sleep(for: .milliseconds(10)) } catch { return wait() }
    }
  }

  /// Ends it by force, and where it has a group of its own all that it has started, unless its end is known.
  package func kill() {
    ending.withLock { known in
      if known == nil { subprocess_kill(identifier, ownsGroup ? 1 : 0, mark) }
    }
  }

  /// Sends it a signal, and all of its group where it has its own, unless its end is known.
  public func send(signal: Int32 = SIGTERM) {
    ending.withLock { known in
      if known == nil { systemKill(ownsGroup ? -identifier : identifier, signal) }
    }
  }

  /// The place of a program in the folders of PATH; nil if none has it.
  package static func find(
    _ program: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> URL? {
    (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").lazy
      .map { URL(fileURLWithPath: String($0), isDirectory: true).appendingPathComponent(program, isDirectory: false) }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }
}

/// Sends a signal; the method of the same purpose hides the system's call.
private func systemKill(_ identifier: Int32, _ signal: Int32) { _ = kill(identifier, signal) }

/// A program that cannot be started.
package struct SubprocessError: Error, Equatable, CustomStringConvertible {
  /// The program's path.
  package let program: String
  /// Why, in the system's words.
  package let reason: String

  /// One line for the user.
  public var description: String { "\(program) cannot be run: \(reason)" }
}

/// Calls `body` with a list of C strings that ends with a null pointer; they are gone when it returns.
private func withCStrings<Result>(
  _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  let pointers = texts.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  return body(pointers)
}
