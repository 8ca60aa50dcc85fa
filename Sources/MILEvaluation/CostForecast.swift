import MILRecords

/// The seconds that trials took in earlier runs, here or elsewhere, by data set, model and protocol.
package struct PastCosts: Sendable {
  private(set) var cells: [CellKey: (trials: Int, seconds: Double)] = [:]

  /// The seconds of the trials in records.
  package init(_ records: [TrialRecord] = []) { add(records) }

  /// Adds the seconds of the finished trials in records; others say nothing of what a trial takes.
  package mutating func add(_ records: [TrialRecord]) {
    for record in records where record.status == .finished {
      let known = cells[record.cell] ?? (0, 0)
      cells[record.cell] = (known.trials + 1, known.seconds + record.seconds + record.scoringSeconds)
    }
  }

  /// The mean seconds of a trial of a cell; nil where none is known.
  func mean(_ cell: CellKey) -> Double? { cells[cell].map { $0.seconds / Double($0.trials) } }
}

/// How long the remaining trials of a run will take.
///
/// A trial is expected to take the mean of the finished ones of its cell (data set, model, protocol). Before there is one,
/// it takes what it took in earlier runs, times how much slower this run is: than them with this model, or else with all
/// models. Where there is none either, it takes the seconds that this model, or else all models, needed for a unit of rough
/// work, times its own.
package struct CostForecast: Sendable {
  private struct Cell: Sendable {
    var remaining = 0
    /// The rough work of one trial.
    var work = 1.0
    var finished = 0
    var seconds = 0.0
  }

  private var cells: [CellKey: Cell] = [:]
  private let past: PastCosts
  private let workers: Int

  /// A forecast for trials that are still to be run.
  ///
  /// - Parameters:
  ///   - pending: the cell of each trial and a rough measure of its work, in any unit.
  ///   - workers: the number of trials run side by side.
  ///   - past: what trials took before.
  package init(pending: [(cell: CellKey, work: Double)], workers: Int, past: PastCosts = PastCosts()) {
    for trial in pending {
      cells[trial.cell, default: Cell()].remaining += 1
      cells[trial.cell]?.work = trial.work
    }
    self.workers = max(1, workers)
    self.past = past
  }

  /// Takes in that a trial of a cell has finished.
  package mutating func finish(_ cell: CellKey, seconds: Double) {
    cells[cell, default: Cell()].remaining -= 1
    cells[cell]?.finished += 1
    cells[cell]?.seconds += seconds
  }

  /// The seconds until the last trial will have finished; nil while nothing is known to judge by.
  ///
  /// - Parameter spent: the seconds that trials which are running now have been running, together.
  package func secondsLeft(spent: Double = 0) -> Double? {
    let known = Rates(cells, past)
    var (sum, remaining) = (0.0, 0)
    for (key, cell) in cells.sorted(by: { $0.key < $1.key }) where cell.remaining > 0 {
      guard let unit = known.seconds(of: key, cell) else { return nil }
      sum += unit * Double(cell.remaining)
      remaining += cell.remaining
    }
    // The last trials keep fewer workers busy than there are.
    return max(sum - spent, 0) / Double(max(1, min(workers, remaining)))
  }

  /// The seconds that a trial of a cell is expected to take; nil while nothing is known to judge by.
  package func expectedSeconds(of key: CellKey) -> Double? {
    cells[key].flatMap { Rates(cells, past).seconds(of: key, $0) }
  }

  /// Sums over cells by which cells without finished trials are judged.
  private struct Rates {
    /// What was measured, and what the same trials took before.
    private var speeds = Ratios()
    /// What was measured or is expected, and the rough work.
    private var rates = Ratios()
    private let past: PastCosts

    init(_ cells: [CellKey: Cell], _ past: PastCosts) {
      self.past = past
      let ordered = cells.sorted { $0.key < $1.key }
      for (key, cell) in ordered where cell.finished > 0 {
        if let before = past.mean(key) { speeds.add(key.model, cell.seconds, before * Double(cell.finished)) }
      }
      for (key, cell) in ordered {
        if let unit = unit(key, cell) { rates.add(key.model, unit, cell.work) }
      }
    }

    /// The seconds of one trial, measured or by earlier runs.
    private func unit(_ key: CellKey, _ cell: Cell) -> Double? {
      if cell.finished > 0 { return cell.seconds / Double(cell.finished) }
      return past.mean(key).map { $0 * (speeds.ratio(key.model) ?? 1) }
    }

    func seconds(of key: CellKey, _ cell: Cell) -> Double? {
      unit(key, cell) ?? rates.ratio(key.model).map { $0 * cell.work }
    }
  }

  /// Ratios of sums, for each model and for all.
  private struct Ratios {
    private var models: [String: (above: Double, below: Double)] = [:]
    private var all = (above: 0.0, below: 0.0)

    mutating func add(_ model: String, _ above: Double, _ below: Double) {
      for name in [model, Self.family(model)] {
        let old = models[name] ?? (0, 0)
        models[name] = (old.above + above, old.below + below)
      }
      all = (all.above + above, all.below + below)
    }

    /// The ratio of a model, or else of its variants, or else of all models.
    func ratio(_ model: String) -> Double? {
      let sums = models[model] ?? models[Self.family(model)] ?? all
      return sums.below > 0 ? sums.above / sums.below : nil
    }

    /// A name that no model id is, for all parameters of a model.
    private static func family(_ model: String) -> String { model.prefix { $0 != "[" } + "[]" }
  }
}
