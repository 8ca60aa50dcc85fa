import Containers
import MILBags
import UserInput

/// Finds which of the first two columns of a matrix holds bags, and which their labels.
enum NumPyOrder {
  /// Returns the columns: label, then bag, unless only the other order fits.
  ///
  /// - Throws: ``ReadError`` that names the options if both orders fit.
  static func places(_ array: StoredArray, width: Int, _ options: ReadOptions) throws -> ColumnRoles.Places {
    let usual = ColumnRoles.Places(bag: 1, label: 0, isFixed: true)
    guard width >= 3, options.columns.hasLabels, options.columns.given.isEmpty,
      [nil, .classes].contains(options.targets)
    else { return usual }
    let entries = try array.tableEntries(of: [0, 1])
    let (first, second) = (entries[0] ?? [], entries[1] ?? [])
    let labelFirst = labels(first, ofBags: second)
    guard let bagFirst = labels(second, ofBags: first) else { return usual }
    let swapped = ColumnRoles.Places(bag: 0, label: 1, isFixed: true)
    guard let labelFirst else { return swapped }
    // If a column of 0 and 1 competes with other numbers, it holds the labels.
    let usualPairs: [Set<Double>] = [[0, 1], [-1, 1]]
    let plain = [usualPairs.contains(labelFirst), usualPairs.contains(bagFirst)]
    if plain[0] != plain[1] { return plain[0] ? usual : swapped }
    throw array.error(
      found:
        "two plausible readings of its first columns: column 2 the bag and column 1 its label, or column 1 the bag "
        + "and column 2 its label",
      expected: "--bag-column and --label-column, by position from 1, to say which")
  }

  /// Returns the labels if each bag has one, and there are no more of them than bags; nil otherwise.
  private static func labels(_ labels: [String], ofBags bags: [String]) -> Set<Double>? {
    var labelOfBag: [String: String] = [:]
    var numbers: Set<Double> = []
    for (bag, label) in zip(bags, labels) {
      guard let number = Double(label), number == number.rounded(), let id = Double(bag), id == id.rounded(),
        labelOfBag[bag] ?? label == label
      else { return nil }
      labelOfBag[bag] = label
      numbers.insert(number)
      guard numbers.count <= 10 else { return nil }
    }
    return numbers.count <= labelOfBag.count ? numbers : nil
  }
}
