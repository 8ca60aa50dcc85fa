import LinearAlgebra

/// Linear maps, through BLAS: matrix products for many rows, matrix-vector products for one row or one column.
extension Executor {
  func linear(_ step: Step, _ batch: Batch<Scalar>, into result: UnsafeMutablePointer<Scalar>) {
    if step.first == 0, let sparse = batch.sparse, let rows = batch.rows {
      return sparseLinear(step, batch, sparse, rows, into: result)
    }
    let rows = rowCount(plan.nodes[step.first].rows, batch)
    let (inner, outer) = (columns(step.first), step.columns)
    let input = UnsafePointer(values[step.first])
    let weight = UnsafePointer(values[step.second])
    if step.third >= 0 {
      let bias = values[step.third]
      for row in 0..<rows { (result + row * outer).update(from: bias, count: outer) }
    }
    let keep: Scalar = step.third >= 0 ? 1 : 0
    if outer == 1 {
      Scalar.gemv(transpose: false, m: rows, n: inner, alpha: 1, a: input, lda: inner, x: weight, beta: keep, y: result)
    } else if rows == 1 {
      Scalar.gemv(transpose: true, m: inner, n: outer, alpha: 1, a: weight, lda: outer, x: input, beta: keep, y: result)
    } else {
      // Products of few rows are taken in parts that BLAS reads where they are.
      let part = rows <= 16 ? max(8, Self.readInPlace / (rows * outer)) : inner
      for start in stride(from: 0, to: inner, by: part) {
        Scalar.gemm(
          transposeA: false, transposeB: false, m: rows, n: outer, k: min(part, inner - start), alpha: 1,
          a: input + start, lda: inner, b: weight + start * outer, ldb: outer, beta: start == 0 ? keep : 1, c: result,
          ldc: outer)
      }
    }
  }

  /// Above so many multiplications OpenBLAS first copies both matrices (`*gemm_small_matrix_permit` of its kernels for
  /// AVX-512), which up to 16 rows costs as much as half of the product, by measurement.
  private static var readInPlace: Int { 1_000_000 }

  func linearBackward(_ step: Step, _ batch: Batch<Scalar>, _ slope: UnsafePointer<Scalar>) {
    let rows = rowCount(plan.nodes[step.first].rows, batch)
    let (inner, outer) = (columns(step.first), step.columns)
    // Before the weights are moved.
    inputGradient(step, rows: rows, inner: inner, outer: outer, slope)
    if step.flowToThird != .none {
      let target = gradients[step.third]
      clear(target, outer, step.flowToThird)
      for row in 0..<rows {
        let slope = slope + row * outer
        for column in 0..<outer { target[column] += slope[column] }
      }
    }
    guard step.ownsWeight, let optimiser, case .parameter(let weight) = plan.nodes[step.second].operation else {
      return weightGradient(step, rows: rows, inner: inner, outer: outer, slope)
    }
    if step.first == 0, let sparse = batch.sparse, let sources = batch.rows {
      sparseFollow(step, batch, sparse, sources, slope, weight, optimiser)
    } else if rows <= Self.fewRows {
      optimiser.follow(weight, Outer(m: inner, n: outer, k: rows, x: UnsafePointer(values[step.first]), d: slope))
    } else {
      weightGradient(step, rows: rows, inner: inner, outer: outer, slope)
      optimiser.follow(weight)
    }
  }

  /// Up to this number of rows our own products are faster than those of BLAS, by measurement.
  private static var fewRows: Int { 48 }

  /// The gradient of x, slope W'.
  private func inputGradient(_ step: Step, rows: Int, inner: Int, outer: Int, _ slope: UnsafePointer<Scalar>) {
    guard step.flowToFirst != .none else { return }
    let keep: Scalar = step.flowToFirst == .add ? 1 : 0
    let weight = UnsafePointer(values[step.second])
    let target = gradients[step.first]
    if rows == 1 {
      Scalar.gemv(
        transpose: false, m: inner, n: outer, alpha: 1, a: weight, lda: outer, x: slope, beta: keep, y: target)
    } else if outer == 1 {
      for row in 0..<rows {
        let share = slope[row]
        fill(target + row * inner, inner, step.flowToFirst) { share * weight[$0] }
      }
    } else if rows <= Self.fewRows && step.flowToFirst == .store {
      Scalar.productTransposed(m: inner, n: outer, k: rows, d: slope, w: weight, target)
    } else {
      Scalar.gemm(
        transposeA: false, transposeB: true, m: rows, n: inner, k: outer, alpha: 1, a: slope, lda: outer,
        b: weight, ldb: outer, beta: keep, c: target, ldc: inner)
    }
  }

  /// The gradient of W, x' slope.
  private func weightGradient(_ step: Step, rows: Int, inner: Int, outer: Int, _ slope: UnsafePointer<Scalar>) {
    guard step.flowToSecond != .none else { return }
    let input = UnsafePointer(values[step.first])
    let target = gradients[step.second]
    let keep: Scalar = step.flowToSecond == .add ? 1 : 0
    if outer == 1 {
      Scalar.gemv(transpose: true, m: rows, n: inner, alpha: 1, a: input, lda: inner, x: slope, beta: keep, y: target)
    } else if rows == 1 {
      for row in 0..<inner {
        let share = input[row]
        fill(target + row * outer, outer, step.flowToSecond) { share * slope[$0] }
      }
    } else {
      Scalar.gemm(
        transposeA: true, transposeB: false, m: inner, n: outer, k: rows, alpha: 1, a: input, lda: inner,
        b: slope, ldb: outer, beta: keep, c: target, ldc: outer)
    }
  }
}
