import MILExperiments
import MILRecords
import MILStatistics

/// A paper with published figures, and our figures of the same cells in all experiments about it.
struct SitePaper: Sendable {
  /// A published figure beside ours.
  struct Row: Sendable {
    let study: String
    let run: String
    let row: ComparisonTable.Row
    /// Whether the paper's figures are of the metric that ours are of.
    let isComparable: Bool
    /// Whether the paper says that the model was not available to us.
    let isNotAtHand: Bool

    var figure: PublishedFigure? { row.paper }
    var verdict: PaperVerdict? { isComparable ? row.verdict : nil }
    var baseModel: String { String(row.key.model.prefix { $0 != "[" }) }

    /// The verdict in words, or why there is none.
    var words: String {
      if let verdict { return verdict.words }
      guard row.ours?.leading.mean != nil else {
        return isNotAtHand ? CellText.notAtHand : CellText.absence(row)
      }
      return isComparable ? "no sampling error" : "another metric"
    }
  }

  /// The part of an experiment.
  struct Part: Sendable {
    let study: String
    let title: String
    let published: PublishedTable
    let style: NumberStyle
    let rows: [Row]
  }

  /// The title of the first experiment's table.
  let title: String
  /// The parts, in the order of the experiments.
  let parts: [Part]

  /// The key of its page.
  var key: String { Self.key(title) }
  var rows: [Row] { parts.flatMap(\.rows) }
  var studies: Set<String> { Set(parts.map(\.study)) }
  /// The citations, each once.
  var citations: [String] {
    parts.reduce(into: []) { list, part in
      if !list.contains(part.published.citation) { list.append(part.published.citation) }
    }
  }

  /// Returns the key of a title: papers that differ in capitals alone are one.
  static func key(_ title: String) -> String { title.lowercased() }

  /// Returns the number of figures with a verdict.
  func count(_ grade: PaperVerdict.Grade) -> Int { rows.count { $0.verdict?.grade == grade } }
  /// The number of figures without a verdict.
  var withoutVerdict: Int { rows.count { $0.verdict == nil } }

  /// Returns the papers of experiments with at least one published figure, in the order of the experiments.
  static func all(in studies: [SiteStudy]) -> [SitePaper] {
    var papers: [(key: String, title: String, parts: [Part])] = []
    for study in studies {
      for (name, run) in study.runs.flatMap({ name, run in run.byMetric.map { (name, $0) } }) {
        guard let published = run.comparison.published else { continue }
        let rows = run.comparison.rows.filter { $0.paper != nil }.map { row in
          Row(
            study: study.name, run: name, row: row, isComparable: run.comparison.isComparable,
            isNotAtHand: published.notAtHand.contains(row.key.model))
        }
        if rows.isEmpty { continue }
        let part = Part(
          study: study.name, title: study.title, published: published, style: run.comparison.leading.style, rows: rows)
        if let index = papers.firstIndex(where: { $0.key == key(published.paper) }) {
          papers[index].parts.append(part)
        } else {
          papers.append((key(published.paper), published.paper, [part]))
        }
      }
    }
    return papers.map { SitePaper(title: $0.title, parts: $0.parts) }
  }
}
