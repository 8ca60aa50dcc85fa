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

  /// Returns instances, or a view of them, without the features that describe their bags.
  package func withoutBagFeatures(_ instances: Variable) -> Variable {
    bagFeatureCount > 0 && instances.columns == featureCount
      ? instances.columns(0..<featureCount - bagFeatureCount) : instances
  }
}
