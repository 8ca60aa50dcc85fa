/// -y log(p) - (1 - y) log(1 - p), with p clipped to [clip, 1 - clip].
struct CrossEntropyOfProbabilities: BagLoss {
  let clip: Double

  func loss<Scalar: KernelScalar>(_ x: Scalar, _ y: Scalar) -> Scalar {
    let kept = x.isNaN ? x : min(max(x, Scalar(clip)), 1 - Scalar(clip))
    return -y * Scalar.logarithm(kept) - (1 - y) * Scalar.logarithm(1 - kept)
  }

  func derivative<Scalar: KernelScalar>(_ x: Scalar, _ y: Scalar, slope: Scalar) -> Scalar {
    if x < Scalar(clip) || x > 1 - Scalar(clip) { return 0 }
    return slope * ((1 - y) / (1 - x) - y / x)
  }
}

extension Variable {
  /// Returns -y log(p) - (1 - y) log(1 - p) for each bag, with p clipped to [clip, 1 - clip] and no gradient outside.
  public func binaryCrossEntropy(ofProbabilitiesWith labels: Variable, clip: Double = 1e-7) -> Variable {
    CrossEntropyOfProbabilities(clip: clip).applied(to: self, labels)
  }
}
