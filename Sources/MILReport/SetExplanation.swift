import MILRecords

/// The decisive instances of each bag of a data set as tables and a page: a pure function of a model's values.
package struct SetExplanation: Sendable {
  /// One bag.
  package struct Bag: Sendable {
    /// The score.
    package var score: Double
    /// The predicted label.
    package var label: String
    /// The label in the file; nil if it is unknown.
    package var truth: String?
    /// The instances.
    package var explanation: BagExplanation

    /// Creates a bag from its parts.
    package init(score: Double, label: String, truth: String?, explanation: BagExplanation) {
      self.score = score
      self.label = label
      self.truth = truth
      self.explanation = explanation
    }
  }

  /// The model's name in papers and tables.
  package var model: String
  /// The name of the data set.
  package var dataset: String
  /// Whether the values are weights or scores.
  package var kind: InstanceResult.Kind
  /// The bags in the order of the data set.
  package var bags: [Bag]

  /// The number of a bag's instances in the table.
  package static let shown = 3

  /// Creates an explanation from its parts.
  package init(model: String, dataset: String, kind: InstanceResult.Kind, bags: [Bag]) {
    self.model = model
    self.dataset = dataset
    self.kind = kind
    self.bags = bags
  }

  private var heading: String { "\(model) on \(dataset)" }
  private var hasTruth: Bool { bags.contains { $0.truth != nil } }

  /// The table with one row for each bag, with its leading instances and their values.
  package var table: ReportTable {
    let word = kind == .weights ? "weights" : "scores"
    let columns: [ReportTable.Column] =
      [.init("bag"), .init("instances", .right), .init("score", .right), .init("label")]
      + (hasTruth ? [.init("file")] : []) + [.init("instances with the largest \(word)")]
    var table = ReportTable(title: heading, columns: columns)
    for bag in bags {
      let instances = bag.explanation.instances
      let leading = instances.prefix(Self.shown).map { "\($0.number) (\(BagExplanation.text($0.value)))" }
      table.append(
        .init(
          [bag.explanation.bag, String(instances.count), BagExplanation.text(bag.score), bag.label]
            + (hasTruth ? [bag.truth ?? ""] : [])
            + [leading.joined(separator: ", ") + (instances.count > Self.shown ? " ..." : "")]))
    }
    table.notes.append(kind.explanation)
    return table
  }

  private static let columns = ["bag", "score", "bag label", "file label"]
  /// The first line of the CSV file of ``numbers``.
  package static let csvHeader = columns.joined(separator: ",")

  /// The table for programs of every instance of every bag, with unrounded values.
  package var numbers: ReportTable {
    guard let first = bags.first?.explanation.numbers else {
      return ReportTable(title: heading, columns: Self.columns.map { .init($0) })
    }
    var table = ReportTable(title: heading, columns: Self.columns.map { .init($0) } + first.columns)
    for bag in bags {
      let own = [bag.explanation.bag, NumberText.exact(bag.score), bag.label, bag.truth ?? ""]
      for row in bag.explanation.numbers.rows { table.append(.init(own + row.cells)) }
    }
    return table
  }

  /// The page, which needs no network.
  package var page: ReportPage {
    let introduction =
      "The \(bags.count) bags, each with the instances that decided it; instances.csv beside this page has all of them."
    let section = ReportPage.Section(name: dataset, title: "All bags", tables: [table], figures: [])
    return ReportPage(title: heading, introduction: introduction, sections: [section])
  }
}
