import MILExperiments

/// What stands in cells.
enum CellText {
  static let notRun = "not run"
  static let noData = "no data"
  static let noEpochs = "–"
  static let notDefined = "not defined"
  static let notPublished = "not published"
  static let notAtHand = "not at hand"
  /// What stands for a figure that there is none of.
  static let absences = [notRun, noData, notDefined, notPublished, notAtHand]
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
