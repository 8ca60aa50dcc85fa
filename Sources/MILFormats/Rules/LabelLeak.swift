import LinearAlgebra
import MILBags
import MILRecords

/// Detects the label among the features.
///
/// Copies of the musk and Corel sets circulate with one column more than was published: the label of the instances.
/// Accuracies reported on them are too good to be true.
package enum LabelLeak {
  /// Returns the first feature (from 0) with one value in all instances of positive bags and another in all of negative
  /// bags.
  ///
  /// It returns nil if there is none.
  package static func column(in dataset: BagDataset) -> Int? {
    columns(in: dataset, among: 0..<dataset.featureCount).first
  }

  /// Returns the features that reveal the target.
  ///
  /// For two classes, such a feature has one value in all instances of positive bags and another in all of negative
  /// bags. For several classes, each class has its own value; for numbers and times, the feature equals the target.
  package static func columns(in dataset: BagDataset, among features: some Sequence<Int>) -> [Int] {
    let instances = dataset.instances
    guard dataset.isInMemory else { return [] }
    if dataset.targets.classCount > 0 {
      let classes = Set(dataset.labels).sorted()
      guard classes.count > 1 else { return [] }
      let rows = Dictionary(
        uniqueKeysWithValues: classes.map { label in
          (label, instances.row(dataset.offsets[dataset.labels.firstIndex(of: label) ?? 0]))
        })
      return features.filter { column in
        guard Set(rows.values.map { $0[column] }).count == classes.count else { return false }
        return (0..<dataset.bagCount).allSatisfy { bag in
          let value = rows[dataset.labels[bag]]?[column]
          return dataset[rowsOfBag: bag].allSatisfy { instances[$0, column] == value }
        }
      }
    }
    let values = dataset.targets.values
    guard Set(values).count > 1 else { return [] }
    return features.filter { column in
      (0..<dataset.bagCount).allSatisfy { bag in
        dataset[rowsOfBag: bag].allSatisfy { instances[$0, column] == Float(values[bag]) }
      }
    }
  }

  /// Returns the features that look like instance labels: two values, one of them in every positive bag and in no
  /// negative one.
  ///
  /// If bags are few, some of so many features do so by chance; the result is then empty.
  package static func instanceLabels(in dataset: BagDataset, among features: some Sequence<Int>) -> [Int] {
    let positive = dataset.labels.indices.filter { dataset.labels[$0] == 1 }
    guard dataset.targets.kind == .twoClasses, dataset.isInMemory, let firstNegative = dataset.labels.firstIndex(of: 0),
      !positive.isEmpty,
      dataset.bagCount > 3
    else {
      return []
    }
    let instances = dataset.instances
    let usual = instances.row(dataset.offsets[firstNegative])
    let binary = features.filter { column in
      var other: Float?
      for row in 0..<dataset.instanceCount {
        let value = instances[row, column]
        guard value != usual[column] else { continue }
        guard (other ?? value) == value else { return false }
        other = value
      }
      return other != nil
    }
    // The expected number of chance hits is the number of features, divided by the ways to choose the positive bags.
    var ways = 1.0
    for (index, number) in (1...positive.count).enumerated() where ways < 1e9 {
      ways *= Double(dataset.bagCount - index) / Double(number)
    }
    guard Double(binary.count) / ways < 0.2 else { return [] }
    return binary.filter { column in
      (0..<dataset.bagCount).allSatisfy { bag in
        dataset[rowsOfBag: bag].contains { instances[$0, column] != usual[column] } == (dataset.labels[bag] == 1)
      }
    }
  }
}
