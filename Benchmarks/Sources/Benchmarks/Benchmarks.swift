import ArgumentParser
import Foundation
import MILBench

/// The benchmarks: what is measured, each a command of its own; without a command, the training steps.
@main
struct Benchmarks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmarks", abstract: "Measures the speed and the memory of training.",
    subcommands: [
      StepCommand.self, WorkersCommand.self, MemoryCommand.self, GrowthCommand.self, AlternationCommand.self,
    ],
    defaultSubcommand: StepCommand.self)
}
