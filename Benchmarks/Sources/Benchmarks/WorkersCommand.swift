import ArgumentParser
import Foundation
import MILBench

/// Whole trials by several workers against one.
struct WorkersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workers", abstract: "Trials an hour of several workers against one; bar 1.9 for two.")

  @Option(help: "The data set.")
  var data = "musk1"
  @Option(help: "The model id.")
  var model = "mi-net-bag"
  @Option(help: "The number of workers beside one.")
  var workers = 2
  @Option(help: "How many times both are measured.")
  var rounds = 5

  func run() async throws {
    print("not built yet")
  }
}
