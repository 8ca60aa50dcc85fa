import ArgumentParser
import Foundation
import MILBench
import MILEvaluation
import MILExperiments

/// The command that measures whole studies of models that are not networks.
struct ClassicalCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classical", abstract: "Five times ten folds on the five classical sets; bar: 3 minutes a model.")

  @Option(help: "The model ids, with semicolons between.")
  var models = "citation-knn;mi-graph;mi-fv;miles;em-dd"
  @Option(help: "The data sets, with commas between.")
  var data = "musk1,musk2,elephant,fox,tiger"
  @Option(help: "The number of workers.")
  var workers = 2
  @Option(help: "The repeats of ten folds.")
  var repeats = 5

  func run() async throws {
    let machine = Machine.current()
    let names = data.split(separator: ",").map(String.init)
    var table = ReportTable(
      title: "Whole studies, \(repeats) times ten folds, \(workers) workers: seconds",
      columns: [.init("model"), .init("all", .right)] + names.map { .init($0, .right) })
    let datasets = try names.map { name in
      guard let data = try BenchmarkData(name, isStandardised: false) else {
        throw ValidationError("the files of \(name) are not in a folder that MILBENCH_DATA names")
      }
      return (name, data.dataset)
    }
    for model in models.split(separator: ";").map(String.init) {
      var times: [Double] = []
      for (name, dataset) in datasets {
        var experiment = Experiment(
          name: "benchmark", title: "", datasets: [name], models: [ExperimentModel(id: model)])
        experiment.repeats = repeats
        let runner = ExperimentRunner(registry: try .standard(), workers: workers) { _ in .found(dataset) }
        let outcome = try await runner.run(experiment)
        if let failure = outcome.records.compactMap(\.message).first { throw ValidationError("\(model): \(failure)") }
        times.append(outcome.seconds)
      }
      let cells = [model, Double?(times.reduce(0, +)).text(1)] + times.map { Double?($0).text(1) }
      table.append(ReportTable.Row(cells))
      FileHandle.standardError.write(Data((cells.joined(separator: "  ") + "\n").utf8))
    }
    table.notes.append("Bar: at most 180 s a model on a machine with nothing else to do. " + machine.note)
    print(table.terminal)
  }
}
