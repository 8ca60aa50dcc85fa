import LinearAlgebra
import UserInput

/// Says which features look as if they were none: the label again, a counter of rows, numbers too long, one name twice.
enum QuestionableFeatures {
  /// What is to be said of a data set as it was read.
  static func decisions(_ dataset: BagDataset) -> [ReadDecision] {
    guard dataset.instanceCount > 1 else { return [] }
    let (minimum, maximum, _) = dataset.instances.columnRanges()
    var decisions: [ReadDecision] = []
    func say(_ columns: [Int], _ what: String) {
      guard !columns.isEmpty else { return }
      decisions.append(
        ReadDecision(.columns, "\(dataset.listed(features: columns)) \(what)", option: "--ignore-column"))
    }
    let varying = minimum.indices.filter { minimum[$0] < maximum[$0] }
    say(
      varying.filter { maximum[$0] - minimum[$0] == Float(dataset.instanceCount - 1) && countsRows($0, dataset) },
      "counts the rows of the file")
    // Few bags can be told by any feature.
    say(dataset.bagCount > 3 ? LabelLeak.columns(in: dataset, among: varying) : [], "says the label of each bag")
    // Single precision holds whole numbers up to 2^24 one by one.
    say(
      varying.filter { max(-minimum[$0], maximum[$0]) >= 16_777_216 && hasWholeNumbers($0, dataset) },
      "has whole numbers of 8 digits and more, which are rounded to 7: features are in single precision")
    if let names = dataset.featureNames {
      let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
      say(names.indices.filter { counts[names[$0]] ?? 0 > 1 }, "share a name, so that a kept model takes them by place")
    }
    return decisions
  }

  private static func countsRows(_ column: Int, _ dataset: BagDataset) -> Bool {
    let first = dataset.instances[0, column]
    guard dataset.instanceCount > 2, first == 0 || first == 1 else { return false }
    return (0..<dataset.instanceCount).allSatisfy { dataset.instances[$0, column] == first + Float($0) }
  }

  private static func hasWholeNumbers(_ column: Int, _ dataset: BagDataset) -> Bool {
    (0..<min(dataset.instanceCount, 1000)).allSatisfy {
      let value = dataset.instances[$0, column]
      return value.isNaN || value == value.rounded()
    }
  }
}
