import Autodiff
import MILBags
import MILRecords

/// A network traced for bags: what is minimised and what is predicted.
public struct TracedNetwork {
  /// The loss of each bag, one column with a row for each; or the mean over the bags of a step, a single number, which
  /// cannot be weighted by classes.
  public var loss: Variable
  /// What the task predicts, a row for each bag: of two classes the probability of the positive label.
  public var prediction: Variable
  /// How much each instance counts, one column with a row for each instance, where the network has such weights.
  public var weights: Variable?
  /// Whether the weights are predictions for the instances themselves rather than shares in the bag's.
  public var weightsAreScores: Bool
  /// Writes down the class activation of each instance, as many columns as the task has outputs: what the bag's classifier
  /// makes of the instance's features; nil where the bag vector is no mixture of these.
  ///
  /// Source: B. Zhou, A. Khosla, A. Lapedriza, A. Oliva, A. Torralba, Learning deep features for discriminative localization,
  /// CVPR 2016, doi:10.1109/CVPR.2016.319. Deviation: with the bias, which moves all instances alike.
  package var activation: (() -> Variable)?

  /// A traced network.
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

  /// What a step minimises: the mean loss over its bags.
  public var meanLoss: Variable { Self.mean(loss) }

  /// The mean over bags of a loss of each, or a single number as it is.
  package static func mean(_ loss: Variable) -> Variable { loss.rows == .bags ? loss.meanOverBags() : loss }

  /// As ``meanLoss``, with the loss of each bag times the weight of its class.
  ///
  /// - Parameters:
  ///   - weights: `n / (k n_c)` of the training bags for balanced classes; nil for none.
  ///   - task: what the network was traced for.
  /// - Throws: ``ModelError`` where weights are asked for and the network states no loss of each bag, or there are no classes.
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

  /// What scores: the prediction and, if there are any, the weights.
  var outputs: [Variable] { [prediction] + (weights.map { [$0] } ?? []) }
}

extension BagTask {
  /// The network whose output for each bag is given.
  ///
  /// - Parameters:
  ///   - output: ``/MILBags/BagTask/outputColumns`` columns with a row a bag.
  ///   - weights: how much each instance counts, where the network has such weights.
  ///   - activation: writes down the output for each instance; see ``TracedNetwork/activation``.
  public func network(
    _ output: Variable, weights: Variable? = nil, activation: (() -> Variable)? = nil
  ) -> TracedNetwork {
    TracedNetwork(
      loss: loss(output, output.graph.targets), prediction: prediction(output), weights: weights, activation: activation
    )
  }
}
