import MILBags

extension ModelRegistry {
  /// Adds the models that search for a region of positive instances.
  mutating func registerDensityModels() throws {
    try register(
      ModelRegistration(
        id: "diverse-density", title: "DD",
        summary: "A point near an instance of every positive bag and far from all of negative bags.",
        citation: "O. Maron, T. Lozano-Perez, A framework for multiple-instance learning, NIPS 10, 1998, pp. 570-576",
        published: .density, DiverseDensityModel()))
    try register(
      ModelRegistration(
        id: "em-dd", title: "EM-DD",
        summary: "Diverse density of the one instance of each bag that is nearest to the point.",
        citation: "Q. Zhang, S. A. Goldman, EM-DD: an improved multiple-instance learning technique, NIPS 14, 2001, "
          + "pp. 1073-1080", published: .density, ExpectedDensityModel()))
    try register(
      ModelRegistration(
        id: "apr", title: "APR",
        summary: "Bounds on some features that hold an instance of every positive bag and none of negative bags.",
        citation: "T. G. Dietterich, R. H. Lathrop, T. Lozano-Perez, Solving the multiple instance problem with "
          + "axis-parallel rectangles, Artificial Intelligence 89, 1997, doi:10.1016/S0004-3702(96)00034-3",
        published: .rectangle, RectangleModel()))
  }
}

extension PublishedRecipe {
  /// The published setup, with scales of .1 on standardised features.
  fileprivate static var density: PublishedRecipe {
    PublishedRecipe(
      dataHandling: DataHandling(folds: .plain, standardisation: .allInstances, epsilon: 0),
      note: "The articles could not be read. Scales of .1 at the start and at most ten rounds are those of a public "
        + "implementation (github.com/DMJTax/mil); starts are the best instances of ten positive bags. Standardisation "
        + "over all instances and shuffled folds are assumptions. The article on EM-DD is said to have chosen among its "
        + "points by the test bags; ours chooses by the training bags.")
  }

  /// The published setup, with a margin of one deviation instead of 1 Angstrom.
  fileprivate static var rectangle: PublishedRecipe {
    PublishedRecipe(
      dataHandling: DataHandling(folds: .plain, standardisation: .allInstances, epsilon: 0),
      note:
        "The article could not be read; its margin of 1 Angstrom is one standard deviation here, and the density by which "
        + "bounds are moved out has a customary width. Standardisation over all instances and shuffled folds are assumptions."
    )
  }
}
