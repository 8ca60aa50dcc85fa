import Autodiff
import MILBags
import MILRecords

/// A network traced for bags, with its loss and its prediction.
public struct TracedNetwork {
  /// The loss of each bag, one column with a row for each. It may also be the mean over the bags of a step, a single
  /// number, which cannot be weighted by classes.
  public var loss: Variable
  /// The prediction of the task, a row for each bag: with two classes the probability of the positive label.
  package var prediction: Variable
  /// The weight of each instance, one column with a row for each instance; nil if the network has none.
  package var weights: Variable?
  /// Whether the weights are predictions for the instances themselves rather than shares in the bag's.
  package var weightsAreScores: Bool
  /// Builds the class activation of each instance, with as many columns as the task has outputs. It is the output of
  /// the bag's classifier for the instance's features; nil if the bag vector is not a mixture of these.
  ///
  /// Source: B. Zhou, A. Khosla, A. Lapedriza, A. Oliva, A. Torralba, Learning deep features for discriminative
  /// localization, CVPR 2016, doi:10.1109/CVPR.2016.319. Deviation: the bias is included, which shifts all instances
  /// equally.
  package var activation: (() -> Variable)?

  /// Creates a traced network.
  public init(
    loss: Variable, prediction: Variable, weights: Variable? = nil, weightsAreScores: Bool = false,
    activation: (() -> Variable)? = nil
  ) {
    self.activation = activation
    self.loss = loss
    self.prediction = prediction
    self.weights = weights
    self.weightsAreScores = weightsAreScores
  }

  /// The loss of a step: the mean loss over its bags.
  package var meanLoss: Variable { Self.mean(loss) }

  /// Returns the mean over bags of a loss of each, or a single number unchanged.
  package static func mean(_ loss: Variable) -> Variable { loss.rows == .bags ? loss.meanOverBags() : loss }

  /// Returns ``meanLoss`` with the loss of each bag times the weight of its class.
  ///
  /// - Parameters:
  ///   - weights: `n / (k n_c)` of the training bags for balanced classes; nil for none.
  ///   - task: the task for which the network was traced.
  /// - Throws: ``ModelError`` if weights are given but the network has no loss of each bag, or the task no classes.
  package func meanLoss(weights: [Double]?, _ task: any BagTask) throws -> Variable {
    guard let weights else { return meanLoss }
    guard loss.rows == .bags else {
      throw ModelError(
        "classWeights=balanced needs the loss of each bag, found a mean over bags; return the loss before meanOverBags()"
      )
    }
    guard let weight = task.weight(loss.graph.targets, ofClasses: weights) else {
      throw ModelError("classWeights=balanced needs classes, found \(task.targetKind.title)")
    }
    return (loss * weight).meanOverBags()
  }

  /// The outputs for scoring: the prediction and, if there are any, the weights.
  var outputs: [Variable] { [prediction] + (weights.map { [$0] } ?? []) }
}

extension BagTask {
  /// Returns the network whose output for each bag is given.
  ///
  /// - Parameters:
  ///   - output: ``/MILBags/BagTask/outputColumns`` columns with a row per bag.
  ///   - weights: the weight of each instance; nil if the network has none.
  ///   - activation: builds the output for each instance; see ``TracedNetwork/activation``.
  public func network(
    _ output: Variable, weights: Variable? = nil, activation: (() -> Variable)? = nil
  ) -> TracedNetwork {
    TracedNetwork(
      loss: loss(output, output.graph.targets), prediction: prediction(output), weights: weights, activation: activation
    )
  }
}
