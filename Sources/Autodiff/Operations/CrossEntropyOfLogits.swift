/// -y log(p) - (1 - y) log(1 - p) with p = sigmoid(x).
struct CrossEntropyOfLogits: BagLoss {
  func loss<Scalar: KernelScalar>(_ x: Scalar, _ y: Scalar) -> Scalar {
    // max(x, 0) - x y + log(1 + exp(-|x|)): no exponential of a large number.
    max(x, 0) - x * y + Scalar.logarithm(1 + Scalar.exponential(-abs(x)))
  }

  func derivative<Scalar: KernelScalar>(_ x: Scalar, _ y: Scalar, slope: Scalar) -> Scalar {
    slope * (1 / (1 + Scalar.exponential(-x)) - y)
  }
}

extension Variable {
  /// Returns -y log(p) - (1 - y) log(1 - p) with p = sigmoid(x), for each bag, computed without overflow.
  public func binaryCrossEntropy(ofLogitsWith labels: Variable) -> Variable {
    CrossEntropyOfLogits().applied(to: self, labels)
  }
}
