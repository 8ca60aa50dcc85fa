import Autodiff
import MILBags

extension ModelRegistry {
  /// Returns a registry with the models of the project.
  public static func standard() throws -> ModelRegistry {
    var registry = ModelRegistry()
    try registry.register(
      ModelRegistration(
        id: "constant", title: "Majority class", summary: "The majority label of the training bags.",
        citation: "None; the floor that any model has to beat.", ConstantModel()))
    registry.markFamily("baselines")
    try registry.registerClassicalNetworks()
    try registry.registerPoolings()
    registry.markFamily("networks")
    try registry.registerSlideNetworks()
    registry.markFamily("networks for slides")
    try registry.registerFusionNetworks()
    registry.markFamily("networks of several modalities")
    try registry.registerSupportVectorModels()
    registry.markFamily("support vectors")
    try registry.registerExtremeLearning()
    registry.markFamily("extreme learning")
    try registry.registerBagVectorModels()
    registry.markFamily("bag vectors")
    try registry.registerNeighbourModels()
    registry.markFamily("neighbours")
    try registry.registerDensityModels()
    registry.markFamily("density")
    try registry.registerBoostingModels()
    registry.markFamily("boosting")
    registry.markFamily("baselines", of: ["bag-summary", "logistic-bag-mean", "mean-mlp", "simple-mi"])
    try registry.take(.shipped)
    registry.markReleased()
    return registry
  }

  /// Adds the networks of bags of a few instances.
  private mutating func registerClassicalNetworks() throws {
    try register(
      ModelRegistration(
        id: "mi-net-instance", title: "mi-Net",
        summary: "A network scores each instance; the bag's probability is the pooled instance probability.",
        citation: Self.wang2018, InstanceNetwork(training: .miNet)))
    try register(
      ModelRegistration(
        id: "mi-net-bag", title: "MI-Net",
        summary: "A network embeds each instance; the pooled embedding is classified.",
        citation: Self.wang2018, PooledNetwork<ChosenPooling>(trunk: TrunkConfiguration(), training: .miNet)))
    try register(
      ModelRegistration(
        id: "mi-net-ds", title: "MI-Net with DS",
        summary: "MI-Net with deep supervision: each layer's pooled features are classified, and the answers averaged.",
        citation: Self.wang2018, DeepSupervisionNetwork()))
    try register(
      ModelRegistration(
        id: "mi-net-rc", title: "MI-Net with RC",
        summary: "MI-Net with residual connections: the sum of all layers' pooled features is classified.",
        citation: Self.wang2018, ResidualNetwork()))
    try register(
      ModelRegistration(
        id: "attention", title: "Attention",
        summary: "Instances are averaged with weights from a small attention network.",
        citation: Self.ilse2018, PooledNetwork<AttentionPooling>(trunk: .attention, training: .attention)))
    try register(
      ModelRegistration(
        id: "gated-attention", title: "Gated attention",
        summary: "Attention pooling whose hidden units are gated.",
        citation: Self.ilse2018, PooledNetwork<GatedAttentionPooling>(trunk: .attention, training: .attention)))
    try register(
      ModelRegistration(
        id: "dp-minn", title: "DP-MINN",
        summary: "Instances are pooled by routing iterations; the length of the bag vector is the probability.",
        citation: Self.yan2018, DynamicPoolingNetwork()))
    try register(
      ModelRegistration(
        id: "mi-nn", title: "MI-NN",
        summary: "A hidden layer and an output for each instance; the bag's output is their smooth maximum.",
        citation: "J. Ramon, L. De Raedt, Multi instance neural networks, ICML workshop on attribute-value and "
          + "relational learning, 2000",
        SmoothMaximumNetwork()))
  }

  private static let wang2018 =
    "X. Wang, Y. Yan, P. Tang, X. Bai, W. Liu, Revisiting multiple instance neural networks, Pattern Recognition 74, "
    + "2018, doi:10.1016/j.patcog.2017.08.026"
  private static let ilse2018 =
    "M. Ilse, J. M. Tomczak, M. Welling, Attention-based deep multiple instance learning, ICML 2018, arXiv:1802.04712"
  private static let yan2018 =
    "Y. Yan, X. Wang, X. Guo, J. Fang, W. Liu, J. Huang, Deep multi-instance learning with dynamic pooling, ACML 2018, "
    + "PMLR 95:662-677"
}

extension TrainingConfiguration {
  /// MI-Net's training on Musk1; Keras' l2 coefficient .005 corresponds to a decay of .01.
  package static var miNet: TrainingConfiguration {
    var training = TrainingConfiguration()
    training.timeDecay = 1e-4
    training.weightDecay = 0.01
    return training
  }

  /// Attention's training on Musk1, as recalled from the article.
  static var attention: TrainingConfiguration {
    var training = TrainingConfiguration()
    training.nesterov = false
    training.weightDecay = 0.005
    training.epochs = 100
    return training
  }
}

extension TrunkConfiguration {
  /// MI-Net's layers with dropout after each.
  static var attention: TrunkConfiguration {
    var trunk = TrunkConfiguration()
    trunk.dropoutPlace = .each
    return trunk
  }
}
