import MILRecords
import UserInput

/// Three rows a model side by side: its default parameters, tuned ones, and the average of tuned fits.
///
/// A part that was not run is named as such, so that an empty place is not taken for a poor result.
struct KindsTable {
  /// The mean of a part over the data sets that the parts of a model have in common.
  private struct Row: Sendable {
    let cell: SiteCell
    let datasets: Int
    let values: [Double?]
  }

  private static let kinds = ["default", "tuned", "tuned, ensembled"]

  private let contents: SiteContents

  init(_ contents: SiteContents) { self.contents = contents }

  /// The table of the models with at least two parts; nil without any.
  var table: PageTable? {
    let leading = Set(contents.leading)
    let cells = contents.cells.filter { leading.contains($0.dataset) && !$0.isFloor }
    var models: [String: [[String: SiteCell]]] = [:]
    // A list of values in an id is the tuned part of a model where its experiment has the default part, too.
    let plain = Set(cells.filter { Self.kind($0) == 0 }.map { [$0.study, $0.dataset, $0.baseModel] })
    for cell in cells {
      let isSearch = plain.contains([cell.study, cell.dataset, cell.baseModel]) && Self.isSearch(cell)
      guard let kind = isSearch ? (cell.isEnsemble ? 2 : 1) : Self.kind(cell) else { continue }
      var parts = models[cell.baseModel] ?? [[String: SiteCell]](repeating: [:], count: Self.kinds.count)
      // The same cell may be in several experiments; the one with the most trials counts.
      let known = parts[kind][cell.dataset]
      if known.map({ $0.summary.finished < cell.summary.finished }) ?? true { parts[kind][cell.dataset] = cell }
      models[cell.baseModel] = parts
    }
    let rows = contents.models.compactMap { models[$0].flatMap(Self.row) }
    guard let metric = rows.first?.cell.metrics.first else { return nil }
    let columns: [TableColumn<Row>] =
      [.text("model") { [contents] in contents.title(ofModel: $0.cell.baseModel) }]
      + Self.kinds.indices.map { kind in
        .number(Self.kinds[kind], group: metric.title, metric.style, absent: CellText.notRun) { $0.values[kind] }
      } + [.count("data sets") { $0.datasets }]
    let table = ReportTable(
      "Default, tuned and ensembled", columns, rows: rows, notes: notes(models, shown: rows.count))
    return PageTable(
      table, rowHeader: "model",
      links: ["model": rows.map { contents.address("models", $0.cell.baseModel, from: Site.indexPath) }])
  }

  /// Returns the part to which a cell belongs: a place in ``kinds``; nil for variants and recipes of papers.
  static func kind(_ cell: SiteCell) -> Int? {
    if cell.isEnsemble {
      return cell.protocol == "tuned" && SiteCell.setsMembersAlone(cell.row.key.model) ? 2 : nil
    }
    guard !cell.row.key.model.contains("[") else { return nil }
    return cell.protocol == "clean" ? 0 : cell.protocol == "tuned" ? 1 : nil
  }

  /// Returns whether a cell has a search over every parameter that its id sets, besides the number of averaged fits.
  private static func isSearch(_ cell: SiteCell) -> Bool {
    guard cell.protocol == "clean", let name = try? ParameterisedName(parsing: cell.row.key.model) else { return false }
    let values = name.parameters.filter { !SiteCell.numbersOfMembers.contains($0.key) }.values
    return !values.isEmpty && values.allSatisfy { $0.contains("/") }
  }

  /// Returns the means over the data sets of all parts that were run; nil for fewer than two parts.
  private static func row(_ parts: [[String: SiteCell]]) -> Row? {
    let run = parts.filter { !$0.isEmpty }
    guard run.count > 1, let first = run.first else { return nil }
    let common = first.keys.filter { name in run.allSatisfy { $0[name] != nil } }.sorted()
    guard let cell = common.first.flatMap({ first[$0] }) else { return nil }
    let values = parts.map { part in part.isEmpty ? nil : mean(common.compactMap { part[$0]?.mean }) }
    return Row(cell: cell, datasets: common.count, values: values)
  }

  private func notes(_ models: [String: [[String: SiteCell]]], shown: Int) -> [String] {
    func count(_ kind: Int) -> Int { models.values.count { !$0[kind].isEmpty } }
    let alone = models.count - shown
    return [
      "Means over the data sets on which all parts of a model were run. Default: the registry's parameters under the protocol "
        + "clean. Tuned: nested search under the protocol tuned, or over the values that a model's id lists in an experiment with both. Tuned, ensembled: the same, several fits averaged "
        + "(members, foldMembers). Repetitions may differ between the parts, so small differences are chance.",
      "Of \(models.count) models \(count(0)) have a default part, \(count(1)) a tuned one and \(count(2)) an ensembled one; "
        + "\(alone) with one part only \(alone == 1 ? "is" : "are") left out.",
    ]
  }
}

extension SiteCell {
  /// The parameters that average several fits.
  fileprivate static let numbersOfMembers: Set = ["members", "foldMembers"]

  /// Returns whether a model id sets numbers of averaged fits and nothing else.
  static func setsMembersAlone(_ model: String) -> Bool {
    guard let name = try? ParameterisedName(parsing: model) else { return false }
    return !name.parameters.isEmpty && numbersOfMembers.isSuperset(of: name.parameters.keys)
  }

  /// Whether it averages several fits.
  var isEnsemble: Bool {
    let parameters = (try? ParameterisedName(parsing: row.key.model))?.parameters ?? [:]
    return Self.numbersOfMembers.contains { parameters[$0].flatMap { Int($0) } ?? 1 > 1 }
  }
}
