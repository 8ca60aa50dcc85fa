import MILExperiments
import MILRecords
import MILStatistics

/// The test whether groups of figures lie above or below the published ones, over all cells of a comparison.
///
/// A pure function of the comparison: a row for each group of the experiment, for all its models, and for each
/// replication.
package struct PaperBiasTable: Sendable, Equatable {
  /// The rows: the figures that are compared with the paper, and the tests.
  let rows: [(title: String, bias: PaperBias)]
  private let title: String
  private let letters: ReplicationLetters

  /// Creates the table of a comparison; nil if the cells with a published figure are of fewer than two data sets.
  package init?(_ comparison: ComparisonTable) {
    guard comparison.isComparable else { return nil }
    let cells = comparison.rows.filter { $0.paper != nil && $0.ours?.leading.mean != nil }
    guard Set(cells.map(\.key.dataset)).count > 1 else { return nil }
    let letters = ReplicationLetters(comparison.rows)
    func ours(_ title: String, _ rows: [ComparisonTable.Row]) -> (title: String, bias: PaperBias)? {
      let differences = rows.compactMap { row in
        row.verdict.map { (dataset: row.key.dataset, difference: $0.difference) }
      }
      return PaperBias(differences).map { (title, $0) }
    }
    let groups = comparison.experiment.groups.compactMap { group in
      ours("ours: \(group.title)", cells.filter { group.models.contains($0.key.model) })
    }
    let others = letters.sources.indices.compactMap { index -> (title: String, bias: PaperBias)? in
      let letter = letters.letter(index)
      let differences = comparison.rows.compactMap { row -> (dataset: String, difference: Double)? in
        guard let paper = row.paper, let other = row.replications.first(where: { letters.letter(of: $0) == letter })
        else { return nil }
        return (row.key.dataset, other.mean - paper.mean)
      }
      return PaperBias(differences).map { ("others \(letter)", $0) }
    }
    title = "\(comparison.experiment.title): below or above the published figures"
    rows = groups + [ours("ours: all models", cells)].compactMap { $0 } + others
    self.letters = letters
  }

  /// The table for readers.
  package var table: ReportTable {
    ReportTable(
      title, Self.columns, rows: rows,
      notes: [
        "Cells with a published accuracy, ours after the last epoch minus the published one. P over data sets: t-test of the "
          + "data sets' mean differences, one degree of freedom fewer than data sets, since the cells of a data set share its "
          + "bags; p of signs: exact sign test that takes every cell for independent, which is too optimistic."
      ] + letters.notes.filter { note in rows.contains { $0.title == "others \(note.letter)" } }.map(\.note))
  }

  /// The table for programs, in full precision.
  package var numbers: ReportTable { ReportTable(forPrograms: title, Self.columns, rows: rows) }

  private static var columns: [TableColumn<(title: String, bias: PaperBias)>] {
    [
      .text("figures", key: "figures") { $0.title }, .count("cells", key: "cells") { $0.bias.cells },
      .count("below", key: "below") { $0.bias.below }, .count("above", key: "above") { $0.bias.above },
      .number("mean difference", key: "meanDifference", .signedShare) { $0.bias.mean },
      .count("data sets", key: "datasets") { $0.bias.datasets },
      .number("p over data sets", key: "p", .probability) { $0.bias.p },
      .number("p of signs", key: "signP", .probability) { $0.bias.signP },
    ]
  }

  /// Returns whether two tables are equal.
  package static func == (left: PaperBiasTable, right: PaperBiasTable) -> Bool {
    left.title == right.title && left.letters == right.letters
      && left.rows.elementsEqual(right.rows) { $0.title == $1.title && $0.bias == $1.bias }
  }
}

extension ReportPart {
  /// The test whether groups of figures lie above or below the published ones, if those are of several data sets.
  package static let paper = ReportPart("paper") { run in
    // Published figures are of one metric, so at most one part has the test.
    run.byMetric.lazy.compactMap { PaperBiasTable($0.comparison) }.first
      .map { Contents(tables: [$0.table], numbers: $0.numbers) }
  }
}
