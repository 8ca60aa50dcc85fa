/// A value of a traced computation: a matrix whose rows are the batch's instances or bags.
///
/// Where variables of different rows meet in arithmetic, a bag's row is repeated for each of the bag's instances,
/// and a single row for all; a single column is repeated for all columns. Gradients come for free.
public struct Variable {
  /// The computation this value belongs to.
  public let graph: Graph
  let index: Int

  /// What the rows stand for.
  public var rows: RowKind { graph.nodes[index].rows }
  /// The number of columns.
  public var columns: Int { graph.nodes[index].columns }

  /// A value computed from this one alone.
  func deriving(_ operation: Operation, rows: RowKind? = nil, columns: Int? = nil) -> Variable {
    graph.append(
      Node(operation: operation, first: index, rows: rows ?? self.rows, columns: columns ?? self.columns))
  }

  func element(_ function: ElementFunction) -> Variable { deriving(.element(function)) }

  /// Records a mistake unless the other variable belongs to the same computation.
  func requireSameGraph(_ other: Variable) {
    if graph !== other.graph { graph.fail("two variables of different graphs meet") }
  }

  /// Records a mistake unless the rows are instances.
  func requireInstances(_ name: String) {
    if rows != .instances { graph.fail("\(name) needs a row an instance, found a row for \(rows)") }
  }
}

// MARK: - Arithmetic

extension Variable {
  private static func combine(_ function: ArithmeticFunction, _ left: Variable, _ right: Variable) -> Variable {
    left.requireSameGraph(right)
    if left.columns != right.columns && left.columns != 1 && right.columns != 1 {
      left.graph.fail("columns do not fit: \(left.columns) and \(right.columns)")
    }
    return left.graph.append(
      Node(
        operation: .arithmetic(function), first: left.index, second: right.index,
        rows: max(left.rows, right.rows), columns: max(left.columns, right.columns)))
  }

  /// The sum, element by element.
  public static func + (left: Variable, right: Variable) -> Variable { combine(.add, left, right) }
  /// The difference, element by element.
  public static func - (left: Variable, right: Variable) -> Variable { combine(.subtract, left, right) }
  /// The product, element by element.
  public static func * (left: Variable, right: Variable) -> Variable { combine(.multiply, left, right) }
  /// The quotient, element by element.
  public static func / (left: Variable, right: Variable) -> Variable { combine(.divide, left, right) }

  /// Each element plus a number.
  public static func + (left: Variable, right: Double) -> Variable { left.element(.affine(scale: 1, shift: right)) }
  /// A number plus each element.
  public static func + (left: Double, right: Variable) -> Variable { right + left }
  /// Each element minus a number.
  public static func - (left: Variable, right: Double) -> Variable { left + -right }
  /// A number minus each element.
  public static func - (left: Double, right: Variable) -> Variable { right.element(.affine(scale: -1, shift: left)) }
  /// Each element times a number.
  public static func * (left: Variable, right: Double) -> Variable { left.element(.affine(scale: right, shift: 0)) }
  /// A number times each element.
  public static func * (left: Double, right: Variable) -> Variable { right * left }
  /// Each element divided by a number.
  public static func / (left: Variable, right: Double) -> Variable { left * (1 / right) }
  /// The negative of each element.
  public static prefix func - (operand: Variable) -> Variable { operand * -1 }
}

// MARK: - Functions of each element

extension Variable {
  /// max(x, 0).
  public func relu() -> Variable { element(.rectified(leak: 0)) }
  /// x where positive, `slope` x elsewhere; 0 <= slope.
  public func leakyRelu(slope: Double = 0.01) -> Variable {
    if slope < 0 { graph.fail("leakyRelu has slope \(slope), expected at least 0") }
    return element(.rectified(leak: slope))
  }
  /// The hyperbolic tangent.
  public func tanh() -> Variable { element(.tanh) }
  /// The cosine.
  public func cosine() -> Variable { element(.cosine) }
  /// 1 / (1 + exp(-x)).
  public func sigmoid() -> Variable { element(.sigmoid) }
  /// The exponential.
  public func exp() -> Variable { element(.exponential) }
  /// The natural logarithm.
  public func log() -> Variable { element(.logarithm) }
  /// The square root; its derivative at 0 is taken as 0.
  public func squareRoot() -> Variable { element(.squareRoot) }
  /// x squared.
  public func squared() -> Variable { element(.square) }
  /// log(1 + exp(x)).
  public func softplus() -> Variable { element(.softplus) }
  /// x to a fixed power; for x = 0 the derivative is taken as 0.
  public func power(_ exponent: Double) -> Variable { element(.power(exponent)) }

  /// Each element set to 0 with probability `rate` in training, the others divided by 1 - `rate`; nothing in scoring.
  ///
  /// Source: N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, Dropout, Journal of Machine
  /// Learning Research 15, 2014. Deviation: the rate is rounded to a multiple of 1/65536.
  public func dropout(_ rate: Double) -> Variable {
    if rate < 0 || rate >= 1 || rate.isNaN { graph.fail("dropout has rate \(rate), expected 0 <= rate < 1") }
    return rate == 0 ? self : deriving(.dropout(rate: rate))
  }
}

// MARK: - Over the features of a row

extension Variable {
  /// The sum of each row, one column.
  public func sumOverFeatures() -> Variable { deriving(.sumOverFeatures, columns: 1) }
  /// The Euclidean length of each row, one column; the derivative at length 0 is taken as 0.
  public func length() -> Variable { deriving(.length, columns: 1) }

  /// Each row shortened to a length below 1: s |s| / (1 + |s|^2).
  ///
  /// This form of |s|^2 / (1 + |s|^2) * s / |s| has no quotient 0 / 0 at s = 0.
  /// Source: S. Sabour, N. Frosst, G. E. Hinton, Dynamic routing between capsules, NIPS 2017, arXiv 1710.09829.
  public func squashed() -> Variable { deriving(.squash) }

  /// The columns of this variable followed by those of another with the same rows.
  public func concatenated(with other: Variable) -> Variable {
    requireSameGraph(other)
    if rows != other.rows { graph.fail("a row for \(rows) cannot stand beside a row for \(other.rows)") }
    return graph.append(
      Node(
        operation: .concatenate, first: index, second: other.index, rows: rows, columns: columns + other.columns))
  }

  /// Some of the columns.
  public func columns(_ range: Range<Int>) -> Variable {
    guard range.lowerBound >= 0, range.upperBound <= columns, !range.isEmpty else {
      graph.fail("columns \(range) of \(columns) were asked for")
      return self
    }
    return deriving(.columns(from: range.lowerBound), columns: range.count)
  }
}

// MARK: - Over the instances of a bag

extension Variable {
  private func reduced(_ reduction: InstanceReduction, _ name: String) -> Variable {
    requireInstances(name)
    return deriving(.reduceInstances(reduction), rows: .bags)
  }

  /// The sum over the instances of each bag.
  public func sumOverInstances() -> Variable { reduced(.sum, "sumOverInstances") }
  /// The mean over the instances of each bag.
  public func meanOverInstances() -> Variable { reduced(.mean, "meanOverInstances") }
  /// The largest value over the instances of each bag; the first of equal ones gets the gradient.
  public func maxOverInstances() -> Variable { reduced(.maximum, "maxOverInstances") }
  /// (1 / r) log(mean(exp(r x))) over the instances of each bag, between their mean (small r) and maximum (large r).
  ///
  /// Source: J. Ramon, L. De Raedt, Multi instance neural networks, ICML workshop on attribute-value and relational
  /// learning, 2000.
  public func logMeanExpOverInstances(sharpness: Double = 1) -> Variable {
    if !(sharpness > 0) { graph.fail("log-mean-exp has sharpness \(sharpness), expected a positive number") }
    return reduced(.logMeanExp(sharpness: sharpness), "logMeanExpOverInstances")
  }
  /// The mean of the k largest values over the instances of each bag, or of all in a bag of fewer than k.
  ///
  /// Values that tie for the last place share its gradient.
  /// Source: W. Li, N. Vasconcelos, Multiple instance learning for soft bags via top instances, CVPR 2015,
  /// doi:10.1109/CVPR.2015.7299056, where instances are ranked by one score; here each column is ranked by itself.
  /// - Parameter count: k, from 1 to 65536.
  public func topMeanOverInstances(count: Int) -> Variable {
    if !(1...65536).contains(count) { graph.fail("the top \(count) instances were asked for, expected 1 to 65536") }
    return reduced(.topMean(count: count), "topMeanOverInstances")
  }
  /// exp(x) divided by its sum over the instances of the bag, column by column.
  public func softmaxOverInstances() -> Variable {
    requireInstances("softmaxOverInstances")
    return deriving(.softmaxOverInstances)
  }
  /// One column of zeros with a row for each instance.
  public func zeroPerInstance() -> Variable { graph.constant(0, rows: .instances) }
  /// The bag's row repeated for each of its instances.
  public func broadcastToInstances() -> Variable {
    rows == .instances ? self : deriving(.broadcast, rows: .instances)
  }
  /// The mean over the bags of the batch, a single row.
  public func meanOverBags() -> Variable {
    if rows != .bags { graph.fail("meanOverBags needs a row a bag, found a row for \(rows)") }
    return deriving(.meanOverBags, rows: .single)
  }
}
