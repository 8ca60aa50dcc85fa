import Foundation

/// The memory of this process as Linux counts it, in bytes.
enum MemoryUse {
  /// What is resident now; nil where the system does not tell.
  static var current: Int? { value(of: "VmRSS") }
  /// The most that was resident since the start or the last ``reset()``; nil where the system does not tell.
  static var peak: Int? { value(of: "VmHWM") }

  /// Forgets the peak.
  static func reset() { try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs")) }

  /// Gives freed memory back to the system, so that what reading a file has left behind does not count.
  static func returnUnused() {
    // Foundation does not show glibc's malloc_trim(0); other systems have none.
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
