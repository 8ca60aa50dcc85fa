import Foundation

/// A command of this program in a process of its own, whose memory and cores are measured apart.
enum ChildCommand {
  /// Runs a command and returns the JSON that it prints.
  ///
  /// - Parameter cores: the number of cores that it may use, the first ones; nil for all.
  static func answer<Answer: Decodable>(_ command: [String], boundTo cores: Int? = nil) throws -> Answer {
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    process.arguments = command
    if let cores {
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments =
        ["taskset", "-c", cores == 1 ? "0" : "0-\(cores - 1)", Bundle.main.executableURL?.path ?? ""] + command
    }
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let answer = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try JSONDecoder().decode(Answer.self, from: answer)
  }
}
