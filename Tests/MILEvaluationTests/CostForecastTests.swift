import MILRecords
import Testing

@testable import MILEvaluation

@Suite("The time left")
struct CostForecastTests {
  /// Trials in the order of a runner, cheap models first, and their costs by data set and model. The spread between the
  /// trials of a cell is a quarter.
  private struct Replay {
    let trials: [(cell: CellKey, work: Double, seconds: Double)]

    init(datasets: [(name: String, values: Double)], models: [(id: String, rate: Double)], trials: Int) {
      self.trials = datasets.flatMap { dataset in
        models.flatMap { model in
          (0..<trials).map { index in
            let spread = 1 + 0.25 * Double(index * 7 % 11 - 5) / 5
            return (
              CellKey(dataset: dataset.name, model: model.id, protocol: "clean"), dataset.values,
              dataset.values * model.rate * spread
            )
          }
        }
      }
    }

    /// Returns the costs of earlier runs on a machine of another speed.
    func past(speed: Double) -> PastCosts {
      PastCosts(
        trials.enumerated().map { index, trial in
          var record = TrialRecord(
            experiment: "e", dataset: trial.cell.dataset, dataHash: "", model: trial.cell.model, configuration: "",
            protocol: "clean", protocolSettings: "", repetition: 1, fold: index + 1, foldsHash: "", status: .finished,
            seed: "", version: "", core: "")
          record.seconds = trial.seconds * speed
          return record
        })
    }

    /// Returns the forecast divided by the true rest after shares of the trials; with one worker, the rest is a sum.
    func errors(_ past: PastCosts = PastCosts(), at shares: [Double] = [0.1, 0.25, 0.5, 0.75]) -> [Double] {
      var forecast = CostForecast(pending: trials.map { ($0.cell, $0.work) }, workers: 1, past: past)
      var ratios: [Double] = []
      for (index, trial) in trials.enumerated() {
        if shares.contains(where: { Int($0 * Double(trials.count)) == index }) {
          ratios.append((forecast.secondsLeft() ?? 0) / trials[index...].reduce(0) { $0 + $1.seconds })
        }
        forecast.finish(trial.cell, seconds: trial.seconds)
      }
      return ratios
    }

    /// Returns the same errors for an earlier method: the mean over all finished trials if the cell has none.
    func errorsOfTheMean(at shares: [Double] = [0.1, 0.25, 0.5, 0.75]) -> [Double] {
      shares.map { share in
        let done = Int(share * Double(trials.count))
        let mean = trials[..<done].reduce(0) { $0 + $1.seconds } / Double(done)
        let left = trials[done...].reduce(0) { sum, trial in
          let own = trials[..<done].filter { $0.cell == trial.cell }.map(\.seconds)
          return sum + (own.isEmpty ? mean : own.reduce(0, +) / Double(own.count))
        }
        return left / trials[done...].reduce(0) { $0 + $1.seconds }
      }
    }
  }

  /// Two small sets before large ones, and a floor, networks and machines with very different costs.
  private let replay = Replay(
    datasets: [("a", 1), ("b", 14), ("c", 3), ("d", 20)],
    models: [("constant", 0.001), ("net", 1), ("net[pooling=mean]", 1.2), ("machine", 6)], trials: 10)

  @Test(
    "With what earlier runs took, on a machine of another speed, the forecast is within a tenth from the first tenth on"
  )
  func withPast() {
    #expect(replay.errors(replay.past(speed: 0.3)).allSatisfy { (0.9...1.1).contains($0) })
    // The mean of the finished trials is wrong by a factor of four or more here.
    #expect(replay.errorsOfTheMean().prefix(2).contains { !(0.25...4).contains($0) })
  }

  @Test("Without, models that were measured on one data set are scaled by the work of the others")
  func withoutPast() {
    let late = replay.errors(at: [0.25, 0.5, 0.75])
    #expect(late.allSatisfy { (0.8...1.25).contains($0) }, "\(late)")
  }

  @Test("Before the first trial earlier runs are all there is, and without them nothing is said")
  func beginning() {
    let pending = replay.trials.map { ($0.cell, $0.work) }
    let total = replay.trials.reduce(0) { $0 + $1.seconds }
    #expect(CostForecast(pending: pending, workers: 2).secondsLeft() == nil)
    let left = CostForecast(pending: pending, workers: 2, past: replay.past(speed: 1)).secondsLeft()
    #expect(abs((left ?? 0) - total / 2) < 1e-6 * total)
  }

  @Test("Nothing is said before a trial of each model or of a variant of it has ended")
  func otherModels() {
    func cell(_ model: String, on dataset: String = "a") -> CellKey {
      CellKey(dataset: dataset, model: model, protocol: "clean")
    }
    var forecast = CostForecast(
      pending: [(cell("fast"), 1), (cell("net"), 1000), (cell("net[layers=2]", on: "b"), 3000)], workers: 1)
    forecast.finish(cell("fast"), seconds: 10)
    #expect(forecast.secondsLeft() == nil && forecast.roughSeconds(of: cell("net")) == 10_000)
    forecast.finish(cell("net"), seconds: 2)
    #expect(forecast.secondsLeft() == 6)
  }

  @Test("What running trials have spent is not counted again, and the last trial has one worker")
  func spent() {
    let cell = CellKey(dataset: "a", model: "m", protocol: "clean")
    var forecast = CostForecast(pending: Array(repeating: (cell, 1), count: 4), workers: 2)
    forecast.finish(cell, seconds: 10)
    #expect(forecast.secondsLeft() == 15 && forecast.secondsLeft(spent: 6) == 12)
    forecast.finish(cell, seconds: 10)
    forecast.finish(cell, seconds: 10)
    #expect(forecast.secondsLeft(spent: 4) == 6 && forecast.secondsLeft(spent: 40) == 0)
    forecast.finish(cell, seconds: 10)
    #expect(forecast.secondsLeft() == 0)
  }
}
