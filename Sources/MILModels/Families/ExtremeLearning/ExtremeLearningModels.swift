extension ModelRegistry {
  /// Adds extreme learning machines, extreme attention, and the baseline that these are compared with.
  mutating func registerExtremeLearning() throws {
    try register(
      ModelRegistration(
        id: "logistic-bag-mean", title: "Logistic regression on bag means",
        summary: "Logistic regression on the mean of each bag's instances, with an L2 penalty.",
        citation: "D. R. Cox, The regression analysis of binary sequences, Journal of the Royal Statistical Society B "
          + "20(2), 1958, doi:10.1111/j.2517-6161.1958.tb00292.x",
        MeanLogisticRegression()))
    try register(
      ModelRegistration(
        id: "bag-summary", title: "One number a bag",
        summary: "Logistic regression on the size of the bag, or on the mean of one channel or feature.",
        citation: "None; what a model that reads instances has to beat.",
        BagSummary()))
    try register(
      ModelRegistration(
        id: "elm-mil", title: "ELM-MIL",
        summary: "Random features of instances, pooled for each bag; output weights in closed form. "
          + "Scores are decision values, not calibrated.",
        citation: "J. Wang, L. Cai, J. Peng, Y. Jia, A novel multiple instance learning method based on extreme "
          + "learning machine, Computational Intelligence and Neuroscience 2015, doi:10.1155/2015/405890; G.-B. Huang, Q.-Y. Zhu, "
          + "C.-K. Siew, Extreme learning machine: theory and applications, Neurocomputing 70, 2006, "
          + "doi:10.1016/j.neucom.2005.12.126",
        ExtremeLearningMachine()))
    try register(
      ModelRegistration(
        id: "extreme-attention", title: "Extreme attention",
        summary: "Attention over random features; the attention vector and the classifier alone are learned.",
        citation: "Krishnakumar, Baglio, Floether, Ruiz, Habringer, Romano, Extreme learning machines for "
          + "attention-based multiple instance learning in whole-slide image classification, 2025, arXiv:2503.10510",
        ExtremeAttention()))
  }
}
