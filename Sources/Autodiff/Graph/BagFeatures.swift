extension ComputationGraph {
  /// The features of each bag, one row per bag: the last ``bagFeatureCount`` features, averaged over its instances.
  ///
  /// These features are the same in all instances of a bag, so that their mean is their value. For bags without
  /// features of their own, the result is the mean of all features.
  package var bagFeatures: Variable {
    readsBagFeatures = true
    let own = featureCount - bagFeatureCount
    return (bagFeatureCount > 0 ? instances.columns(own..<featureCount) : instances).meanOverInstances()
  }

  /// Returns instances, or a view of them, without the features that describe their bags or their sets.
  package func withoutBagFeatures(_ instances: Variable) -> Variable {
    let own = featureCount - bagFeatureCount - (hasTwoSets ? 1 : 0)
    return own < featureCount && instances.columns == featureCount ? instances.columns(0..<own) : instances
  }

  /// One column with 1 for instances of the second set and 0 for those of the first; nil if there is one set.
  package var secondSet: Variable? {
    guard hasTwoSets else { return nil }
    readsSets = true
    let place = featureCount - bagFeatureCount - 1
    return Variable(graph: self, index: 0).columns(place..<place + 1)
  }
}
