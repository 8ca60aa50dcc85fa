extension ModelRegistration {
  /// Creates a registration of the standard instance network with a pooling. It has MI-Net's layers and training, and
  /// the data handling of its code under the as-published protocol.
  ///
  /// The network is ``PooledNetwork`` with the settings of ``TrainingConfiguration/miNet``, so that two such models
  /// differ only by the pooling.
  /// - Parameters:
  ///   - id: the unique lower-case name.
  ///   - title: the name in tables.
  ///   - summary: one sentence on the model.
  ///   - citation: authors, title, venue, year, DOI.
  ///   - pooling: the pooling with its defaults.
  /// - Throws: ``ModelError`` if a parameter of the pooling has the name of one of the network's.
  public init<BagPooling: Pooling>(
    id: String, title: String, summary: String, citation: String, pooling: BagPooling
  ) throws {
    try self.init(
      id: id, title: title, summary: summary, citation: citation,
      PooledNetwork(pooling: pooling, trunk: TrunkConfiguration(), training: .miNet))
  }
}

extension ModelRegistry {
  /// Adds the poolings outside the classical tables, each in the standard instance network.
  mutating func registerPoolings() throws {
    try register(
      ModelRegistration(
        id: "mi-net-p-norm", title: "p-norm", summary: "MI-Net with the p-norm of each feature over the bag.",
        citation: "C. Gulcehre, K. Cho, R. Pascanu, Y. Bengio, Learned-norm pooling for deep feedforward and recurrent "
          + "neural networks, ECML PKDD 2014, doi:10.1007/978-3-662-44848-9_34",
        pooling: PNormPooling()))
    try register(
      ModelRegistration(
        id: "mi-net-top-k", title: "Top-k mean", summary: "MI-Net with the mean of each feature's k largest values.",
        citation: "W. Li, N. Vasconcelos, Multiple instance learning for soft bags via top instances, CVPR 2015, "
          + "doi:10.1109/CVPR.2015.7299056",
        pooling: TopKMeanPooling()))
    try register(
      ModelRegistration(
        id: "mi-net-noisy-or", title: "Noisy-or",
        summary: "MI-Net with detectors, each with the probability that at least one instance sets it off.",
        citation: "O. Maron, T. Lozano-Perez, A framework for multiple-instance learning, NIPS 1997; P. Viola, "
          + "J. C. Platt, C. Zhang, Multiple instance boosting for object detection, NIPS 2005",
        pooling: NoisyOrPooling()))
    try register(
      ModelRegistration(
        id: "mi-net-softmax", title: "Learned softmax",
        summary: "MI-Net with each feature weighted by its own softmax, whose temperature is learned.",
        citation: "B. McFee, J. Salamon, J. P. Bello, Adaptive pooling operators for weakly labeled sound event "
          + "detection, IEEE/ACM Transactions on Audio, Speech, and Language Processing 26(11), 2018, "
          + "doi:10.1109/TASLP.2018.2858559",
        pooling: LearnedSoftmaxPooling()))
    try register(
      ModelRegistration(
        id: "mi-net-max-mean", title: "Max and mean", summary: "MI-Net with the maximum and the mean side by side.",
        citation: "J. Howard, S. Ruder, Universal language model fine-tuning for text classification, ACL 2018, "
          + "doi:10.18653/v1/P18-1031",
        pooling: MaxMeanPooling()))
    try register(
      ModelRegistration(
        id: "mi-net-latents", title: "Latent queries",
        summary: "MI-Net with learned queries that attend to the instances over and over, as in the Perceiver.",
        citation: "A. Jaegle, F. Gimeno, A. Brock, A. Zisserman, O. Vinyals, J. Carreira, Perceiver: general "
          + "perception with iterative attention, ICML 2021, PMLR 139:4651-4664",
        pooling: LatentQueryPooling()))
    try register(
      ModelRegistration(
        id: "mi-net-hopfield", title: "Hopfield pooling",
        summary: "MI-Net with learned states that are moved to the instances they are nearest to.",
        citation:
          "H. Ramsauer et al., Hopfield networks is all you need, ICLR 2021, arXiv:2008.02217; M. Widrich et al., "
          + "Modern Hopfield networks and attention for immune repertoire classification, NeurIPS 2020, arXiv:2007.13505",
        pooling: HopfieldPooling()))
    try register(
      ModelRegistration(
        id: "mi-net-smooth-attention", title: "Smooth attention",
        summary: "MI-Net with attention whose scores are smoothed over the neighbours of each instance.",
        citation:
          "F. M. Castro-Macías, P. Morales-Álvarez, Y. Wu, R. Molina, A. K. Katsaggelos, Sm: enhanced localization "
          + "in multiple instance learning for medical imaging classification, NeurIPS 2024, arXiv:2410.03276",
        pooling: SmoothAttentionPooling()))
  }
}
