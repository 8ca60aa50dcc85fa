import Autodiff

/// A function from the instances of a bag to one vector of the bag, which must not depend on the instances' order.
///
/// A pooling is a structure of its parameters; ``pool(_:)`` writes it down in terms of operations on all bags at once
/// and gets gradients for free. What it learns it asks for by name, for example with
/// ``/Autodiff/Variable/linear(_:to:bias:initialiser:biasInitialiser:trains:)``.
public protocol Pooling: Codable, Sendable, Equatable {
  /// The defaults.
  init()

  /// Pools the features of each bag's instances.
  ///
  /// - Parameter features: a row for each instance.
  func pool(_ features: Variable) -> Pooled

  /// Refuses parameters outside their range.
  func validate() throws
}

extension Pooling {
  /// Accepts everything.
  public func validate() throws {}
}

/// The result of a pooling.
public struct Pooled {
  /// A row for each bag.
  public var bag: Variable
  /// How much each instance counts, one column with a row for each instance, where the pooling has such weights.
  public var weights: Variable?

  /// A bag vector and, if there are any, the weights of the instances.
  public init(_ bag: Variable, weights: Variable? = nil) {
    self.bag = bag
    self.weights = weights
  }

  /// The bag vector and, if there are any, the weights.
  var outputs: [Variable] { [bag] + (weights.map { [$0] } ?? []) }
}
