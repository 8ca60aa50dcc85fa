import MILBags

extension ModelRegistry {
  /// Adds the models that compare bags with training bags or instances by distances.
  mutating func registerNeighbourModels() throws {
    try register(
      ModelRegistration(
        id: "citation-knn", title: "Citation-kNN",
        summary: "Votes of the nearest training bags and of those that a bag is nearest to.",
        citation: "J. Wang, J.-D. Zucker, Solving the multiple-instance problem: a lazy learning approach, ICML 2000, "
          + "pp. 1119-1126", published: .wangZucker, CitationNeighboursModel()))
    try register(
      ModelRegistration(
        id: "miles", title: "MILES",
        summary: "A sparse linear machine on the similarities of a bag to all training instances.",
        citation: "Y. Chen, J. Bi, J. Z. Wang, MILES: multiple-instance learning via embedded instance selection, IEEE "
          + "Transactions on Pattern Analysis and Machine Intelligence 28(12), 2006, doi:10.1109/TPAMI.2006.248",
        published: .chen, EmbeddedInstancesModel()))
    try register(
      ModelRegistration(
        id: "retrieval-mil", title: "RAM-MIL",
        summary: "Attention, then a classifier on a bag and on the training bags that it costs least to be moved onto.",
        citation: "Y. Cui, Z. Liu, Y. Chen et al., Retrieval-augmented multiple instance learning, NeurIPS 2023",
        published: .dataHandlingOfMINet, RetrievalModel()))
  }
}

extension PublishedRecipe {
  private static let handling = DataHandling(folds: .plain, standardisation: .allInstances, epsilon: 0)

  /// The published setup, with two references and four citers.
  fileprivate static var wangZucker: PublishedRecipe {
    PublishedRecipe(
      dataHandling: handling,
      note:
        "Two references and four citers are recalled from the article, which could not be read, and used on all sets. "
        + "The article leaves out one bag at a time; standardisation over all instances and shuffled folds are assumptions."
    )
  }

  /// The published setup, with C and sigma by cross-validation.
  fileprivate static var chen: PublishedRecipe {
    PublishedRecipe(
      dataHandling: handling,
      note:
        "The authors chose the price of errors and sigma by cross-validation on training bags; ours are one value each "
        + "on all sets. Standardisation over all instances and shuffled folds are assumptions.")
  }
}
