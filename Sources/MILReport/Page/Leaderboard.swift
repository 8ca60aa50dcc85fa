import MILRecords
import MILStatistics

/// All models under all protocols in one table: means over the leading data sets, with figures of each set for a
/// filter.
struct Leaderboard {
  /// A model under a protocol.
  struct Row: Sendable {
    let cell: SiteCell
    let label: String
    let family: String
    /// The number of trials on all data sets that were run again with the same bits, of all; a dash for none.
    let repeated: String
    /// The figures over the leading data sets.
    let overall: OverallFigures

    var sets: Int { overall.sets }
    var allSets: Int { overall.allSets }
    var means: [Double?] { overall.means }
    var ranks: [Double?] { overall.ranks }
    var wins: [Int] { overall.wins }
    var seconds: Double? { overall.seconds }
  }

  let contents: SiteContents
  /// The metrics of the leading data sets.
  let metrics: [Metric]
  /// The rows: protocol by protocol, best mean rank first.
  let rows: [Row]
  /// The data sets with these metrics.
  let datasets: [String]
  /// The boards with the most models for each data set and protocol.
  let boards: [SiteBoard]

  init(_ contents: SiteContents) {
    self.contents = contents
    let found = contents.leading.lazy.flatMap { contents.boards(of: $0) }.first?.metrics ?? []
    metrics = found
    let all = contents.boards.filter { $0.metrics.map(\.id) == found.map(\.id) }
    var seen: Set<[String]> = []
    boards = all.filter { seen.insert([$0.dataset, $0.protocol]).inserted }
    let known = Set(all.map(\.dataset))
    datasets = contents.datasets.filter(known.contains)
    let leading = contents.leading
    rows = Set(boards.map(\.protocol)).sorted { SiteBoard.order(of: $0) < SiteBoard.order(of: $1) }
      .flatMap { [boards] name in
        Self.rows(boards.filter { $0.protocol == name }, found, leading: Set(leading), contents.notes)
      }
  }

  /// Returns the rows of one protocol.
  private static func rows(
    _ boards: [SiteBoard], _ metrics: [Metric], leading: Set<String>, _ notes: SiteNotes
  ) -> [Row] {
    let main = boards.filter { leading.contains($0.dataset) }
    let overall = OverallFigures.all(main, metrics)
    let rows = Dictionary(grouping: boards.flatMap(\.cells), by: \.entry).map { entry, cells -> Row in
      let cell = cells.first { leading.contains($0.dataset) } ?? cells[0]
      let family = cell.isFloor ? cell.family : notes.models[cell.baseModel]?.family ?? cell.family
      let (same, trials) = (cells.reduce(0) { $0 + $1.repeated }, cells.reduce(0) { $0 + $1.records.count })
      return Row(
        cell: cell, label: cell.label, family: family, repeated: same == 0 ? "–" : "\(same) of \(trials)",
        overall: overall[entry]
          ?? OverallFigures(sets: 0, allSets: main.count, wins: [Int](repeating: 0, count: metrics.count)))
    }.sorted { $0.cell.entry.lexicographicallyPrecedes($1.cell.entry) }
    return rows.sorted { a, b in
      let (x, y) = (a.ranks.first ?? nil, b.ranks.first ?? nil)
      if x != y { return (x ?? .infinity) < (y ?? .infinity) }
      return a.sets != b.sets ? a.sets > b.sets : a.cell.entry.lexicographicallyPrecedes(b.cell.entry)
    }
  }

  /// The table, which a script can filter.
  var table: PageTable {
    let repeated: [TableColumn<Row>] =
      contents.hasRepeatedTrials ? [.text("same bits", .right) { $0.repeated }] : []
    let run: [TableColumn<Row>] = contents.hasSeveralRuns ? [.text("run") { $0.cell.run }] : []
    let figures = metrics.enumerated().map { index, metric in
      TableColumn<Row>.number(metric.title, metric.style) { index < $0.means.count ? $0.means[index] : nil }
    }
    let columns: [TableColumn<Row>] =
      [
        .text("rank", .right) { $0.ranks.first.flatMap { $0 }.map(NumberText.hundredths) ?? "–" },
        .text("model") { $0.label }, .text("kind") { $0.cell.kind }, .text("protocol") { $0.cell.protocol },
        .text("family") { $0.family },
      ] + figures + [
        .text("win rate", .right) { $0.overall.rates.first.flatMap { $0 }?.text ?? "–" },
        .text("improvability", .right) { Self.percent($0.overall.gaps.first.flatMap { $0 }) },
        .text("sets won", .right) { $0.sets == 0 ? "–" : String($0.wins.first ?? 0) },
        .number("seconds", .decimals(2)) { $0.seconds }, .text("data sets", .right) { "\($0.sets) of \($0.allSets)" },
      ] + repeated + run
    let name = contents.notes.leading.isEmpty ? "data sets" : contents.notes.leadingTitle
    let table = ReportTable(
      "Leaderboard: means over the \(name)", columns, rows: rows, section: { $0.cell.protocol }, marksFirst: false,
      notes: [
        "Rank: mean rank over the sets by \(metrics.first?.title ?? "the leading metric"), 1 for the best, among the models of the "
          + "protocol that were run on all of them; other models have no mean. Protocols rank apart. All figures are after the "
          + "last epoch, none chosen on test bags. Sets won: on how many it comes first, whether significant or not.",
        "Win rate, in percent: the share of data sets / of data sets and repetitions in which it has the better mean than another "
          + "model, averaged over all others, ties half. Improvability, in percent: how much of its error the best of them does "
          + "not make, (error − best error)/error, averaged over the sets; 0 is best.",
        "Kind: default, the parameters of the registry; variant, others; tuned, chosen on training bags; as published, what "
          + "the authors state; ensembled, several fits averaged. Family: that of the registry; floor, gives all bags one score; for models that it lacks network, "
          + "trained in epochs, or other. Seconds: the median of training a fold.",
      ] + (contents.hasRepeatedTrials ? [SiteCell.repeatedNote] : []))
    return PageTable(
      table, rowHeader: "model",
      links: ["model": rows.map { contents.address("models", $0.cell.baseModel, from: Site.indexPath) }],
      id: "leaderboard")
  }

  /// The first models under the first protocol, in words.
  var advice: String {
    let best = rows.filter { $0.cell.protocol == rows.first?.cell.protocol && $0.ranks.first.flatMap { $0 } != nil }
    guard best.count > 1, let first = best.first, let metric = metrics.first else { return "" }
    let models = best.prefix(3).map { row in
      let mean = row.means.first.flatMap { $0 }.map { NumberText.text($0, metric.style) } ?? "–"
      let seconds = row.seconds.map { ", \(NumberText.hundredths($0)) s a fit" } ?? ""
      return
        "\(row.label) (mean rank \(row.ranks[0].map(NumberText.hundredths) ?? "–"), \(metric.title) \(mean)\(seconds))"
    }
    let sets = "\(first.allSets) data \(first.allSets == 1 ? "set" : "sets")"
    return "To try first: \(models.joined(separator: ", then ")); of \(best.count) models over \(sets) under the "
      + "protocol \(first.cell.protocol). Whether the first is significantly better than the next, each data set's page says."
  }

  /// The figure of time and quality of the models under the first protocol; nil for fewer than two models.
  var figure: ReportFigure? {
    guard let first = rows.first, let metric = metrics.first else { return nil }
    let points = rows.filter { $0.cell.protocol == first.cell.protocol && !$0.cell.isFloor }.compactMap { row in
      row.means.first.flatMap { $0 }.flatMap { mean in
        row.seconds.map { seconds in
          let name = contents.hasSeveralRuns ? "\(row.label), \(row.cell.run)" : row.label
          return FrontChart.Point(name: name, seconds: seconds, quality: mean)
        }
      }
    }
    guard points.count > 1 else { return nil }
    var chart = FrontChart(title: "", metric: metric, points: points)
    let names = chart.front.map {
      "\($0.name) (\(metric.title) \(NumberText.text($0.quality, metric.style)), \(FrontChart.seconds($0.seconds)))"
    }
    chart.title =
      "Time and quality of \(points.count) models under the protocol \(first.cell.protocol). The front, fastest first: "
      + "\(names.joined(separator: ", "))"
    let sets = "\(first.allSets) data \(first.allSets == 1 ? "set" : "sets")"
    return ReportFigure(
      name: "leaderboard", svg: chart.svg,
      caption:
        "\(chart.title). Each mark is a model of the leaderboard with its mean \(metric.title) over \(sets) and the "
        + "median seconds of training a fold; times of different machines are not comparable. Numbered marks are the front: "
        + "no faster model is as good. Models that give all bags one score are left out.")
  }

  /// Returns a share in whole percent; a dash for none.
  static func percent(_ share: Double?) -> String {
    share.map { NumberText.plain(100 * $0, decimals: 0) } ?? "–"
  }
}
