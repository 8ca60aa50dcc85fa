import Foundation

/// The memory of the machine, in bytes, within the limit of a container.
package enum MachineMemory {
  /// The memory that is built in.
  package static var physical: Double { Double(ProcessInfo.processInfo.physicalMemory) }

  /// The memory that programs may have: what is built in, or the limit of a container.
  package static let total: Double = {
    let limit = text("/sys/fs/cgroup/memory.max")
      .flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    return min(physical, limit ?? physical)
  }()

  /// The part of it that no program has now; all of it where the system does not tell.
  package static var available: Double {
    let free = text("/proc/meminfo")?.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
      .flatMap { line in line.split(separator: " ").dropFirst().first.flatMap { Double($0) } }.map { $0 * 1024 }
    return min(total, free ?? total)
  }

  private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
