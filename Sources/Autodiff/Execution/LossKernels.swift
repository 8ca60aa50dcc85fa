import LinearAlgebra

/// Losses of each bag, and their mean.
extension Executor {
  func loss(
    _ function: LossFunction, _ step: Step, _ batch: Batch<Scalar>, into result: UnsafeMutablePointer<Scalar>
  ) {
    let (prediction, label) = (values[step.first], values[step.second])
    for bag in 0..<batch.bagCount {
      let (x, y) = (prediction[bag], label[bag])
      switch function {
      case .crossEntropyOfLogits:
        // max(x, 0) - x y + log(1 + exp(-|x|)): no exponential of a large number.
        result[bag] = max(x, 0) - x * y + Scalar.logarithm(1 + Scalar.exponential(-abs(x)))
      case .crossEntropyOfProbabilities(let clip):
        let kept = x.isNaN ? x : min(max(x, Scalar(clip)), 1 - Scalar(clip))
        result[bag] = -y * Scalar.logarithm(kept) - (1 - y) * Scalar.logarithm(1 - kept)
      case .margin(let positive, let negative, let weight):
        let (short, long) = (max(0, Scalar(positive) - x), max(0, x - Scalar(negative)))
        result[bag] = x.isNaN ? x : y * short * short + Scalar(weight) * (1 - y) * long * long
      }
    }
  }

  func lossBackward(_ function: LossFunction, _ step: Step, _ batch: Batch<Scalar>, _ slope: UnsafePointer<Scalar>) {
    let (prediction, label) = (values[step.first], values[step.second])
    fill(gradients[step.first], batch.bagCount, step.flowToFirst) { bag in
      let (x, y) = (prediction[bag], label[bag])
      switch function {
      case .crossEntropyOfLogits:
        return slope[bag] * (1 / (1 + Scalar.exponential(-x)) - y)
      case .crossEntropyOfProbabilities(let clip):
        if x < Scalar(clip) || x > 1 - Scalar(clip) { return 0 }
        return slope[bag] * ((1 - y) / (1 - x) - y / x)
      case .margin(let positive, let negative, let weight):
        let (short, long) = (max(0, Scalar(positive) - x), max(0, x - Scalar(negative)))
        return slope[bag] * 2 * (Scalar(weight) * (1 - y) * long - y * short)
      }
    }
  }

  func meanOverBags(_ step: Step, _ batch: Batch<Scalar>, into result: UnsafeMutablePointer<Scalar>) {
    result.update(repeating: 0, count: step.columns)
    for bag in 0..<batch.bagCount {
      let input = values[step.first] + bag * step.columns
      for column in 0..<step.columns { result[column] += input[column] / Scalar(batch.bagCount) }
    }
  }

  func meanOverBagsBackward(_ step: Step, _ batch: Batch<Scalar>, _ slope: UnsafePointer<Scalar>) {
    let share = 1 / Scalar(batch.bagCount)
    for bag in 0..<batch.bagCount {
      fill(gradients[step.first] + bag * step.columns, step.columns, step.flowToFirst) { slope[$0] * share }
    }
  }
}
