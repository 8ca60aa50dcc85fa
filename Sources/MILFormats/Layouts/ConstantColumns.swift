import Foundation
import MILBags
import UserInput

/// The columns of a table without header that are the same in all rows of each bag, beside the one taken for the label.
///
/// Only one of them is the label; a group, such as a patient, is another. A column of two labels in its place is the
/// label, and the column behind it may be a group. Otherwise any of the columns may be the label.
struct ConstantColumns {
  /// The fewest rows behind the first of their bags that show that a column is constant in each bag.
  private static let fewestRepeats = 4

  /// The chance below which a column is not constant in each bag by chance.
  private static let smallChance = 1e-3

  private let layout: HeaderlessText.Layout
  private let columns: LeadingColumns
  private let bags: LeadingColumns.Bags

  /// Finds such columns.
  ///
  /// - Parameter others: the columns, from 0, without a role.
  init(_ columns: LeadingColumns, _ layout: HeaderlessText.Layout, among others: [Int]) {
    (self.columns, self.layout) = (columns, layout)
    bags = columns.bags(layout.bag, others + [layout.label])
  }

  /// Refuses a table in which one of some columns may be the label or a group as well.
  ///
  /// A copy of the label, in whatever words, leaves its meaning as it is.
  /// - Parameters:
  ///   - others: the columns, from 0, without a role; those behind the fourth and before the last are features.
  ///   - text: a scanner at the first instance, for errors.
  ///   - isGiven: whether the user named the label.
  /// - Throws: ``ReadError`` that names the options of each reading.
  func refuse(among others: [Int], _ text: TextScanner, labelIsGiven isGiven: Bool) throws {
    guard bags.repeats >= Self.fewestRepeats else { return }
    let candidates = others.filter { ($0 < 4 || $0 == others.last) && !isCopyOfLabel($0) }
    if isGiven || layout.format != .keel && haveTwoLabels(layout.label) {
      // Features follow the columns of bags and labels.
      let next = max(layout.bag, layout.label) + 1
      if candidates.contains(next), isShared(next) { throw mayBeGroup(next, text) }
      // A group may also be behind the features; a user who named the label has seen it.
      if !isGiven, let last = others.last, candidates.contains(last), isShared(last), !isConstantByChance(last) {
        throw mayBeGroup(last, text)
      }
    } else if let rival = candidates.first(where: { haveTwoLabels($0) || isShared($0) }) {
      throw mayBeLabel(rival, text)
    }
  }

  private func mayBeGroup(_ column: Int, _ text: TextScanner) -> ReadError {
    let (number, values) = (column + 1, Set(bags.values[column] ?? []).count)
    return ReadError(
      file: text.file, at: .line(text.line),
      found: "column \(number), which is the same in all rows of a bag and has \(values) values for "
        + "\(bags.sizes.count) bags, as a group such as a patient has",
      expected: "--group-column \(number) where it is a group, --fold-column \(number) where it numbers folds, "
        + "--keep-column \(number) where it is a feature, --ignore-column \(number) where it is neither")
  }

  private func mayBeLabel(_ rival: Int, _ text: TextScanner) -> ReadError {
    // The last column is taken for the label only if no other is one.
    let (label, other) = layout.format == .keel ? (rival + 1, layout.label + 1) : (layout.label + 1, rival + 1)
    return ReadError(
      file: text.file, at: .line(text.line),
      found: "columns \(label) and \(other), which are both the same in all rows of a bag and may be its label",
      expected: "--label-column \(other) --group-column \(label) where column \(label) is a group such as a patient, "
        + "or --label-column \(label) where column \(other) is a feature or a group")
  }

  // MARK: - Values

  private func texts(_ codes: some Sequence<Int>, _ column: Int) -> [ArraySlice<UInt8>] {
    Set(codes).sorted().map { columns.text($0, ofColumn: column) }
  }

  /// Whether a column has another value for each label, and one for each.
  private func isCopyOfLabel(_ column: Int) -> Bool {
    guard let own = bags.values[column], let labels = bags.values[layout.label] else { return false }
    let pairs = Set(zip(own, labels).map { [$0, $1] })
    return pairs.count == Set(own).count && pairs.count == Set(labels).count
  }

  /// Whether a column has two values that may be labels, both in bags of several rows: 0 and 1, -1 and 1, 1 and 2, or
  /// two names.
  private func haveTwoLabels(_ column: Int) -> Bool {
    guard let values = bags.values[column], Set(values).count == 2 else { return false }
    let texts = texts(values, column)
    let repeated = Set(zip(values, bags.sizes).filter { $1 > 1 }.map(\.0))
    guard repeated.count == 2 || column == layout.label, !texts.contains(where: Self.isMissing) else { return false }
    let numbers = texts.compactMap { TextLayout.number($0) }
    if numbers.isEmpty { return true }
    return numbers.count == 2 && [[0, 1], [-1, 1], [1, 2]].contains(Set(numbers))
  }

  /// Whether bags share the values of a column as they share groups and classes: names or whole numbers, of which two
  /// or more are each in several bags of several rows.
  private func isShared(_ column: Int) -> Bool {
    guard let values = bags.values[column] else { return false }
    var counts: [Int: Int] = [:]
    for (value, size) in zip(values, bags.sizes) where size > 1 { counts[value, default: 0] += 1 }
    guard counts.count(where: { $0.value > 1 }) > 1 else { return false }
    let texts = texts(values, column)
    let numbers = texts.compactMap { TextLayout.number($0) }
    return !texts.contains(where: Self.isMissing)
      && (numbers.isEmpty || numbers.count == texts.count && numbers.allSatisfy { $0 == $0.rounded() })
  }

  /// Whether rows in any order could have one value in each bag: for example, where nearly all values are 0.
  ///
  /// The chance that all rows of a bag with n rows have one value is the sum of the n-th powers of the values' shares.
  private func isConstantByChance(_ column: Int) -> Bool {
    guard let values = bags.values[column] else { return true }
    // The size of each bag is noted as such.
    let isSize = zip(values, bags.sizes).allSatisfy { value, size in
      TextLayout.number(columns.text(value, ofColumn: column)) == Double(size)
    }
    guard !isSize else { return true }
    var counts: [Int: Int] = [:]
    for (value, size) in zip(values, bags.sizes) { counts[value, default: 0] += size }
    let all = Double(bags.sizes.reduce(0, +))
    let chance = bags.sizes.reduce(1.0) { product, size in
      product * counts.values.reduce(0.0) { $0 + pow(Double($1) / all, Double(size)) }
    }
    return chance > Self.smallChance
  }

  private static func isMissing(_ text: ArraySlice<UInt8>) -> Bool { MissingValues.isMarker(text) }
}
