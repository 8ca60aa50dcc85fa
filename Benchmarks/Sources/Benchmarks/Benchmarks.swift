import ArgumentParser
import Foundation
import MILBench

/// The benchmark program, with one command for each quantity; the default command measures training steps.
@main
struct Benchmarks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmarks", abstract: "Measures the speed and the memory of training.",
    subcommands: [
      StepCommand.self, SlideCommand.self, LargeBagsCommand.self, ReadingCommand.self, ClassicalCommand.self,
      WorkersCommand.self, MemoryCommand.self, GrowthCommand.self, AlternationCommand.self,
    ],
    defaultSubcommand: StepCommand.self)
}
