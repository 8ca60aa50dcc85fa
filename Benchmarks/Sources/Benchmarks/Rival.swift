import Foundation
import MILBench

/// A child process that trains the same network on the same bags in another framework, with one request per line.
final class Rival {
  /// The error message of a rival that cannot answer a request.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  private struct Answer: Decodable {
    var version: String?
    var scores: [Double]?
    var seconds: Double?
    var error: String?
  }

  /// The name of its file in `rivals`, without the extension.
  let name: String
  private(set) var version = ""
  private let process = Process()
  private let requests = Pipe()
  private let answers = Pipe()
  private var buffer = Data()

  /// Returns the names of all rivals that can train with steps of that many bags.
  static func names(bagsPerStep: Int) -> [String] {
    bagsPerStep == 1 ? ["torch_eager", "jax_scan"] : ["torch_segments", "jax_scan"]
  }

  /// The names of all rivals; each scores a data set in a different way.
  static let allNames = ["torch_eager", "torch_segments", "jax_scan"]

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../rivals")
    .standardizedFileURL

  /// The Python of the rivals' virtual environment; nil if `make bench-rivals` has not created it.
  static var python: URL? {
    let url = folder.appending(path: ".venv/bin/python")
    return FileManager.default.isExecutableFile(atPath: url.path()) ? url : nil
  }

  /// Starts a rival on a folder with the files of a ``RivalFolder``.
  init(_ name: String, python: URL, folder: URL, threads: Int) throws {
    self.name = name
    process.executableURL = python
    process.arguments = [Self.folder.appending(path: "\(name).py").path(), folder.path()]
    var environment = ProcessInfo.processInfo.environment
    for variable in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"] {
      environment[variable] = String(threads)
    }
    process.environment = environment
    process.standardInput = requests
    process.standardOutput = answers
    try process.run()
    version = try answer().version ?? ""
  }

  deinit {
    try? requests.fileHandleForWriting.close()
    process.terminate()
    process.waitUntilExit()
  }

  /// Returns the scores of all bags after one epoch, in the order of training; this also warms up the rival.
  func scoresAfterOneEpoch(bagsPerStep: Int) throws -> [Double] {
    let scores = try ask("prepare \(bagsPerStep)").scores ?? []
    _ = try ask("train \(bagsPerStep) 1")
    return scores
  }

  /// Measures the seconds of some epochs from the start.
  func secondsOfTraining(bagsPerStep: Int, epochs: Int) throws -> Double {
    try ask("train \(bagsPerStep) \(epochs)").seconds ?? .nan
  }

  /// Measures the seconds of scoring all bags a number of times.
  func secondsOfScoring(times: Int) throws -> Double { try ask("score \(times)").seconds ?? .nan }

  /// Measures a request of another form.
  func seconds(of request: String) throws -> Double { try ask(request).seconds ?? .nan }

  private func ask(_ request: String) throws -> Answer {
    try requests.fileHandleForWriting.write(contentsOf: Data("\(request)\n".utf8))
    return try answer()
  }

  private func answer() throws -> Answer {
    while true {
      if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
        let line = buffer[buffer.startIndex..<end]
        buffer = Data(buffer[buffer.index(after: end)...])
        let answer = try JSONDecoder().decode(Answer.self, from: line)
        if let error = answer.error { throw Failure(description: error) }
        return answer
      }
      let more = answers.fileHandleForReading.availableData
      guard !more.isEmpty else { throw Failure(description: "the process has ended") }
      buffer.append(more)
    }
  }
}
