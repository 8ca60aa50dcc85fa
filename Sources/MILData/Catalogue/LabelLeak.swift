/// Finds the label among the features.
///
/// Copies of the musk and Corel sets circulate with one column more than was published, and that column is the
/// label of the instances; accuracies reported on them are too good to be true.
enum LabelLeak {
  /// The first feature (from 0) that has one value in all instances of positive bags and another in all of negative
  /// bags; nil when there is none.
  static func column(in dataset: BagDataset) -> Int? {
    columns(in: dataset, among: 0..<dataset.featureCount).first
  }

  /// Those of some features that have one value in all instances of positive bags and another in all of negative bags.
  static func columns(in dataset: BagDataset, among features: some Sequence<Int>) -> [Int] {
    let instances = dataset.instances
    guard
      let positive = dataset.labels.firstIndex(of: 1), let negative = dataset.labels.firstIndex(of: 0)
    else { return [] }
    let positiveRow = instances.row(dataset.offsets[positive])
    let negativeRow = instances.row(dataset.offsets[negative])
    return features.filter { column in
      guard positiveRow[column] != negativeRow[column] else { return false }
      return (0..<dataset.bagCount).allSatisfy { bag in
        let value = dataset.labels[bag] == 1 ? positiveRow[column] : negativeRow[column]
        return dataset[rowsOfBag: bag].allSatisfy { instances[$0, column] == value }
      }
    }
  }

  /// Why the data set looks like a copy, with the label for a feature, of a set of the catalogue; nil when it does not.
  ///
  /// - Parameters:
  ///   - dataset: the data set as read.
  ///   - entry: the set it was asked for as, if any; otherwise all sets are compared.
  static func suspicion(in dataset: BagDataset, named entry: CatalogueEntry?, catalogue: Catalogue) -> String? {
    // Files of the user's own often have one feature more than another of theirs.
    let candidates = (entry.map { [$0] } ?? catalogue.withoutImportedSets.sets).filter { set in
      guard let shape = set.shape, dataset.featureCount == shape.features + 1 else { return false }
      let isSameData = shape.bags == dataset.bagCount && shape.instances == dataset.instanceCount
      // Few features are as many as many sets have.
      let isTelling = shape.features > 30 && column(in: dataset) != nil
      return entry != nil || isSameData || catalogue.entry(named: dataset.name) == set || isTelling
    }
    guard let set = candidates.first, let shape = set.shape else { return nil }
    let place = column(in: dataset).map { "feature \($0 + 1) equals the label in every instance" }
    return "\(dataset.featureCount) features, one more than the \(shape.features) of \(set.name): a label leak "
      + "(\(place ?? "copies with the instance label as a further feature circulate"))"
  }
}
