import Foundation

/// The memory of the machine in bytes, or the limit of a container.
package enum MachineMemory {
  /// The installed memory.
  package static var physical: Double { Double(ProcessInfo.processInfo.physicalMemory) }

  /// The memory that programs may use: the installed memory, or the limit of a container.
  package static let total: Double = {
    let limit = text("/sys/fs/cgroup/memory.max")
      .flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    return min(physical, limit ?? physical)
  }()

  /// The unused part of ``total``; all of it if the system does not report the use.
  package static var available: Double {
    let free = text("/proc/meminfo")?.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
      .flatMap { line in line.split(separator: " ").dropFirst().first.flatMap { Double($0) } }.map { $0 * 1024 }
    return min(total, free ?? total)
  }

  private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
