@_exported import Autodiff
@_exported import LinearAlgebra
@_exported import MILData
@_exported import MILEvaluation
@_exported import MILModels
@_exported import MILReport
@_exported import MILResults
@_exported import MILStatistics
import Foundation
import Output
import Subprocesses

/// The command-line tool as a library, so that a researcher's own executable has every command with their models.
///
/// ```swift
/// var registry = try ModelRegistry.standard()
/// try registry.register(…)
/// await MILBench.main(registry: registry)
/// ```
public enum MILBench {
  /// The models that the commands of this process can name.
  @TaskLocal static var registry = ModelRegistry()

  /// Runs the command that the process was started with and leaves the process with its exit code.
  ///
  /// External models are added to those of the registry: the descriptions in the folder `models`, where there is one, and
  /// in the files and folders that the environment variable MILBENCH_MODELS names, separated by colons.
  ///
  /// - Parameter registry: the models that commands can name.
  public static func main(registry: ModelRegistry) async {
    StandardStreams.prepare()
    var registry = registry
    do {
      try registry.registerExternalModels(in: ExternalModelPlaces.ofEnvironment)
    } catch {
      exit(CommandLineProgram.end(with: error))
    }
    let code = await $registry.withValue(registry) { await CommandLineProgram.run() }
    Leftovers.end()
    exit(code)
  }
}
