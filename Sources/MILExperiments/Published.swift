import Foundation
import UserInput

/// The kind of a printed spread, among those in use.
package enum SpreadKind: String, Codable, Sendable, CaseIterable {
  /// The standard deviation over the folds of all repetitions.
  case foldDeviation = "sd-folds"
  /// The standard deviation over the means of the repetitions.
  case repeatDeviation = "sd-repeats"
  /// A standard error of the mean.
  case standardError = "standard-error"
  /// Not stated, or stated in a way that contradicts the figure.
  case unknown = "unknown"
}

/// A second spread of a figure, from another printing of the same mean.
package struct PrintedSpread: Codable, Sendable, Equatable {
  /// The spread.
  package var spread: Double
  /// The kind of the spread.
  package var spreadKind: SpreadKind
  /// The source of the spread.
  package var source: String

  /// Creates a spread from its parts.
  package init(spread: Double, spreadKind: SpreadKind, source: String) {
    self.spread = spread
    self.spreadKind = spreadKind
    self.source = source
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case spread, spreadKind, source
  }

  /// Reads a spread from an object without other keys.
  package init(from decoder: any Decoder) throws {
    let object = try decoder.strictContainer(keyedBy: CodingKeys.self)
    spread = try object.decode(Double.self, forKey: .spread)
    spreadKind = try object.decodeChoice(SpreadKind.self, forKey: .spreadKind)
    source = try object.decode(String.self, forKey: .source)
  }
}

/// One figure in print: from a paper about its own or other models, or from a replication.
package struct PublishedFigure: Codable, Sendable, Equatable {
  /// The model id; a model that the registry lacks has a lower-case id of its own.
  package var model: String
  /// The model's name in the source.
  package var label: String
  /// The data set's name.
  package var dataset: String
  /// The figure, as a share in 0 ... 1.
  package var mean: Double
  /// The printed spread of the figure.
  package var spread: Double?
  /// The kind of the spread.
  package var spreadKind: SpreadKind?
  /// A spread that another source prints with the same mean.
  package var alsoPrinted: PrintedSpread?
  /// The source of the figure.
  package var source: String
  /// Whether the figure was checked in that source; false means recalled from memory.
  package var verified: Bool
  /// The authors of the replication; nil for the paper's own table.
  package var by: String?
  /// The choice of the epoch or the parameters for this figure, if it differs from the table's rule.
  package var selection: String?
  /// A remark on this figure.
  package var note: String?

  /// Creates a figure from its parts.
  package init(
    model: String, label: String, dataset: String, mean: Double, spread: Double? = nil, spreadKind: SpreadKind? = nil,
    alsoPrinted: PrintedSpread? = nil,
    source: String, verified: Bool, by: String? = nil, selection: String? = nil, note: String? = nil
  ) {
    self.model = model
    self.label = label
    self.dataset = dataset
    self.mean = mean
    self.spread = spread
    self.spreadKind = spreadKind
    self.alsoPrinted = alsoPrinted
    self.source = source
    self.verified = verified
    self.by = by
    self.selection = selection
    self.note = note
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case model, label, dataset, mean, spread, spreadKind, alsoPrinted, source, verified, by, selection, note
  }

  /// Reads a figure from an object without other keys.
  package init(from decoder: any Decoder) throws {
    let object = try decoder.strictContainer(keyedBy: CodingKeys.self)
    model = try object.decode(String.self, forKey: .model)
    label = try object.decode(String.self, forKey: .label)
    dataset = try object.decode(String.self, forKey: .dataset)
    mean = try object.decode(Double.self, forKey: .mean)
    spread = try object.decodeIfPresent(Double.self, forKey: .spread)
    spreadKind = try object.decodeIfPresent(SpreadKind.self, forKey: .spreadKind)
    alsoPrinted = try object.decodeIfPresent(PrintedSpread.self, forKey: .alsoPrinted)
    source = try object.decode(String.self, forKey: .source)
    verified = try object.decode(Bool.self, forKey: .verified)
    by = try object.decodeIfPresent(String.self, forKey: .by)
    selection = try object.decodeIfPresent(String.self, forKey: .selection)
    note = try object.decodeIfPresent(String.self, forKey: .note)
  }
}

/// The figures of one published table, or replications of it, with their sources.
package struct PublishedTable: Codable, Sendable, Equatable {
  /// The paper's title.
  package var paper: String
  /// The paper's citation.
  package var citation: String
  /// The measure of the figures, for example `bag accuracy`.
  package var metric: String
  /// The paper's selection rule: the choice of the epoch or the parameters of its figures.
  package var selection: String
  /// The known facts about the printed spreads.
  package var spreadNote: String?
  /// The paper's names of the data sets, by our names.
  package var titles: [String: String]
  /// The models with published figures that were not available to us.
  package var notAtHand: [String]
  /// The figures.
  package var rows: [PublishedFigure]

  /// Creates a table from its parts.
  package init(
    paper: String, citation: String, metric: String, selection: String, spreadNote: String? = nil,
    titles: [String: String] = [:], notAtHand: [String] = [], rows: [PublishedFigure]
  ) {
    self.paper = paper
    self.citation = citation
    self.metric = metric
    self.selection = selection
    self.spreadNote = spreadNote
    self.titles = titles
    self.notAtHand = notAtHand
    self.rows = rows
  }

  /// Returns the figures of one model on one data set, in the order of the file.
  package func figures(model: String, dataset: String) -> [PublishedFigure] {
    rows.filter { $0.model == model && $0.dataset == dataset }
  }

  /// Throws for rows that belong to no cell of an experiment, and for rows of one cell with different figures.
  ///
  /// - Throws: ``/UserInput/DocumentError`` with the row and the probable intention.
  func check(datasets: [String], models: [String], file: URL) throws {
    var seen: [String: (row: Int, mean: Double)] = [:]
    for (index, row) in rows.enumerated() {
      func refuse(_ problem: String) -> DocumentError {
        DocumentError(file: file.path, problem: "rows[\(index)]: \(problem)")
      }
      // A data set with a title is one of the paper's that the experiment omits.
      guard datasets.contains(row.dataset) || titles[row.dataset] != nil else {
        let near = Spelling.nearest(to: row.dataset, in: datasets).first.map { "; did you mean \($0)?" } ?? ""
        throw refuse(
          "the data set \(row.dataset.onOneLine(limit: 60)), expected one of the experiment, \(datasets.joined(separator: ", "))"
            + near)
      }
      if !models.contains(row.model),
        let near = models.first(where: { Spelling.isMisspelt(row.model, of: $0) }),
        figures(model: near, dataset: row.dataset).isEmpty
      {
        throw refuse("the model \(row.model.onOneLine(limit: 60)), which the experiment has not; did you mean \(near)?")
      }
      let cell = row.dataset + "\n" + row.model
      if let other = seen[cell], other.mean != row.mean {
        throw refuse(
          "\(row.mean) for \(row.model) on \(row.dataset), and \(other.mean) in rows[\(other.row)], expected one figure a "
            + "cell; further ones belong into the file of replications")
      }
      seen[cell] = (index, row.mean)
    }
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case paper, citation, metric, selection, spreadNote, titles, notAtHand, rows
  }

  /// Reads a table from an object without other keys.
  package init(from decoder: any Decoder) throws {
    let object = try decoder.strictContainer(keyedBy: CodingKeys.self)
    paper = try object.decode(String.self, forKey: .paper)
    citation = try object.decode(String.self, forKey: .citation)
    metric = try object.decode(String.self, forKey: .metric)
    selection = try object.decode(String.self, forKey: .selection)
    spreadNote = try object.decodeIfPresent(String.self, forKey: .spreadNote)
    titles = try object.decodeIfPresent([String: String].self, forKey: .titles) ?? [:]
    notAtHand = try object.decodeIfPresent([String].self, forKey: .notAtHand) ?? []
    rows = try object.decode([PublishedFigure].self, forKey: .rows)
  }

  /// Loads the table in `file`.
  ///
  /// - Throws: ``/UserInput/DocumentError`` with the key path, the found value and the expected one.
  package static func load(from file: URL) throws -> PublishedTable {
    let table = try decode(PublishedTable.self, from: file)
    for (index, row) in table.rows.enumerated() {
      let values = [row.mean, row.spread ?? 0, row.alsoPrinted?.spread ?? 0]
      if let value = values.first(where: { !(0...1).contains($0) }) {
        throw DocumentError(file: file.path, problem: "rows[\(index)]: \(value), expected a share in 0 ... 1")
      }
      if row.spread != nil && row.spreadKind == nil {
        throw DocumentError(
          file: file.path,
          problem: "rows[\(index)]: a spread without \"spreadKind\", expected one of "
            + SpreadKind.allCases.map(\.rawValue).joined(separator: ", "))
      }
    }
    return table
  }
}
