import Foundation
import Synchronization

/// The memory of this process as Linux counts it, in bytes.
enum MemoryUse {
  /// The resident memory now; nil if the system does not report it.
  static var current: Int? { value(of: "VmRSS") }
  /// The peak of resident memory since the start or the last ``reset()``; nil if the system does not report it.
  static var peak: Int? { value(of: "VmHWM") }

  /// Resets the peak to the current use.
  static func reset() { try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs")) }

  /// Returns freed memory to the system, so that the remains of reading a file do not count.
  static func returnUnused() {
    // Foundation does not export glibc's malloc_trim, and other systems do not have it.
    guard let address = dlsym(nil, "malloc_trim") else { return }
    typealias Trim = @convention(c) (Int) -> Int32
    _ = unsafeBitCast(address, to: Trim.self)(0)
  }

  /// The memory that belongs to no file now; nil if the system does not report it.
  static var anonymous: Int? { value(of: "Anonymous", in: "/proc/self/smaps_rollup") }

  private static func value(of key: String, in file: String = "/proc/self/status") -> Int? {
    guard let status = try? String(contentsOfFile: file, encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("\(key):") })
    else { return nil }
    return line.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first.map { $0 * 1024 }
  }
}

/// The peak of the memory of this process that belongs to no file, observed by a thread of its own.
final class AnonymousMemory: Sendable {
  private let peak = Atomic<Int>(0)
  private let isDone = Atomic<Bool>(false)

  init() {
    Thread.detachNewThread { [self] in
      while !isDone.load(ordering: .relaxed) {
        peak.max(MemoryUse.anonymous ?? 0, ordering: .relaxed)
        usleep(50_000)
      }
    }
  }

  /// Ends the observation and returns the peak in bytes.
  func peakAtEnd() -> Int {
    isDone.store(true, ordering: .relaxed)
    return peak.load(ordering: .relaxed)
  }
}
