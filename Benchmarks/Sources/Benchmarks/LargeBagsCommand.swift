import ArgumentParser
import Foundation
import MILBench

/// The command that trains and scores on bags that are larger than the memory allowed, on one core and on two.
struct LargeBagsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "large-bags",
    abstract:
      "Attention on 60 bags of 40,000 x 1,024; bar: 1.5 GB beyond the page cache, 1.7 times the steps on 2 cores."
  )

  @Option(help: "A folder for the bags, which is kept: 164 MB for a bag of the default size.")
  var folder: String
  @Option(help: "The number of bags.")
  var bags = 60
  @Option(help: "The instances of a bag.")
  var instances = 40_000
  @Option(help: "The features of an instance.")
  var features = 1024
  @Option(help: "The bags that each measurement of the steps uses.")
  var timed = 6
  @Option(help: "How many times the steps are measured.")
  var rounds = 3
  @Option(help: .hidden)
  var alone: Int?

  fileprivate struct Result: Codable {
    var seconds: Double
    var steps: Int
    var scoring: Double
    var memory: Int
  }

  func run() async throws {
    if let alone { return try measure(bags: alone) }
    try files(bags).write()
    let whole = try child(bags, cores: 2)
    var (one, two): ([Double], [Double]) = ([], [])
    for _ in 0..<rounds {
      one.append(try child(timed, cores: 1).secondsOfStep)
      two.append(try child(timed, cores: 2).secondsOfStep)
    }
    var table = ReportTable(
      title: "Attention (512 and 256 units) on \(bags) bags of \(instances) x \(features) in .npy files",
      columns: [.init("quantity"), .init("value", .right), .init("bar", .right)])
    func row(_ name: String, _ value: Double?, _ digits: Int, _ bar: String = "") {
      table.append(ReportTable.Row([name, value.text(digits), bar]))
    }
    row("bags on disk, GB", 4e-9 * Double(bags * instances * features), 1)
    row("memory beyond the page cache, GB", Double(whole.memory) / 1e9, 2, "1.5")
    row("an epoch of all bags on two cores, s", whole.seconds, 1)
    row("scoring all bags on two cores, s", whole.scoring, 1)
    row("a step on one core, s", median(one), 3)
    row("a step on two cores, s", median(two), 3)
    row("steps on two cores / one", median(zip(one, two).map { $0 / $1 }), 2, "1.7")
    table.notes.append(
      "The steps of \(timed) bags, read from the page cache, in \(rounds) rounds of one core and two. "
        + Machine.current().note)
    print(table.terminal)
  }

  private func files(_ bags: Int) -> LargeBags {
    LargeBags(folder: URL(filePath: folder), bags: bags, instances: instances, features: features)
  }

  /// Runs this command in a process of its own, bound to some cores.
  private func child(_ bags: Int, cores: Int) throws -> Result {
    try ChildCommand.answer(
      ["large-bags", "--folder", folder, "--alone", String(bags), "--instances", String(instances)]
        + ["--features", String(features)], boundTo: cores)
  }

  private func measure(bags: Int) throws {
    let dataset = try files(bags).open()
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let network = try ModelRegistry.standard().resolve("attention[attentionUnits=256,layers=512,epochs=2]")
    let memory = AnonymousMemory()
    var finished: [Double] = []
    var scoring = 0.0
    try Cores.$inside.withValue(cores) {
      let start = ContinuousClock.now
      func elapsed() -> Double {
        let parts = (ContinuousClock.now - start).components
        return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
      }
      let fitted = try network.fit(
        dataset, FitContext(seed: 1, epochFinished: { _ in finished.append(elapsed()) }))
      scoring = try wallSeconds { _ = try fitted.predict(dataset) }
    }
    // The first epoch also allocates.
    let result = Result(
      seconds: finished[1] - finished[0], steps: bags, scoring: scoring, memory: memory.peakAtEnd())
    print(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
  }
}

extension LargeBagsCommand.Result {
  fileprivate var secondsOfStep: Double { seconds / Double(steps) }
}
