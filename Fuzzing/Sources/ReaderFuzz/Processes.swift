import Foundation
import Synchronization

/// Ends a process that says nothing for too long.
final class Watchdog: Sendable {
  private struct State {
    var lastSign = ContinuousClock.now
    var isOver = false
    var hasFired = false
  }

  private let state = Mutex(State())

  /// Watches a running process; the first sign may take a minute, while it reads the corpus.
  init(_ process: Process, timeout: Double) {
    let identifier = process.processIdentifier
    touch(after: .seconds(60))
    Thread.detachNewThread { [self] in
      while !state.withLock({ $0.isOver }) {
        Thread.sleep(forTimeInterval: 0.05)
        let isLate = state.withLock { $0.lastSign + .seconds(timeout) < .now && !$0.isOver }
        guard isLate else { continue }
        state.withLock {
          $0.hasFired = true
          $0.isOver = true
        }
        kill(identifier, SIGKILL)
      }
    }
  }

  /// Notes a sign of life.
  func touch(after delay: Duration = .zero) { state.withLock { $0.lastSign = .now + delay } }
  /// Ends the watch.
  func stop() { state.withLock { $0.isOver = true } }
  /// Whether it had to end the process.
  var hasFired: Bool { state.withLock { $0.hasFired } }
}

/// The lines of a pipe as they come.
struct LineReader {
  private let handle: FileHandle
  private var buffer: [UInt8] = []
  private var position = 0

  init(_ handle: FileHandle) { self.handle = handle }

  /// The next line; nil at the end.
  mutating func next() -> String? {
    while true {
      if let end = buffer[position...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { position = end + 1 }
        return String(decoding: buffer[position..<end], as: UTF8.self)
      }
      let more = handle.availableData
      guard !more.isEmpty else { return nil }
      buffer = Array(buffer[position...]) + more
      position = 0
    }
  }
}
