import MILBags
import UserInput

/// How well a layout fits the first lines of a table without header.
struct LayoutFit {
  /// Whether there are two labels of one kind, the same throughout each bag.
  var isGood = false
  /// Whether the labels' own names determine the positive one.
  var hasPlainLabels = false
  /// Whether each bag has one label, and there are fewer labels than bags.
  var isPossible = false
  /// The number of lines checked, and of bags in them.
  private(set) var lines = 0
  private(set) var bagCount = 0
  /// Whether the lines of each bag are adjacent.
  private var areTogether = true
  private var labelCount = 0

  /// Whether each line is a separate bag.
  var hasRowsOfTheirOwn: Bool { lines > 0 && bagCount == lines }

  /// Whether ids repeat like bag ids, with one label each: in blocks, or too often for chance.
  var repeatsAsBagsDo: Bool {
    // A few values beside a column with one value may be labels beside a feature.
    bagCount > max(2, labelCount) && (labelCount > 1 || bagCount > 10) && lines >= 2 * bagCount
      && (areTogether || lines - bagCount >= 10)
  }

  /// Compares a layout with the first lines.
  init(_ columns: LeadingColumns, _ layout: HeaderlessText.Layout, file: String, _ options: ReadOptions) {
    var labelOfBag: [Int: Int] = [:]
    var labels: Set<Int> = []
    var rule = LabelRule(of: .bags, file: file, options: options)
    var (lines, areTogether, previous) = (0, true, -1)
    for (bag, label) in columns.pairs(layout.bag, layout.label) {
      let text = columns.text(label, ofColumn: layout.label)
      // The reader refuses a bag without a label, and names its line.
      if MissingLabels.isCertain(text) { continue }
      if labelOfBag[bag] == nil, !Self.isIdentifier(columns.text(bag, ofColumn: layout.bag)) { return }
      if !labels.contains(label), !Self.isIdentifier(text) { return }
      if let known = labelOfBag[bag] {
        guard known == label else { return }
        if bag != previous { areTogether = false }
      }
      previous = bag
      labelOfBag[bag] = label
      if labels.insert(label).inserted {
        guard labels.count <= 10, (try? rule.code(of: text, at: nil)) != nil else { return }
      }
      lines += 1
    }
    (self.lines, self.areTogether, bagCount, labelCount) = (lines, areTogether, labelOfBag.count, labels.count)
    isPossible = labelOfBag.count > labels.count
    hasPlainLabels = rule.saysItself
    isGood = (1...4).contains(labels.count) && (try? rule.resolve())?.classNames.count == 2
  }

  /// Whether a field is text or a whole number.
  private static func isIdentifier(_ field: ArraySlice<UInt8>) -> Bool {
    guard let number = TextLayout.number(field) else { return !field.isEmpty }
    return number.rounded() == number
  }
}
