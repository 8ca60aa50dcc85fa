/// The logistic loss of each bag's instances in a strong view, with labels that follow from logits in a weak view.
struct ConsistencyLoss: GenericOperation {
  let labels: PseudoLabels

  var traits: OperationTraits {
    var traits = OperationTraits(backwardReads: [.arguments])
    traits.givenArguments = [1, 2]
    return traits
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    let (instances, bags) = (VariableShape(rows: .instances, columns: 1), VariableShape(rows: .bags, columns: 1))
    guard arguments == [instances, bags, instances] else {
      throw GraphError(
        "consistency needs one column of logits of each of two views, a row an instance, and of labels, a row a bag")
    }
    try labels.validate()
    return VariableShape(rows: .bags, columns: 1)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let logits = pass.value(0)
    pass.forEachBag { bag, rows in
      var loss: Scalar = 0
      for row in rows {
        guard let label = label(pass, row, bag) else { continue }
        loss += PseudoLabels.loss(logits[row], label)
      }
      pass.result[bag] = loss / Scalar(rows.count)
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    guard pass.flow(0) != .none else { return }
    pass.clear(0)
    let (logits, gradient) = (pass.value(0), pass.gradient(0))
    pass.forEachBag { bag, rows in
      for row in rows {
        guard let label: Scalar = label(pass, row, bag) else { continue }
        gradient[row] += pass.slope[bag] / Scalar(rows.count) * PseudoLabels.slope(logits[row], label)
      }
    }
  }

  @inline(__always)
  private func label<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>, _ row: Int, _ bag: Int) -> Scalar? {
    labels.label(ofLogit: pass.value(2)[row], inPositiveBag: pass.value(1)[bag] > 0.5)
  }
}

extension Variable {
  /// Returns for each bag the mean logistic loss of its instances in this, the strong view, with pseudo-labels of the
  /// weak view; instances without a pseudo-label count as 0.
  ///
  ///     (1 / n) sum_i [max(q_i, 1 - q_i) >= confidence] H([q_i > 1/2], p_i)
  ///
  /// with the probabilities q of the weak view, through which no gradient passes, and p of the strong one. In a
  /// negative bag every instance has the label 0, however confident the weak view is.
  ///
  /// Source: K. Sohn, D. Berthelot, C.-L. Li, Z. Zhang, N. Carlini, E. D. Cubuk, A. Kurakin, H. Zhang, C. Raffel,
  /// FixMatch: simplifying semi-supervised learning with consistency and confidence, NeurIPS 2020, arXiv 2001.07685.
  /// Deviation: instances of negative bags, whose label is known, keep it.
  /// - Parameters:
  ///   - weak: the logits of the same instances in the weak view.
  ///   - labels: the label of each bag, 0 or 1.
  ///   - confidence: at least 0.5, less than 1.
  package func consistencyLoss(decidedBy weak: Variable, with labels: Variable, confidence: Double) -> Variable {
    ConsistencyLoss(labels: PseudoLabels(confidence: confidence)).applied(to: self, labels, weak)
  }
}
