import Containers
import LinearAlgebra
import MILBags
import UserInput

/// Detects suspicious features that may not be features.
///
/// These are copies of the label, bag numbers or sizes, row counters, numbers beyond single precision, and duplicate
/// names.
struct QuestionableFeatures {
  private let bags: ReadBags
  private let dataset: BagDataset
  private let minimum: [Float]
  private let maximum: [Float]
  private var decisions: [ReadDecision] = []

  /// Returns the decisions on bags as they were read.
  static func decisions(_ bags: ReadBags, _ options: ReadOptions) -> [ReadDecision] {
    guard bags.dataset.instanceCount > 1 else { return [] }
    var features = QuestionableFeatures(bags)
    if options.missingCodes.isEmpty {
      features.decisions += MissingCode.suspicion(in: bags, minimum: features.minimum, maximum: features.maximum).list
    }
    // Training a kept model already reported these.
    if !options.columns.areRemembered { features.look() }
    return features.decisions + QuestionableRows.decisions(bags.dataset)
  }

  private init(_ bags: ReadBags) {
    self.bags = bags
    dataset = bags.dataset
    (minimum, maximum, _) = bags.dataset.instances.columnRanges()
  }

  private mutating func say(_ columns: [Int], _ what: String, option: String = "--ignore-column") {
    guard !columns.isEmpty else { return }
    var words = what.split(separator: " ", maxSplits: 1).map(String.init)
    if columns.count > 1 { words[0] = ["has": "have", "is": "are"][words[0]] ?? String(words[0].dropLast()) }
    decisions.append(
      ReadDecision(
        .columns, "\(bags.listed(features: columns)) \(words.joined(separator: " "))", option: option))
  }

  private mutating func look() {
    let varying = minimum.indices.filter { minimum[$0] < maximum[$0] }
    let whole = varying.filter { minimum[$0] == minimum[$0].rounded() && maximum[$0] == maximum[$0].rounded() }
    say(
      whole.filter { maximum[$0] - minimum[$0] == Float(dataset.instanceCount - 1) && countsRows($0) },
      "counts the rows of the file")
    say(whole.filter(countsWithinBags), "counts the instances of each bag")
    // With few bags, any feature may separate the classes.
    let labels = dataset.bagCount > 3 ? LabelLeak.columns(in: dataset, among: varying) : []
    sayOfBags(varying, copies: Set(labels))
    say(labels, "says the label of each bag")
    say(
      LabelLeak.instanceLabels(in: dataset, among: whole.filter { !labels.contains($0) }),
      "says a label of each instance: it has two values, of which one stands in every positive bag and in no negative one"
    )
    sayOfPrecision(varying)
    if let names = dataset.featureNames {
      let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
      say(
        names.indices.filter { counts[names[$0]] ?? 0 > 1 },
        "shares a name with another, so that a kept model takes them by place")
    }
  }

  /// Reports features that are constant within each bag, and equal its size, its folds, its number or its group.
  ///
  /// - Parameter copies: the features that equal the label.
  private mutating func sayOfBags(_ varying: [Int], copies: Set<Int>) {
    let count = dataset.bagCount
    let sizes = (0..<count).map { dataset[sizeOfBag: $0] }
    guard count > 3, (sizes.max() ?? 1) > 1 else { return }
    let ofBags = varying.filter { column in
      (0..<count).allSatisfy { bag in
        let rows = dataset[rowsOfBag: bag]
        return rows.allSatisfy { dataset.instances[$0, column] == dataset.instances[rows.lowerBound, column] }
      }
    }
    func values(_ column: Int) -> [Float] { (0..<count).map { dataset.instances[dataset.offsets[$0], column] } }
    let ids = dataset.bagNames.map { Float($0) }
    let isSize = ofBags.filter { values($0) == sizes.map { Float($0) } }
    say(isSize, "is the size of each bag")
    let folds = ofBags.filter { !isSize.contains($0) && mayBeFolds($0, values($0)) }
    say(
      folds,
      "is the same small whole number in all instances of a bag, and by its name may be the folds of a repetition",
      option: "--ignore-column, --fold-column")
    // The probability of bag order by chance: two of all orders, for each of these features.
    var orders = 1.0
    for number in 2...count where orders < 1e9 { orders *= Double(number) }
    let mayBeChance = 2 * Double(ofBags.count) / orders > 0.05
    let numbers = ofBags.filter { column in
      guard !isSize.contains(column), !folds.contains(column) else { return false }
      let own = values(column)
      if zip(own, ids).allSatisfy({ $0 == $1 }) { return true }
      let pairs = zip(own, own.dropFirst())
      return !mayBeChance && (pairs.allSatisfy { $0 < $1 } || pairs.allSatisfy { $0 > $1 })
    }
    say(
      numbers,
      "is a number of each bag: the same in all its instances, and in the order of the bags or equal to their ids")
    guard dataset.groups == nil else { return }
    let known = copies.union(isSize + folds + numbers)
    let isTable =
      (bags.columns != nil || bags.hasColumns) && bags.featureTitles?.first?.contains(":") != true
    say(
      ofBags.filter { !known.contains($0) && mayBeGroups(values($0), sizes) },
      "is the same whole number in all instances of a bag, and bags share it as they share a group such as a patient",
      option: isTable ? "--ignore-column, --group-column" : "--ignore-column")
  }

  /// Whether values of bags are whole numbers, of which two or more are each in several bags of several instances.
  private func mayBeGroups(_ values: [Float], _ sizes: [Int]) -> Bool {
    guard values.allSatisfy({ $0 == $0.rounded() }) else { return false }
    var counts: [Float: Int] = [:]
    for (value, size) in zip(values, sizes) where size > 1 { counts[value, default: 0] += 1 }
    return counts.count { $0.value > 1 } > 1 && dataset.instanceCount - values.count >= 4
  }

  /// Whether a feature has the name and the values of the folds of a repetition: consecutive whole numbers from 0 or 1,
  /// fewer than bags.
  private func mayBeFolds(_ column: Int, _ values: [Float]) -> Bool {
    guard let names = dataset.featureNames, ColumnNames.mayBeRepetition(names[column]) else { return false }
    let numbers = Set(values)
    guard let low = numbers.min(), let high = numbers.max(), low == 0 || low == 1 else { return false }
    return numbers.count > 1 && numbers.count < values.count && numbers.allSatisfy { $0 == $0.rounded() }
      && high - low + 1 == Float(numbers.count)
  }

  /// Reports features whose distinct values become equal in single precision.
  private mutating func sayOfPrecision(_ varying: [Int]) {
    // Single precision is exact for whole numbers up to 2^24.
    say(
      varying.filter { max(-minimum[$0], maximum[$0]) >= 16_777_216 && hasWholeNumbers($0) },
      "has whole numbers of 8 digits and more, which are rounded to 7: features are in single precision")
    guard let loss = bags.loss, loss.varies.count == dataset.featureCount else { return }
    say(
      loss.vanishes.indices.filter { loss.vanishes[$0] },
      "has values so small that they are 0 in single precision, in which features are; larger units keep them")
    say(
      minimum.indices.filter { minimum[$0] == maximum[$0] && loss.varies[$0] && !loss.vanishes[$0] },
      "has different values that are one in single precision, in which features are; differences from a mean keep them")
  }

  private func countsRows(_ column: Int) -> Bool {
    let first = dataset.instances[0, column]
    guard dataset.instanceCount > 2, first == 0 || first == 1 else { return false }
    return (0..<dataset.instanceCount).allSatisfy { dataset.instances[$0, column] == first + Float($0) }
  }

  /// Whether a feature is 0, 1, 2 ... or 1, 2, 3 ... within each bag.
  private func countsWithinBags(_ column: Int) -> Bool {
    let first = dataset.instances[0, column]
    guard dataset.bagCount > 1, first == 0 || first == 1, maximum[column] - first >= 1,
      maximum[column] - first == Float(dataset.largestBagSize - 1)
    else { return false }
    return (0..<dataset.bagCount).allSatisfy { bag in
      let rows = dataset[rowsOfBag: bag]
      return rows.allSatisfy { dataset.instances[$0, column] == first + Float($0 - rows.lowerBound) }
    }
  }

  private func hasWholeNumbers(_ column: Int) -> Bool {
    (0..<min(dataset.instanceCount, 1000)).allSatisfy {
      let value = dataset.instances[$0, column]
      return value.isNaN || value == value.rounded()
    }
  }
}
