/// The normalised temperature-scaled cross entropy of two views of each instance of a step, whose rows have length 1.
struct ContrastiveLoss: GenericOperation {
  let temperature: Double

  var traits: OperationTraits { OperationTraits(backwardReads: [.arguments]) }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    guard arguments.count == 2, arguments[0] == arguments[1], arguments[0].rows == .instances else {
      throw GraphError("the contrastive loss needs two views of the instances, of as many columns")
    }
    guard temperature >= 0.01 else {
      throw GraphError("the contrastive loss has temperature \(temperature), expected at least 0.01")
    }
    return VariableShape(rows: .single, columns: 1)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let views = 2 * pass.instanceCount
    var loss: Scalar = 0
    for view in 0..<views {
      loss += Scalar.logarithm(sum(pass, view)) - exponent(pass, view, partner(pass, view))
    }
    pass.result[0] = loss / Scalar(views)
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    pass.clear(0)
    pass.clear(1)
    let views = 2 * pass.instanceCount
    let slope = pass.slope[0] / (Scalar(views) * Scalar(temperature))
    for view in 0..<views {
      let sum = sum(pass, view)
      let partner = partner(pass, view)
      for other in 0..<views where other != view {
        let share = Scalar.exponential(exponent(pass, view, other)) / sum - (other == partner ? 1 : 0)
        add(pass, row(pass, other), to: view, times: slope * share)
        add(pass, row(pass, view), to: other, times: slope * share)
      }
    }
  }

  /// Returns the other view of the same instance.
  @inline(__always)
  private func partner<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>, _ view: Int) -> Int {
    view < pass.instanceCount ? view + pass.instanceCount : view - pass.instanceCount
  }

  /// Returns the values of a view: views of the first argument precede those of the second.
  @inline(__always)
  private func row<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>, _ view: Int) -> UnsafePointer<Scalar> {
    let count = pass.instanceCount
    return view < count
      ? pass.value(0) + view * pass.columns(0) : pass.value(1) + (view - count) * pass.columns(0)
  }

  /// Returns the similarity of two views over the temperature, minus its maximum.
  @inline(__always)
  private func exponent<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>, _ view: Int, _ other: Int) -> Scalar {
    let (left, right) = (row(pass, view), row(pass, other))
    var product: Scalar = 0
    for column in 0..<pass.columns(0) { product += left[column] * right[column] }
    return (product - 1) / Scalar(temperature)
  }

  /// Returns the sum of the exponentials of a view's similarities with all others.
  @inline(__always)
  private func sum<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>, _ view: Int) -> Scalar {
    var sum: Scalar = 0
    for other in 0..<2 * pass.instanceCount where other != view {
      sum += Scalar.exponential(exponent(pass, view, other))
    }
    return sum
  }

  @inline(__always)
  private func add<Scalar: KernelScalar>(
    _ pass: OperationPass<Scalar>, _ row: UnsafePointer<Scalar>, to view: Int, times factor: Scalar
  ) {
    let count = pass.instanceCount
    let argument = view < count ? 0 : 1
    guard pass.flow(argument) != .none else { return }
    let target = pass.gradient(argument) + (view - argument * count) * pass.columns(0)
    for column in 0..<pass.columns(0) { target[column] += factor * row[column] }
  }
}

extension Variable {
  /// Returns the NT-Xent loss of two views of each instance of a step.
  ///
  /// It is the mean over both views of all instances i of `-log(exp(s_ij) / sum over k != i of exp(s_ik))`. Here s is
  /// the cosine of two views over the temperature and j the other view of the same instance.
  ///
  /// The cost is quadratic in the number of instances of a step.
  ///
  /// Source: T. Chen, S. Kornblith, M. Norouzi, G. Hinton, A simple framework for contrastive learning of visual
  /// representations, ICML 2020, PMLR 119:1597-1607, arXiv:2002.05709.
  /// - Parameters:
  ///   - other: the other view of each instance, with as many columns.
  ///   - temperature: the divisor of cosines, 0.01 or more.
  package func contrastiveLoss(with other: Variable, temperature: Double) -> Variable {
    func unit(_ view: Variable) -> Variable { view / (view.squared().sumOverFeatures() + 1e-12).squareRoot() }
    return ContrastiveLoss(temperature: temperature).applied(to: unit(self), unit(other))
  }
}
