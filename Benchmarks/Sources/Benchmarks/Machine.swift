import Foundation
import MILBench

/// The machine of a measurement.
struct Machine: Codable {
  var processor: String
  var cores: Int
  var blas: String
  var core: String
  /// The load average over the minute before the measurement began.
  var load: Double

  /// Describes this machine now, and prints a warning if its BLAS is slow.
  static func current() -> Machine {
    let library = BLASLibrary.current
    if let warning = library.warning { FileHandle.standardError.write(Data((warning + "\n").utf8)) }
    var load = [Double](repeating: 0, count: 1)
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    let name = line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
    return Machine(
      processor: name ?? "unknown processor", cores: ProcessInfo.processInfo.activeProcessorCount,
      blas: library.configuration, core: library.core, load: getloadavg(&load, 1) == 1 ? load[0] : 0)
  }

  /// The line below a table that describes the machine.
  var note: String {
    "Machine: \(processor), \(cores) cores; load in the last minute \(String(format: "%.1f", load)); "
      + "BLAS: \(blas), core \(core)."
  }
}
