import Foundation
import UserInput

/// Which of the spreads in use a printed spread is.
public enum SpreadKind: String, Codable, Sendable, CaseIterable {
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
public struct PrintedSpread: Codable, Sendable, Equatable {
  /// The spread.
  public var spread: Double
  /// What that spread is.
  public var spreadKind: SpreadKind
  /// Where it was read.
  public var source: String

  /// A spread from its parts.
  public init(spread: Double, spreadKind: SpreadKind, source: String) {
    self.spread = spread
    self.spreadKind = spreadKind
    self.source = source
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case spread, spreadKind, source
  }

  /// A spread from an object without other keys.
  public init(from decoder: any Decoder) throws {
    let object = try decoder.strictContainer(keyedBy: CodingKeys.self)
    spread = try object.decode(Double.self, forKey: .spread)
    spreadKind = try object.decode(SpreadKind.self, forKey: .spreadKind)
    source = try object.decode(String.self, forKey: .source)
  }
}

/// One figure that somebody printed: a paper about its own or other models, or a replication.
public struct PublishedFigure: Codable, Sendable, Equatable {
  /// The model id; a model that the registry lacks has a lower-case id of its own.
  public var model: String
  /// What the source calls the model.
  public var label: String
  /// The data set's name.
  public var dataset: String
  /// The figure, as a share in 0 ... 1.
  public var mean: Double
  /// The spread printed with it.
  public var spread: Double?
  /// What that spread is.
  public var spreadKind: SpreadKind?
  /// A spread that another source prints with the same mean.
  public var alsoPrinted: PrintedSpread?
  /// Where the figure was read.
  public var source: String
  /// Whether the figure was read in that source; false means recalled from memory.
  public var verified: Bool
  /// Who ran it; nil for the paper's own table.
  public var by: String?
  /// How the epoch or the parameters behind this figure were chosen, where this differs from the table's rule.
  public var selection: String?
  /// A remark on this figure.
  public var note: String?

  /// A figure from its parts.
  public init(
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
  public init(from decoder: any Decoder) throws {
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
  public var paper: String
  /// The paper's citation.
  public var citation: String
  /// What the figures measure, for example `bag accuracy`.
  public var metric: String
  /// The paper's selection rule: how it chose the epoch or the parameters of what it prints.
  public var selection: String
  /// What is known about the printed spreads.
  public var spreadNote: String?
  /// What the paper calls the data sets, by our names.
  public var titles: [String: String]
  /// The models whose figures were published but could not be read.
  public var notAtHand: [String]
  /// The figures.
  public var rows: [PublishedFigure]

  /// A table from its parts.
  public init(
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
  public func figures(model: String, dataset: String) -> [PublishedFigure] {
    rows.filter { $0.model == model && $0.dataset == dataset }
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
  public static func load(from file: URL) throws -> PublishedTable {
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
