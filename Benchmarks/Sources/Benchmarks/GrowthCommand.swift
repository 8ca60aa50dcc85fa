import ArgumentParser
struct GrowthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "growth", abstract: "x")
}
