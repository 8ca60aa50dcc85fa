/// y max(0, m+ - x)^2 + w (1 - y) max(0, x - m-)^2.
struct MarginLoss: BagLoss {
  let positive: Double
  let negative: Double
  let negativeWeight: Double

  func loss<Scalar: KernelScalar>(_ x: Scalar, _ y: Scalar) -> Scalar {
    let (short, long) = (max(0, Scalar(positive) - x), max(0, x - Scalar(negative)))
    return x.isNaN ? x : y * short * short + Scalar(negativeWeight) * (1 - y) * long * long
  }

  func derivative<Scalar: KernelScalar>(_ x: Scalar, _ y: Scalar, slope: Scalar) -> Scalar {
    let (short, long) = (max(0, Scalar(positive) - x), max(0, x - Scalar(negative)))
    return slope * 2 * (Scalar(negativeWeight) * (1 - y) * long - y * short)
  }
}

extension Variable {
  /// Returns y max(0, m+ - x)^2 + w (1 - y) max(0, x - m-)^2 for each bag, of lengths x.
  ///
  /// Source: S. Sabour, N. Frosst, G. E. Hinton, Dynamic routing between capsules, NIPS 2017, arXiv 1710.09829;
  /// there the weight w of negatives is 0.5, in Yan et al. (ACML 2018) as summarised it is 1.
  package func marginLoss(
    with labels: Variable, positiveMargin: Double = 0.9, negativeMargin: Double = 0.1, negativeWeight: Double = 1
  ) -> Variable {
    MarginLoss(positive: positiveMargin, negative: negativeMargin, negativeWeight: negativeWeight)
      .applied(to: self, labels)
  }
}
