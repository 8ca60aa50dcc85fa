import Foundation
import Subprocesses
import UserInput

/// The Slurm submission of an experiment: the file `submission.json` in the experiment's folder.
package struct SlurmSubmission: Codable, Sendable, Equatable {
  /// The name of the file.
  package static let fileName = "submission.json"

  /// The number of tasks, one per share.
  package var tasks: Int
  /// The name of the plan's file.
  package var plan: String
  /// The options that narrow the experiment.
  package var scope: [String]
  /// The arguments of each task besides its share, including those options.
  package var arguments: [String]
  /// The user's options of sbatch.
  package var options: [String]
  /// The numbers of the job arrays, the last one at the end.
  package var jobs: [String] = []
  /// The number of the job that collects and reports; nil until it is submitted.
  package var collector: String?

  /// Creates a submission without submitted jobs.
  package init(tasks: Int, plan: String, scope: [String] = [], arguments: [String], options: [String]) {
    (self.tasks, self.plan, self.scope, self.arguments, self.options) = (tasks, plan, scope, arguments, options)
  }

  /// Reads the submission of an experiment's folder; returns nil if there is none.
  ///
  /// - Throws: ``/UserInput/DocumentError`` for an invalid file.
  package static func read(in folder: URL) throws -> SlurmSubmission? {
    let file = folder.appending(path: fileName)
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    do {
      return try decodeJSON5(SlurmSubmission.self, from: Data(contentsOf: file), file: file.path)
    } catch let error as DocumentError {
      throw DocumentError(file: file.path, problem: error.problem + "; remove the file once no task of it runs")
    }
  }

  /// Writes the file.
  package func write(in folder: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try ResultFiles.write(try encoder.encode(self) + Data("\n".utf8), to: folder.appending(path: Self.fileName))
  }
}

/// The scripts of a job array and of the collecting job, as text.
package struct SlurmScripts: Sendable {
  /// The program.
  package let program: URL
  /// The working folder of the commands.
  package let folder: URL
  /// The experiment's name.
  package let experiment: String

  /// Creates scripts that call a program in a folder.
  package init(program: URL, folder: URL, experiment: String) {
    (self.program, self.folder, self.experiment) = (program, folder, experiment)
  }

  /// Returns the script of a task, which runs the share with its number.
  package func task(_ submission: SlurmSubmission) -> String {
    script(
      "One task of a job array: the share of its number. Written by milbench submit.",
      "exec \(words([program.path, "run", experiment] + submission.arguments)) --quiet "
        + "--shard \"$SLURM_ARRAY_TASK_ID/\(submission.tasks)\" --workers \"${SLURM_CPUS_PER_TASK:-1}\"")
  }

  /// Returns the script of the job after the array: the tables of all shares, and a list of missing units.
  ///
  /// - Parameter places: the options that name folders.
  package func collector(_ places: [String]) -> String {
    script(
      "The job after a job array: tables of what all shares have. Written by milbench submit.",
      """
      \(words([program.path, "report", experiment] + places))
      \(words([program.path, "status", experiment] + places))
      """)
  }

  private func script(_ comment: String, _ commands: String) -> String {
    "#!/bin/bash\n# \(comment)\nset -eu\ncd \(Self.quoted(folder.path))\n\(commands)\n"
  }

  private func words(_ words: [String]) -> String { words.map(Self.quoted).joined(separator: " ") }

  /// Returns a word quoted such that a shell takes it literally.
  package static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=:,+@".contains($0)) }
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}

/// Slurm's programs.
package enum Slurm {
  /// The state of a task in the queue.
  package enum TaskState: String, Sendable, Equatable {
    case running, waiting
  }

  /// Submits a script.
  ///
  /// - Parameters:
  ///   - options: the options of sbatch.
  ///   - script: the script's file.
  /// - Returns: the number of the job.
  /// - Throws: ``EvaluationError`` with the message of sbatch.
  package static func submit(_ options: [String], _ script: URL) throws -> String {
    let answer = try call("sbatch", ["--parsable"] + options + [script.path])
    let words = answer.output.split(whereSeparator: { $0.isWhitespace || $0 == ";" })
    guard answer.status == 0, let job = words.first, job.allSatisfy(\.isNumber) else {
      let said = (answer.errors + answer.output).onOneLine(limit: 300)
      throw EvaluationError("sbatch did not take \(script.path): \(said.isEmpty ? "exit code \(answer.status)" : said)")
    }
    return String(job)
  }

  /// Returns the tasks of job arrays that are in the queue, by their numbers.
  ///
  /// - Throws: ``EvaluationError`` if the queue cannot be queried, so that no running task is taken for ended.
  package static func queue(_ jobs: [String]) throws -> [Int: TaskState] {
    var states: [Int: TaskState] = [:]
    for job in jobs {
      let answer = try call("squeue", ["--noheader", "--array", "--format=%K %T", "--jobs=\(job)"])
      // Slurm drops jobs some minutes after their end.
      if answer.status != 0, answer.errors.contains("Invalid job id") { continue }
      guard answer.status == 0 else {
        throw EvaluationError("squeue does not tell of job \(job): \(answer.errors.onOneLine(limit: 300))")
      }
      for (task, state) in tasks(in: answer.output) { states[task] = state }
    }
    return states
  }

  /// Parses lines of a task's number and its state.
  static func tasks(in text: String) -> [(task: Int, state: TaskState)] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(whereSeparator: \.isWhitespace)
      guard words.count >= 2, let task = Int(words[0]) else { return nil }
      return (task, ["RUNNING", "COMPLETING", "STOPPED", "SUSPENDED"].contains(words[1]) ? .running : .waiting)
    }
  }

  /// Whether Slurm's programs are installed.
  package static var isHere: Bool { Subprocess.find("squeue") != nil }

  private static func call(_ name: String, _ arguments: [String]) throws -> (
    output: String, errors: String, status: Int32
  ) {
    guard let program = Subprocess.find(name) else {
      throw EvaluationError(
        "there is no program \"\(name)\" in the folders of PATH, expected Slurm's; --dry-run only writes the scripts")
    }
    let folder = try TemporaryFolder("milbench-slurm")
    let (output, errors) = (folder.url.appending(path: "output"), folder.url.appending(path: "errors"))
    let process: Subprocess
    do {
      process = try Subprocess(program, arguments, output: .file(output), errors: .file(errors))
    } catch {
      throw EvaluationError("\(error)")
    }
    let ending = process.wait()
    func text(_ file: URL) -> String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }
    guard case .exited(let status) = ending else {
      throw EvaluationError("\(program.path) was ended before it had answered")
    }
    return (text(output), text(errors), status)
  }
}

extension [Int] {
  /// Sorted numbers as ranges, in the syntax of `--array`: `1-3,5`.
  package var ranges: String {
    var parts: [ClosedRange<Int>] = []
    for number in sorted() {
      if let last = parts.last, last.upperBound == number - 1 {
        parts[parts.count - 1] = last.lowerBound...number
      } else {
        parts.append(number...number)
      }
    }
    return parts.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
  }
}
