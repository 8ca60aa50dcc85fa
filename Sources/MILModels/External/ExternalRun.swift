import Autodiff
import Foundation
import Subprocesses
import UserInput

/// One successful call of an external model's program.
struct ExternalRun {
  private let name: String
  private let folder: ExternalFolder

  /// The number of last lines of output in error messages.
  private static let lines = 5

  /// Runs the program to its end; after the time limit it is killed with all its child processes.
  ///
  /// - Throws: ``ModelError`` with the program's last lines if it cannot be run, exceeds the time limit, exits with a
  ///   code other than 0, or if this task is cancelled.
  init(_ model: ExternalModel, _ step: ExternalJob.Step, _ folder: ExternalFolder) throws {
    name = "\"\((model.command + [step.rawValue]).joined(separator: " "))\"".onOneLine(limit: 200)
    self.folder = folder
    guard let program = Self.program(of: model) else {
      throw ModelError("\(name): there is no program \"\(model.command.first ?? "")\" in the folders of PATH")
    }
    let process: Subprocess
    do {
      let environment = ProgramEnvironment.allowed(
        among: ProcessInfo.processInfo.environment, and: model.environment, temporary: try folder.temporary())
      // Both streams are one file, in the order of writing.
      process = try Subprocess(
        program, Array(model.command.dropFirst()) + [step.rawValue, folder.url.path], environment: environment,
        in: model.folder, ownsGroup: true, output: .file(log), errors: .file(log))
    } catch {
      throw ModelError("\(name): \(error)")
    }
    let start = ContinuousClock.now
    var stop: String?
    while stop == nil, process.poll() == nil {
      Thread.sleep(forTimeInterval: 0.005)
      if Task.isCancelled {
        stop = "was stopped with the run"
      } else if start.duration(to: .now) > .seconds(model.timeout) {
        stop = "was stopped after \(String(format: "%g", model.timeout)) s"
      }
    }
    if stop != nil { process.kill() }
    let ending = process.wait()
    if let stop { throw problem(stop) }
    switch ending {
    case .exited(0): break
    case .exited(let code): throw problem("ended with exit code \(code)")
    case .signalled(let signal): throw problem("was ended by signal \(signal)")
    case .unknown: throw problem("ended, but its end was not told")
    }
  }

  /// Reads the program's output; errors in it are reported with the program's last lines.
  func checking<Result>(_ read: () throws -> Result) throws -> Result {
    do {
      return try read()
    } catch {
      throw problem("ended well, but \(error)")
    }
  }

  private var log: URL { folder.file("log.txt") }

  private func problem(_ what: String) -> ModelError {
    let lines = ending(of: log).split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
    let last = lines.suffix(Self.lines).map { line in
      // The folder has another name in each trial.
      String(line).replacing(folder.url.path, with: "FOLDER").onOneLine(limit: 300)
    }
    return ModelError(
      "\(name) \(what)" + (last.isEmpty ? "; it wrote nothing" : "; its last lines: \(last.joined(separator: " | "))"))
  }

  /// Returns the last 16 KiB of a file as text.
  private func ending(of file: URL) -> String {
    guard let handle = try? FileHandle(forReadingFrom: file) else { return "" }
    defer { try? handle.close() }
    let end = (try? handle.seekToEnd()) ?? 0
    try? handle.seek(toOffset: end - min(end, 1 << 14))
    return String(decoding: (try? handle.readToEnd()) ?? Data(), as: UTF8.self)
  }

  private static func program(of model: ExternalModel) -> URL? {
    guard let name = model.command.first else { return nil }
    if name.hasPrefix("/") { return URL(fileURLWithPath: name) }
    // Unlike appending(path:), this keeps links, by which a virtual environment is found.
    if name.contains("/") { return URL(fileURLWithPath: model.folder.path + "/" + name) }
    return Subprocess.find(name)
  }
}
