import ArgumentParser
import Foundation
import MILBench
import MILEvaluation
import MILExperiments

/// The command that compares the trials per hour of several workers with those of one.
///
/// A trial is complete: standardisation, training, and scoring the test bags after each epoch.
struct WorkersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workers", abstract: "Trials an hour of several workers against one; bar 1.9 for two.")

  @Option(help: "The data sets, with commas between.")
  var data = "musk1,musk2"
  @Option(help: "The model ids, with semicolons between.")
  var models = "mi-net-bag;dp-minn"
  @Option(help: "The number of workers beside one.")
  var workers = 2
  @Option(help: "The repeats of ten folds that both run; with few short trials the last one weighs.")
  var repeats = 5
  @Option(help: "How many times both are measured.")
  var rounds = 3

  func run() async throws {
    let machine = Machine.current()
    var table = ReportTable(
      title: "Whole trials, \(repeats) times ten folds: \(workers) workers against one",
      columns: [
        .init("data set"), .init("model"), .init("\(workers) / 1", .right), .init("quartiles", .right),
        .init("trials an hour, 1", .right), .init("\(workers)", .right),
      ])
    for name in data.split(separator: ",").map(String.init) {
      guard let dataset = try BenchmarkData(name)?.dataset else {
        table.notes.append("\(name) was left out: its files are not in a folder that MILBENCH_DATA names.")
        continue
      }
      for model in models.split(separator: ";").map(String.init) {
        var (alone, together): ([Double], [Double]) = ([], [])
        _ = try await trialsAnHour(dataset, model, workers: workers)
        for _ in 0..<rounds {
          alone.append(try await trialsAnHour(dataset, model, workers: 1))
          together.append(try await trialsAnHour(dataset, model, workers: workers))
        }
        let ratios = zip(together, alone).map { $0 / $1 }
        table.append(
          ReportTable.Row([
            name, model, median(ratios).text(2),
            "\(quantile(ratios, 0.25).text(2)) to \(quantile(ratios, 0.75).text(2))",
            median(alone).text(0), median(together).text(0),
          ]))
      }
    }
    table.notes.append("Bar: at least 1.9 for two workers on a machine with nothing else to do. " + machine.note)
    print(table.terminal)
  }

  private func trialsAnHour(_ dataset: BagDataset, _ model: String, workers: Int) async throws -> Double {
    var experiment = Experiment(
      name: "benchmark", title: "", datasets: [dataset.name], models: [ExperimentModel(id: model)])
    experiment.repeats = repeats
    let runner = ExperimentRunner(registry: try .standard(), workers: workers) { _ in .found(dataset) }
    let outcome = try await runner.run(experiment)
    if let failure = outcome.records.compactMap(\.message).first { throw ValidationError("\(model): \(failure)") }
    return Double(outcome.ran) / outcome.seconds * 3600
  }
}
