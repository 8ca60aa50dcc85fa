import Foundation
import UserInput

/// Which of the spreads in use a printed spread is.
package enum SpreadKind: String, Codable, Sendable, CaseIterable {
  /// The standard deviation over the folds of all repetitions.
  case foldDeviation = "sd-folds"
  /// The standard deviation over the means of the repetitions.
  case repeatDeviation = "sd-repeats"
  /// A standard error of the mean.
  case standardError = "standard-error"
  /// Not stated, or stated in a way that the figure contradicts.
  case unknown = "unknown"
}

/// A second spread of a figure, from another printing of the same mean.
package struct PrintedSpread: Codable, Sendable, Equatable {
  /// The spread.
  package var spread: Double
  /// What that spread is.
  package var spreadKind: SpreadKind
  /// Where it was read.
  package var source: String

  /// A spread from its parts.
  package init(spread: Double, spreadKind: SpreadKind, source: String) {
    self.spread = spread
    self.spreadKind = spreadKind
    self.source = source
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case spread, spreadKind, source
  }

  /// A spread from an object without other keys.
  package init(from decoder: any Decoder) throws {
    let object = try decoder.strictContainer(keyedBy: CodingKeys.self)
    spread = try object.decode(Double.self, forKey: .spread)
    spreadKind = try object.decodeChoice(SpreadKind.self, forKey: .spreadKind)
    source = try object.decode(String.self, forKey: .source)
  }
}

/// One figure that somebody printed: a paper about its own or other models, or a replication.
package struct PublishedFigure: Codable, Sendable, Equatable {
  /// The model id; a model that the registry lacks has a lower-case id of its own.
  package var model: String
  /// What the source calls the model.
  package var label: String
  /// The data set's name.
  package var dataset: String
  /// The figure, as a share in 0 ... 1.
  package var mean: Double
  /// The spread printed with it.
  package var spread: Double?
  /// What that spread is.
  package var spreadKind: SpreadKind?
  /// A spread that another source prints with the same mean.
  package var alsoPrinted: PrintedSpread?
  /// Where the figure was read.
  package var source: String
  /// Whether the figure was read in that source; false means recalled from memory.
  package var verified: Bool
  /// Who ran it; nil for the paper's own table.
  package var by: String?
  /// How the epoch or the parameters behind this figure were chosen, where this differs from the table's rule.
  package var selection: String?
  /// A remark on this figure.
  package var note: String?

  /// A figure from its parts.
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

  /// A figure from an object without other keys.
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
public struct PublishedTable: Codable, Sendable, Equatable {
  /// The paper's title.
  package var paper: String
  /// The paper's citation.
  package var citation: String
  /// What the figures measure, for example `bag accuracy`.
  public var metric: String
  /// The paper's selection rule: how it chose the epoch or the parameters of what it prints.
  package var selection: String
  /// What is known about the printed spreads.
  package var spreadNote: String?
  /// What the paper calls the data sets, by our names.
  package var titles: [String: String]
  /// The models whose figures were published but could not be read.
  package var notAtHand: [String]
  /// The figures.
  package var rows: [PublishedFigure]

  /// A table from its parts.
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

  /// The figures of one model on one data set, in the order of the file.
  package func figures(model: String, dataset: String) -> [PublishedFigure] {
    rows.filter { $0.model == model && $0.dataset == dataset }
  }

  /// Refuses rows that no cell of an experiment would show, and rows of one cell with different figures.
  ///
  /// - Throws: ``/UserInput/DocumentError`` naming the row and what it may have been meant for.
  func check(datasets: [String], models: [String], file: URL) throws {
    var seen: [String: (row: Int, mean: Double)] = [:]
    for (index, row) in rows.enumerated() {
      func refuse(_ problem: String) -> DocumentError {
        DocumentError(file: file.path, problem: "rows[\(index)]: \(problem)")
      }
      // A data set with a title is one of the paper's that the experiment leaves out.
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

  /// A table from an object without other keys.
  public init(from decoder: any Decoder) throws {
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

  /// The table in `file`.
  ///
  /// - Throws: ``/UserInput/DocumentError`` naming the key path, what was found there and what was expected.
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
