/// The negative logarithm of Cox's partial likelihood over the bags of a step, divided by the number of events.
struct CoxPartialLikelihood: GenericOperation {
  var traits: OperationTraits {
    var traits = OperationTraits(treatsInstancesSeparately: true, backwardReads: [.arguments])
    traits.givenArguments = [1]
    return traits
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    guard arguments.count == 2, arguments[0] == VariableShape(rows: .bags, columns: 1),
      arguments[1] == VariableShape(rows: .bags, columns: 2)
    else {
      throw GraphError("the partial likelihood needs one column of risks and two of times and events, a row a bag")
    }
    return VariableShape(rows: .single, columns: 1)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let risks = pass.value(0)
    var (loss, events): (Scalar, Scalar) = (0, 0)
    forEachEvent(pass) { bag, bound, sum in
      loss += bound + Scalar.logarithm(sum) - risks[bag]
      events += 1
    }
    pass.result[0] = events > 0 ? loss / events : 0
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    guard pass.flow(0) != .none else { return }
    pass.clear(0)
    let (risks, targets, gradient) = (pass.value(0), pass.value(1), pass.gradient(0))
    var events: Scalar = 0
    forEachEvent(pass) { _, _, _ in events += 1 }
    guard events > 0 else { return }
    let slope = pass.slope[0] / events
    forEachEvent(pass) { bag, bound, sum in
      gradient[bag] -= slope
      for other in 0..<pass.bagCount where targets[2 * other] >= targets[2 * bag] {
        gradient[other] += slope * Scalar.exponential(risks[other] - bound) / sum
      }
    }
  }

  /// Calls `body` for each bag with an event. It receives the largest risk among the bags still followed at that time,
  /// and the sum of the exponentials of their risks minus that bound.
  @inline(__always)
  private func forEachEvent<Scalar: KernelScalar>(
    _ pass: OperationPass<Scalar>, _ body: (_ bag: Int, _ bound: Scalar, _ sum: Scalar) -> Void
  ) {
    let (risks, targets) = (pass.value(0), pass.value(1))
    for bag in 0..<pass.bagCount where targets[2 * bag + 1] > 0.5 {
      var bound = risks[bag]
      for other in 0..<pass.bagCount where targets[2 * other] >= targets[2 * bag] {
        if risks[other] > bound || risks[other].isNaN { bound = risks[other] }
      }
      var sum: Scalar = 0
      for other in 0..<pass.bagCount where targets[2 * other] >= targets[2 * bag] {
        sum += Scalar.exponential(risks[other] - bound)
      }
      body(bag, bound, sum)
    }
  }
}

extension Variable {
  /// Returns the negative logarithm of Cox's partial likelihood of these risks over the bags of a step, divided by its
  /// number of events; 0 without events.
  ///
  /// `(1 / m) sum over events i of (log sum over j with t_j >= t_i of exp(r_j) - r_i)`: bags with equal times are all
  /// at risk, as in Breslow's method.
  ///
  /// Source: D. R. Cox, Regression models and life-tables, Journal of the Royal Statistical Society B 34(2), 1972,
  /// doi:10.1111/j.2517-6161.1972.tb00899.x.
  /// - Parameter targets: the time of each bag, and 1 if its event happened then, 0 if its follow-up ended.
  package func coxPartialLikelihood(with targets: Variable) -> Variable {
    CoxPartialLikelihood().applied(to: self, targets)
  }
}
