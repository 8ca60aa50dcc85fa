import LinearAlgebra

/// The sum over a bag's instances of the first argument, one column, times the second, as one product.
struct WeightedSum: GenericOperation {
  /// The fusion of a sum over instances of a product with a one-column factor.
  static let fusion = Fusion(outer: SumOverInstances.self, inner: Multiplication.self) { factors in
    guard factors.allSatisfy({ $0.rows == .instances }) else { return nil }
    if factors[0].columns == 1 { return Fusion.Replacement(operation: WeightedSum(), arguments: [0, 1]) }
    if factors[1].columns == 1 { return Fusion.Replacement(operation: WeightedSum(), arguments: [1, 0]) }
    return nil
  }

  var traits: OperationTraits { OperationTraits(backwardReads: [.arguments]) }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    VariableShape(rows: .bags, columns: try arguments.meeting().columns)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (weights, features, width) = (pass.value(0), pass.value(1), pass.shape.columns)
    pass.forEachBag { bag, rows in
      Scalar.vectorProduct(
        transpose: true, m: rows.count, n: width, alpha: 1, a: features + rows.lowerBound * width, lda: width,
        x: weights + rows.lowerBound, beta: 0, y: pass.result + bag * width)
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (weights, features, width) = (pass.value(0), pass.value(1), pass.shape.columns)
    let (toWeights, toFeatures, target) = (pass.flow(0), pass.flow(1), pass.gradient(1))
    pass.forEachBag { bag, rows in
      let slope = pass.slope + bag * width
      if toWeights != .none {
        Scalar.vectorProduct(
          transpose: false, m: rows.count, n: width, alpha: 1, a: features + rows.lowerBound * width, lda: width,
          x: slope, beta: toWeights == .add ? 1 : 0, y: pass.gradient(0) + rows.lowerBound)
      }
      if toFeatures == .none { return }
      pass.divide(rows.count, cost: width) {
        for row in rows.lowerBound + $0.lowerBound..<rows.lowerBound + $0.upperBound {
          let weight = weights[row]
          pass.fill(target + row * width, width, toFeatures) { weight * slope[$0] }
        }
      }
    }
  }
}
