import MILExperiments
import MILRecords
import MILStatistics

/// The margin within which the models of each group of an experiment are equal over the data sets.
///
/// A pure function of the comparison: a row for each pair of a group's models, then the largest margin of the group.
package struct EquivalenceTable: Sendable, Equatable {
  /// Two models of a group.
  struct Row: Sendable, Equatable {
    let group, a, b: String
    let found: EquivalenceOverDatasets
  }

  let rows: [Row]
  private let title: String

  /// Creates the table of a comparison; nil without groups.
  ///
  /// Nil also if no two models of a group share data sets that are not variants of each other.
  package init?(_ comparison: ComparisonTable) {
    var rows: [Row] = []
    for group in comparison.experiment.groups {
      let models = Self.accuracies(comparison.rows.filter { group.models.contains($0.key.model) })
      for (index, a) in models.enumerated() {
        for b in models[(index + 1)...] {
          let shared = a.values.keys.filter { b.values[$0] != nil }.sorted()
          guard !DatasetsComparison.areVariants(shared) else { continue }
          let differences = shared.compactMap { name in a.values[name].flatMap { x in b.values[name].map { x - $0 } } }
          guard let found = EquivalenceOverDatasets(differences) else { continue }
          rows.append(Row(group: group.title, a: a.label, b: b.label, found: found))
        }
      }
    }
    guard !rows.isEmpty else { return nil }
    self.rows = rows
    title = "\(comparison.experiment.title): equal within"
  }

  /// Returns the accuracies of each model by data set, in the order of the rows.
  private static func accuracies(_ rows: [ComparisonTable.Row]) -> [(label: String, values: [String: Double])] {
    var models: [(key: [String], label: String, values: [String: Double])] = []
    for row in rows {
      guard let accuracy = row.ours?.leading.mean else { continue }
      let key = [row.key.model, row.key.protocol, row.run ?? ""]
      if !models.contains(where: { $0.key == key }) { models.append((key, row.label, [:])) }
      guard let index = models.firstIndex(where: { $0.key == key }) else { continue }
      models[index].values[row.key.dataset] = accuracy
    }
    return models.map { ($0.label, $0.values) }
  }

  /// The table for readers.
  package var table: ReportTable {
    ReportTable(
      title, Self.columns, rows: rows, section: { $0.group }, marksFirst: false,
      notes: [
        "Differences of the mean accuracy after the last epoch, a difference a data set; data sets count as independent "
          + "samples. Equal within: the smallest margin for which two one-sided t-tests at .05 over the data sets show the two "
          + "models to be equal, the far end of the 90 % interval, rounded up. That a test tells two models apart or not says nothing of it."
      ] + largestMargins)
  }

  /// The table for programs, in full precision.
  package var numbers: ReportTable { ReportTable(forPrograms: title, Self.columns, rows: rows) }

  private static var columns: [TableColumn<Row>] {
    let interval = "90 % interval"
    return [
      .text("group", key: "group") { $0.group }, .text("model", key: "model") { $0.a },
      .text("minus", key: "minus") { $0.b }, .count("data sets", key: "datasets") { $0.found.datasets },
      .number("mean difference", key: "meanDifference", .signedShare) { $0.found.mean },
      .number("low", key: "low", group: interval, .signedShare) { $0.found.low },
      .number("high", key: "high", group: interval, .signedShare) { $0.found.high },
      .text("equal within", key: "margin", .right, exact: { NumberText.exact($0.found.margin) }) {
        NumberText.margin($0.found.margin)
      },
    ]
  }

  /// The margin that all pairs of a group satisfy.
  private var largestMargins: [String] {
    var groups: [String] = []
    for row in rows where !groups.contains(row.group) { groups.append(row.group) }
    return groups.map { group in
      let margin = rows.filter { $0.group == group }.map(\.found.margin).max() ?? 0
      return "Each two of \(group): equal within \(NumberText.margin(margin))."
    }
  }
}

extension ReportPart {
  /// The margin within which the models of a group are equal, for an experiment with groups.
  package static let equivalence = ReportPart("equivalence", hasOwnPage: true) { run in
    let margins = run.byMetric.compactMap { EquivalenceTable($0.comparison) }
    return ReportTable(joining: margins.map(\.numbers)).map { Contents(tables: margins.map(\.table), numbers: $0) }
  }
}
