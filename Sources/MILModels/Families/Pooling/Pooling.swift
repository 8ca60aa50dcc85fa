import Autodiff

/// A function from the instances of a bag to one vector of the bag, which must not depend on the instances' order.
///
/// A pooling is a structure of its parameters; ``pool(_:)`` builds it from operations on all bags at once, which
/// provide the gradients. It requests learned parameters by name, for example with
/// ``/Autodiff/Variable/linear(_:to:bias:initialiser:biasInitialiser:trains:)``.
public protocol Pooling: Codable, Sendable, Equatable {
  /// Creates the pooling with its defaults.
  init()

  /// Pools the features of each bag's instances.
  ///
  /// - Parameter features: a row for each instance.
  func pool(_ features: Variable) -> Pooled

  /// Throws if a parameter is outside its range.
  func validate() throws
}

extension Pooling {
  /// Accepts all values.
  public func validate() throws {}
}

/// A pooling whose weights are a softmax of scores, so that it can pool some of a bag's instances alone.
protocol ScoredPooling: Pooling {
  /// Returns the score of each instance.
  func scores(of features: Variable) -> Variable
}

extension AttentionPooling: ScoredPooling {}

extension ScoredPooling {
  /// Returns the mean over instances, weighted by the softmax of their scores.
  func weighted(_ features: Variable) -> Pooled {
    let weights = scores(of: features).softmaxOverInstances()
    return Pooled((weights * features).sumOverInstances(), weights: weights)
  }
}

extension Variable {
  /// Returns the softmax over the members of each bag, 0 for other instances; all are 0 in a bag without members.
  ///
  /// - Parameter members: one column with 1 for members and 0 for other instances.
  func softmax(within members: Variable) -> Variable {
    // Far below any score, yet scores of members stay exact.
    (self + (members - 1) * 1e4).softmaxOverInstances() * members
  }

  /// One column divided by its sum over the bag.
  var shares: Variable { self / sumOverInstances() }
}

/// The result of a pooling.
public struct Pooled {
  /// The bag vectors, one row per bag.
  public var bag: Variable
  /// The weight of each instance, one column with a row for each instance; nil if the pooling has none.
  public var weights: Variable?

  /// Creates a bag vector and, if there are any, the weights of the instances.
  public init(_ bag: Variable, weights: Variable? = nil) {
    self.bag = bag
    self.weights = weights
  }

  /// The bag vector and, if there are any, the weights.
  var outputs: [Variable] { [bag] + (weights.map { [$0] } ?? []) }
}
