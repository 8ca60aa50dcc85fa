extension ModelRegistry {
  /// Adds the models that search for a region of positive instances.
  mutating func registerDensityModels() throws {
    try register(
      ModelRegistration(
        id: "diverse-density", title: "DD",
        summary: "A point near an instance of every positive bag and far from all of negative bags.",
        citation: "O. Maron, T. Lozano-Perez, A framework for multiple-instance learning, NIPS 10, 1998, pp. 570-576",
        DiverseDensityModel()))
    try register(
      ModelRegistration(
        id: "em-dd", title: "EM-DD",
        summary: "Diverse density of the one instance of each bag that is nearest to the point.",
        citation: "Q. Zhang, S. A. Goldman, EM-DD: an improved multiple-instance learning technique, NIPS 14, 2001, "
          + "pp. 1073-1080", ExpectedDensityModel()))
    try register(
      ModelRegistration(
        id: "apr", title: "APR",
        summary: "Bounds on some features that hold an instance of every positive bag and none of negative bags.",
        citation: "T. G. Dietterich, R. H. Lathrop, T. Lozano-Perez, Solving the multiple instance problem with "
          + "axis-parallel rectangles, Artificial Intelligence 89, 1997, doi:10.1016/S0004-3702(96)00034-3",
        RectangleModel()))
  }
}
