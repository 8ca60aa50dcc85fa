@_exported import Autodiff
@_exported import Containers
@_exported import LinearAlgebra
@_exported import MILBags
@_exported import MILCatalogue
@_exported import MILEvaluation
@_exported import MILExperiments
@_exported import MILFormats
@_exported import MILModels
@_exported import MILRecords
@_exported import MILReport
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

  /// The metrics that the commands of this process compute and print.
  @TaskLocal static var metrics = [Metric].standard

  /// The parts of the reports that the commands of this process write.
  @TaskLocal static var parts = [ReportPart].standard

  /// The layouts of bags on disk that the commands of this process open, beside the files that are always known.
  @TaskLocal static var formats: [any DatasetFormat] = []

  /// Runs the command that the process was started with and leaves the process with its exit code.
  ///
  /// External models are added to those of the registry: the descriptions in the folder `models`, where there is one, and
  /// in the files and folders that the environment variable MILBENCH_MODELS names, separated by colons.
  ///
  /// - Parameters:
  ///   - registry: the models that commands can name.
  ///   - metrics: the metrics that commands compute and print, in the order of tables.
  ///   - parts: the parts of reports, in the order in which they are shown.
  ///   - formats: layouts of bags on disk of one's own.
  public static func main(
    registry: ModelRegistry, metrics: [Metric] = .standard, parts: [ReportPart] = .standard,
    formats: [any DatasetFormat] = []
  ) async {
    StandardStreams.prepare()
    var registry = registry
    do {
      try registry.registerExternalModels(in: ExternalModelPlaces.ofEnvironment)
    } catch {
      exit(CommandLineProgram.end(with: error))
    }
    let code = await $registry.withValue(registry) {
      await $metrics.withValue(metrics) {
        await $parts.withValue(parts) {
          await $formats.withValue(formats) {
            // What a command does by itself has all cores; trials, which run side by side, divide them.
            await Cores.$inside.withValue(ProcessInfo.processInfo.activeProcessorCount) {
              await CommandLineProgram.run()
            }
          }
        }
      }
    }
    Leftovers.end()
    exit(code)
  }
}
