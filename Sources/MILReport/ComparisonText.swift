import MILResults
import MILStatistics

extension ComparisonTable {
  /// The table for readers: rounded figures, and notes that say what each of them is.
  public var table: Table {
    typealias Column = Table.Column
    let lastEpoch = "ours, last epoch"
    let oracle = "ours, oracle epoch"
    let minus = "ours minus paper"
    var table = Table(
      title: experiment.title,
      columns: [Column("data set"), Column("model")] + (saysWhose ? [Column("run")] : []) + [
        Column("mean ± spread", group: "paper"),
        Column("mean", .right, group: lastEpoch), Column("SD folds", .right, group: lastEpoch),
        Column("SD repeats", .right, group: lastEpoch), Column("binomial SE", .right, group: lastEpoch),
        Column("corrected SE", .right, group: lastEpoch),
        Column("per fold", .right, group: oracle), Column("common", .right, group: oracle),
      ] + others.map { Column($0.title, .right) } + [
        Column("mean", .right, group: minus), Column("in SE of the bags", .right, group: minus), Column("verdict"),
        Column("within sampling error of the bags"), Column("others"), Column("trials"),
      ])
    let letters = ReplicationLetters(rows)
    var dataset: String?
    for row in rows {
      if let remedy = remedies[row.key.dataset],
        !rows.contains(where: { $0.key.dataset == row.key.dataset && $0.ours != nil })
      {
        if dataset != row.key.dataset { table.append(missingSet(row, remedy)) }
        dataset = row.key.dataset
        continue
      }
      let difference = againstPaper(row) { NumberText.signedShare($0.difference) }
      let inErrors = againstPaper(row) { NumberText.signed($0.standardErrors) }
      let sampling = againstPaper(row) { $0.isWithinSamplingError ? "yes" : "no" }
      let cells =
        [row.datasetTitle, row.label] + (saysWhose ? [row.run ?? CellText.absence(row)] : []) + [paperText(row)]
        + oursText(row)
        + [difference, inErrors, againstPaper(row, \.words), sampling, letters.text(row.replications), trialsText(row)]
      table.append(Table.Row(cells, beginsSection: dataset != row.key.dataset))
      dataset = row.key.dataset
    }
    table.notes = ComparisonNotes(table: self, letters: letters).all
    return table
  }

  /// The one line of a data set of which there are neither data nor trials.
  private func missingSet(_ row: Row, _ remedy: String) -> Table.Row {
    let count = Set(rows.filter { $0.key.dataset == row.key.dataset }.map(\.key)).count
    let head = [row.datasetTitle, count == 1 ? row.label : "\(count) models"] + (saysWhose ? [CellText.noData] : [])
    // The paper's figure, ours and the differences before the verdict; three columns behind it.
    let (figures, last) = (
      Array(repeating: CellText.noData, count: 10 + others.count), Array(repeating: CellText.noData, count: 3)
    )
    return Table.Row(head + figures + [remedy] + last, beginsSection: true)
  }

  /// Whether the paper's figures are of the leading metric, so that they can be set against ours.
  var isComparable: Bool { published?.metric.lowercased().contains(leading.title.lowercased()) ?? true }

  /// The paper's mean and spreads.
  func paperText(_ row: Row) -> String {
    guard let figure = row.paper else { return missingText(row) }
    let mean = NumberText.share(figure.mean) + (figure.verified ? "" : CellText.unverifiedMark)
    let spreads = figure.spreads.map { "\(NumberText.share($0.spread)) \($0.kind.tag)" }
    return spreads.isEmpty ? mean : "\(mean) ± \(spreads.joined(separator: ", "))"
  }

  /// Our columns, from the mean to the last of the metrics.
  private func oursText(_ row: Row) -> [String] {
    guard let cell = row.ours else { return Array(repeating: CellText.absence(row), count: 7 + others.count) }
    let ours = cell.leading
    func text(_ value: Double?) -> String? { value.map { NumberText.text($0, leading.style) } }
    let common = text(ours.oracleCommon).flatMap { mean in ours.oracleCommonEpoch.map { "\(mean) (epoch \($0))" } }
    let last = [
      ours.mean, ours.deviationOverFolds, ours.deviationOverRepeats, ours.binomialStandardError,
      ours.correctedStandardError,
    ]
    let absent = cell.finished > 0 ? CellText.noEpochs : CellText.noData
    return last.map { text($0) ?? CellText.noData } + [text(ours.oracle) ?? absent, common ?? absent]
      + others.map { metric in
        let undefined = cell.finished > 0 ? CellText.notDefined : CellText.noData
        return cell[metric.id].map { NumberText.text($0, metric.style) } ?? undefined
      }
  }

  /// Why there is no figure of the paper.
  private func missingText(_ row: Row) -> String {
    published?.notAtHand.contains(row.key.model) == true ? CellText.notAtHand : CellText.notPublished
  }

  private func againstPaper(_ row: Row, _ text: (PaperVerdict) -> String) -> String {
    if row.paper == nil { return missingText(row) }
    if row.ours == nil { return CellText.absence(row) }
    guard isComparable else { return "not comparable" }
    return row.verdict.map(text) ?? CellText.noData
  }

  private func trialsText(_ row: Row) -> String {
    guard let ours = row.ours else { return CellText.absence(row) }
    let expected = max(experiment.trialsPerCell, ours.trials)
    let parts = [
      "\(ours.finished) of \(expected)",
      ours.diverged > 0 ? "\(ours.diverged) of \(expected) diverged" : nil,
      ours.failed > 0 ? "\(ours.failed) of \(expected) failed" : nil,
      ours.trials < expected ? "\(expected - ours.trials) of \(expected) not run" : nil,
    ]
    return parts.compactMap { $0 }.joined(separator: ", ")
  }
}

/// What stands in cells.
enum CellText {
  static let notRun = "not run"
  static let noData = "no data"
  static let noEpochs = "–"
  static let notDefined = "not defined"
  static let notPublished = "not published"
  static let notAtHand = "not at hand"
  static let unverifiedMark = "†"

  /// Why there are no trials of a row.
  static func absence(_ row: ComparisonTable.Row) -> String { row.isWithoutData ? noData : notRun }

  static func share(_ value: Double?) -> String { value.map(NumberText.share) ?? noData }
}

extension PublishedFigure {
  /// The printed spreads, the figure's own first.
  var spreads: [(spread: Double, kind: SpreadKind)] {
    let own = spread.map { ($0, spreadKind ?? .unknown) }
    return [own, alsoPrinted.map { ($0.spread, $0.spreadKind) }].compactMap { $0 }
  }
}

extension SpreadKind {
  /// The short mark behind a printed spread.
  var tag: String {
    switch self {
    case .foldDeviation: "f"
    case .repeatDeviation: "r"
    case .standardError: "s"
    case .unknown: "u"
    }
  }

  /// What the mark means.
  var explanation: String {
    switch self {
    case .foldDeviation: "standard deviation over folds"
    case .repeatDeviation: "standard deviation over the repetitions' means"
    case .standardError: "standard error of the mean"
    case .unknown: "kind not known"
    }
  }
}

/// A letter for each replication and selection rule, in the order in which they appear in the table.
struct ReplicationLetters: Sendable, Equatable {
  /// What the letters stand for, from `a` on.
  private(set) var sources: [String] = []

  init(_ rows: [ComparisonTable.Row]) {
    for figure in rows.flatMap(\.replications) where !sources.contains(name(figure)) { sources.append(name(figure)) }
  }

  /// The figures of one cell with their letters.
  func text(_ figures: [PublishedFigure]) -> String {
    if figures.isEmpty { return CellText.notPublished }
    return figures.map { figure in
      "\(NumberText.share(figure.mean))\(figure.verified ? "" : CellText.unverifiedMark) \(letter(of: figure))"
    }.joined(separator: ", ")
  }

  /// The letter of a figure in the table.
  func letter(of figure: PublishedFigure) -> String {
    sources.firstIndex(of: name(figure)).map(letter) ?? "?"
  }

  /// What stands below a table for each letter.
  var notes: [(letter: String, note: String)] {
    sources.indices.map { (letter($0), "Others, \(letter($0)): \(sources[$0]).") }
  }

  /// The letter of a place: a ... z, then aa, ab and so on.
  func letter(_ place: Int) -> String {
    let last = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(place % 26)))
    return place < 26 ? last : letter(place / 26 - 1) + last
  }

  private func name(_ figure: PublishedFigure) -> String {
    [figure.by, figure.selection].compactMap { $0 }.joined(separator: ": ")
  }
}
