import MILExperiments
import MILRecords
import MILStatistics

/// All models on one data set under one protocol on the same folds, best first.
struct SiteBoard: Sendable {
  /// The data set's name.
  let dataset: String
  /// What tables call it.
  let title: String
  /// The protocol's name.
  let `protocol`: String
  /// The cells, one a model and run, best first by the leading metric.
  let cells: [SiteCell]

  /// The metrics that models are compared by.
  var metrics: [Metric] { cells.first?.metrics ?? [] }

  /// The boards of cells: the data sets in order of their names, the protocols of each as they are to be shown, the board
  /// with the most models first.
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

  /// Where a protocol stands among others: the usual ones first.
  static func order(of name: String) -> String {
    let usual = ["clean", "tuned", "as-published"]
    return "\(usual.firstIndex(of: name) ?? usual.count) \(name)"
  }

  private init(_ all: [SiteCell]) {
    // The same model may stand in several experiments, of which the one with most trials counts.
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

  /// The value of a cell by a metric.
  static func value(_ cell: SiteCell, _ metric: Metric) -> Double? { cell.summary[metric.id] }

  /// The rank of each cell by a metric, 1 for the best, equal ones sharing the mean of theirs; nil without a value.
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

  /// The cell that gives all bags one score.
  var floor: SiteCell? { cells.first(where: \.isFloor) }

  /// The first and the next compared by the corrected resampled t-test; nil if they share no folds.
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

  /// Who came first and how sure that is, in two or three sentences.
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
