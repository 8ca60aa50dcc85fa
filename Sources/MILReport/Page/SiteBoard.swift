import MILExperiments
import MILRecords
import MILStatistics

/// All models on one data set under one protocol on the same folds, best first.
struct SiteBoard: Sendable {
  /// The data set's name.
  let dataset: String
  /// The title in tables.
  let title: String
  /// The protocol's name.
  let `protocol`: String
  /// The cells, one for each model and run, best first by the leading metric.
  let cells: [SiteCell]

  /// The metrics that compare models.
  var metrics: [Metric] { cells.first?.metrics ?? [] }

  /// Returns the boards of cells: data sets by name, the protocols of each in display order.
  ///
  /// For each data set and protocol, the board with the most models comes first.
  static func boards(_ cells: [SiteCell]) -> [SiteBoard] {
    let groups = Dictionary(grouping: cells) { [$0.dataset, $0.protocol, $0.folds] }
    return groups.map { key, cells -> (order: [String], folds: String, board: SiteBoard) in
      let board = SiteBoard(cells)
      return ([key[0], order(of: key[1])], key[2], board)
    }
    .sorted { left, right in
      if left.order != right.order { return left.order.lexicographicallyPrecedes(right.order) }
      let (a, b) = (left.board.cells.count, right.board.cells.count)
      return a != b ? a > b : left.folds < right.folds
    }.map(\.board)
  }

  /// Returns the sort key of a protocol: the usual ones come first.
  static func order(of name: String) -> String {
    let usual = ["clean", "tuned", "as-published"]
    return "\(usual.firstIndex(of: name) ?? usual.count) \(name)"
  }

  private init(_ all: [SiteCell]) {
    // The same model may be in several experiments; the one with the most trials counts.
    let best = Dictionary(all.map { ($0.entry, $0) }) { a, b in
      if a.summary.finished != b.summary.finished { return a.summary.finished > b.summary.finished ? a : b }
      return a.study <= b.study ? a : b
    }
    dataset = all[0].dataset
    title = all.map(\.row.datasetTitle).first { $0 != all[0].dataset } ?? all[0].dataset
    `protocol` = all[0].protocol
    let sign = (all[0].metrics.first ?? .accuracy).better.sign
    cells = best.values.sorted { a, b in
      let (x, y) = (sign * (a.mean ?? 0), sign * (b.mean ?? 0))
      return x != y ? x > y : a.entry.lexicographicallyPrecedes(b.entry)
    }
  }

  /// Returns the value of a cell by a metric.
  static func value(_ cell: SiteCell, _ metric: Metric) -> Double? { cell.summary[metric.id] }

  /// Returns the rank of each cell by a metric, 1 for the best, ties sharing the mean of theirs; nil without a value.
  func ranks(_ metric: Metric) -> [Double?] {
    let values = cells.map { Self.value($0, metric).map { -metric.better.sign * ($0 * 1e9).rounded() } }
    let ranks = Ranks.ascending(values.compactMap { $0 })
    var next = 0
    return values.map { value in
      guard value != nil else { return nil }
      next += 1
      return ranks[next - 1]
    }
  }

  /// The cell with the same score for all bags.
  var floor: SiteCell? { cells.first(where: \.isFloor) }

  /// The comparison of the first and the next by the corrected resampled t-test; nil if they share no folds.
  var duel: PairComparison? {
    guard cells.count > 1, let metric = metrics.first, cells[0].row.key.model != cells[1].row.key.model else {
      return nil
    }
    let records = cells[0].records + cells[1].records
    guard let experiment = Experiment(of: records, named: dataset, titled: dataset),
      let statistics = StudyStatistics(experiment: experiment, records: records, metrics: [metric])
    else { return nil }
    return statistics.metrics.first?.pairs.first { $0.p != nil }
  }

  /// The winner and the certainty of the win, in two or three sentences.
  var verdict: String {
    guard let first = cells.first, let metric = metrics.first else { return "" }
    func text(_ cell: SiteCell) -> String { cell.mean.map { NumberText.text($0, metric.style) } ?? "–" }
    var words = "\(first.label) comes first of \(cells.count), with \(metric.title) \(text(first))."
    if cells.count > 1 {
      words += " Next is \(cells[1].label), with \(text(cells[1]))"
      if let duel, let p = duel.p, let difference = duel.difference {
        let size = NumberText.text(difference.magnitude, metric.style)
        words +=
          duel.verdict == .tie
          ? "; the difference of \(size) is not significant" : "; the difference of \(size) is significant"
        words += " (p \(NumberText.equality(p)), corrected resampled t-test on \(duel.folds) shared folds)."
      } else {
        words += "; the two share no folds to be tested on."
      }
    }
    if let floor, floor.entry != first.entry { words += " \(floor.label), the floor, has \(text(floor))." }
    return words
  }
}
