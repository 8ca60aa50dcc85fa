import LinearAlgebra

/// Gaussian noise added to each element in training.
struct GaussianNoise: GenericOperation {
  let deviation: Double

  var traits: OperationTraits {
    var traits = OperationTraits(treatsInstancesSeparately: true, backwardReads: [], worksInPlace: true)
    traits.isIdentityWhenScoring = true
    return traits
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape { try arguments.only("noise") }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    var generator = RandomGenerator(seed: pass.nextRandom())
    let value = pass.value(0)
    for index in 0..<pass.count { pass.result[index] = value[index] + Scalar(deviation * generator.normal()) }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let slope = pass.slope
    pass.fill(0) { slope[$0] }
  }
}

extension Variable {
  /// Returns each element plus a normal number of that standard deviation, redrawn in each training step; unchanged in
  /// scoring.
  public func noise(_ deviation: Double) -> Variable {
    deviation == 0 ? self : GaussianNoise(deviation: deviation).applied(to: self)
  }
}
