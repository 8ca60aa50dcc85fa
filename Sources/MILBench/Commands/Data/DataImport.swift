import ArgumentParser
import Foundation
import MILCatalogue
import MILEvaluation
import MILFormats
import Output
import UserInput

extension PackedBags.Precision: ExpressibleByArgument {}

/// The command `milbench data import`.
struct DataImport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract:
      "Copy a file of bags, or pack a folder into one file, in the user's data folder, to be asked for by a name.",
    discussion: """
      A folder of features and its tables become one file, which is mapped when it is opened.

      Example:
        milbench data import path/to/bags.csv --name mine
        milbench evaluate --model attention --dataset mine
        milbench data import path/to/folder --labels labels.csv --name slides \\
          --precision float16
      """)

  @Argument(help: "A file of bags, a folder of features, or a folder of three .mat files.") var file: String
  @Option(help: "The name; the file's own, without its ending, where none is given.") var name: String?
  @OptionGroup var options: DataFileOptions
  @Option(help: ArgumentHelp("The type of the features of a folder: float32 or float16.", valueName: "type"))
  var precision = PackedBags.Precision.float32
  @Flag(help: "Replace a set that was imported under this name.") var overwrite = false
  @Flag(help: "Print JSON.") var json = false

  private struct Item: Encodable {
    var name, format, sha256: String
    var bags, instances, features: Int
    var positiveBags: Int?
    var decisions: [ReadDecision]

    enum CodingKeys: String, CodingKey {
      case name, format, sha256, bags, instances, features, decisions
      case positiveBags = "positive_bags"
    }
  }

  func run() throws {
    let url = URL(fileURLWithPath: file)
    let stem = url.standardizedFileURL.lastPathComponent.prefix { $0 != "." }.lowercased()
    let folder = UserDataFolder(environment: ProcessInfo.processInfo.environment)
    try ResultFiles.checkFolder(folder.url)
    StoppedWork.imports(name ?? stem)
    let loaded = try ReadingDisplay.during(file) {
      try folder.importSet(
        url, named: name ?? stem, options: options.reading, precision: precision, catalogue: .shipped(),
        overwriting: overwrite)
    }
    StoppedWork.end()
    let bags = loaded.dataset
    loaded.tell()
    if json {
      return try printJSON(
        Item(
          name: bags.name, format: loaded.formatName, sha256: loaded.sha256, bags: bags.bagCount,
          instances: bags.instanceCount, features: bags.featureCount,
          positiveBags: bags.targets.kind == .twoClasses ? bags.positiveBagCount : nil,
          decisions: loaded.decisions))
    }
    let shape =
      bags.targets.kind == .twoClasses
      ? "\(DatasetShape(of: bags))"
      : "\(bags.bagCount) bags (\(bags.targetsText)) of \(bags.instanceCount) instances with \(bags.featureCount) features"
    try StandardOutput.print("\(bags.name): \(shape), read as \(loaded.formatName)")
    let serious = try DatasetAudit.findings(in: bags, catalogue: .shipped()).filter { $0.severity != .note }
    if !serious.isEmpty { try StandardOutput.print(AuditText.lines(serious).joined(separator: "\n")) }
  }
}
