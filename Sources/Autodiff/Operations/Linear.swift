import CKernels
import LinearAlgebra

/// x W + b for each row, through BLAS: matrix products for many rows, matrix-vector products for one row or one column.
///
/// Instances may be sparse rows. Weights that nothing else reads are updated along a gradient that is never stored.
struct Linear: BagOperation {
  var traits: OperationTraits {
    var traits = OperationTraits(treatsInstancesSeparately: true, backwardReads: [.arguments])
    traits.weightArgument = 1
    traits.acceptsSparseInput = true
    traits.movesWeights = true
    return traits
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    guard (2...3).contains(arguments.count), arguments[1].weightRows == arguments[0].columns else {
      throw GraphError("linear takes a variable, weights with a row for each of its columns, and a bias")
    }
    return VariableShape(rows: arguments[0].rows, columns: arguments[1].columns)
  }

  func forward(_ pass: OperationPass<Float>) { multiply(pass) }
  func forward(_ pass: OperationPass<Double>) { multiply(pass) }
  func backward(_ pass: OperationPass<Float>) { differentiate(pass) }
  func backward(_ pass: OperationPass<Double>) { differentiate(pass) }
}

extension Variable {
  /// Returns a linear map of each row, x W + b, learned or frozen.
  ///
  /// W is `columns` x `outputs` under the name `name.weight` and decays; b, a row of `outputs`, is `name.bias` and does
  /// not.
  /// - Parameters:
  ///   - name: the layer's name within the enclosing scope.
  ///   - outputs: the number of columns of the result.
  ///   - bias: whether to include b.
  ///   - initialiser: the initialiser of W.
  ///   - biasInitialiser: the initialiser of b.
  ///   - trains: whether W and b are learned.
  public func linear(
    _ name: String, to outputs: Int, bias: Bool = true, initialiser: Initialiser = .glorotUniform,
    biasInitialiser: Initialiser = .zeros, trains: Bool = true
  ) -> Variable {
    graph.scope(name) {
      let weight = graph.parameter(
        "weight", rows: columns, columns: outputs, initialiser: initialiser, decays: true, trains: trains)
      guard bias else { return Linear().applied(to: self, weight) }
      let offset = graph.parameter("bias", columns: outputs, initialiser: biasInitialiser, trains: trains)
      return Linear().applied(to: self, weight, offset)
    }
  }
}

// MARK: - Forward

extension Linear {
  private func multiply<Scalar: LinearScalar>(_ pass: OperationPass<Scalar>) {
    if pass.isInput(0), let sparse = pass.batch.sparse, let rows = pass.batch.rows {
      return multiply(sparse, rows, pass)
    }
    let (rows, inner, outer) = (pass.rowCount, pass.columns(0), pass.shape.columns)
    let (input, weight, result) = (pass.value(0), pass.value(1), pass.result)
    let hasBias = pass.argumentCount > 2
    if hasBias {
      let bias = pass.value(2)
      pass.divide(rows, cost: outer) { for row in $0 { (result + row * outer).update(from: bias, count: outer) } }
    }
    let keep: Scalar = hasBias ? 1 : 0
    if outer == 1 {
      Scalar.vectorProduct(
        transpose: false, m: rows, n: inner, alpha: 1, a: input, lda: inner, x: weight, beta: keep, y: result)
    } else if rows == 1 {
      Scalar.gemv(transpose: true, m: inner, n: outer, alpha: 1, a: weight, lda: outer, x: input, beta: keep, y: result)
    } else {
      // Products of few rows are computed in parts that BLAS reads without copying.
      let part = rows <= 16 ? max(8, Self.readInPlace / (rows * outer)) : inner
      for start in stride(from: 0, to: inner, by: part) {
        Scalar.product(
          transposeA: false, transposeB: false, m: rows, n: outer, k: min(part, inner - start), alpha: 1,
          a: input + start, lda: inner, b: weight + start * outer, ldb: outer, beta: start == 0 ? keep : 1, c: result,
          ldc: outer)
      }
    }
  }

  /// The number of multiplications above which OpenBLAS first copies both matrices (`*gemm_small_matrix_permit` of its
  /// kernels for AVX-512). By measurement, this costs half as much as the product for up to 16 rows.
  private static var readInPlace: Int { 1_000_000 }

  /// Computes the product of instances that are sparse rows; see ``SparseRows``.
  private func multiply<Scalar: LinearScalar>(
    _ sparse: SparsePointers<Scalar>, _ rows: UnsafePointer<Int32>, _ pass: OperationPass<Scalar>
  ) {
    let (width, inner, weight, result) = (pass.shape.columns, pass.columns(0), pass.value(1), pass.result)
    let start = pass.scratch(0)
    if pass.argumentCount > 2 {
      start.update(from: pass.value(2), count: width)
    } else {
      start.update(repeating: 0, count: width)
    }
    if sparse.isShifted, let base = sparse.base.baseAddress {
      Scalar.gemv(
        transpose: true, m: inner, n: width, alpha: 1, a: weight, lda: width, x: base, beta: 1, y: start)
    }
    guard let columns = sparse.columns.baseAddress, let differences = sparse.differences.baseAddress else {
      // There are no entries.
      for row in 0..<pass.instanceCount { (result + row * width).update(from: start, count: width) }
      return
    }
    for row in 0..<pass.instanceCount {
      let first = sparse.starts[Int(rows[row])]
      Scalar.sparseRowProduct(
        sparse.starts[Int(rows[row]) + 1] - first, columns + first, differences + first, weight, n: width,
        start: start, result + row * width)
    }
  }
}

// MARK: - Backward

extension Linear {
  private func differentiate<Scalar: LinearScalar>(_ pass: OperationPass<Scalar>) {
    let (rows, inner, outer, slope) = (pass.rowCount, pass.columns(0), pass.shape.columns, pass.slope)
    // Before the weights are updated.
    inputGradient(pass)
    if pass.argumentCount > 2 && pass.flow(2) != .none {
      let target = pass.gradient(2)
      pass.clear(2)
      // Each column is summed in the order of the rows.
      pass.divide(outer, cost: rows) { columns in
        for row in 0..<rows {
          let slope = slope + row * outer
          for column in columns { target[column] += slope[column] }
        }
      }
    }
    guard pass.ownedWeight >= 0, let optimiser = pass.executor.optimiser else { return weightGradient(pass) }
    if pass.isInput(0), let sparse = pass.batch.sparse, let sources = pass.batch.rows {
      moveWeights(sparse, sources, pass, optimiser)
    } else if rows <= Self.fewRows {
      optimiser.follow(pass.ownedWeight, ProductGradient(m: inner, n: outer, k: rows, x: pass.value(0), d: slope))
    } else {
      weightGradient(pass)
      optimiser.follow(pass.ownedWeight)
    }
  }

  /// The largest number of rows for which our own products are faster than those of BLAS, by measurement.
  private static var fewRows: Int { 48 }

  /// Computes the gradient of x, slope W'.
  private func inputGradient<Scalar: LinearScalar>(_ pass: OperationPass<Scalar>) {
    let flow = pass.flow(0)
    guard flow != .none else { return }
    let (rows, inner, outer) = (pass.rowCount, pass.columns(0), pass.shape.columns)
    let (weight, slope, target) = (pass.value(1), pass.slope, pass.gradient(0))
    let keep: Scalar = flow == .add ? 1 : 0
    if rows == 1 {
      Scalar.gemv(
        transpose: false, m: inner, n: outer, alpha: 1, a: weight, lda: outer, x: slope, beta: keep, y: target)
    } else if outer == 1 {
      pass.divide(rows, cost: inner) { rows in
        for row in rows {
          let share = slope[row]
          pass.fill(target + row * inner, inner, flow) { share * weight[$0] }
        }
      }
    } else if rows <= Self.fewRows && flow == .store {
      Scalar.productTransposed(m: inner, n: outer, k: rows, d: slope, w: weight, target)
    } else {
      Scalar.product(
        transposeA: false, transposeB: true, m: rows, n: inner, k: outer, alpha: 1, a: slope, lda: outer,
        b: weight, ldb: outer, beta: keep, c: target, ldc: inner)
    }
  }

  /// Computes the gradient of W, x' slope.
  private func weightGradient<Scalar: LinearScalar>(_ pass: OperationPass<Scalar>) {
    let flow = pass.flow(1)
    guard flow != .none else { return }
    let (rows, inner, outer) = (pass.rowCount, pass.columns(0), pass.shape.columns)
    let (input, slope, target) = (pass.value(0), pass.slope, pass.gradient(1))
    let keep: Scalar = flow == .add ? 1 : 0
    if outer == 1 {
      Scalar.vectorProduct(
        transpose: true, m: rows, n: inner, alpha: 1, a: input, lda: inner, x: slope, beta: keep, y: target)
    } else if rows == 1 {
      for row in 0..<inner {
        let share = input[row]
        pass.fill(target + row * outer, outer, flow) { share * slope[$0] }
      }
    } else {
      Scalar.product(
        transposeA: true, transposeB: false, m: inner, n: outer, k: rows, alpha: 1, a: input, lda: inner,
        b: slope, ldb: outer, beta: keep, c: target, ldc: outer)
    }
  }

  /// Updates the weights along their gradient base (sum of slopes)' + S' slope.
  private func moveWeights<Scalar: LinearScalar>(
    _ sparse: SparsePointers<Scalar>, _ rows: UnsafePointer<Int32>, _ pass: OperationPass<Scalar>,
    _ optimiser: OptimiserState<Scalar>
  ) {
    let (width, total) = (pass.shape.columns, pass.scratch(0))
    total.update(repeating: 0, count: width)
    for row in 0..<pass.instanceCount {
      let slope = pass.slope + row * width
      for column in 0..<width { total[column] += slope[column] }
    }
    optimiser.follow(
      pass.ownedWeight,
      pass.executor.sparseColumns.gradient(
        of: sparse, rows, pass.instanceCount, all: optimiser.decays(pass.ownedWeight), total: total, slope: pass.slope,
        columns: width))
  }
}

// MARK: - Products of few rows

/// Products implemented in C for `Float`.
private protocol LinearScalar: KernelScalar {
  /// Computes out = d w' (k x m), with d of k x n and w of m x n.
  static func productTransposed(
    m: Int, n: Int, k: Int, d: UnsafePointer<Self>, w: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>)
  /// Computes out = start + the sum over `count` entries of value times row `column` of w, rows of n values.
  static func sparseRowProduct(
    _ count: Int, _ columns: UnsafePointer<Int32>, _ values: UnsafePointer<Self>, _ w: UnsafePointer<Self>, n: Int,
    start: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>)
}

extension Float: LinearScalar {
  fileprivate static func productTransposed(
    m: Int, n: Int, k: Int, d: UnsafePointer<Float>, w: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>
  ) {
    ck_product_transposed(m, n, k, d, w, out)
  }

  fileprivate static func sparseRowProduct(
    _ count: Int, _ columns: UnsafePointer<Int32>, _ values: UnsafePointer<Float>, _ w: UnsafePointer<Float>, n: Int,
    start: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>
  ) {
    ck_sparse_row_product(count, columns, values, w, n, start, out)
  }
}

extension Double: LinearScalar {
  fileprivate static func productTransposed(
    m: Int, n: Int, k: Int, d: UnsafePointer<Double>, w: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>
  ) {
    gemm(
      transposeA: false, transposeB: true, m: k, n: m, k: n, alpha: 1, a: d, lda: n, b: w, ldb: n, beta: 0, c: out,
      ldc: m)
  }

  fileprivate static func sparseRowProduct(
    _ count: Int, _ columns: UnsafePointer<Int32>, _ values: UnsafePointer<Double>, _ w: UnsafePointer<Double>, n: Int,
    start: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>
  ) {
    out.update(from: start, count: n)
    for entry in 0..<count { axpy(n: n, alpha: values[entry], x: w + Int(columns[entry]) * n, y: out) }
  }
}
