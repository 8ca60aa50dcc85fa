/// The mean logistic loss of each bag's instances, with labels that follow from their own logits.
struct PseudoLabelLoss: GenericOperation {
  let confidence: Double

  var traits: OperationTraits {
    var traits = OperationTraits(backwardReads: [.arguments])
    traits.givenArguments = [1]
    return traits
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    guard arguments.count == 2, arguments[0] == VariableShape(rows: .instances, columns: 1),
      arguments[1] == VariableShape(rows: .bags, columns: 1)
    else { throw GraphError("pseudo-labels need one column of logits, a row an instance, and of labels, a row a bag") }
    guard confidence >= 0.5, confidence < 1 else {
      throw GraphError("pseudo-labels have confidence \(confidence), expected 0.5 or more and less than 1")
    }
    return VariableShape(rows: .bags, columns: 1)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let logits = pass.value(0)
    pass.forEachBag { bag, rows in
      var (loss, count): (Scalar, Scalar) = (0, 0)
      for row in rows {
        guard let label = label(pass, row, bag) else { continue }
        let logit = logits[row]
        loss += (logit > 0 ? logit : 0) + Scalar.logarithm(1 + Scalar.exponential(-abs(logit))) - label * logit
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
        gradient[row] += pass.slope[bag] / count * (1 / (1 + Scalar.exponential(-logits[row])) - label)
      }
    }
  }

  /// Returns the label of an instance: 0 in negative bags; in positive ones the label that its logit is confident in,
  /// if any.
  @inline(__always)
  private func label<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>, _ row: Int, _ bag: Int) -> Scalar? {
    guard pass.value(1)[bag] > 0.5 else { return 0 }
    let (logit, bound) = (pass.value(0)[row], Scalar.logarithm(Scalar(confidence / (1 - confidence))))
    return logit >= bound ? 1 : logit <= -bound ? 0 : nil
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
  public func pseudoLabelLoss(with labels: Variable, confidence: Double) -> Variable {
    PseudoLabelLoss(confidence: confidence).applied(to: self, labels)
  }
}
