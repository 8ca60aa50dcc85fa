import Foundation
import LinearAlgebra
import MILEvaluation
import MILReport
import UserInput

/// The checks of `milbench doctor` on the program, its libraries, processor and memory.
package enum MachineChecks {
  static var all: [HealthCheck] {
    [version, blas, product, solve, cores(of: ProcessInfo.processInfo.activeProcessorCount), memory] + limits() + [
      formats
    ]
  }

  private static var version: HealthCheck {
    #if arch(x86_64)
      let processor = "x86_64"
    #elseif arch(arm64)
      let processor = "arm64"
    #else
      let processor = "another processor"
    #endif
    let system = ProcessInfo.processInfo.operatingSystemVersionString
    return HealthCheck("version", "milbench \(MILBenchVersion.current) on \(system), \(processor)")
  }

  private static var blas: HealthCheck {
    let library = BLASLibrary.current
    if let better = ProcessorKernels.better(than: library.core, on: ProcessorKernels.features) {
      return HealthCheck(
        "BLAS", "\(library.configuration), core \(library.core), whose kernels do not use the processor's AVX",
        .warning,
        advice: "unset \(ProcessorKernels.variable), or set it to \(better); a newer OpenBLAS knows the processor")
    }
    return HealthCheck(
      "BLAS", "\(library.configuration), core \(library.core)", library.isOpenBLAS ? .ok : .warning,
      advice: library.warning?.replacing("warning: ", with: ""))
  }

  private static let otherLibrary =
    "install another build of OpenBLAS and LAPACKE; OPENBLAS_CORETYPE=Haswell tries other kernels"

  /// Checks a single-precision product of whole numbers, which is exact in any order of the sums.
  static var product: HealthCheck {
    let (rows, inner, columns) = (61, 47, 53)
    let left = Matrix<Float>(rows: rows, columns: inner, elements: (0..<(rows * inner)).map { Float($0 * 7 % 17 - 8) })
    let right = Matrix<Float>(
      rows: inner, columns: columns, elements: (0..<(inner * columns)).map { Float($0 * 5 % 13 - 6) })
    let result = left * right
    var wrong = 0
    for row in 0..<rows {
      for column in 0..<columns {
        var sum: Float = 0
        for index in 0..<inner { sum += left[row, index] * right[index, column] }
        if sum != result[row, column] { wrong += 1 }
      }
    }
    return wrong == 0
      ? HealthCheck("matrix product", "right, to the last bit (sgemm, \(rows) x \(inner) x \(columns))")
      : HealthCheck(
        "matrix product", "\(wrong) of \(rows * columns) elements are wrong (sgemm)", .problem, advice: otherLibrary)
  }

  /// Checks the solution of the second-difference system against one chosen in advance.
  static var solve: HealthCheck {
    let order = 50
    var system = Matrix<Double>(rows: order, columns: order)
    for row in 0..<order {
      system[row, row] = 2
      if row > 0 { (system[row, row - 1], system[row - 1, row]) = (-1, -1) }
    }
    let chosen = (1...order).map { Double($0) }
    let sides = Matrix<Double>(rows: order, columns: 1, elements: system * chosen)
    do {
      let found = try system.solvingPositiveDefinite(sides).elements
      let error = zip(found, chosen).map { abs($0 - $1) }.max() ?? .infinity
      guard error < 1e-9 else {
        return HealthCheck("linear solve", "off by \(error) (posv, order \(order))", .problem, advice: otherLibrary)
      }
      return HealthCheck("linear solve", "right, within 1e-9 (posv, order \(order))")
    } catch {
      return HealthCheck("linear solve", "\(error)", .problem, advice: otherLibrary)
    }
  }

  /// Checks the cores, and the share of them that a container grants the process.
  ///
  /// - Parameters:
  ///   - count: the number of cores of the machine.
  ///   - quota: the contents of Linux's quota file: microseconds of work, and the period in microseconds.
  package static func cores(
    of count: Int, quota: String? = try? String(contentsOfFile: "/sys/fs/cgroup/cpu.max", encoding: .utf8)
  ) -> HealthCheck {
    let numbers = (quota ?? "").split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    let finding = count == 1 ? "1 core" : "\(count) cores"
    guard numbers.count == 2, numbers[1] > 0, numbers[0] < Double(count) * numbers[1] else {
      return HealthCheck("cores", "\(finding), which is how many trials run side by side")
    }
    let share = numbers[0] / numbers[1]
    return HealthCheck(
      "cores", finding + String(format: ", of which the container may use %.1f", share), .warning,
      advice: "give commands --workers \(max(1, Int(share)))")
  }

  private static var memory: HealthCheck {
    let title = "memory"
    if let text = ProcessInfo.processInfo.environment[MemoryBudget.variable] {
      do {
        _ = try MemoryBudget(gibibytes: text)
      } catch {
        return HealthCheck(
          title, "\(error)", .problem, advice: "set \(MemoryBudget.variable) to a number of GiB, or unset it")
      }
    }
    let (usable, physical) = (MemoryBudget.available.total, MachineMemory.physical)
    let isLittle = usable < 0x1p30
    return HealthCheck(
      title, "\(usable.gibibytes) for trials, of \(physical.gibibytes) of the machine", isLittle ? .warning : .ok,
      advice: isLittle
        ? "end other programs, or give commands fewer --workers; \(MemoryBudget.variable) sets how much may be taken"
        : nil)
  }

  /// Checks the limits of the shell, if there are any.
  ///
  /// - Parameter table: the contents of Linux's file of limits.
  package static func limits(
    of table: String? = try? String(contentsOfFile: "/proc/self/limits", encoding: .utf8)
  ) -> [HealthCheck] {
    let flags = [("Max address space", "v"), ("Max data size", "d"), ("Max file size", "f")]
    let set = (table ?? "").split(separator: "\n").compactMap { line -> (name: String, flag: String, bytes: Double)? in
      guard let (name, flag) = flags.first(where: { line.hasPrefix($0.0) }),
        let bytes = line.dropFirst(name.count).split(separator: " ").first.flatMap({ Double($0) })
      else { return nil }
      return (name.dropFirst("Max ".count).description, flag, bytes)
    }
    guard !set.isEmpty else { return table == nil ? [] : [HealthCheck("limits", "none on memory and file size")] }
    return [
      HealthCheck(
        "limits", set.map { "\($0.name) at most \($0.bytes.gibibytes)" }.joined(separator: ", "), .warning,
        advice: set.map { "ulimit -\($0.flag) unlimited" }.joined(separator: "; ")
          + " lifts it, where the system lets you")
    ]
  }

  private static var formats: HealthCheck {
    #if HDF5
      HealthCheck("build", "with HDF5")
    #else
      HealthCheck(
        "build", "without HDF5 (no .h5 file can be read)", .warning, advice: "build without --disable-default-traits")
    #endif
  }
}

extension Double {
  /// Formats a number of bytes in GiB.
  var gibibytes: String { String(format: self < 10 * 0x1p30 ? "%.1f GiB" : "%.0f GiB", self / 0x1p30) }
}
