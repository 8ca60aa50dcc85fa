import ArgumentParser
import Foundation
import MILEvaluation
import MILExperiments
import Output
import UserInput

/// The command `milbench doctor`.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check this machine and installation, and tell what to do about each finding.",
    discussion: """
      Looks at the version, BLAS and its arithmetic, cores, memory, disks, folders, data sets, experiments, file \
      formats, Python and Slurm. Nothing is trained, fetched or changed; it takes about a second.

      A warning tells of something slow or missing; a problem, after which the exit code is 1, of something that makes \
      commands fail.

      Examples:
        milbench doctor
        milbench doctor --json
        milbench doctor --output /scratch/runs
      """)

  @OptionGroup var workplace: Workplace
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let checks =
      MachineChecks.all
      + PlaceChecks(results: workplace.resultsFolder, experiments: workplace.experimentsFolder).all
      + ProgramChecks.all
    if json { try printJSON(Report(checks: checks)) } else { try StandardOutput.print(checks.styled) }
    if checks.haveProblem { throw ExitCode.failure }
  }

  private struct Report: Encodable {
    var version = MILBenchVersion.current
    var checks: [HealthCheck]
  }
}
