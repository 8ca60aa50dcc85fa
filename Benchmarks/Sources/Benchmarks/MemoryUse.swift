import Foundation

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

  private static func value(of key: String) -> Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("\(key):") })
    else { return nil }
    return line.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first.map { $0 * 1024 }
  }
}
