import Foundation
import LinearAlgebra
import MILBench

/// The training of a network on a data set by this library, as in a trial.
struct OwnTraining: Sendable {
  let network: BenchmarkCase
  let bags: BagMatrix
  let order: [Int]
  let clock: Clock

  init(_ network: BenchmarkCase, _ data: BenchmarkData, clock: Clock = .wall) {
    self.network = network
    self.clock = clock
    order = data.order
    let dataset = data.dataset
    bags = BagMatrix(
      instances: dataset.instances, offsets: dataset.offsets, labels: dataset.labels.map(Float.init)
    ).preparedForPasses()
  }

  /// Returns a trainer with initial parameters, which are the same each time.
  func trainer(bagsPerStep: Int) throws -> Trainer {
    let graph = ComputationGraph(featureCount: bags.instances.columns)
    let traced = network.configuration.trace(graph)
    let trainer = try Trainer(
      graph: graph, loss: traced.meanLoss, outputs: [traced.prediction], optimiser: network.training.rule, seed: 1)
    trainer.reserve(for: bags, bagsPerStep: bagsPerStep)
    return trainer
  }

  /// Runs the steps of some epochs.
  func run(_ trainer: Trainer, bagsPerStep: Int, epochs: Int) {
    for _ in 0..<epochs {
      for first in stride(from: 0, to: order.count, by: bagsPerStep) {
        _ = trainer.step(on: bags, order, first..<min(first + bagsPerStep, order.count))
      }
    }
  }

  /// Measures the seconds of some epochs from the start, on one core.
  func secondsOfTraining(bagsPerStep: Int, epochs: Int) throws -> Double {
    let trainer = try trainer(bagsPerStep: bagsPerStep)
    return clock.seconds { run(trainer, bagsPerStep: bagsPerStep, epochs: epochs) }
  }

  /// Measures the seconds of some epochs at the joint speed of workers that each train a network of their own.
  func secondsOfTraining(bagsPerStep: Int, epochs: Int, workers: Int) -> Double {
    together(workers) {
      guard let trainer = try? trainer(bagsPerStep: bagsPerStep) else { return .infinity }
      return clock.seconds { run(trainer, bagsPerStep: bagsPerStep, epochs: epochs) }
    }
  }

  /// Measures the seconds of scoring all bags a number of times, equally often by each worker.
  func secondsOfScoring(times: Int, workers: Int = 1) -> Double {
    together(workers) {
      guard let trainer = try? trainer(bagsPerStep: 1) else { return .infinity }
      _ = trainer.evaluate(bags)
      return clock.seconds { for _ in 0..<times { _ = trainer.evaluate(bags) } }
    }
  }

  /// Runs the same work on each worker and returns the seconds for one share of it at their joint speed.
  private func together(_ workers: Int, _ work: @escaping @Sendable () -> Double) -> Double {
    if workers == 1 { return work() }
    let speeds = UnsafeMutablePointer<Double>.allocate(capacity: workers)
    defer { speeds.deallocate() }
    nonisolated(unsafe) let places = speeds
    DispatchQueue.concurrentPerform(iterations: workers) { places[$0] = 1 / work() }
    return 1 / (0..<workers).reduce(0) { $0 + speeds[$1] }
  }

  /// Returns the scores of the bags after one epoch from the start, in the order of training.
  func scoresAfterOneEpoch(bagsPerStep: Int) throws -> [Double] {
    let trainer = try trainer(bagsPerStep: bagsPerStep)
    run(trainer, bagsPerStep: bagsPerStep, epochs: 1)
    let scores = trainer.evaluate(bags)[0].elements
    return order.map { Double(scores[$0]) }
  }

  /// Returns the mean loss of scores that are in the order of training.
  func loss(of scores: [Double]) -> Double {
    let losses = zip(scores, order).map { score, bag in
      let isPositive = bags.labels[bag] == 1
      if let network = network.configuration as? DynamicPoolingNetwork {
        let miss = max(0, isPositive ? network.positiveMargin - score : score - network.negativeMargin)
        return miss * miss * (isPositive ? 1 : network.negativeWeight)
      }
      let probability = min(max(isPositive ? score : 1 - score, 1e-7), 1)
      return -log(probability)
    }
    return losses.reduce(0, +) / Double(losses.count)
  }
}
