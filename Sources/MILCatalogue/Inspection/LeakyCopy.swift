import MILBags
import MILFormats

extension LabelLeak {
  /// Returns why the data set looks like a copy of a catalogue's set with the label as a feature; nil if it does not.
  ///
  /// - Parameters:
  ///   - dataset: the data set as read.
  ///   - entry: the set by whose name it was requested, if any; otherwise all sets are compared.
  static func suspicion(in dataset: BagDataset, named entry: CatalogueEntry?, catalogue: Catalogue) -> String? {
    // The user's own files often have one feature more than another of them.
    let candidates = (entry.map { [$0] } ?? catalogue.withoutImportedSets.sets).filter { set in
      guard let shape = set.shape, dataset.featureCount == shape.features + 1 else { return false }
      let isSameData = shape.bags == dataset.bagCount && shape.instances == dataset.instanceCount
      // Many sets have the same small number of features.
      let isTelling = shape.features > 30 && column(in: dataset) != nil
      return entry != nil || isSameData || catalogue.entry(named: dataset.name) == set || isTelling
    }
    guard let set = candidates.first, let shape = set.shape else { return nil }
    let place = column(in: dataset).map { "feature \($0 + 1) equals the label in every instance" }
    return "\(dataset.featureCount) features, one more than the \(shape.features) of \(set.name): a label leak "
      + "(\(place ?? "copies with the instance label as a further feature circulate"))"
  }
}
