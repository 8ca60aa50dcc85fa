import ArgumentParser
import Foundation
import MILBench

/// The command that measures how time and memory grow with bags and instances.
struct GrowthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "growth",
    abstract:
      "An epoch over 1,000 to 100,000 bags of 100 instances with 64 features; bar: linear, no memory but the data's.")

  @Option(help: "The numbers of bags, with commas between; 100000 take 2.6 GB.")
  var bags = "1000,10000,100000"
  @Option(help: "The network.")
  var network = "mi-net"

  func run() throws {
    let machine = Machine.current()
    guard let network = try BenchmarkCase(network) else { throw ValidationError("unknown network \"\(network)\"") }
    var table = ReportTable(
      title: "Growth with bags and instances: \(network.title), one bag a step, 100 instances a bag, 64 features",
      columns: [
        .init("bags", .right), .init("instances", .right), .init("us an instance", .right), .init("epoch, s", .right),
        .init("data, MB", .right), .init("training beyond data, MB", .right), .init("peak / data", .right),
      ])
    for count in bags.split(separator: ",").compactMap({ Int($0) }) where count > 0 {
      let start = MemoryUse.current
      let raw = try BenchmarkData.normal(name: "growth", bags: count, instances: 100 * count, features: 64, spread: 20)
      let own = OwnTraining(network, BenchmarkData(raw, name: "growth"))
      MemoryUse.reset()
      let trainer = try own.trainer(bagsPerStep: 1)
      let time = wallSeconds { own.run(trainer, bagsPerStep: 1, epochs: 1) }
      let scoring = wallSeconds { _ = trainer.evaluate(own.bags) }
      let instances = raw.instanceCount
      let data = 4 * instances * raw.featureCount
      let peak = MemoryUse.peak.flatMap { peak in start.map { peak - $0 } }
      table.append(
        ReportTable.Row([
          "\(count)", "\(instances)", Double?(time * 1e6 / Double(instances)).text(3), Double?(time).text(2),
          Double?(Double(data) / 1e6).text(0), peak.map { Double($0 - data) / 1e6 }.text(0),
          peak.map { Double($0) / Double(data) }.text(2),
        ]))
      table.notes.append("\(count) bags: scoring all took \(Double?(scoring).text(2)) s.")
    }
    table.notes.append(
      "Bar: the same time an instance and no memory beyond the data's that grows with it. " + machine.note)
    print(table.terminal)
  }
}
