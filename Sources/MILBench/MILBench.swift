@_exported import Autodiff
@_exported import Containers
@_exported import LinearAlgebra
@_exported import MILBags
@_exported import MILCatalogue
@_exported import MILFormats
@_exported import MILModels
@_exported import MILRecords
@_exported import MILReport
@_exported import UserInput
import Foundation
import Output
import Subprocesses

/// The command-line tool as a library, so that a researcher's executable has every command with their own models.
///
/// ```swift
/// var registry = try ModelRegistry.standard()
/// try registry.register(…)
/// await MILBench.main(registry: registry)
/// ```
public enum MILBench {
  /// The models available to the commands of this process.
  @TaskLocal static var registry = ModelRegistry()

  /// The metrics that the commands of this process compute and print.
  @TaskLocal static var metrics = [Metric].standard

  /// The parts of the reports that the commands of this process write.
  @TaskLocal static var parts = [ReportPart].standard

  /// The on-disk layouts of bags that the commands of this process open, beside the built-in files.
  @TaskLocal static var formats: [any DatasetFormat] = []

  /// Runs the command that the process was started with, and exits with its code.
  ///
  /// External models are added to the registry. Their descriptions come from the folder `models`, if it exists, and
  /// from the files and folders in the environment variable MILBENCH_MODELS, separated by colons.
  ///
  /// If OpenBLAS does not recognise the processor, the process starts itself again with fitting kernels, unless
  /// OPENBLAS_CORETYPE is set.
  ///
  /// - Parameters:
  ///   - registry: the models available to commands.
  ///   - metrics: the metrics that commands compute and print, in the order of tables.
  ///   - parts: the parts of reports, in the order shown.
  ///   - formats: custom on-disk layouts of bags.
  public static func main(
    registry: ModelRegistry, metrics: [Metric] = .standard, parts: [ReportPart] = .standard,
    formats: [any DatasetFormat] = []
  ) async {
    if let kernels = ProcessorKernels.better(than: BLASLibrary.current.core, on: ProcessorKernels.features) {
      ProgramRestart.restart(setting: ProcessorKernels.variable, to: kernels)
    }
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
            // A command's own work uses all cores; trials, which run side by side, divide them.
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
