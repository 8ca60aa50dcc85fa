import Foundation
import MILRecords
import MILStatistics

/// The figures that the leaderboard's filters show: over all leading data sets, those of a domain, and of each set.
struct LeaderboardData {
  /// The figures of a row, as printed in the table.
  private struct Shown: Encodable {
    var rank: [String]
    var won: [String]
    var figures: [String]
    /// The win rates; nil for a single data set.
    var rate: [String]?
    var gap: [String]
    var seconds: String
    var sets: String
  }

  private struct Contents: Encodable {
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

  private let board: Leaderboard
  private var metrics: [Metric] { board.metrics }

  init(_ board: Leaderboard) { self.board = board }

  /// The figures of each row as JSON for a script, by data set or by ``key(of:)``; the empty name has the leading sets.
  var json: String {
    let domains = domains
    let groups = Dictionary(grouping: board.boards) { board in
      [board.protocol, self.board.contents.domains[board.dataset] ?? ""]
    }.mapValues { OverallFigures.all($0, metrics) }
    let places = singleSets
    let entries = board.rows.map { row in
      var shown = Dictionary((places[row.cell.entry] ?? []).map { ($0.dataset, $0.shown) }) { first, _ in first }
      for domain in domains {
        let found = groups[[row.cell.protocol, domain]]?[row.cell.entry]
        if let found { shown[Self.key(of: domain)] = self.shown(found) }
      }
      if row.sets > 0 { shown[""] = self.shown(row.overall) }
      return Contents.Entry(family: row.family, protocol: row.cell.protocol, shown: shown)
    }
    var protocols: [String] = []
    for row in board.rows where protocols.last != row.cell.protocol { protocols.append(row.cell.protocol) }
    let notes = board.contents.notes
    let data = Contents(
      titles: [["", notes.leading.isEmpty ? "all, means" : "\(notes.leadingTitle), means"]]
        + domains.map { [Self.key(of: $0), "\($0), means"] }
        + board.datasets.map { [$0, board.contents.title(ofDataset: $0)] },
      families: Set(board.rows.map(\.family)).sorted(), metrics: metrics.map(\.title), protocols: protocols,
      rows: entries)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = (try? encoder.encode(data)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    return text.replacing("<", with: "\\u003c").replacing("&", with: "\\u0026")
  }

  /// The domains of the leaderboard's data sets, in the order of these; empty for a single one.
  private var domains: [String] {
    let found = board.datasets.compactMap { board.contents.domains[$0] }
    var seen: Set<String> = []
    let distinct = found.filter { seen.insert($0).inserted }
    return distinct.count > 1 ? distinct : []
  }

  /// Returns the key of a domain among the names of data sets, none of which has a space at its end.
  static func key(of domain: String) -> String { "\(domain) " }

  /// Returns the figures over several data sets.
  private func shown(_ figures: OverallFigures) -> Shown {
    func text<Value>(_ values: [Value?], _ format: (Int, Value) -> String) -> [String] {
      metrics.indices.map { index in (index < values.count ? values[index] : nil).map { format(index, $0) } ?? "–" }
    }
    return Shown(
      rank: text(figures.ranks) { NumberText.hundredths($1) }, won: figures.wins.map(String.init),
      figures: text(figures.means) { NumberText.text($1, metrics[$0].style) },
      rate: text(figures.rates) { $1.text }, gap: text(figures.gaps) { Leaderboard.percent($1) },
      seconds: figures.seconds.map(NumberText.hundredths) ?? "–", sets: "\(figures.sets) of \(figures.allSets)")
  }

  /// The figures of each entry on single data sets.
  private var singleSets: [[String]: [(dataset: String, shown: Shown)]] {
    var places: [[String]: [(dataset: String, shown: Shown)]] = [:]
    for board in board.boards {
      let ranks = metrics.map { board.ranks($0) }
      let gaps = metrics.map { metric -> [String?] in
        let known = board.cells.indices.filter { SiteBoard.value(board.cells[$0], metric) != nil }
        let gaps = Improvability.gaps(known.compactMap { SiteBoard.value(board.cells[$0], metric) }, metric) ?? []
        var texts = [String?](repeating: nil, count: board.cells.count)
        for (index, gap) in zip(known, gaps) { texts[index] = Leaderboard.percent(gap) }
        return texts
      }
      for (index, cell) in board.cells.enumerated() {
        let shown = Shown(
          rank: ranks.map { $0[index].map { "\(NumberText.tenths($0)) of \(board.cells.count)" } ?? "–" },
          won: ranks.map { $0[index] == $0.compactMap { $0 }.min() ? "1" : "0" },
          figures: metrics.map { metric in
            SiteBoard.value(cell, metric).map { NumberText.text($0, metric.style) } ?? "–"
          }, rate: nil, gap: gaps.map { $0[index] ?? "–" },
          seconds: cell.medianSeconds.map(NumberText.hundredths) ?? "–", sets: "1")
        places[cell.entry, default: []].append((board.dataset, shown))
      }
    }
    return places
  }
}

extension Leaderboard {
  /// Returns the figures of each row as JSON for the script of the filters.
  func json() -> String { LeaderboardData(self).json }
}
