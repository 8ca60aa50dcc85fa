import MILBags
import MILFormats
import MILRecords
import TestSupport
import Testing
import UserInput

@Suite("Tables without header")
struct HeaderlessTextTests {
  private func load(_ text: String, _ change: (inout ReadOptions) -> Void = { _ in }) throws -> LoadedDataset {
    var options = ReadOptions.automatic
    change(&options)
    return try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0, options: options) }
  }

  private func complaint(_ text: String, _ change: (inout ReadOptions) -> Void = { _ in }) -> String {
    do {
      return "\(try load(text, change).lines)"
    } catch { return "\(error)" }
  }

  /// Returns eight bags of three rows each, with the given fields before two features.
  private func table(_ fields: (_ row: Int, _ bag: Int, _ label: Int) -> String) -> String {
    (0..<24).map { row in
      "\(fields(row, row / 3, row / 3 % 2)),\(Double(row % 7) - 2.75),\(Double(row % 5) + 0.125)\n"
    }.joined()
  }

  @Test("A number or a name of each row in front is no bag where bags and labels stand behind it")
  func rowNumbers() throws {
    let labelFirst = table { "\($0),\($2),\($1)" }
    #expect(complaint(labelFirst).contains("--ignore-column 1 --bag-column 3 --label-column 2"))
    for fields in [
      table { "\($0),\($1),\($2)" }, table { "\($0),b\($1),\($2)" }, table { "t\($1)_\($0),s\($1),\($2)" },
    ] {
      let said = complaint(fields)
      #expect(said.contains("column 1, which has another value in each of 24 lines, before column 2"))
      #expect(said.contains("--ignore-column 1 --bag-column 2 --label-column 3"))
      #expect(said.contains("--bag-column 1 and --label-column where each line is a bag"))
    }
    // The suggested way out works.
    let bags = try load(labelFirst) {
      ($0.columns.ignored, $0.columns.bag, $0.columns.label) = (["1"], "3", "2")
    }.dataset
    #expect(bags.bagCount == 8 && bags.featureCount == 2)
    #expect(try load(labelFirst) { ($0.columns.bag, $0.columns.label) = ("1", "2") }.dataset.bagCount == 24)
  }

  @Test("Bags of one row each are read where no other column repeats as bags do")
  func bagsOfOneRow() throws {
    #expect(try load(table { row, _, _ in "\(row),\(row % 2)" }).dataset.bagCount == 24)
    // Integers that repeat, with both labels among them, and one number in all lines.
    #expect(try load(table { row, _, _ in "\(row),\(row % 2),\(row % 3)" }).dataset.bagCount == 24)
    #expect(try load(table { row, _, _ in "\(row),\(row / 12),7" }).dataset.bagCount == 24)
  }

  @Test("A second column that is the same in each bag and may be the label is refused with both ways out")
  func secondLabel() throws {
    let cases: [(fields: String, label: Int, other: Int)] = [
      (table { "p\($1 / 2),s\($1),\($2)" }, 1, 3), (table { "s\($1),p\($1 / 2),\($2)" }, 2, 3),
      (table { "p\($1 / 2),s\($1),\($2 + 1)" }, 1, 3),
      (table { "p\($1 / 2),s\($1),\(["case", "rest"][$2])" }, 1, 3),
    ]
    for (fields, label, other) in cases {
      for separator in [",", ";", "\t"] {
        let text = fields.replacing(",", with: separator)
        let said = complaint(text)
        #expect(said.contains("columns \(label) and \(other), which are both the same"), "\(said)")
        #expect(said.contains("--label-column \(other) --group-column \(label)"), "\(said)")
        let grouped = try load(text) {
          ($0.columns.label, $0.columns.group) = ("\(other)", "\(label)")
          if text.contains("case") { $0.positive = "case" }
        }.dataset
        #expect(grouped.bagCount == 8 && grouped.featureCount == 2 && grouped.groups != nil)
      }
    }
  }

  @Test("A column of two labels in its place is the label; one behind it that bags share may be a group")
  func twoLabels() throws {
    for (fields, options) in [
      (table { "s\($1),\(["no", "yes"][$2]),\($1 / 4)" }, "3"), (table { "\($1),\($2),\($1 / 4)" }, "3"),
      (table { "\($2),\($1 + 50),\($1 / 4 + 7)" }, "3"), (table { "s\($1),\($2),\($1 / 2 + 100)" }, "3"),
      (table { "s\($1),\($2),p\($1 / 2)" }, "3"), (table { "s\($1),\($2),\($1 % 3)" }, "3"),
    ] {
      for separator in [",", ";", "\t"] {
        let text = fields.replacing(",", with: separator)
        let said = complaint(text)
        #expect(said.contains("column 3, which is the same in all rows of a bag and has"), "\(said)")
        #expect(said.contains("--group-column 3") && said.contains("--keep-column 3"), "\(said)")
        #expect(said.contains("--ignore-column 3"), "\(said)")
        let grouped = try load(text) { $0.columns.group = options }.dataset
        #expect(grouped.groups != nil && grouped.featureCount == 2 && grouped.labels == (0..<8).map { $0 % 2 })
        #expect(try load(text) { $0.columns.ignored = [options] }.dataset.featureCount == 2)
        guard !text.contains("p") else { continue }
        let kept = try load(text) { $0.columns.kept = [options] }
        #expect(kept.dataset.featureCount == 3 && kept.dataset.labels == (0..<8).map { $0 % 2 })
      }
    }
  }

  @Test("A last column that bags share may be a group, unless it could be so by chance")
  func lastColumn() throws {
    func text(_ first: String, _ last: @escaping (_ row: Int, _ bag: Int) -> String) -> String {
      (0..<24).map { row in
        let (bag, label) = (row / 3, row / 3 % 2)
        let fields = first == "bag" ? "s\(bag),\(label)" : "\(label),s\(bag)"
        return "\(fields),\(Double(row % 7) - 2.75),\(Double(row % 5) + 0.125),\(last(row, bag))\n"
      }.joined()
    }
    for first in ["bag", "label"] {
      let groups: [(Int, Int) -> String] = [
        { _, bag in "\(bag / 4)" }, { _, bag in "\(bag / 2 + 100)" }, { _, bag in "\(bag % 3).0" },
        { _, bag in "p\(bag / 2)" },
      ]
      for last in groups {
        let table = text(first, last)
        let said = complaint(table)
        #expect(said.contains("column 5, which is the same in all rows of a bag and has"), "\(said)")
        for option in ["--group-column 5", "--fold-column 5", "--keep-column 5", "--ignore-column 5"] {
          #expect(said.contains(option), "\(said)")
        }
        let grouped = try load(table) { $0.columns.group = "5" }.dataset
        #expect(grouped.groups != nil && grouped.featureCount == 2 && grouped.labels == (0..<8).map { $0 % 2 })
        guard !table.contains("p") else { continue }
        let kept = try load(table) { $0.columns.kept = ["5"] }
        #expect(kept.dataset.featureCount == 3 && kept.dataset.labels == (0..<8).map { $0 % 2 })
      }
      // A number of each bag, fractions, a feature that varies, and one of nearly all zeros.
      let features: [(Int, Int) -> String] = [
        { _, bag in "\(bag)" }, { _, bag in "\(Double(bag / 2) + 0.5)" }, { row, _ in "\(row % 2)" }, { _, _ in "0" },
      ]
      for last in features {
        #expect(try load(text(first, last)).dataset.featureCount == 3)
      }
    }
    // Two bags of one row each have a rare feature.
    let rare = (0..<40).map { row in
      let bag = row < 36 ? row / 9 : row - 32
      return "s\(bag),\(bag % 2),\(Double(row % 7) - 2.75),\(bag > 5 ? 1 : 0)\n"
    }.joined()
    #expect(try load(rare).dataset.featureCount == 2)
  }

  @Test("Several classes behind the bag are not passed over for a last column of two values")
  func severalClasses() throws {
    let text = (0..<24).map { "s\($0 / 3),\($0 / 3 % 3),\(Double($0 % 7) - 2.75),\($0 / 12)\n" }.joined()
    for separator in [",", ";", "\t"] {
      let said = complaint(text.replacing(",", with: separator))
      #expect(said.contains("columns 2 and 4, which are both the same in all rows of a bag"), "\(said)")
      #expect(said.contains("--label-column 2") && said.contains("--label-column 4 --group-column 2"), "\(said)")
      let bags = try load(text.replacing(",", with: separator)) { $0.columns.label = "2" }.dataset
      #expect(bags.featureCount == 2 && bags.targets.classCount == 3)
    }
  }

  @Test("Of several classes and a column that bags share, either may be the label")
  func classesOrGroups() throws {
    let text = table { _, bag, _ in "s\(bag),\(bag % 3),\(bag / 2)" }
    let said = complaint(text)
    #expect(said.contains("columns 2 and 3, which are both the same"), "\(said)")
    // With the label given, the other may still be a group.
    #expect(complaint(text) { $0.columns.label = "2" }.contains("--group-column 3"))
    let bags = try load(text) { ($0.columns.label, $0.columns.group) = ("2", "3") }.dataset
    #expect(bags.targets.classCount == 3 && bags.groups != nil && bags.featureCount == 2)
  }

  @Test("A second column that varies within a bag, has one value or is one row a bag is a feature")
  func noSecondLabel() throws {
    for fields in [
      table { "s\($1),\($2),\($0 % 2)" }, table { "s\($1),\($2),7" }, table { "s\($1),\($2),\($1 % 3).5" },
      table { row, _, _ in "\(row),\(row % 2),\(row / 12)" },
    ] {
      let bags = try load(fields).dataset
      #expect(bags.featureCount == 3 && bags.groups == nil)
    }
  }

  @Test("Where labels are not to be read, the column of bags alone is asked for")
  func withoutLabels() throws {
    let text = "0,.5,1.25\n0,.75,2.5\n1,.25,3.5\n1,1.5,.75\n"
    let said = complaint(text) { $0.columns.hasLabels = false }
    #expect(said.contains("--bag-column 1") && !said.contains("--label-column") && !said.contains("--no-labels"))
    let bags = try load(text) { ($0.columns.hasLabels, $0.columns.bag) = (false, "1") }.dataset
    #expect(bags.bagCount == 2 && bags.featureCount == 2)
    #expect(complaint(text).contains("--no-labels --bag-column N"))
  }
}
