import LinearAlgebra

/// The inner product of each instance's row of the first argument with its bag's row of the second.
struct BagProduct: GenericOperation {
  /// The fusion of a sum over the features of a product of instances and bags.
  static let fusion = Fusion(outer: SumOverFeatures.self, inner: Multiplication.self) { factors in
    guard factors[0].columns == factors[1].columns, factors[0].columns > 1 else { return nil }
    switch (factors[0].rows, factors[1].rows) {
    case (.instances, .bags): return Fusion.Replacement(operation: BagProduct(), arguments: [0, 1])
    case (.bags, .instances): return Fusion.Replacement(operation: BagProduct(), arguments: [1, 0])
    default: return nil
    }
  }

  var traits: OperationTraits { OperationTraits(treatsInstancesSeparately: true, backwardReads: [.arguments]) }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    VariableShape(rows: try arguments.meeting().rows, columns: 1)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (features, vectors, width) = (pass.value(0), pass.value(1), pass.columns(0))
    pass.forEachBag { bag, rows in
      Scalar.gemv(
        transpose: false, m: rows.count, n: width, alpha: 1, a: features + rows.lowerBound * width, lda: width,
        x: vectors + bag * width, beta: 0, y: pass.result + rows.lowerBound)
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (features, vectors, width, slope) = (pass.value(0), pass.value(1), pass.columns(0), pass.slope)
    let (toFeatures, toVectors, target) = (pass.flow(0), pass.flow(1), pass.gradient(0))
    pass.forEachBag { bag, rows in
      let vector = vectors + bag * width
      for row in rows {
        let share = slope[row]
        pass.fill(target + row * width, width, toFeatures) { share * vector[$0] }
      }
      if toVectors != .none {
        Scalar.gemv(
          transpose: true, m: rows.count, n: width, alpha: 1, a: features + rows.lowerBound * width, lda: width,
          x: slope + rows.lowerBound, beta: toVectors == .add ? 1 : 0, y: pass.gradient(1) + bag * width)
      }
    }
  }
}
