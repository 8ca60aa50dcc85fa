import Autodiff

/// The parameters of a model that is one traced network, trained bag by bag.
///
/// Such a model writes its network down and needs nothing else: its classifier is a ``NetworkClassifier``, and the
/// contract tests check the gradient of its loss.
public protocol NetworkConfiguration: ModelConfiguration {
  /// How the network is trained.
  var training: TrainingConfiguration { get }

  /// How much the loss of a bag weighs.
  var classWeights: RidgeConfiguration.ClassWeights { get }

  /// Writes the network down.
  func trace(_ graph: Graph) -> TracedNetwork
}

extension NetworkConfiguration {
  /// All layers, those that the pooling asks for among them.
  public var trained: String { "all layers, from instance features to the bag's probability, by gradient" }

  /// The weights of classes.
  public static var laterParameters: Set<String> { ["classWeights"] }

  /// Each bag weighs 1.
  public var classWeights: RidgeConfiguration.ClassWeights { .equal }

  /// An unfitted network.
  public func makeClassifier() -> any BagClassifier {
    NetworkClassifier(training: training, classWeights: classWeights, trace: trace)
  }
}
