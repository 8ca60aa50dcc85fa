import ArgumentParser
import Foundation
import MILEvaluation
import MILRecords
import Output

/// The command `milbench pack`.
struct PackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pack", abstract: "Pack the journals of a finished run into one, as they are committed.",
    discussion: """
      The lines of the journals follow each other unchanged, with a checksum each, in one gzip file, which zcat reads. \
      The same lines give the same bytes. What is damaged is left out and told. Journals of audits are those with \
      .ndjson in their name.

      Examples:
        milbench pack results/dp-minn/classical/reference.jsonl.gz \\
          runs/dp-minn/classical/journal*
      """)

  @Argument(help: "The file to write, such as reference.jsonl.gz.") var packed: String
  @Argument(help: "The journals, packed or plain.") var journals: [String]

  func validate() throws {
    if packed.isEmpty { throw ValidationError("the name of the file to write is empty") }
    guard packed.hasSuffix(".gz") else { throw ValidationError("\(packed): expected a name that ends in .gz") }
  }

  func run() throws {
    let file = URL(fileURLWithPath: packed)
    let kind = ReplaceableFile("a packed journal") { $0.starts(with: [0x1f, 0x8b]) }
    try ResultFiles.check(file, replacing: kind, inputs: journals.map { InputFile("journal", $0) })
    let files = journals.map { URL(fileURLWithPath: $0) }
    let isOfAudits = files.contains { $0.lastPathComponent.contains(".ndjson") }
    let content = isOfAudits ? try Journal<AuditRecord>.packed(files) : try Journal<TrialRecord>.packed(files)
    try ResultFiles.write(content.bytes, to: file)
    JournalDamage.lines(content.damage).forEach { printToStandardError($0) }
    let size = String(format: "%.1f", Double(content.bytes.count) / 1e6)
    try StandardOutput.print("\(packed): \(content.lines) records, \(size) MB")
  }
}
