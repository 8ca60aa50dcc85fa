import CKernels

/// x if positive, `leak` x otherwise.
struct Rectified: BagOperation {
  let leak: Double

  var traits: OperationTraits {
    OperationTraits(treatsInstancesSeparately: true, backwardReads: [.signOfResult], worksInPlace: true)
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    if leak < 0 { throw GraphError("relu has leak \(leak), expected at least 0") }
    return try arguments.only("a function")
  }

  func forward(_ pass: OperationPass<Float>) {
    guard leak == 0 else { return evaluate(pass) }
    let (input, result) = (pass.value(0), pass.result)
    pass.divide(pass.count) { ck_relu($0.count, input + $0.lowerBound, result + $0.lowerBound) }
  }

  func forward(_ pass: OperationPass<Double>) { evaluate(pass) }

  func backward(_ pass: OperationPass<Float>) {
    if leak == 0 && pass.flow(0) == .store {
      let (result, slope, target) = (pass.result, pass.slope, pass.gradient(0))
      pass.divide(pass.count) {
        let first = $0.lowerBound
        ck_relu_backward($0.count, result + first, slope + first, target + first)
      }
    } else {
      differentiate(pass)
    }
  }

  func backward(_ pass: OperationPass<Double>) { differentiate(pass) }

  private func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (x, y, leak) = (pass.value(0), pass.result, Scalar(leak))
    if leak == 0 {
      for i in 0..<pass.count { y[i] = x[i] < 0 ? 0 : x[i] }
    } else {
      for i in 0..<pass.count { y[i] = x[i] > 0 ? x[i] : leak * x[i] }
    }
  }

  private func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (y, slope, leak) = (pass.result, pass.slope, Scalar(leak))
    pass.fill(0) { y[$0] > 0 ? slope[$0] : leak * slope[$0] }
  }
}

extension Variable {
  /// Returns x if positive, `leak` x otherwise, for each element; 0 <= leak. By default it is max(x, 0).
  public func relu(leak: Double = 0) -> Variable { Rectified(leak: leak).applied(to: self) }
}
