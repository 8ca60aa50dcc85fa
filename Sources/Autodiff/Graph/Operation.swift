/// What the rows of a variable stand for.
public enum RowKind: Int, Sendable, Comparable {
  /// One row, shared by all bags: a loss, a bias, a learned scalar.
  case single
  /// One row for each bag of the batch.
  case bags
  /// One row for each instance of the batch, bag after bag.
  case instances

  /// From coarse to fine: a value of a coarser kind is repeated where a finer one meets it.
  public static func < (left: RowKind, right: RowKind) -> Bool { left.rawValue < right.rawValue }
}

/// A function applied to each element on its own.
enum ElementFunction: Equatable {
  case rectified(leak: Double)
  case tanh
  case sigmoid
  case cosine
  case exponential
  case logarithm
  case squareRoot
  case square
  case softplus
  case affine(scale: Double, shift: Double)
  case power(Double)

  /// Whether the derivative can be had from the result alone, so that the result may overwrite the argument.
  var derivativeNeedsResultOnly: Bool {
    switch self {
    case .rectified(let leak): leak >= 0
    case .tanh, .sigmoid, .exponential, .squareRoot, .affine: true
    case .cosine, .logarithm, .square, .softplus, .power: false
    }
  }

  /// Whether the derivative is written in terms of the result; otherwise it is in terms of the argument.
  var derivativeUsesResult: Bool {
    switch self {
    case .rectified, .tanh, .sigmoid, .exponential, .squareRoot: true
    case .cosine, .logarithm, .square, .softplus, .power, .affine: false
    }
  }
}

/// An arithmetic operation on two variables.
enum ArithmeticFunction: Equatable {
  case add, subtract, multiply, divide
}

/// A reduction of a bag's instances to one row.
enum InstanceReduction: Equatable {
  case sum
  case mean
  case maximum
  /// (1 / r) log(mean(exp(r x)))
  case logMeanExp(sharpness: Double)
  /// The mean of the `count` largest values, or of all where there are fewer.
  case topMean(count: Int)
}

/// A loss of each bag, from a prediction and a label.
enum LossFunction: Equatable {
  case crossEntropyOfLogits
  case crossEntropyOfProbabilities(clip: Double)
  case margin(positive: Double, negative: Double, negativeWeight: Double)
}

/// One step of a traced computation. Arguments are named by the fields of ``Node``.
enum Operation: Equatable {
  case instances
  case labels
  case parameter(Int)
  case constant(Double)
  /// first * second + third, with `second` and `third` parameters.
  case linear
  case element(ElementFunction)
  case arithmetic(ArithmeticFunction)
  case reduceInstances(InstanceReduction)
  case softmaxOverInstances
  case broadcast
  case sumOverFeatures
  case length
  case squash
  case concatenate
  case columns(from: Int)
  case dropout(rate: Double)
  case loss(LossFunction)
  case meanOverBags
  /// The sum over a bag's instances of first (one column) times second.
  case weightedSum
  /// The inner product of each instance's row of first with its bag's row of second.
  case bagProduct
}

/// An operation with its arguments and the shape of its result.
struct Node: Equatable {
  var operation: Operation
  var first = -1
  var second = -1
  var third = -1
  var rows: RowKind
  var columns: Int

  /// The arguments that are there.
  var arguments: [Int] { [first, second, third].filter { $0 >= 0 } }
}
