import ArgumentParser
import Foundation
import LinearAlgebra
import MILBench

/// The command that measures steps on bags of the size of a slide, beside PyTorch with as many threads.
struct SlideCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slides",
    abstract: "Steps on bags of 10,000 x 1,024; bar: not slower than PyTorch, and 0.85 of the rate of sgemm.")

  @Option(help: "The networks, with commas between.")
  var cases = "attention,dsmil,clam-sb,trans-mil"
  @Option(help: "The instances of a bag.")
  var instances = 10_000
  @Option(help: "The features of an instance.")
  var features = 1024
  @Option(help: "The cores of ours, and the threads of the rivals.")
  var cores = 2
  @Option(help: "How many times everything is measured.")
  var rounds = 9
  @Option(help: "The steps of one measurement, an even number.")
  var steps = 4

  func run() throws {
    let machine = Machine.current()
    let raw = try BenchmarkData.normal(
      name: "slides", bags: 2, instances: 2 * instances, features: features, spread: 0)
    let data = BenchmarkData(raw, name: "slides")
    var table = ReportTable(
      title: "A step on a bag of \(instances) x \(features), \(cores) cores: medians of \(rounds) interleaved rounds",
      columns: [
        .init("network"), .init("PyTorch / ours", .right), .init("quartiles", .right), .init("ours, ms", .right),
        .init("PyTorch, ms", .right), .init("share of sgemm", .right), .init("losses", .right),
      ])
    var versions: Set<String> = []
    for name in cases.split(separator: ",").map(String.init) {
      guard let network = try BenchmarkCase(slides: name) else {
        throw ValidationError("unknown case \"\(name)\", expected some of \(BenchmarkCase.slides.keys.sorted())")
      }
      let result = try measure(network, data)
      versions.formUnion(result.version.map { [$0] } ?? [])
      let ratios = zip(result.theirs, result.ours).map { $0 / $1 }
      table.append(
        ReportTable.Row([
          name, median(ratios).text(2), "\(quantile(ratios, 0.25).text(2)) to \(quantile(ratios, 0.75).text(2))",
          median(result.ours).map { $0 * 1e3 }.text(1), median(result.theirs).map { $0 * 1e3 }.text(1),
          name == "attention"
            ? median(zip(result.ours, result.rates).map { operations / $0 / $1 }).text(2) : "-", result.losses,
        ]))
    }
    table.notes.append(
      "The share of sgemm: the operations of the step's products, over its time, as a share of the rate of a product "
        + "of 2048 x 2048 matrices on the same cores in the same round. Losses after an epoch from the same parameters "
        + "agree up to 1e-4; clam-sb and trans-mil drop units at random, and have none to compare.")
    table.notes.append(
      machine.note + (versions.isEmpty ? "" : " Rivals: \(versions.sorted().joined(separator: ", "))."))
    print(table.terminal)
  }

  private struct Result {
    var ours: [Double] = []
    var theirs: [Double] = []
    /// The operations of sgemm in a second.
    var rates: [Double] = []
    var version: String?
    var losses = "-"
  }

  private func measure(_ network: BenchmarkCase, _ data: BenchmarkData) throws -> Result {
    let own = OwnTraining(network, data)
    let trainer = try own.trainer(bagsPerStep: 1)
    let epochs = max(1, steps / 2)
    var result = Result()
    let folder = try RivalFolder(own, data, threads: cores)
    defer { folder.remove() }
    let script = network.name == "attention" ? "torch_eager" : "torch_slides"
    let rival = try Rival.python.map { try Rival(script, python: $0, folder: folder.url, threads: cores) }
    try Cores.$inside.withValue(cores) {
      if let rival {
        result.version = rival.version
        let theirs = own.loss(of: try rival.scoresAfterOneEpoch(bagsPerStep: 1))
        if ["attention", "dsmil"].contains(network.name) {
          let ours = own.loss(of: try own.scoresAfterOneEpoch(bagsPerStep: 1))
          result.losses = abs(ours - theirs) <= 1e-4 * ours ? "agree" : "\(ours), theirs \(theirs)"
        }
      }
      own.run(trainer, bagsPerStep: 1, epochs: 1)
      for _ in 0..<rounds {
        let seconds = wallSeconds { own.run(trainer, bagsPerStep: 1, epochs: epochs) }
        result.ours.append(seconds / Double(2 * epochs))
        result.rates.append(rateOfProduct())
        if let rival {
          result.theirs.append(try rival.secondsOfTraining(bagsPerStep: 1, epochs: epochs) / Double(2 * epochs))
        }
      }
    }
    return result
  }

  /// The operations of the products of an attention step: of each layer two or three products.
  private var operations: Double {
    2 * Double(instances) * (2 * Double(features) * 512 + 3 * 512 * 256)
  }

  /// Measures the operations in a second of a product of two square matrices.
  private func rateOfProduct() -> Double {
    let size = 2048
    var generator = RandomGenerator(seed: 1)
    let (a, b) = (AlignedStorage<Float>(count: size * size), AlignedStorage<Float>(count: size * size))
    for index in 0..<size * size {
      (a.baseAddress[index], b.baseAddress[index]) = (Float(generator.uniform()), Float(generator.uniform()))
    }
    let c = AlignedStorage<Float>(count: size * size)
    func multiply() {
      Float.product(
        transposeA: false, transposeB: false, m: size, n: size, k: size, alpha: 1, a: a.baseAddress, lda: size,
        b: b.baseAddress, ldb: size, beta: 0, c: c.baseAddress, ldc: size)
    }
    multiply()
    return 6 * pow(Double(size), 3) / wallSeconds { for _ in 0..<3 { multiply() } }
  }
}
