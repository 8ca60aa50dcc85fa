import ArgumentParser
import Foundation
import MILCatalogue
import MILEvaluation
import MILFormats
import Output
import UserInput

/// The command `milbench data export`.
struct DataExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a data set or file as one file of arrays, for other programs.",
    discussion: """
      The file is a safetensors file with the features (instances x features) and, where there are such, places and \
      labels of instances; its metadata hold the table of bags as JSON under milbench_bags. Every command opens it as \
      it opens other files of bags.

      Examples:
        milbench data export musk1 --out musk1.safetensors
        milbench data export slides.csv --bag-column slide --out slides.safetensors \\
          --json
      """)

  @Argument(help: "A data set's name or a file.") var dataset: String
  @Option(name: .out, help: ArgumentHelp("The file to write.", valueName: "file")) var out: String
  @OptionGroup var file: DataFileOptions
  @Option(help: ArgumentHelp("The type of the features: float32 or float16.", valueName: "type"))
  var precision = PackedBags.Precision.float32
  @Flag(help: "Use data files whose checksum or shape is not the catalogue's.") var force = false
  @Flag(help: "Print JSON.") var json = false

  private struct Written: Encodable {
    var name, file, fingerprint, task: String
    /// The name from which folds and seeds of trials are derived.
    var seedName: String
    var isIncomplete: Bool
    /// Channels, height and width, if instances are images.
    var imageShape: [Int]?
    var decisions: [ReadDecision]

    enum CodingKeys: String, CodingKey {
      case name, file, fingerprint, task, decisions
      case seedName = "seed_name"
      case isIncomplete = "has_missing_values"
      case imageShape = "image_shape"
    }
  }

  func validate() throws {
    if out.isEmpty { throw ValidationError("--out is empty, expected a file") }
  }

  func run() throws {
    let target = URL(fileURLWithPath: out)
    let kind = ReplaceableFile("a file of packed bags", recognises: PackedBags.isPacked)
    try ResultFiles.check(target, replacing: kind, inputs: [InputFile("--data", dataset)] + file.folder.inputs)
    StoppedWork.writesAtTheEnd(out)
    let loaded = try DatasetStore.ofEnvironment(force: force).load(dataset, file)
    loaded.tell()
    let bags = loaded.dataset
    let bytes = try PackedBags.write(loaded, precision: precision, source: loaded.path, to: target)
    StoppedWork.end()
    guard json else { return try StandardOutput.print("written: \(out) (\(bytes) bytes)") }
    try printJSON(
      Written(
        name: bags.name, file: target.path, fingerprint: bags.fingerprint, task: type(of: bags.task).id,
        seedName: bags.seedName, isIncomplete: bags.hasMissingValues,
        imageShape: bags.imageShape.map { [$0.channels, $0.height, $0.width] }, decisions: loaded.decisions))
  }
}
