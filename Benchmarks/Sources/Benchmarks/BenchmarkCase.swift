import MILBench

/// A network to measure: the registry's defaults without dropout and with a small constant learning rate.
///
/// Dropout masks cannot be shared with the rivals. With a constant learning rate, the momentum of Keras equals that of
/// PyTorch. At the default learning rate, the losses of two correct programs drift apart over an epoch of many bags, so
/// the rate is smaller. Adam's is reduced most, since Adam divides small gradients, rounding errors included, by their
/// own size.
struct BenchmarkCase: Sendable {
  /// The kind of pooling, which determines the BLAS calls of the floor.
  enum Pooling: Sendable {
    case elementary
    case attention(units: Int)
    case routing(iterations: Int)
  }

  let name: String
  let title: String
  let layers: [Int]
  let pooling: Pooling
  let training: TrainingConfiguration
  let configuration: any NetworkModel

  /// The names of all cases.
  static let names = ["mi-net", "attention", "dp-minn", "mi-net-ds"]

  /// Creates the case with a name; nil if the name is unknown.
  init?(_ name: String) throws {
    let id = name == "mi-net" ? "mi-net-bag" : name
    guard Self.names.contains(name) else { return nil }
    let registration = try ModelRegistry.standard().registration(named: id)
    let training = Self.training(registration)
    var trunk = TrunkConfiguration()
    trunk.dropout = 0
    switch name {
    case "mi-net":
      configuration = PooledNetwork<ChosenPooling>(trunk: trunk, training: training)
      pooling = .elementary
    case "attention":
      let network = PooledNetwork<AttentionPooling>(trunk: trunk, training: training)
      configuration = network
      pooling = .attention(units: network.pooling.attentionUnits)
    case "dp-minn":
      var network = DynamicPoolingNetwork()
      network.training = training
      configuration = network
      pooling = .routing(iterations: network.pooling.iterations)
    default:
      var network = DeepSupervisionNetwork()
      network.dropout = 0
      network.training = training
      configuration = network
      pooling = .elementary
    }
    self.name = name
    title = registration.title
    layers = trunk.layers.sizes
    self.training = training
  }

  /// The ids of the networks for slides, by the names of their cases.
  static let slides = [
    "attention": "attention[attentionUnits=256,dropout=0,layers=512,optimiser=adam,weightDecay=0]",
    "clam-sb": "clam-sb",
    "dsmil": "dsmil[weightDecay=0]", "trans-mil": "trans-mil",
  ]

  /// Creates the case of a network for slides, with a small constant learning rate; nil if the name is unknown.
  init?(slides name: String) throws {
    guard let id = Self.slides[name] else { return nil }
    let resolved = try ModelRegistry.standard().resolve(id)
    guard var network = resolved.model as? any ChangeableTraining else { return nil }
    network.training.learningRate = 1e-5
    network.training.schedule = .constant
    (self.name, title, layers, pooling) = (name, resolved.registration.title, [512], .attention(units: 256))
    (training, configuration) = (network.training, network)
  }

  /// Returns the default training of a registered model.
  private static func training(_ registration: ModelRegistration) -> TrainingConfiguration {
    let values = Dictionary(uniqueKeysWithValues: registration.parameters.map { ($0.name, $0.value) })
    func number(_ name: String, _ standard: Double) -> Double { values[name].flatMap(Double.init) ?? standard }
    var training = TrainingConfiguration()
    training.optimiser = values["optimiser"].flatMap(Optimiser.Method.init) ?? training.optimiser
    training.learningRate = number("learningRate", training.learningRate)
    training.learningRate = min(training.learningRate, training.optimiser == .sgd ? 1e-4 : 1e-5)
    training.momentum = number("momentum", training.momentum)
    training.nesterov = values["nesterov"] == "true"
    training.weightDecay = number("weightDecay", training.weightDecay)
    return training
  }
}

/// A network whose training settings can be replaced.
private protocol ChangeableTraining: NetworkModel {
  var training: TrainingConfiguration { get set }
}

extension PooledNetwork: ChangeableTraining {}
extension ClusteringAttentionNetwork: ChangeableTraining {}
extension DualStreamNetwork: ChangeableTraining {}
extension CorrelatedTransformerNetwork: ChangeableTraining {}
