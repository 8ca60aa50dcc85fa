import Autodiff
import MILBags
import MILModels
import MILRecords

/// The contracts of shortcuts beyond two classes of plain features: other tasks, earlier training phases, images.
extension ModelContract {
  static let furtherShortcuts = [
    ModelContract(
      "Training for other tasks follows double precision without any shortcut", isForNetworks: true, otherTasks),
    ModelContract(
      "Earlier phases of a training follow double precision without any shortcut", isForNetworks: true, phases),
    ModelContract(
      "Convolutions before a network follow double precision without any shortcut", isForNetworks: true, convolutions),
  ]

  @Sendable private static func otherTasks(_ model: ModelUnderTest) throws {
    guard let network = try model.network(["dropout": "0"]) else { return }
    for kind in Targets.Kind.allCases where kind != .twoClasses && network.traits.targets.contains(kind) {
      for bags in try asked(kind, 6) {
        let task = try bags.task.fitted(to: bags.targets)
        try requireAgreement("\(type(of: task).id)", BagMatrix(bags, for: task)) { graph in
          outputs(of: network.trace(graph, for: task))
        }
      }
    }
  }

  @Sendable private static func phases(_ model: ModelUnderTest) throws {
    guard var network = try model.network(["dropout": "0"]) else { return }
    if network.trunkFeatures(of: ComputationGraph(featureCount: 4).instances) != nil {
      network = try model.network(["dropout": "0", "pretrain": "contrastive"]) ?? network
    }
    let bags = try plantedBags(5, sizes: 2...5)
    for (place, phase) in network.phases.enumerated() {
      // A phase draws random numbers in training alone.
      try requireAgreement("phase \(place + 1)", BagMatrix(bags, for: bags.task), scores: false) { graph in
        [TracedNetwork.mean(phase.loss(graph, bags.task))]
      }
    }
  }

  @Sendable private static func convolutions(_ model: ModelUnderTest) throws {
    guard model.registration.choices["trunk"]?.contains("lenet") == true,
      let network = try model.network(["dropout": "0", "trunk": "lenet"]), network.traits.takesImages
    else { return }
    // The smallest images that leave one number per map.
    let images = ImageShape(channels: 1, height: 16, width: 16)
    let bags = try plantedBags(3, sizes: 1...3, features: images.count)
    try requireAgreement("images of \(images)", BagMatrix(bags, for: bags.task), images: images) { graph in
      outputs(of: network.trace(graph, for: bags.task))
    }
  }

  /// Returns the loss that training minimises, and the outputs for scoring.
  private static func outputs(of network: TracedNetwork) -> [Variable] {
    [network.meanLoss, network.prediction] + (network.weights.map { [$0] } ?? [])
  }

  private static func requireAgreement(
    _ kind: String, _ bags: BagMatrix, scores: Bool = true, images: ImageShape? = nil,
    _ trace: (ComputationGraph) throws -> [Variable]
  ) throws {
    let result = try ShortcutCheck.run(
      bags, optimiser: Optimiser(learningRate: 0.02, weightDecay: 0.01), scores: scores, images: images, trace)
    try require(result.comparisons > 0, "\(kind): nothing was compared")
    try require(result.largestError < 1e-4, "\(kind): \(result.location) is off by \(result.largestError)")
  }
}
