import ArgumentParser
import Foundation
import MILBench
import MILEvaluation
import MILExperiments

/// The command that compares the peak memory of a trial with its limit, each trial in a process of its own.
struct MemoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memory",
    abstract: "Peak memory of a trial; bar: 3 times the data set, parameters, optimiser and the largest bag's values.")

  @Option(help: "The data sets, with commas between.")
  var data = "musk2,elephant,sci.med,messidor-sized"
  @Option(help: "The networks, with commas between.")
  var cases = "mi-net,attention,dp-minn"
  @Flag(help: .hidden)
  var alone = false

  private struct Result: Codable {
    var data: Int
    var peak: Int
    var allowed: Int
  }

  func run() async throws {
    if alone { return try await measure() }
    var table = ReportTable(
      title: "Peak memory of a trial with its data set (ten folds, one epoch), beyond what a finished one leaves",
      columns: [
        .init("data set"), .init("network"), .init("peak / allowed", .right), .init("peak / data", .right),
        .init("data, MB", .right), .init("peak, MB", .right), .init("allowed, MB", .right),
      ])
    for name in data.split(separator: ",").map(String.init) {
      guard try BenchmarkData(name) != nil else {
        table.notes.append("\(name) was left out: its files are not in a folder that MILBENCH_DATA names.")
        continue
      }
      for network in cases.split(separator: ",").map(String.init) {
        let result = try child(name, network)
        func megabytes(_ bytes: Int) -> String { Double?(Double(bytes) / 1e6).text(1) }
        table.append(
          ReportTable.Row([
            name, network, Double?(Double(result.peak) / Double(result.allowed)).text(2),
            Double?(Double(result.peak) / Double(result.data)).text(1), megabytes(result.data), megabytes(result.peak),
            megabytes(result.allowed),
          ]))
      }
    }
    table.notes.append(
      "Bar: peak / allowed at most 1; allowed is 3 times the instances, the parameters, the optimiser's state and the values "
        + "of all operations for the largest bag.")
    table.notes.append(Machine.current().note)
    print(table.terminal)
  }

  private func child(_ data: String, _ network: String) throws -> Result {
    try ChildCommand.answer(["memory", "--alone", "--data", data, "--cases", network])
  }

  private func measure() async throws {
    guard let network = try BenchmarkCase(cases), let dataset = try BenchmarkData(data)?.dataset else {
      throw ValidationError("unknown data set \"\(data)\" or network \"\(cases)\"")
    }
    // All trials share the code and the buffers of BLAS, so they are loaded before the baseline is measured.
    try await run(dataset)
    MemoryUse.returnUnused()
    guard let before = MemoryUse.current else {
      throw ValidationError("this system does not tell how much memory a process uses")
    }
    let graph = ComputationGraph(featureCount: dataset.featureCount)
    _ = network.configuration.trace(graph)
    let bytes = 4 * dataset.instanceCount * dataset.featureCount
    let copies = network.training.optimiser == .sgd ? 2 : 3
    let allowed =
      3 * bytes + 4 * copies * graph.parameterCount
      + 4 * graph.valueCount(instances: dataset.largestBagSize, bags: 1)
    MemoryUse.reset()
    try await run(dataset)
    let result = Result(data: bytes, peak: (MemoryUse.peak ?? 0) - before + bytes, allowed: allowed)
    print(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
  }

  private func run(_ dataset: BagDataset) async throws {
    let id = cases == "mi-net" ? "mi-net-bag[epochs=1]" : "\(cases)[epochs=1]"
    var experiment = Experiment(name: "memory", title: "", datasets: [dataset.name], models: [ExperimentModel(id: id)])
    experiment.repeats = 1
    _ = try await ExperimentRunner(registry: try .standard(), workers: 1) { _ in .found(dataset) }.run(experiment)
  }
}
