import Autodiff

/// A network traced for bags: what is minimised and what scores.
public struct TracedNetwork {
  /// The loss of each bag, one column with a row for each; or the mean over the bags of a step, a single number, which
  /// cannot be weighted by classes.
  public var loss: Variable
  /// The probability of the positive label, one column with a row for each bag.
  public var probability: Variable
  /// How much each instance counts, one column with a row for each instance, where the network has such weights.
  public var weights: Variable?
  /// Whether the weights are probabilities of the instances themselves rather than shares in the bag's.
  public var weightsAreScores: Bool

  /// A traced network.
  public init(loss: Variable, probability: Variable, weights: Variable? = nil, weightsAreScores: Bool = false) {
    self.loss = loss
    self.probability = probability
    self.weights = weights
    self.weightsAreScores = weightsAreScores
  }

  /// What a step minimises: the mean loss over its bags.
  public var meanLoss: Variable { Self.mean(loss) }

  /// The mean over bags of a loss of each, or a single number as it is.
  static func mean(_ loss: Variable) -> Variable { loss.rows == .bags ? loss.meanOverBags() : loss }

  /// As ``meanLoss``, with the loss of each bag times the weight of its class.
  ///
  /// - Parameter weights: `n / (2 n_c)` of the training bags for balanced classes; nil for none.
  /// - Throws: ``ModelError`` where weights are asked for and the network states no loss of each bag.
  package func meanLoss(weights: (negative: Double, positive: Double)?) throws -> Variable {
    guard let weights else { return meanLoss }
    guard loss.rows == .bags else {
      throw ModelError(
        "classWeights=balanced needs the loss of each bag, found a mean over bags; return the loss before meanOverBags()"
      )
    }
    let weight = loss.graph.labels * (weights.positive - weights.negative) + weights.negative
    return (loss * weight).meanOverBags()
  }

  /// What scores: the probability and, if there are any, the weights.
  var outputs: [Variable] { [probability] + (weights.map { [$0] } ?? []) }
}
