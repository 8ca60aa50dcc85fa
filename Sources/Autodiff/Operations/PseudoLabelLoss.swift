/// The mean logistic loss of each bag's instances, with labels that follow from their own logits.
struct PseudoLabelLoss: GenericOperation {
  let labels: PseudoLabels

  var traits: OperationTraits {
    var traits = OperationTraits(backwardReads: [.arguments])
    traits.givenArguments = [1]
    return traits
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    guard arguments.count == 2, arguments[0] == VariableShape(rows: .instances, columns: 1),
      arguments[1] == VariableShape(rows: .bags, columns: 1)
    else { throw GraphError("pseudo-labels need one column of logits, a row an instance, and of labels, a row a bag") }
    try labels.validate()
    return VariableShape(rows: .bags, columns: 1)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let logits = pass.value(0)
    pass.forEachBag { bag, rows in
      var (loss, count): (Scalar, Scalar) = (0, 0)
      for row in rows {
        guard let label = label(pass, row, bag) else { continue }
        loss += PseudoLabels.loss(logits[row], label)
        count += 1
      }
      pass.result[bag] = count > 0 ? loss / count : 0
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    guard pass.flow(0) != .none else { return }
    pass.clear(0)
    let (logits, gradient) = (pass.value(0), pass.gradient(0))
    pass.forEachBag { bag, rows in
      var count: Scalar = 0
      for row in rows where label(pass, row, bag) != nil { count += 1 }
      for row in rows {
        guard let label: Scalar = label(pass, row, bag) else { continue }
        gradient[row] += pass.slope[bag] / count * PseudoLabels.slope(logits[row], label)
      }
    }
  }

  @inline(__always)
  private func label<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>, _ row: Int, _ bag: Int) -> Scalar? {
    labels.label(ofLogit: pass.value(0)[row], inPositiveBag: pass.value(1)[bag] > 0.5)
  }
}

extension Variable {
  /// Returns for each bag the mean logistic loss of its instances with pseudo-labels; 0 for a bag without such
  /// instances.
  ///
  /// The pseudo-label is 0 for all instances of a negative bag. In a positive bag it is 1 or 0 if these logits assign
  /// that label a probability of at least `confidence`; other instances have no loss.
  ///
  /// Sources: D.-H. Lee, Pseudo-label: the simple and efficient semi-supervised learning method for deep neural
  /// networks, ICML 2013 workshop on challenges in representation learning; the threshold as in K. Sohn et al.,
  /// FixMatch: simplifying semi-supervised learning with consistency and confidence, NeurIPS 2020, arXiv:2001.07685.
  /// - Parameters:
  ///   - labels: the label of each bag, 0 or 1.
  ///   - confidence: at least 0.5, less than 1.
  package func pseudoLabelLoss(with labels: Variable, confidence: Double) -> Variable {
    PseudoLabelLoss(labels: PseudoLabels(confidence: confidence)).applied(to: self, labels)
  }
}
