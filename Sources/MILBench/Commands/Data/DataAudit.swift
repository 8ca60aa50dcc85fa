import ArgumentParser
import Foundation
import MILCatalogue
import Output
import UserInput

/// The command `milbench data audit`.
struct DataAudit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Look for leaks, wrong labels, copies and other faults in a data set or fold file.",
    discussion: """
      A file is looked at as it is, with its own labels; a name stands for the set as experiments use it.

      Examples:
        milbench data audit musk1
        milbench data audit path/to/bags.csv --json
        milbench data audit path/to/folds.json
      """)

  @Argument(help: "A data set's name, a file of bags or a file of folds.") var dataset: String
  @OptionGroup var options: DataFileOptions
  @Flag(help: "Print JSON.") var json = false

  private struct Report: Encodable {
    var name, file: String
    var format: String?
    var findings: [AuditFinding]
    var decisions: [ReadDecision]
  }

  func run() throws {
    StoppedWork.writesAtTheEnd(nil)
    let report = try audit()
    if json { return try printJSON(report) }
    try StandardOutput.print("\(report.name): \(report.file)")
    try StandardOutput.print(AuditText.lines(report.findings).joined(separator: "\n"))
  }

  private func audit() throws -> Report {
    // The store would refuse the very faults that the audit should report.
    let store = try DatasetStore.ofEnvironment(force: true)
    if try store.catalogue.selection(named: dataset) != nil || SyntheticSets.request(dataset) != nil {
      let loaded = try store.load(dataset, options)
      // Failed checks are reported as findings.
      loaded.tell { !loaded.failedChecks.contains($0) }
      let notes = loaded.failedChecks
        .map { AuditFinding(.catalogue, .fault, $0.prefix(1).uppercased() + $0.dropFirst() + ".") }
      return Report(
        name: loaded.dataset.name, file: loaded.path, format: loaded.formatName,
        findings: try notes + DatasetAudit.findings(in: loaded.dataset, catalogue: store.catalogue),
        decisions: loaded.decisions)
    }
    let url = try store.file(at: dataset)
    if options.format == nil, FoldAudit.isFoldFile(url) {
      return Report(name: "folds", file: url.path, findings: try FoldAudit.findings(in: url), decisions: [])
    }
    let loaded = try store.read(url, options.reading)
    loaded.tell()
    return Report(
      name: loaded.dataset.name, file: loaded.path, format: loaded.formatName,
      findings: try DatasetAudit.findings(in: loaded.dataset, catalogue: store.catalogue), decisions: loaded.decisions)
  }
}

/// Findings as text for people.
enum AuditText {
  static func lines(_ findings: [AuditFinding]) -> [String] {
    findings.map { "\($0.severity.rawValue.uppercased()) \($0.check.rawValue): \($0.sentence)" }
  }
}
