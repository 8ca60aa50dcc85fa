import ArgumentParser
import Foundation
import MILBags
import MILCatalogue
import MILEvaluation
import MILFormats
import MILRecords
import Output

/// The command `milbench entry`.
struct EntryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "entry", abstract: "Check results by others before they become part of the leaderboard.",
    discussion: "Example: milbench entry check results/entries/their-model/reference.jsonl.gz",
    subcommands: [EntryCheckCommand.self])
}

/// The command `milbench entry check`.
struct EntryCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check the journal of an entry, and run a sample of its trials again.",
    discussion: """
      Checks that every line is whole, that the results are in range, that each model has every fold of every \
      repetition on every data set of the entry once and with the same settings, that folds, data and test labels are \
      those here, and that no model has the id or the title of a model of milbench. Then runs some trials again where \
      the model and the data are here. Lines that begin with "note" say what could not be compared; they are not \
      faults.

      Examples:
        milbench entry check results/entries/their-model/reference.jsonl.gz
        milbench entry check theirs.jsonl.gz --sample 50 --longest 10 --seed 7
        milbench entry check theirs.jsonl.gz --sample 0 --json

      Exit codes: 0 where the entry is sound, 1 where there are findings.
      """)

  @Argument(help: "The journal of the entry, packed or plain.") var file: String
  @Option(help: ArgumentHelp("Run so many trials again, drawn from the seed; 0 for none.", valueName: "n"))
  var sample = 10
  @Option(help: ArgumentHelp("The seed of the sample.", valueName: "n")) var seed: UInt64 = 2018
  @Option(help: ArgumentHelp("Run only trials again that took at most so long.", valueName: "seconds"))
  var longest: Double?
  @OptionGroup var options: RunOptions
  @Flag(help: "Print JSON.") var json = false

  /// Above this number of findings of a kind, the text shows only their number.
  private static let mostLines = 10

  func validate() throws {
    if file.isEmpty { throw ValidationError("the name of the journal is empty") }
    if sample < 0 { throw ValidationError("--sample is \(sample), expected at least 0") }
    if let longest, !(longest > 0) { throw ValidationError("--longest is \(longest), expected more than 0") }
    if options.fresh { throw ValidationError("--fresh: the sample is run again in any case") }
  }

  func run() async throws {
    var runner = try options.runner(results: nil)
    let store = try DatasetStore.ofEnvironment(force: options.force)
    // A name in an entry never opens a file of the user's.
    runner.findDataset = { name in
      let request = try SyntheticSets.request(name)
      let isMade = request.map { $0.source == nil } ?? false
      guard try isMade || store.catalogue.selection(named: request?.source ?? name) != nil else {
        let near = store.catalogue.names(nearestTo: name).first.map { "; did you mean \"\($0)\"?" } ?? ""
        throw DatasetError(dataset: name, problem: "no such name in the catalogue\(near)")
      }
      return try store.lookUp(name)
    }
    StoppedWork.writesAtTheEnd(nil, hint: "--sample N and --longest SECONDS run fewer trials")
    var check = EntryCheck(runner)
    (check.sample, check.seed, check.longest) = (sample, seed, longest ?? .infinity)
    let report = try await check.check(URL(fileURLWithPath: file))
    try json ? printJSON(report) : tell(report)
    let count = report.findings.count
    guard !report.isSound else { return }
    throw EvaluationError("\(file): \(count) \(count == 1 ? "finding" : "findings"), expected none")
  }

  private func tell(_ report: EntryReport) throws {
    for check in EntryFinding.Check.allCases {
      let own = report.findings.filter { $0.check == check }
      for finding in own.prefix(Self.mostLines) { try StandardOutput.print("\(check.rawValue): \(finding)") }
      if own.count > Self.mostLines {
        try StandardOutput.print(
          "\(check.rawValue): \(own.count - Self.mostLines) more findings, which --json lists")
      }
    }
    for remark in report.remarks { try StandardOutput.print("note: \(remark)") }
    let repeated = report.repeated
    var parts = ["\(repeated.count) of \(repeated.candidates) trials run again"]
    if repeated.count > 0 { parts.append("\(repeated.same) the same bit for bit") }
    if repeated.near + repeated.far > 0 {
      parts.append("of those of other cores \(repeated.near) near and \(repeated.far) far")
    }
    if repeated.different > 0 { parts.append("\(repeated.different) different") }
    try StandardOutput.print(
      "\(report.file): \(report.isSound ? "sound" : "not sound"), \(report.records) records of \(report.cells.count) "
        + "cells; \(parts.joined(separator: ", "))")
  }
}
