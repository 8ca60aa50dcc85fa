import Foundation
import Subprocesses

/// The checks of `milbench doctor` on other programs that commands can use.
package enum ProgramChecks {
  static var all: [HealthCheck] { [python(), slurm { Subprocess.find($0) != nil }] }

  /// The libraries to check for, in the order of the bits of the answer.
  private static let libraries = ["numpy", "torch", "pandas", "sklearn"]
  /// The exit code of an answer without any bit set.
  private static let answer: Int32 = 64

  /// Checks Python and the libraries of models written in it; it locates them without loading them.
  ///
  /// - Parameter place: the path of the interpreter; nil if it is missing.
  package static func python(at place: URL? = Subprocess.find("python3")) -> HealthCheck {
    let title = "Python"
    guard let place else {
      return HealthCheck(
        title, "no python3 in the folders of PATH", .warning,
        advice: "models in Python need one with NumPy; all other commands do without")
    }
    let names = libraries.map { "'\($0)'" }.joined(separator: ", ")
    let question = """
      import sys
      from importlib.util import find_spec
      sys.exit(\(answer) + sum(1 << bit for bit, name in enumerate([\(names)]) if find_spec(name)))
      """
    guard let code = ending(of: place, ["-c", question]), code >= answer, code < answer + (1 << libraries.count) else {
      return HealthCheck(
        title, "\(place.path) does not answer", .warning, advice: "repair it, or put another python3 first in PATH")
    }
    let found = libraries.enumerated().filter { (code - answer) >> $0.offset & 1 == 1 }.map(\.element)
    let finding = "\(place.path) with \(found.isEmpty ? "none of" : found.joined(separator: ", "))"
    let missing = libraries.filter { !found.contains($0) }
    guard found.contains("numpy") else {
      return HealthCheck(
        title, found.isEmpty ? "\(finding) \(libraries.joined(separator: ", "))" : "\(finding), without numpy",
        .warning,
        advice: "models in Python need NumPy: python3 -m pip install numpy, and torch for those in PyTorch")
    }
    return HealthCheck(
      title, finding, advice: missing.isEmpty ? nil : "where needed: \(missing.joined(separator: ", "))")
  }

  /// Returns the exit code of a program; nil if it cannot start, is ended by a signal or takes longer than ten seconds.
  private static func ending(of program: URL, _ arguments: [String]) -> Int32? {
    guard
      let process = try? Subprocess(
        program, arguments, ownsGroup: true, output: .discarded, errors: .discarded)
    else { return nil }
    let end = ContinuousClock.now.advanced(by: .seconds(10))
    while process.poll() == nil, ContinuousClock.now < end { Thread.sleep(forTimeInterval: 0.01) }
    if process.poll() == nil { process.kill() }
    guard case .exited(let code) = process.wait() else { return nil }
    return code
  }

  /// Checks the Slurm programs that `submit` and `status` call.
  ///
  /// - Parameter isHere: whether a program with a name exists.
  package static func slurm(_ isHere: (String) -> Bool) -> HealthCheck {
    let programs = ["sbatch", "squeue"]
    let missing = programs.filter { !isHere($0) }
    if missing.isEmpty { return HealthCheck("Slurm", "sbatch and squeue are here") }
    if missing.count == programs.count { return HealthCheck("Slurm", "not here, and needed by 'submit' alone") }
    return HealthCheck(
      "Slurm", "\(missing.joined(separator: ", ")) is missing", .warning,
      advice: "put Slurm's programs into PATH, or call 'submit' on a node that has them")
  }
}
