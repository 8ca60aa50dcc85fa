import MILBags
import UserInput

/// A column of a table without header that may be the label as well as the one taken for it.
///
/// Beside a group, such as a patient, the layouts of ``HeaderlessText`` take the group for the label and the label for
/// a feature: both are the same in all rows of a bag. A column of two labels is not a group, so its place decides.
enum SecondLabel {
  /// The fewest rows behind the first of their bags that show that a column is constant in each bag.
  private static let fewestRepeats = 4

  /// Refuses a table if one of some columns is constant in each bag and looks like another label.
  ///
  /// A copy of the label, in whatever words, leaves its meaning as it is.
  /// - Parameters:
  ///   - columns: the columns, from 0, without a role; those behind the fourth and before the last are features.
  ///   - layout: the bag and label columns.
  ///   - text: a scanner at the first instance.
  /// - Throws: ``ReadError`` that names the options of both readings.
  static func refuse(
    among columns: [Int], beside layout: HeaderlessText.Layout, _ text: TextScanner, _ options: ReadOptions
  ) throws {
    guard options.columns.hasLabels, options.columns.label == nil else { return }
    let others = columns.filter { $0 != layout.bag && $0 != layout.label }
    let candidates = others.filter { $0 < 4 || $0 == others.last }
    guard let column = constant(candidates, layout, text).first else { return }
    let (label, other) = (layout.label + 1, column + 1)
    throw ReadError(
      file: text.file, at: .line(text.line),
      found: "columns \(label) and \(other), which are both the same in all rows of a bag and may be its label",
      expected: "--label-column \(other) --group-column \(label) where column \(label) is a group such as a patient, "
        + "or --label-column \(label) where column \(other) is a feature")
  }

  /// Returns the columns that are constant in each bag and have two values that may be labels; no copies of the label.
  private static func constant(
    _ columns: [Int], _ layout: HeaderlessText.Layout, _ start: TextScanner
  ) -> [Int] {
    let bag = layout.bag
    var text = start
    var open = columns
    var bags: [[UInt8]: (label: [UInt8], values: [Int: [UInt8]], rows: Int)] = [:]
    var lines = 0
    repeat {
      if text.hasOnlySeparators { continue }
      guard let last = ([bag, layout.label] + open).max() else { break }
      var fields: [[UInt8]] = []
      var line = text
      while !line.isAtLineEnd, fields.count <= last {
        guard let field = try? line.text() else { return [] }
        fields.append(Array(BagNames.trimmed(field)))
      }
      guard fields.count > last else { return [] }
      if var known = bags[fields[bag]] {
        open.removeAll { known.values[$0] != fields[$0] }
        known.rows += 1
        bags[fields[bag]] = known
      } else {
        let values = Dictionary(uniqueKeysWithValues: open.map { ($0, fields[$0]) })
        bags[fields[bag]] = (fields[layout.label], values, 1)
      }
      lines += 1
    } while !open.isEmpty && lines < HeaderlessText.lineLimit && text.nextLine()
    let labels = Set(bags.values.map(\.label))
    guard lines - bags.count >= fewestRepeats, labels.count != 2 || !mayBeLabels(Array(labels)) else { return [] }
    return open.filter { column in
      let all = Set(bags.values.compactMap { $0.values[column] })
      let repeated = Set(bags.values.filter { $0.rows > 1 }.compactMap { $0.values[column] })
      let pairs = Set(bags.values.compactMap { bag in bag.values[column].map { [bag.label, $0] } })
      let isCopy = pairs.count == all.count && labels.count == all.count
      return all.count == 2 && repeated.count == 2 && !isCopy && mayBeLabels(Array(all))
    }
  }

  /// Whether two values may be labels: 0 and 1, -1 and 1, 1 and 2, or two names.
  private static func mayBeLabels(_ values: [[UInt8]]) -> Bool {
    guard !values.contains(where: { MissingValues.isMarker($0) }) else { return false }
    let numbers = values.compactMap { value in
      var end = 0
      let number = DecimalNumber.parse(DecimalMarks.pointed(value), at: &end, end: value.count)
      return end == value.count ? number : nil
    }
    if numbers.isEmpty { return true }
    return numbers.count == values.count && [[0, 1], [-1, 1], [1, 2]].contains(Set(numbers))
  }
}
