import MILRecords

/// The instances that decided each bag of a data set, as tables and a page: a pure function of a model's numbers.
package struct SetExplanation: Sendable {
  /// One bag.
  package struct Bag: Sendable {
    /// Its score.
    package var score: Double
    /// What the model calls it.
    package var label: String
    /// What the file calls it; nil if that is not known.
    package var truth: String?
    /// Its instances.
    package var explanation: BagExplanation

    /// A bag from its parts.
    package init(score: Double, label: String, truth: String?, explanation: BagExplanation) {
      self.score = score
      self.label = label
      self.truth = truth
      self.explanation = explanation
    }
  }

  /// What papers and tables call the model.
  package var model: String
  /// The name of the data set.
  package var dataset: String
  /// Whether the numbers are weights or scores.
  package var kind: InstanceResult.Kind
  /// The bags in the order of the data set.
  package var bags: [Bag]

  /// How many instances of a bag the table shows.
  package static let shown = 3

  /// An explanation from its parts.
  package init(model: String, dataset: String, kind: InstanceResult.Kind, bags: [Bag]) {
    self.model = model
    self.dataset = dataset
    self.kind = kind
    self.bags = bags
  }

  private var heading: String { "\(model) on \(dataset)" }
  private var hasTruth: Bool { bags.contains { $0.truth != nil } }

  /// A row a bag, with its leading instances and their numbers.
  package var table: Table {
    let word = kind == .weights ? "weights" : "scores"
    let columns: [Table.Column] =
      [.init("bag"), .init("instances", .right), .init("score", .right), .init("label")]
      + (hasTruth ? [.init("file")] : []) + [.init("instances with the largest \(word)")]
    var table = Table(title: heading, columns: columns)
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
  /// What the CSV file of ``numbers`` begins with.
  package static let csvHeader = columns.joined(separator: ",")

  /// Every instance of every bag as a table for programs: numbers as they are.
  public var numbers: Table {
    guard let first = bags.first?.explanation.numbers else {
      return Table(title: heading, columns: Self.columns.map { .init($0) })
    }
    var table = Table(title: heading, columns: Self.columns.map { .init($0) } + first.columns)
    for bag in bags {
      let own = [bag.explanation.bag, NumberText.exact(bag.score), bag.label, bag.truth ?? ""]
      for row in bag.explanation.numbers.rows { table.append(.init(own + row.cells)) }
    }
    return table
  }

  /// A page that needs no network.
  package var page: ReportPage {
    let introduction =
      "The \(bags.count) bags, each with the instances that decided it; instances.csv beside this page has all of them."
    let section = ReportPage.Section(name: dataset, title: "All bags", tables: [table], figures: [])
    return ReportPage(title: heading, introduction: introduction, sections: [section])
  }
}
