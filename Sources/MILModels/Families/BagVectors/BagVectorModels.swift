extension ModelRegistry {
  /// Adds the models that encode a bag as one vector before anything is learned from labels.
  mutating func registerBagVectorModels() throws {
    try register(
      ModelRegistration(
        id: "mi-fv", title: "miFV",
        summary: "A linear machine on the Fisher vector of each bag under Gaussians of all instances.",
        citation: wei2017, FisherVectorModel()))
    try register(
      ModelRegistration(
        id: "mi-vlad", title: "miVLAD",
        summary: "A linear machine on the residuals of each bag's instances from centres of all instances.",
        citation: wei2017, ResidualVectorModel()))
  }
}

private let wei2017 =
  "X.-S. Wei, J. Wu, Z.-H. Zhou, Scalable algorithms for multi-instance learning, IEEE Transactions on Neural Networks and "
  + "Learning Systems 28(4), 2017, doi:10.1109/TNNLS.2016.2519102"
