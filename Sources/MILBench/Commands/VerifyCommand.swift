import ArgumentParser
import Foundation
import MILCatalogue
import MILEvaluation
import MILExperiments
import MILRecords
import Output
import UserInput

/// The command `milbench verify`.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Run recorded trials again and compare every figure with what was recorded.",
    discussion: """
      On the BLAS core that a journal names, all figures must be the same, bit for bit. On another core sums are taken \
      in another order: scores within \(Verification.tolerance) of the recorded ones are told as near, others as far, \
      which long trainings can be, since each step carries differences of the last bits on.

      Examples:
        milbench verify results/dp-minn/classical --sample 60 --longest 1
        milbench verify dp-minn/classical
        milbench verify dp-minn/classical --sample 60 --record

      With --record the trials that had the same bits are listed in \(VerifiedTrials.fileName) beside their journal, \
      and the pages of milbench report state how many of each model's trials they are.

      Exit codes: 0 where no trial is different on its own core and at least half of the others are near; 1 otherwise.
      """)

  @Argument(help: "An experiment by name, or the folder of its journals, such as results/dp-minn/classical.")
  var experiment: String
  @Option(help: ArgumentHelp("So many trials, spread over all; all where it is not given.", valueName: "n"))
  var sample: Int?
  @Option(help: ArgumentHelp("Only trials that took at most so long.", valueName: "seconds")) var longest: Double?
  @Flag(help: "List the trials with the same bits in a file beside the journal; it replaces an earlier list.")
  var record = false
  @OptionGroup var workplace: Workplace
  @OptionGroup var options: RunOptions

  func validate() throws {
    if let sample, sample < 1 { throw ValidationError("--sample is \(sample), expected at least 1") }
    if let longest, !(longest > 0) { throw ValidationError("--longest is \(longest), expected more than 0") }
    if options.fresh { throw ValidationError("--fresh: verify runs every chosen trial again in any case") }
  }

  func run() async throws {
    let (name, folder, root) = try place()
    if record {
      let kind = ReplaceableFile("a list of milbench verify", beginningWith: [VerifiedTrials.beginning])
      try ResultFiles.checkFolder(folder, files: [VerifiedTrials.fileName: kind], inputs: [])
    }
    let files = try JournalFiles.own(in: folder) + (JournalFiles.reference(in: folder).map { [$0] } ?? [])
    let journals = try JournalSet<TrialRecord>(reading: files)
    JournalDamage.lines(journals.damage).forEach { printToStandardError($0) }
    guard !journals.union.isEmpty else {
      throw EvaluationError("\(folder.path): no records, expected the journals of \(name)")
    }
    let loaded = try workplace.load(name)
    var runner = try options.runner(results: nil)
    runner.find(for: loaded, in: try DatasetStore.ofEnvironment(force: options.force))
    runner.finished = [root, workplace.referenceFolder] + URL.referenceResults
    StoppedWork.writesAtTheEnd(nil, hint: "--sample N and --longest SECONDS check fewer trials")
    var verification = Verification(runner)
    verification.sample = sample
    verification.longest = longest ?? .infinity
    let outcome = try await verification.check(journals.union, of: loaded)
    for (dataset, reason) in outcome.unavailable.sorted(by: { $0.key < $1.key }) {
      printToStandardError("no data for \(dataset): \(reason)")
    }
    for part in outcome.leftOut { printToStandardError("\(name): \(part.sentence)") }
    try tell(outcome, name)
    if record { try write(outcome, to: folder) }
  }

  /// Writes the trials that had the same bits on the core that the journal names.
  private func write(_ outcome: Verification.Outcome, to folder: URL) throws {
    let same = outcome.checked.filter { $0.agreement == .same && $0.record.core == outcome.core }.map(\.record)
    let file = folder.appending(path: VerifiedTrials.fileName)
    try ResultFiles.write(VerifiedTrials(same).json(), to: file)
    printToStandardError("written: \(file.pathFromHere), \(same.count) trials")
  }

  /// Returns the experiment's name, the folder of its journals, and the folder of results that contains it.
  private func place() throws -> (name: String, folder: URL, root: URL) {
    let path = experiment.hasSuffix("/") ? String(experiment.dropLast()) : experiment
    let names = try Experiment.list(in: workplace.experimentsFolder)
    if !names.contains(path), let name = names.filter({ path.hasSuffix("/" + $0) }).max(by: { $0.count < $1.count }) {
      return (
        name, URL(fileURLWithPath: path, isDirectory: true),
        URL(fileURLWithPath: String(path.dropLast(name.count)), isDirectory: true)
      )
    }
    let own = workplace.resultsFolder
    let root = try JournalFiles.own(in: own.appending(path: path)).isEmpty ? workplace.referenceFolder : own
    return (path, root.appending(path: path), root)
  }

  private func tell(_ outcome: Verification.Outcome, _ name: String) throws {
    var (same, near, far, different) = (0, 0, 0, 0)
    var largest = 0.0
    for (record, agreement) in outcome.checked {
      switch agreement {
      case .same: same += 1
      case .near(let difference):
        near += 1
        largest = max(largest, difference)
      case .far(let difference):
        far += 1
        try StandardOutput.print(
          "far: \(record.key): scores by up to \(String(format: "%.3g", difference)); recorded on \(record.core)")
      case .different(let reason):
        different += 1
        try StandardOutput.print("different: \(record.key): \(reason)")
      }
    }
    var parts = ["\(same) the same bit for bit"]
    if near + far > 0 {
      parts.append(
        "of those recorded on other cores \(near) within \(Verification.tolerance) (by up to "
          + "\(String(format: "%.3g", largest))) and \(far) farther off")
    }
    if different > 0 { parts.append("\(different) different") }
    try StandardOutput.print(
      "\(name): \(outcome.checked.count) of \(outcome.candidates) trials run again on \(outcome.core): "
        + parts.joined(separator: "; "))
    if outcome.checked.isEmpty {
      throw EvaluationError("\(name): no recorded trial can be run again here, expected at least one")
    }
    if different > 0 {
      throw EvaluationError("\(name): \(different) trials give other figures than were recorded on this core")
    }
    if far > near + same {
      throw EvaluationError("\(name): \(far) trials, most of all, are farther off than kernels of another core explain")
    }
  }
}
