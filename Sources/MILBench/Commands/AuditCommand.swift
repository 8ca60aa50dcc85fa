import ArgumentParser
import Foundation
import MILEvaluation
import MILModels
import MILRecords
import MILReport
import Output

/// The command `milbench audit`.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Test whether models respect the assumption of multiple-instance learning.",
    discussion: """
      Runs the algorithmic tests of Raff and Holt (NeurIPS 2023): the training bags hold a short cut that the test \
      bags contradict. Table and journal go to audit/ in the folder of your own runs; what the journal holds is not \
      run again.

      Examples:
        milbench audit
        milbench audit attention mi-net-instance --training-bags 10000
        milbench audit attention --tests single-concept "two-concepts[version=2]" \\
          --padding 0 45 --output /tmp/results

      \(UnfinishedTrials.help)
      """)

  @Argument(help: "Model ids; all registered models where none is given.") var models: [String] = []
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Tests: single-concept, two-concepts, false-frequency, with parameters.", valueName: "name ..."))
  var tests: [String] = AuditPlan().tests.map { String($0.dropFirst("synthetic/".count)) }
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Sizes up to which bags are padded; 0 for bags as they are.", valueName: "n ..."))
  var padding: [Int] = AuditPlan().minimumSizes
  @Option(help: ArgumentHelp("The number of seeds.", valueName: "n")) var seeds = AuditPlan().seeds
  @Option(help: ArgumentHelp("The number of training bags.", valueName: "n")) var trainingBags = AuditPlan()
    .trainingBags
  @Option(help: ArgumentHelp("The number of training bags of support vector machines.", valueName: "n"))
  var machineBags = AuditPlan().machineTrainingBags
  @Option(help: ArgumentHelp("The number of test bags.", valueName: "n")) var testBags = AuditPlan().testBags
  @Option(
    name: .output,
    help: ArgumentHelp("The folder of your own runs.", valueName: "folder")) var output = Workplace.ownRuns
  @Option(help: ArgumentHelp("Runs side by side; all cores by default.", valueName: "n")) var workers: Int?
  @Flag(help: "Make every run again, whatever the journal holds.") var fresh = false
  @Flag(help: "Show no progress.") var quiet = false
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    if let workers, workers < 1 { throw ValidationError("--workers is \(workers), expected at least 1") }
    if output.isEmpty { throw ValidationError("--output is empty, expected a folder") }
  }

  func run() async throws {
    warnOfSlowBLAS()
    let folder = URL(fileURLWithPath: output, isDirectory: true).appending(path: "audit")
    try ResultFiles.checkFolder(
      folder,
      files: [
        "table.md": .table, "table.tex": .latexTable,
        "table.csv": ReplaceableFile("a table of milbench", beginningWith: ["model,test,"]),
      ], inputs: [])
    StoppedWork.keeps(trialsIn: folder, fresh: fresh ? "--fresh" : nil)
    var runner = AuditRunner(
      registry: MILBench.registry, folder: folder,
      workers: workers ?? ProcessInfo.processInfo.activeProcessorCount)
    runner.isFresh = fresh
    runner.warn = { printToStandardError($0) }
    runner.progress = { [quiet] progress in
      guard let record = progress.last else { return }
      if let message = record.message { printToStandardError("\(record.key): \(record.status.rawValue): \(message)") }
      guard !quiet else { return }
      func text(_ area: Double?) -> String { area.map { String(format: "%.3f", $0) } ?? "none" }
      printToStandardError(
        "\(progress.done)/\(progress.total)  \(record.key): training AUC \(text(record.trainingAUC)), test AUC \(text(record.testAUC)), "
          + String(format: "%.1f s", record.seconds))
    }
    let outcome = try await runner.run(plan)
    let whole = try table(outcome.journals.union)
    for (name, text) in [
      ("table.md", whole.table.markdown), ("table.csv", whole.numbers.csv), ("table.tex", whole.table.latex),
    ] { try ResultFiles.write(text, to: folder.appending(path: name)) }
    if json {
      try printJSON(outcome.records)
    } else {
      try table(outcome.records).table.show()
    }
    try UnfinishedTrials.refuse(outcome.records.map(\.status))
  }

  private var plan: AuditPlan {
    var plan = AuditPlan()
    plan.models = models
    plan.tests = tests
    plan.minimumSizes = padding
    plan.seeds = seeds
    plan.trainingBags = trainingBags
    plan.machineTrainingBags = machineBags
    plan.testBags = testBags
    return plan
  }

  private func table(_ records: [AuditRecord]) throws -> AuditTable {
    let registry = MILBench.registry
    // A journal may have models of other executables, and older records have no titles.
    let names = records.map { ($0.key.model, $0.title ?? (try? registry.resolve($0.key.model).title) ?? $0.key.model) }
    return AuditTable(
      records.sorted { order($0, registry) < order($1, registry) },
      displayNames: Dictionary(names) { $1 }, command: command)
  }

  /// Returns the sort key of a record: models in the registry's order, tests in the article's.
  ///
  /// It makes the table independent of the order of the runs.
  private func order(_ record: AuditRecord, _ registry: ModelRegistry) -> (Int, String, Int, Int, Int, String) {
    let key = record.key
    let base = String(key.model.prefix { $0 != "[" })
    let place = registry.registrations.firstIndex { $0.id == base } ?? registry.registrations.count
    let tests = AuditPlan().tests
    let test = tests.firstIndex { key.test.hasPrefix($0) } ?? tests.count
    return (place, key.model, key.minimumSize, test, key.seed, key.test)
  }

  /// The command line with the options that affect results.
  private var command: String {
    "milbench audit --padding \(padding.map(String.init).joined(separator: " ")) --seeds \(seeds) --training-bags "
      + "\(trainingBags) --machine-bags \(machineBags) --test-bags \(testBags)"
  }
}
