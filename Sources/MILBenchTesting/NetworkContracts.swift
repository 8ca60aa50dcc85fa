import Autodiff
import LinearAlgebra
import MILBags
import MILModels

/// The contracts on models that are one traced network.
extension ModelContract {
  static let networks = [
    ModelContract(
      "Every derivative of the network's loss agrees with its finite difference", isForNetworks: true, gradients),
    ModelContract(
      "Training as it is run follows training in double precision without any shortcut", isForNetworks: true, shortcuts),
    ModelContract("The network is the one whose parameters a fit counts", isForNetworks: true, counts),
    ModelContract("Several bags a step make fewer steps", isForNetworks: true, bagsPerStep),
    ModelContract("A diverging training is an error that names the epoch", isForNetworks: true, divergence),
  ]

  @Sendable private static func gradients(_ model: ModelUnderTest) throws {
    for dropout in ["0", "0.4"] {
      guard let network = try model.network(["dropout": dropout]) else { return }
      for (seed, bagSizes) in [(1, [1, 3, 4]), (2, [1]), (3, [5, 2])] as [(UInt64, [Int])] {
        for weights in [nil, [0.6, 3]] as [[Double]?] {
          // A network that takes the mean itself cannot weight it.
          if weights != nil, network.trace(ComputationGraph(featureCount: 5)).loss.rows != .bags { continue }
          let result = try GradientCheck.run(bagSizes: bagSizes, featureCount: 5, seed: seed) { graph in
            let traced = network.trace(graph)
            return (try? traced.meanLoss(weights: weights, BagTasks.unnamed)) ?? traced.meanLoss
          }
          try require(result.comparisons > 0, "the loss depends on nothing")
          try require(
            result.largestError < 1e-6,
            "bags of \(bagSizes): the derivative by \(result.location) is off by \(result.largestError), relatively")
        }
      }
    }
  }

  @Sendable private static func shortcuts(_ model: ModelUnderTest) throws {
    var (comparisons, rounded) = (0, 0)
    for dropout in ["0", "0.4"] {
      guard let network = try model.network(["dropout": dropout]) else { return }
      for (kind, bags) in try shortcutBags() {
        for optimiser in [
          Optimiser(learningRate: 0.05, weightDecay: 0.01),
          Optimiser(method: .adamw, learningRate: 0.01, weightDecay: 0.1, epsilon: 1e-3),
        ] {
          let result = try ShortcutCheck.run(bags, optimiser: optimiser, scores: dropout == "0") { graph in
            let traced = network.trace(graph)
            return [traced.meanLoss, traced.prediction] + (traced.weights.map { [$0] } ?? [])
          }
          try require(result.comparisons > 0, "nothing was compared")
          try require(
            result.largestError < 1e-4,
            "\(kind), dropout \(dropout), \(optimiser.method.rawValue): \(result.location) is off by \(result.largestError)"
          )
          (comparisons, rounded) = (comparisons + result.comparisons, rounded + result.rounded)
        }
      }
    }
    try require(
      2 * rounded <= comparisons,
      "roundings alone change \(rounded) of \(comparisons) numbers of trainings, expected at most half of them")
  }

  /// Creates bags with tied maxima, equal columns or equal instances, or a single instance.
  private static func shortcutBags() throws -> [(kind: String, bags: BagMatrix)] {
    var kinds: [(String, BagDataset)] = [
      ("bags of one instance", try plantedBags(5, sizes: 1...1)), ("planted bags", try plantedBags(5)),
    ]
    for kind in [AwkwardBags.constantColumns, .allZero, .equalInstances] {
      kinds.append((kind.rawValue, try kind.made()))
    }
    let bags = try plantedBags(5, sizes: 3...6)
    let firstRows = (0..<bags.bagCount).flatMap { bag in
      bags[rowsOfBag: bag].map { row in max(row - 2, bags[rowsOfBag: bag].lowerBound) }
    }
    kinds.append(
      ("duplicates", bags.replacing(instances: bags.instances.selectingRows(firstRows.map { $0..<($0 + 1) }))))
    var rounded = bags.instances
    for row in 0..<rounded.rows {
      for column in 0..<rounded.columns { rounded[row, column] = rounded[row, column].rounded() }
    }
    kinds.append(("ties", bags.replacing(instances: rounded)))
    return kinds.map {
      ($0, BagMatrix(instances: $1.instances, offsets: $1.offsets, labels: $1.labels.map(Float.init)))
    }
  }

  @Sendable private static func counts(_ model: ModelUnderTest) throws {
    let graph = ComputationGraph(featureCount: 4)
    _ = try model.network()?.trace(graph)
    let bags = try plantedBags()
    let summary = try model.fitted(on: bags).summary
    try require(
      summary.parameters == graph.parameterCount,
      "\(summary.parameters) parameters fitted, expected the network's \(graph.parameterCount)")
    guard try model.network()?.earlierPhases.isEmpty == true else { return }
    try require(
      summary.steps == 3 * bags.bagCount, "\(summary.steps) steps in 3 epochs of \(bags.bagCount) bags, one a step")
  }

  @Sendable private static func bagsPerStep(_ model: ModelUnderTest) throws {
    guard try model.network()?.earlierPhases.isEmpty == true else { return }
    let steps = try model.fitted(on: plantedBags(10), ["bagsPerStep": "4", "epochs": "2"]).summary.steps
    try require(steps == 6, "\(steps) steps in 2 epochs of 10 bags, four a step")
  }

  @Sendable private static func divergence(_ model: ModelUnderTest) throws {
    let bags = try plantedBags()
    let settings = [
      "learningRate": "1000", "epochs": "30", "optimiser": "sgd", "momentum": "0.99", "weightDecay": "900",
    ]
    let error = try failure("a training that diverges") { try model.fitted(on: bags, settings) }
    guard let diverged = error as? TrainingDiverged, (1...30).contains(diverged.epoch) else {
      throw ContractViolation("the error is \"\(error)\", expected that of a training that diverges")
    }
    try requireOneLine(diverged)
  }
}
