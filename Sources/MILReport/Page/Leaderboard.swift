import Foundation
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
    /// The number of leading data sets on which it was run, and the number of sets under the protocol.
    let sets: Int, allSets: Int
    /// The means over the leading sets by each metric; empty unless it was run on all of them.
    var means: [Double?] = []
    /// The mean rank among the models that were run on all sets, by each metric.
    var ranks: [Double?] = []
    /// The number of sets on which it comes first, by each metric.
    var wins: [Int] = []
    /// The median seconds of training a fold of the leading sets; nil unless it was run on all of them.
    var seconds: Double?
  }

  let contents: SiteContents
  /// The metrics of the leading data sets.
  let metrics: [Metric]
  /// The rows: protocol by protocol, best mean rank first.
  let rows: [Row]
  /// The data sets with these metrics.
  let datasets: [String]
  /// The boards with the most models for each data set and protocol.
  private let boards: [SiteBoard]

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
    let entries = Dictionary(grouping: boards.flatMap(\.cells), by: \.entry)
    let placed = main.map { board in
      metrics.map { metric in
        Dictionary(zip(board.cells.map(\.entry), board.ranks(metric)).map { ($0, $1) }) { a, _ in a }
      }
    }
    var rows = entries.values.map { cells -> Row in
      let own = cells.filter { leading.contains($0.dataset) }
      let label = (own.first ?? cells[0]).label
      let cell = own.first ?? cells[0]
      let family = cell.isFloor ? cell.family : notes.models[cell.baseModel]?.family ?? cell.family
      var row = Row(cell: cell, label: label, family: family, sets: own.count, allSets: main.count)
      row.wins = metrics.indices.map { metric in
        placed.count { ranks in
          // Tied best models share a rank, such as 1.5, and each of them comes first.
          let best = ranks[metric].values.compactMap { $0 }.min()
          return best != nil && ranks[metric][row.cell.entry] == .some(best)
        }
      }
      if own.count == main.count, !own.isEmpty {
        row.means = metrics.map { metric in mean(own.compactMap { SiteBoard.value($0, metric) }) }
        row.seconds = SiteCell.median(own.flatMap { $0.records.map(\.seconds) })
      }
      return row
    }.sorted { $0.cell.entry.lexicographicallyPrecedes($1.cell.entry) }
    let complete = rows.indices.filter { !rows[$0].means.isEmpty }
    for metric in metrics {
      let table = main.map { board in
        let values = Dictionary(board.cells.map { ($0.entry, SiteBoard.value($0, metric)) }) { a, _ in a }
        return complete.map { values[rows[$0].cell.entry] ?? nil }
      }.filter { !$0.contains(nil) }.map { $0.map { metric.better.sign * (($0 ?? 0) * 1e9).rounded() } }
      let ranks = Ranks.averages(table)
      for (place, index) in complete.enumerated() { rows[index].ranks.append(place < ranks.count ? ranks[place] : nil) }
    }
    return rows.sorted { a, b in
      let (x, y) = (a.ranks.first ?? nil, b.ranks.first ?? nil)
      if x != y { return (x ?? .infinity) < (y ?? .infinity) }
      return a.sets != b.sets ? a.sets > b.sets : a.cell.entry.lexicographicallyPrecedes(b.cell.entry)
    }
  }

  /// The table, which a script can filter.
  var table: PageTable {
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
        .text("sets won", .right) { $0.sets == 0 ? "–" : String($0.wins.first ?? 0) },
        .number("seconds", .decimals(2)) { $0.seconds }, .text("data sets", .right) { "\($0.sets) of \($0.allSets)" },
      ] + run
    let name = contents.notes.leading.isEmpty ? "data sets" : contents.notes.leadingTitle
    let table = ReportTable(
      "Leaderboard: means over the \(name)", columns, rows: rows, section: { $0.cell.protocol }, marksFirst: false,
      notes: [
        "Rank: mean rank over the sets by \(metrics.first?.title ?? "the leading metric"), 1 for the best, among the models of the "
          + "protocol that were run on all of them; other models have no mean. Protocols rank apart. All figures are after the "
          + "last epoch, none chosen on test bags. Sets won: on how many it comes first, whether significant or not.",
        "Kind: default, the parameters of the registry; variant, others; tuned, chosen on training bags; as published, what "
          + "the authors state. Family: that of the registry; floor, gives all bags one score; for models that it lacks network, "
          + "trained in epochs, or other. Seconds: the median of training a fold.",
      ])
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

  // MARK: - The data of the filters

  /// The figures of a row on a data set, as printed in the table.
  private struct Shown: Encodable {
    var rank: [String]
    var won: [String]
    var figures: [String]
    var seconds: String
    var sets: String
  }

  private struct Data: Encodable {
    struct Entry: Encodable {
      var family: String
      var `protocol`: String
      var shown: [String: Shown]
    }
    var titles: [[String]]
    var families: [String]
    var metrics: [String]
    var protocols: [String]
    var rows: [Entry]
  }

  /// Returns the figures of each row by data set as JSON for a script; the empty name contains the means.
  func json() -> String {
    let ranks = boards.map { board in metrics.map { board.ranks($0) } }
    var places: [[String]: [(dataset: String, shown: Shown)]] = [:]
    for (board, ranks) in zip(boards, ranks) {
      for (index, cell) in board.cells.enumerated() {
        let shown = Shown(
          rank: ranks.map { $0[index].map { "\(NumberText.tenths($0)) of \(board.cells.count)" } ?? "–" },
          won: ranks.map { $0[index] == $0.compactMap { $0 }.min() ? "1" : "0" },
          figures: metrics.map { metric in
            SiteBoard.value(cell, metric).map { NumberText.text($0, metric.style) } ?? "–"
          },
          seconds: cell.medianSeconds.map(NumberText.hundredths) ?? "–", sets: "1")
        places[cell.entry, default: []].append((board.dataset, shown))
      }
    }
    let entries = rows.map { row in
      var shown = Dictionary((places[row.cell.entry] ?? []).map { ($0.dataset, $0.shown) }) { first, _ in first }
      if row.sets > 0 {
        shown[""] = Shown(
          rank: metrics.indices.map { $0 < row.ranks.count ? row.ranks[$0].map(NumberText.hundredths) ?? "–" : "–" },
          won: row.wins.map(String.init),
          figures: metrics.enumerated().map { index, metric in
            (index < row.means.count ? row.means[index] : nil).map { NumberText.text($0, metric.style) } ?? "–"
          }, seconds: row.seconds.map(NumberText.hundredths) ?? "–", sets: "\(row.sets) of \(row.allSets)")
      }
      return Data.Entry(family: row.family, protocol: row.cell.protocol, shown: shown)
    }
    var protocols: [String] = []
    for row in rows where protocols.last != row.cell.protocol { protocols.append(row.cell.protocol) }
    let data = Data(
      titles: [["", contents.notes.leading.isEmpty ? "all, means" : "\(contents.notes.leadingTitle), means"]]
        + datasets.map { [$0, contents.title(ofDataset: $0)] },
      families: Set(rows.map(\.family)).sorted(), metrics: metrics.map(\.title), protocols: protocols, rows: entries)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = (try? encoder.encode(data)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    return text.replacing("<", with: "\\u003c").replacing("&", with: "\\u0026")
  }
}
