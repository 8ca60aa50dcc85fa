import ArgumentParser
import Foundation
import MILBags
import MILCatalogue
import MILEvaluation
import MILFormats
import MILReport
import Output
import UserInput

/// The command `milbench folds`.
struct FoldsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "folds", abstract: "Write the splits that experiments use.",
    discussion: "Example: milbench folds export --dataset musk1",
    subcommands: [FoldsExport.self])
}

/// The command `milbench folds export`.
struct FoldsExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write the folds of a data set as JSON and CSV, for other programs.",
    discussion: """
      The JSON file is the one that a run keeps in the folds/ of its folder of results, hash included. The CSV file \
      has a line for each repetition and bag: repetition, fold in which the bag is tested, position of the bag from 0, \
      its name and its label; for splits that do not test every bag a line for each bag, with train, val or test for \
      each split.

      Examples:
        milbench folds export --dataset musk1
        milbench folds export --dataset musk1 --scheme plain --folds 10 --repeats 5 \\
          --seed 2018 --output folds
        milbench folds export --dataset fox --scheme lamda-10x10
        milbench folds export --dataset slides.csv --folds loo
        milbench folds export --dataset slides.csv --folds splits_0.csv
        milbench folds export --dataset slides.csv --bag-column slide \\
          --group-column patient
      """)

  @Option(
    name: .dataset,
    help: ArgumentHelp("A data set's name or a file.", valueName: "name-or-file")) var dataset: String
  @Option(
    help: ArgumentHelp(
      "stratified (as under the protocol clean), plain, or the name of folds that circulate with the set.",
      valueName: "name"))
  var scheme = FoldScheme.stratified.rawValue
  @Option(help: ArgumentHelp(FoldChoice.help + " Circulating folds have their own number.", valueName: "n-or-file"))
  var folds: FoldChoice?
  @Option(help: ArgumentHelp("The number of repetitions, 5 or those that circulate.", valueName: "n"))
  var repeats: Int?
  @Option(help: ArgumentHelp("The master seed.", valueName: "n")) var seed: UInt64 = 2018
  @Option(
    name: .output,
    help: ArgumentHelp("The folder to write to.", valueName: "folder")) var output = "folds"
  @OptionGroup var file: DataFileOptions
  @OptionGroup var given: SplitsOption
  @Flag(help: "Use data files whose checksum or shape is not the catalogue's.") var force = false
  @Flag(help: "Print JSON.") var json = false

  private struct Written: Encodable {
    var dataset, scheme, hash, json, csv: String
    var folds, repeats, bags: Int
    var decisions: [ReadDecision]
  }

  func validate() throws {
    try folds?.validate()
    try FoldChoice.refuse(folds, beside: file, given)
    if let repeats, repeats < 1 { throw ValidationError("--repeats is \(repeats), expected at least 1") }
    if output.isEmpty { throw ValidationError("--output is empty, expected a folder") }
  }

  func run() throws {
    let folder = URL(fileURLWithPath: output, isDirectory: true)
    try ResultFiles.checkFolder(folder)
    let store = try DatasetStore.ofEnvironment(force: force)
    try FoldChoice.asked(folds, given)?.check(in: store)
    let loaded = try store.load(dataset, file)
    loaded.tell()
    let bags = loaded.dataset
    let assignment = try assignment(of: bags, store)
    let isDrawn = [.stratified, .plain].contains(assignment.scheme)
    let title = assignment.scheme == .circulated ? scheme : assignment.scheme.rawValue
    let base = FoldLibrary.fileName(
      "\(bags.name)-\(title)" + (isDrawn ? "-\(assignment.foldCount)-seed-\(seed)" : ""))
    try ResultFiles.checkFolder(
      folder, files: [base + ".json": Self.document, base + ".csv": Self.list], inputs: inputs)
    try ResultFiles.makeFolder(folder)
    let (document, list) = (folder.appending(path: base + ".json"), folder.appending(path: base + ".csv"))
    try assignment.write(to: document)
    try ResultFiles.write(Self.table(assignment, bags).csv, to: list)
    if json {
      return try printJSON(
        Written(
          dataset: bags.name, scheme: title, hash: assignment.hash, json: document.path, csv: list.path,
          folds: assignment.foldCount, repeats: assignment.repeats, bags: bags.bagCount, decisions: loaded.decisions))
    }
    try StandardOutput.print("\(document.path)\n\(list.path)")
  }

  private static let document = ReplaceableFile("a file of folds", beginningWith: ["{\n  \"dataset\": "])
  private static let list = ReplaceableFile(
    "a list of folds", beginningWith: ["repetition,fold,bag,name,label", "name,label,split_1"])

  /// The files that the command reads.
  private var inputs: [InputFile] {
    [InputFile("--data", dataset)] + (folds?.inputs ?? []) + file.folder.inputs + given.inputs
  }

  private func assignment(of bags: BagDataset, _ store: DatasetStore) throws -> FoldAssignment {
    if let read = try predefined(bags, store) {
      for note in read.notes { printToStandardError("\(bags.name): \(note)") }
      guard let repeats, repeats != read.folds.repeats else { return read.folds }
      throw ValidationError(
        "--repeats is \(repeats), but the folds have \(read.folds.repeats) repetitions and are written whole")
    }
    let folds: Int? = if case .drawn(let count) = self.folds { count } else { nil }
    if let drawn = FoldScheme(rawValue: scheme), drawn != .circulated {
      return try FoldAssignment(for: bags, scheme: drawn, folds: folds ?? 10, repeats: repeats ?? 5, seed: seed)
    }
    let known = (try store.catalogue.selection(named: bags.nameOfOriginal)?.entry.foldSchemes ?? []).map(\.name)
    guard known.contains(scheme) else {
      throw ValidationError(
        "--scheme is \(scheme), expected \((["stratified", "plain"] + known).joined(separator: ", "))")
    }
    let found = try store.circulatingFolds(scheme, for: bags).folds
    if let folds, folds != found.foldCount {
      throw ValidationError("--folds is \(folds), but \(scheme) has \(found.foldCount) folds")
    }
    guard let repeats, repeats != found.repeats else { return found }
    throw ValidationError(
      "--repeats is \(repeats), but \(scheme) has \(found.repeats) repetitions and is written whole")
  }

  /// Returns folds that are not drawn: leave-one-out, or those of a file or of columns of the data.
  private func predefined(_ bags: BagDataset, _ store: DatasetStore) throws -> PredefinedFolds? {
    if case .named(let text) = FoldChoice.asked(folds, given) { return try store.folds(text, for: bags) }
    if DatasetStore.leaveOneOutNames.contains(scheme.lowercased()) { return try store.folds("loo", for: bags) }
    guard folds == nil, let columns = bags.foldNames else { return nil }
    return try .given(columns: columns, source: "columns of \(bags.name)", for: bags)
  }

  /// Creates a table with a line for each repetition and bag.
  ///
  /// For splits that are not a partition of the bags, it has a line a bag and a column a split.
  private static func table(_ folds: FoldAssignment, _ bags: BagDataset) -> ReportTable {
    if folds.leftOut != nil || folds.foldCount == 1 { return splits(folds, bags) }
    var table = ReportTable(
      title: "", columns: ["repetition", "fold", "bag", "name", "label"].map { ReportTable.Column($0) })
    for (index, assignment) in folds.assignment.enumerated() {
      for (bag, fold) in assignment.enumerated() {
        // Readers of folds take -1 for a bag that is only trained on.
        table.append(
          ReportTable.Row([
            String(index + 1), String(fold == 0 ? -1 : fold), String(bag), bags.bagNames[bag], String(bags.labels[bag]),
          ]))
      }
    }
    return table
  }

  private static func splits(_ folds: FoldAssignment, _ bags: BagDataset) -> ReportTable {
    let rounds = (1...folds.repeats).flatMap { round in (1...folds.foldCount).map { (round, $0) } }
    let columns = ["name", "label"] + rounds.indices.map { "split_\($0 + 1)" }
    var table = ReportTable(title: "", columns: columns.map { ReportTable.Column($0) })
    let parts = rounds.map { round, fold in
      (
        training: Set(folds.trainingBags(repeat: round, fold: fold)),
        test: Set(folds.testBags(repeat: round, fold: fold))
      )
    }
    for bag in bags.labels.indices {
      let roles = parts.map { $0.test.contains(bag) ? "test" : $0.training.contains(bag) ? "train" : "val" }
      table.append(ReportTable.Row([bags.bagNames[bag], String(bags.labels[bag])] + roles))
    }
    return table
  }
}
