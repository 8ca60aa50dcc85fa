extension ModelRegistry {
  /// Adds the models that compare bags with training bags or instances by distances.
  mutating func registerNeighbourModels() throws {
    try register(
      ModelRegistration(
        id: "citation-knn", title: "Citation-kNN",
        summary: "Votes of the nearest training bags and of those that a bag is nearest to.",
        citation: "J. Wang, J.-D. Zucker, Solving the multiple-instance problem: a lazy learning approach, ICML 2000, "
          + "pp. 1119-1126", CitationNeighboursModel()))
    try register(
      ModelRegistration(
        id: "miles", title: "MILES",
        summary: "A sparse linear machine on the similarities of a bag to all training instances.",
        citation: "Y. Chen, J. Bi, J. Z. Wang, MILES: multiple-instance learning via embedded instance selection, IEEE "
          + "Transactions on Pattern Analysis and Machine Intelligence 28(12), 2006, doi:10.1109/TPAMI.2006.248",
        EmbeddedInstancesModel()))
    try register(
      ModelRegistration(
        id: "retrieval-mil", title: "RAM-MIL",
        summary: "Attention, then a classifier on a bag and on the training bags that it costs least to be moved onto.",
        citation: "Y. Cui, Z. Liu, Y. Chen et al., Retrieval-augmented multiple instance learning, NeurIPS 2023",
        RetrievalModel()))
  }
}
