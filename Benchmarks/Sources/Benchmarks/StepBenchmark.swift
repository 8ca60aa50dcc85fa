import Foundation
import MILBench

/// The measurement of one network on one data set and one number of cores.
///
/// It compares our training with the floor and the rivals. Each rival is a process that runs until ``close()``.
final class StepBenchmark {
  private let network: BenchmarkCase
  private let data: BenchmarkData
  private let cores: Int
  private let hasFloor: Bool
  private let own: OwnTraining
  private let folder: RivalFolder?
  private var rivals: [(name: String, result: Result<Rival, any Error>)] = []

  /// Starts the rivals if there is a Python for them.
  init(_ network: BenchmarkCase, _ data: BenchmarkData, cores: Int, floor: Bool, clock: Clock, python: URL?) throws {
    self.network = network
    self.data = data
    self.cores = cores
    hasFloor = floor && cores == 1
    let own = OwnTraining(network, data, clock: cores == 1 ? clock : .wall)
    self.own = own
    folder = try python.map { _ in try RivalFolder(own, data, threads: cores) }
    guard let python, let folder else { return }
    rivals = Rival.allNames.map { name in
      (name, Result { try Rival(name, python: python, folder: folder.url, threads: cores) })
    }
  }

  /// Ends the rivals and removes their files.
  func close() {
    rivals = []
    folder?.remove()
  }

  /// Measures one kind of work; each round measures ours, the floor and each rival.
  func measure(
    _ work: StepMeasurement.Work, _ bagsPerStep: Int, rounds: Int, target: Double
  ) throws -> StepMeasurement {
    var result = StepMeasurement(
      network: network.name, dataset: data.name, bags: data.order.count, work: work, bagsPerStep: bagsPerStep,
      cores: cores)
    let floor = hasFloor ? FloorStep(network, data, bagsPerStep: bagsPerStep) : nil
    let running = try prepare(work, bagsPerStep, &result)
    let ours: (Int) throws -> Double = { [self] times in
      if work == .score { return own.secondsOfScoring(times: times, workers: cores) }
      return cores == 1
        ? try own.secondsOfTraining(bagsPerStep: bagsPerStep, epochs: times)
        : own.secondsOfTraining(bagsPerStep: bagsPerStep, epochs: times, workers: cores)
    }
    _ = try ours(1)
    floor?.epoch(bagsPerStep: bagsPerStep)
    let times = max(1, min(work == .score ? 1000 : 50, Int((target / (try ours(1))).rounded(.up))))
    for _ in 0..<rounds {
      result.ours.append(try ours(times) / Double(times))
      if let floor {
        let bare = own.clock.seconds {
          for _ in 0..<times { if work == .score { floor.score() } else { floor.epoch(bagsPerStep: bagsPerStep) } }
        }
        result.floor.append(bare / Double(times))
      }
      for (place, rival) in running {
        let theirs =
          work == .score
          ? try rival.secondsOfScoring(times: times)
          : try rival.secondsOfTraining(bagsPerStep: bagsPerStep, epochs: times)
        result.rivals[place].seconds.append(theirs / Double(times))
      }
    }
    return result
  }

  /// Warms up the rivals that can do the work, compares their loss with ours and returns the rivals to time.
  private func prepare(
    _ work: StepMeasurement.Work, _ bagsPerStep: Int, _ result: inout StepMeasurement
  ) throws -> [(Int, Rival)] {
    let names = work == .score ? Rival.allNames : Rival.names(bagsPerStep: bagsPerStep)
    let ownLoss = own.loss(of: try own.scoresAfterOneEpoch(bagsPerStep: bagsPerStep))
    var running: [(Int, Rival)] = []
    for (name, started) in rivals where names.contains(name) {
      var theirs = StepMeasurement.Theirs(name: name, version: "", loss: .nan, ownLoss: ownLoss)
      do {
        let rival = try started.get()
        theirs.version = rival.version
        theirs.loss = own.loss(of: try rival.scoresAfterOneEpoch(bagsPerStep: bagsPerStep))
        if theirs.agrees { running.append((result.rivals.count, rival)) }
      } catch {
        theirs.failure = "\(error)"
      }
      result.rivals.append(theirs)
    }
    return running
  }
}
