extension ModelRegistry {
  /// Adds the models that are sums of weak learners.
  mutating func registerBoostingModels() throws {
    try register(
      ModelRegistration(
        id: "milboost", title: "MILBoost",
        summary: "Stumps on instances, boosted for the likelihood of bags in which one positive instance is enough.",
        citation: "P. Viola, J. C. Platt, C. Zhang, Multiple instance boosting for object detection, NIPS 18, 2005, "
          + "pp. 1417-1424", StumpBoostModel()))
    try register(
      ModelRegistration(
        id: "simple-mi", title: "SimpleMI",
        summary: "Boosted trees on the mean, range and deviation of each feature in a bag.",
        citation: "L. Dong, A comparison of multi-instance learning algorithms, thesis, University of Waikato, 2006",
        BagStatisticsModel()))
  }
}
