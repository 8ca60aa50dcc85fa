import MILResults
import MILStatistics

/// Whether groups of figures lie above or below the published ones, over all cells of a comparison.
///
/// A pure function of the comparison: a row for each group of the experiment, for all its models, and for each replication.
public struct PaperBiasTable: Sendable, Equatable {
  /// The rows: what stands against the paper, and the tests.
  let rows: [(title: String, bias: PaperBias)]
  private let title: String
  private let letters: ReplicationLetters

  /// The table of a comparison; nil where the cells with a published figure are of fewer than two data sets.
  public init?(_ comparison: ComparisonTable) {
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
  public var table: Table {
    var table = Table(
      title: title,
      columns: [
        .init("figures"), .init("cells", .right), .init("below", .right), .init("above", .right),
        .init("mean difference", .right), .init("data sets", .right), .init("p over data sets", .right),
        .init("p of signs", .right),
      ])
    for (title, bias) in rows {
      table.append(
        .init([
          title, "\(bias.cells)", "\(bias.below)", "\(bias.above)", NumberText.signedShare(bias.mean),
          "\(bias.datasets)",
          bias.p.map(NumberText.probability) ?? "–", NumberText.probability(bias.signP),
        ]))
    }
    table.notes =
      [
        "Cells with a published accuracy, ours after the last epoch minus the published one. P over data sets: t-test of the "
          + "data sets' mean differences, one degree of freedom fewer than data sets, since the cells of a data set share its "
          + "bags; p of signs: exact sign test that takes every cell for independent, which is too optimistic."
      ] + letters.notes.filter { note in rows.contains { $0.title == "others \(note.letter)" } }.map(\.note)
    return table
  }

  /// The table for programs, in full precision.
  public var numbers: Table {
    let figures = ["cells", "below", "above", "meanDifference", "datasets", "p", "signP"]
    var table = Table(title: title, columns: [.init("figures")] + figures.map { .init($0, .right) })
    for (title, bias) in rows {
      table.append(
        .init([
          title, "\(bias.cells)", "\(bias.below)", "\(bias.above)", NumberText.exact(bias.mean), "\(bias.datasets)",
          NumberText.exact(bias.p), NumberText.exact(bias.signP),
        ]))
    }
    return table
  }

  /// Whether two tables are the same.
  public static func == (left: PaperBiasTable, right: PaperBiasTable) -> Bool {
    left.title == right.title && left.letters == right.letters
      && left.rows.elementsEqual(right.rows) { $0.title == $1.title && $0.bias == $1.bias }
  }
}
