/// Labels of instances that follow from the labels of their bags and from confident logits.
///
/// All instances of a negative bag have the label 0. An instance of a positive bag has the label 1 or 0 if its logit
/// assigns that label a probability of at least the confidence; otherwise it has none.
struct PseudoLabels: Sendable, Hashable {
  let confidence: Double

  /// Throws for a confidence with which both labels or neither would be possible.
  func validate() throws {
    guard confidence >= 0.5, confidence < 1 else {
      throw GraphError("pseudo-labels have confidence \(confidence), expected 0.5 or more and less than 1")
    }
  }

  /// Returns the label of an instance, if it has one.
  @inline(__always)
  func label<Scalar: KernelScalar>(ofLogit logit: Scalar, inPositiveBag isPositive: Bool) -> Scalar? {
    guard isPositive else { return 0 }
    let bound = Scalar.logarithm(Scalar(confidence / (1 - confidence)))
    return logit >= bound ? 1 : logit <= -bound ? 0 : nil
  }

  /// Returns the logistic loss of a logit with a label.
  @inline(__always)
  static func loss<Scalar: KernelScalar>(_ logit: Scalar, _ label: Scalar) -> Scalar {
    (logit > 0 ? logit : 0) + Scalar.logarithm(1 + Scalar.exponential(-abs(logit))) - label * logit
  }

  /// Returns the derivative of the logistic loss by the logit.
  @inline(__always)
  static func slope<Scalar: KernelScalar>(_ logit: Scalar, _ label: Scalar) -> Scalar {
    1 / (1 + Scalar.exponential(-logit)) - label
  }
}
