import MILExperiments
import MILStatistics

/// The texts in cells.
enum CellText {
  static let notRun = "not run"
  static let noData = "no data"
  static let noEpochs = "–"
  static let notDefined = "not defined"
  static let notPublished = "not published"
  static let notAtHand = "not at hand"
  /// The texts in place of a missing figure.
  static let absences = [notRun, noData, notDefined, notPublished, notAtHand]
  static let unverifiedMark = "†"

  /// Returns the text for a row without trials.
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
  /// The short mark after a printed spread.
  var tag: String {
    switch self {
    case .foldDeviation: "f"
    case .repeatDeviation: "r"
    case .standardError: "s"
    case .unknown: "u"
    }
  }

  /// The meaning of the mark.
  var explanation: String {
    switch self {
    case .foldDeviation: "standard deviation over folds"
    case .repeatDeviation: "standard deviation over the repetitions' means"
    case .standardError: "standard error of the mean"
    case .unknown: "kind not known"
    }
  }
}

extension [PaperVerdict] {
  /// The note on the differences that these verdicts could show; nil without any.
  var powerNote: String? {
    let visible = compactMap(\.visibleDifference).filter { $0 > 0 }.sorted()
    guard let low = visible.first, let high = visible.last, let middle = SiteCell.median(visible) else { return nil }
    return "Power: re-running as here shows a true difference of \(NumberText.share(middle)) with a probability of "
      + "\(Int(PaperVerdict.power * 100)) % (median of \(visible.count) verdicts, \(NumberText.share(low)) to "
      + "\(NumberText.share(high))). Smaller differences mostly end in \"cannot tell\"."
  }
}

/// The letters of replications and selection rules, in the order of the table.
struct ReplicationLetters: Sendable, Equatable {
  /// The meanings of the letters, from `a` on.
  private(set) var sources: [String] = []

  init(_ rows: [ComparisonTable.Row]) {
    for figure in rows.flatMap(\.replications) where !sources.contains(name(figure)) { sources.append(name(figure)) }
  }

  /// Returns the figures of one cell with their letters.
  func text(_ figures: [PublishedFigure]) -> String {
    if figures.isEmpty { return CellText.notPublished }
    return figures.map { figure in
      "\(NumberText.share(figure.mean))\(figure.verified ? "" : CellText.unverifiedMark) \(letter(of: figure))"
    }.joined(separator: ", ")
  }

  /// Returns the letter of a figure in the table.
  func letter(of figure: PublishedFigure) -> String {
    sources.firstIndex(of: name(figure)).map(letter) ?? "?"
  }

  /// The notes below a table, one for each letter.
  var notes: [(letter: String, note: String)] {
    sources.indices.map { (letter($0), "Others, \(letter($0)): \(sources[$0]).") }
  }

  /// Returns the letter of a position: a ... z, then aa, ab and so on.
  func letter(_ place: Int) -> String {
    let last = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(place % 26)))
    return place < 26 ? last : letter(place / 26 - 1) + last
  }

  private func name(_ figure: PublishedFigure) -> String {
    [figure.by, figure.selection].compactMap { $0 }.joined(separator: ": ")
  }
}
