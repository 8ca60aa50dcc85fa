import MILBags

/// Instances and bags that occur more than once.
struct InstanceCopies {
  /// The findings about copies.
  let findings: [AuditFinding]

  /// Compares all instances of a data set, by their features.
  init(of dataset: BagDataset, _ table: AuditedFeatures) {
    let numbers = Self.numbers(of: table)
    findings = Self.bagFindings(dataset, numbers) + Self.instanceFindings(dataset, numbers)
  }

  /// Returns a number for each instance: the first instance with equal features.
  private static func numbers(of table: AuditedFeatures) -> [Int] {
    let columns = table.columns
    var firstRows: [UInt64: [Int]] = [:]
    return (0..<(table.values.count / columns)).map { row in
      let start = row * columns
      var hash: UInt64 = 0xcbf2_9ce4_8422_2325
      for place in start..<(start + columns) {
        // Zero has two bit patterns.
        let value = table.values[place]
        hash = (hash ^ UInt64(value == 0 ? 0 : value.bitPattern)) &* 0x0000_0100_0000_01b3
        hash ^= hash &>> 29
      }
      let values = table.values[start..<(start + columns)]
      for first in firstRows[hash, default: []]
      where table.values[(first * columns)..<((first + 1) * columns)].elementsEqual(values) { return first }
      firstRows[hash, default: []].append(row)
      return row
    }
  }

  private static func bagFindings(_ dataset: BagDataset, _ numbers: [Int]) -> [AuditFinding] {
    var bagsByContent: [[Int]: [Int]] = [:]
    for bag in dataset.labels.indices {
      bagsByContent[numbers[dataset[rowsOfBag: bag]].sorted(), default: []].append(bag)
    }
    let copies = bagsByContent.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    guard let first = copies.first else { return [] }
    let opposite = copies.filter { Set($0.map { dataset.labels[$0] }).count > 1 }
    let example = opposite.first ?? first
    let names = example.prefix(2).map { dataset.bagNames[$0] }.joined(separator: " and ")
    let count = copies.reduce(0) { $0 + $1.count }
    let sentence =
      "\(count) bags have the same instances as another, such as \(names)"
      + (opposite.isEmpty ? ": copies on both sides of a split make results too good." : ", though with both labels.")
    return [
      AuditFinding(
        .duplicateBags, opposite.isEmpty ? .warning : .fault, sentence,
        ["bags": Double(count), "groups": Double(copies.count), "groups_with_both_labels": Double(opposite.count)])
    ]
  }

  private static func instanceFindings(_ dataset: BagDataset, _ numbers: [Int]) -> [AuditFinding] {
    // Bit 1: seen in a negative bag; bit 2: in a positive one.
    var seen = [UInt8](repeating: 0, count: numbers.count)
    for bag in dataset.labels.indices {
      for row in dataset[rowsOfBag: bag] { seen[numbers[row]] |= dataset.labels[bag] == 1 ? 2 : 1 }
    }
    let shared = numbers.count { seen[$0] == 3 }
    guard shared > 0 else { return [] }
    let bags = dataset.labels.indices.count { bag in dataset[rowsOfBag: bag].contains { seen[numbers[$0]] == 3 } }
    let whole = dataset.labels.indices.count { bag in
      dataset.labels[bag] == 1 && dataset[rowsOfBag: bag].allSatisfy { seen[numbers[$0]] == 3 }
    }
    let sentence =
      "\(shared) of \(numbers.count) instances, in \(bags) bags, have the features of one in a bag of the other label"
      + (whole == 0 ? "." : "; \(whole) positive bags hold nothing else.")
    return [
      AuditFinding(
        .sharedInstances, whole == 0 ? .note : .warning, sentence,
        ["instances": Double(shared), "bags": Double(bags), "positive_bags_of_nothing_else": Double(whole)])
    ]
  }
}
