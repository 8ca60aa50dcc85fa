import ArgumentParser
import Foundation
import MILBench

/// The command that measures ours, the floor and the rivals in turn, on training steps and on scoring.
struct StepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "steps", abstract: "Training steps and scoring beside the floor and the rivals; bar 1.25 of the floor."
  )

  @Option(help: "The networks, with commas between.")
  var cases = BenchmarkCase.names.joined(separator: ",")
  @Option(help: "The data sets, with commas between.")
  var data = BenchmarkData.names.joined(separator: ",")
  @Option(help: "Bags a step, with commas between.")
  var bags = "1,32"
  @Option(help: "train, score or both with a comma between.")
  var work = "train,score"
  @Option(help: "Numbers of cores, with commas between: workers for ours, threads for the rivals.")
  var cores = "1"
  @Option(help: "How many times everything is measured.")
  var rounds = 9
  @Option(help: "At least so many milliseconds of ours make one measurement.")
  var milliseconds = 50
  @Flag(help: "Leave the rivals out.")
  var withoutRivals = false
  @Flag(help: "Leave the rivals and the floor out, for a profiler.")
  var oursAlone = false
  @Flag(help: "On one core take the processor's time, not the wall's, for machines with other load.")
  var processorTime = false
  @Option(help: "A file for all that was measured, as JSON.")
  var json: String?

  private struct Report: Encodable {
    var machine: Machine
    var clock: Clock
    var measurements: [StepMeasurement]
  }

  func run() throws {
    let machine = Machine.current()
    var table = StepTable()
    if Rival.python == nil { table.notes.append("No rivals: 'make bench-rivals' gets them.") }
    var measurements: [StepMeasurement] = []
    let datasets = try data.split(separator: ",").map { (String($0), try BenchmarkData(String($0))) }
    for (name, dataset) in datasets where dataset == nil {
      table.notes.append("\(name) was left out: its files are not in a folder that MILBENCH_DATA names.")
    }
    for name in cases.split(separator: ",") {
      guard let network = try BenchmarkCase(String(name)) else {
        throw ValidationError(
          "unknown case \"\(name)\", expected some of \(BenchmarkCase.names.joined(separator: ","))")
      }
      for case (_, let data?) in datasets {
        for count in try numbers(cores, "cores") {
          let bench = try StepBenchmark(
            network, data, cores: count, floor: !oursAlone, clock: processorTime ? .processor : .wall,
            python: withoutRivals || oursAlone ? nil : Rival.python)
          defer { bench.close() }
          for (work, bagsPerStep) in try kinds() {
            let result = try bench.measure(work, bagsPerStep, rounds: rounds, target: Double(milliseconds) / 1000)
            table.append(result)
            measurements.append(result)
            FileHandle.standardError.write(Data((StepTable.line(result) + "\n").utf8))
          }
        }
      }
    }
    if processorTime { table.notes.append("Times on one core are the processor's, not the wall's.") }
    table.finish(machine)
    print(table.table.terminal)
    if let json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
      encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
      try encoder.encode(
        Report(machine: machine, clock: processorTime ? .processor : .wall, measurements: measurements)
      ).write(to: URL(filePath: json))
    }
  }

  /// Returns the kinds of work with their bags per step, which is always 1 for scoring.
  private func kinds() throws -> [(StepMeasurement.Work, Int)] {
    let bags = try numbers(bags, "bags")
    return try work.split(separator: ",").flatMap { text -> [(StepMeasurement.Work, Int)] in
      guard let work = StepMeasurement.Work(rawValue: String(text)) else {
        throw ValidationError("unknown work \"\(text)\", expected train or score")
      }
      return work == .train ? bags.map { (work, $0) } : [(work, 1)]
    }
  }

  private func numbers(_ text: String, _ option: String) throws -> [Int] {
    try text.split(separator: ",").map {
      guard let number = Int($0), number > 0 else {
        throw ValidationError("--\(option): found \"\($0)\", expected whole numbers above 0 with commas between")
      }
      return number
    }
  }
}
