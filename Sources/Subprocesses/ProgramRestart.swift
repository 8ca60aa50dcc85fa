import Foundation

/// The program of this process, started anew.
package enum ProgramRestart {
  /// Replaces the process by the same program with the same arguments and one environment variable more.
  ///
  /// Libraries that read the environment when they are loaded see the variable. Returns if the variable is already set
  /// or the system cannot start the program again; the environment is then unchanged.
  package static func restart(setting variable: String, to value: String) {
    #if os(Linux)
      // The path itself, so that the process keeps its name.
      guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
        getenv(variable) == nil, setenv(variable, value, 0) == 0
      else { return }
      execv(program, CommandLine.unsafeArgv)
      unsetenv(variable)
    #endif
  }
}
