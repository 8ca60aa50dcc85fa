import MILRecords

/// The seconds of trials in earlier runs, here or elsewhere, by data set, model and protocol.
package struct PastCosts: Sendable {
  private(set) var cells: [CellKey: (trials: Int, seconds: Double)] = [:]

  /// Sums the seconds of the trials in records.
  package init(_ records: [TrialRecord] = []) { add(records) }

  /// Adds the seconds of the finished trials in records; other records do not measure the time of a trial.
  package mutating func add(_ records: [TrialRecord]) {
    for record in records where record.status == .finished {
      let known = cells[record.cell] ?? (0, 0)
      cells[record.cell] = (known.trials + 1, known.seconds + record.seconds + record.scoringSeconds)
    }
  }

  /// Returns the mean seconds of a trial of a cell; nil if none is known.
  func mean(_ cell: CellKey) -> Double? { cells[cell].map { $0.seconds / Double($0.trials) } }
}

/// An estimate of the time that the remaining trials of a run will take.
///
/// The estimate of a trial is the mean of the finished trials of its cell (data set, model, protocol). Before any has
/// finished, it is the time in earlier runs times the slowdown of this run. The slowdown is measured on this model, or
/// else on all models. Without earlier runs it is the trial's rough work times the seconds per unit of work of this
/// model, or else of its variants. Units of work of other models differ by factors of thousands, so they say nothing.
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

  /// Creates a forecast for pending trials.
  ///
  /// - Parameters:
  ///   - pending: the cell of each trial and a rough measure of its work, in any unit.
  ///   - workers: the number of parallel trials.
  ///   - past: the costs of earlier trials.
  package init(pending: [(cell: CellKey, work: Double)], workers: Int, past: PastCosts = PastCosts()) {
    for trial in pending {
      cells[trial.cell, default: Cell()].remaining += 1
      cells[trial.cell]?.work = trial.work
    }
    self.workers = max(1, workers)
    self.past = past
  }

  /// Records that a trial of a cell has finished.
  package mutating func finish(_ cell: CellKey, seconds: Double) {
    cells[cell, default: Cell()].remaining -= 1
    cells[cell]?.finished += 1
    cells[cell]?.seconds += seconds
  }

  /// Returns the seconds until the last trial will have finished; nil while there is no basis for an estimate.
  ///
  /// - Parameter spent: the total seconds that the currently running trials have been running.
  package func secondsLeft(spent: Double = 0) -> Double? {
    let known = Rates(cells, past)
    var (sum, remaining) = (0.0, 0)
    for (key, cell) in cells.sorted(by: { $0.key < $1.key }) where cell.remaining > 0 {
      guard let unit = known.seconds(of: key, cell) else { return nil }
      sum += unit * Double(cell.remaining)
      remaining += cell.remaining
    }
    // The last trials cannot keep all workers busy.
    return max(sum - spent, 0) / Double(max(1, min(workers, remaining)))
  }

  /// Returns the expected seconds of a trial of a cell, to compare with those of others; nil if no time is known.
  ///
  /// For a model without measured trials it is a guess from its work and the times of all models.
  package func roughSeconds(of key: CellKey) -> Double? {
    cells[key].flatMap { Rates(cells, past).roughSeconds(of: key, $0) }
  }

  /// Sums over cells, used to estimate cells without finished trials.
  private struct Rates {
    /// Measured seconds, and the seconds of the same trials in earlier runs.
    private var speeds = Ratios()
    /// Measured or expected seconds, and the rough work.
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

    /// Returns the seconds of one trial, measured or from earlier runs.
    private func unit(_ key: CellKey, _ cell: Cell) -> Double? {
      if cell.finished > 0 { return cell.seconds / Double(cell.finished) }
      return past.mean(key).map { $0 * (speeds.ratio(key.model) ?? 1) }
    }

    func seconds(of key: CellKey, _ cell: Cell) -> Double? {
      unit(key, cell) ?? rates.ratioOfVariants(key.model).map { $0 * cell.work }
    }

    /// Returns the seconds of one trial; unless this model or a variant was measured, by the work of all models.
    func roughSeconds(of key: CellKey, _ cell: Cell) -> Double? {
      seconds(of: key, cell) ?? rates.ratio(key.model).map { $0 * cell.work }
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

    /// Returns the ratio of a model, or else of its variants, or else of all models.
    func ratio(_ model: String) -> Double? { ratioOfVariants(model) ?? Self.ratio(all) }

    /// Returns the ratio of a model, or else of its variants; nil without any.
    func ratioOfVariants(_ model: String) -> Double? {
      (models[model] ?? models[Self.family(model)]).flatMap { Self.ratio($0) }
    }

    private static func ratio(_ sums: (above: Double, below: Double)) -> Double? {
      sums.below > 0 ? sums.above / sums.below : nil
    }

    /// Returns a key for all variants of a model that cannot be a model id.
    private static func family(_ model: String) -> String { model.prefix { $0 != "[" } + "[]" }
  }
}
