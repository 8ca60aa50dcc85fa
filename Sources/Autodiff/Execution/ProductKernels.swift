import CKernels
import LinearAlgebra

/// The numbers of one step of stochastic gradient descent.
struct DescentStep<Scalar> {
  var rate: Scalar
  var momentum: Scalar
  /// The L2 penalty added to the gradient.
  var decay: Scalar
  var nesterov: Bool
}

/// The numbers of one Adam step that do not depend on the parameter.
struct AdamStep<Scalar> {
  var rate: Scalar
  var beta1: Scalar
  var beta2: Scalar
  /// 1 / sqrt(1 - beta2^t)
  var secondScale: Scalar
  var epsilon: Scalar
  /// The L2 penalty added to the gradient.
  var decay: Scalar
  /// What remains of a weight before the step (AdamW's decay).
  var keep: Scalar
}

/// The gradient X' D of an m x n matrix of weights that is not made before it is followed.
struct Outer<Scalar> {
  var m: Int
  var n: Int
  var k: Int
  /// k x m
  var x: UnsafePointer<Scalar>
  /// k x n
  var d: UnsafePointer<Scalar>
}

/// As ``Outer``, for an X whose columns are a base and few entries; columns that are 0 throughout are left out.
struct SparseOuter<Scalar> {
  var n: Int
  /// The columns that are there, and the base of each.
  var columns: UnsafePointer<Int32>
  var count: Int
  var base: UnsafePointer<Scalar>
  /// The first entry of each of these columns, and the number of entries; their rows and values.
  var starts: UnsafePointer<Int32>
  var rows: UnsafePointer<Int32>
  var values: UnsafePointer<Scalar>
  /// The sum of the rows of D.
  var total: UnsafePointer<Scalar>
  var d: UnsafePointer<Scalar>
}

/// What these kernels compute, in plain loops; `Float` has them in C.
extension KernelScalar {
  static func descend(
    along g: Outer<Self>, _ weight: UnsafeMutablePointer<Self>, _ velocity: UnsafeMutablePointer<Self>,
    _ step: DescentStep<Self>
  ) {
    follow(g) { row, gradient in
      descend(g.n, gradient: gradient, weight: weight + row * g.n, velocity: velocity + row * g.n, step)
    }
  }

  static func adam(
    along g: Outer<Self>, _ weight: UnsafeMutablePointer<Self>, _ first: UnsafeMutablePointer<Self>,
    _ second: UnsafeMutablePointer<Self>, _ step: AdamStep<Self>
  ) {
    follow(g) { row, gradient in
      let start = row * g.n
      adam(g.n, gradient: gradient, weight: weight + start, first: first + start, second: second + start, step)
    }
  }

  static func descend(
    along g: SparseOuter<Self>, _ weight: UnsafeMutablePointer<Self>, _ velocity: UnsafeMutablePointer<Self>,
    _ step: DescentStep<Self>
  ) {
    follow(g) { row, gradient in
      descend(g.n, gradient: gradient, weight: weight + row * g.n, velocity: velocity + row * g.n, step)
    }
  }

  static func adam(
    along g: SparseOuter<Self>, _ weight: UnsafeMutablePointer<Self>, _ first: UnsafeMutablePointer<Self>,
    _ second: UnsafeMutablePointer<Self>, _ step: AdamStep<Self>
  ) {
    follow(g) { row, gradient in
      let start = row * g.n
      adam(g.n, gradient: gradient, weight: weight + start, first: first + start, second: second + start, step)
    }
  }

  private static func follow(_ g: Outer<Self>, _ body: (_ row: Int, _ gradient: UnsafePointer<Self>) -> Void) {
    withUnsafeTemporaryAllocation(of: Self.self, capacity: g.n) { gradient in
      guard let start = gradient.baseAddress else { return }
      for row in 0..<g.m {
        gradient.initialize(repeating: 0)
        for i in 0..<g.k { axpy(n: g.n, alpha: g.x[i * g.m + row], x: g.d + i * g.n, y: start) }
        body(row, start)
      }
    }
  }

  private static func follow(_ g: SparseOuter<Self>, _ body: (_ row: Int, _ gradient: UnsafePointer<Self>) -> Void) {
    withUnsafeTemporaryAllocation(of: Self.self, capacity: g.n) { gradient in
      guard let start = gradient.baseAddress else { return }
      for live in 0..<g.count {
        for column in 0..<g.n { start[column] = g.base[live] * g.total[column] }
        for entry in Int(g.starts[live])..<Int(g.starts[live + 1]) {
          axpy(n: g.n, alpha: g.values[entry], x: g.d + Int(g.rows[entry]) * g.n, y: start)
        }
        body(Int(g.columns[live]), start)
      }
    }
  }

  /// out = d w' (k x m), with d of k x n and w of m x n.
  static func productTransposed(
    m: Int, n: Int, k: Int, d: UnsafePointer<Self>, w: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>
  ) {
    gemm(
      transposeA: false, transposeB: true, m: k, n: m, k: n, alpha: 1, a: d, lda: n, b: w, ldb: n, beta: 0, c: out,
      ldc: m)
  }

  /// out = start + the sum over `count` entries of value times row `column` of w, rows of n values.
  static func sparseRowProduct(
    _ count: Int, _ columns: UnsafePointer<Int32>, _ values: UnsafePointer<Self>, _ w: UnsafePointer<Self>, n: Int,
    start: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>
  ) {
    out.update(from: start, count: n)
    for entry in 0..<count { axpy(n: n, alpha: values[entry], x: w + Int(columns[entry]) * n, y: out) }
  }
}

extension Float {
  static func descend(
    along g: Outer<Float>, _ weight: UnsafeMutablePointer<Float>, _ velocity: UnsafeMutablePointer<Float>,
    _ step: DescentStep<Float>
  ) {
    ck_sgd_along(g.m, g.n, g.k, g.x, g.m, g.d, g.n, weight, velocity, ck_sgd_step(step))
  }

  static func adam(
    along g: Outer<Float>, _ weight: UnsafeMutablePointer<Float>, _ first: UnsafeMutablePointer<Float>,
    _ second: UnsafeMutablePointer<Float>, _ step: AdamStep<Float>
  ) {
    ck_adam_along(g.m, g.n, g.k, g.x, g.m, g.d, g.n, weight, first, second, ck_adam_step(step))
  }

  static func descend(
    along g: SparseOuter<Float>, _ weight: UnsafeMutablePointer<Float>, _ velocity: UnsafeMutablePointer<Float>,
    _ step: DescentStep<Float>
  ) {
    ck_sgd_along_sparse(ck_sparse_columns(g), g.n, g.d, weight, velocity, ck_sgd_step(step))
  }

  static func adam(
    along g: SparseOuter<Float>, _ weight: UnsafeMutablePointer<Float>, _ first: UnsafeMutablePointer<Float>,
    _ second: UnsafeMutablePointer<Float>, _ step: AdamStep<Float>
  ) {
    ck_adam_along_sparse(ck_sparse_columns(g), g.n, g.d, weight, first, second, ck_adam_step(step))
  }

  static func productTransposed(
    m: Int, n: Int, k: Int, d: UnsafePointer<Float>, w: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>
  ) {
    ck_product_transposed(m, n, k, d, w, out)
  }

  static func sparseRowProduct(
    _ count: Int, _ columns: UnsafePointer<Int32>, _ values: UnsafePointer<Float>, _ w: UnsafePointer<Float>, n: Int,
    start: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>
  ) {
    ck_sparse_row_product(count, columns, values, w, n, start, out)
  }
}

extension ck_sgd_step {
  fileprivate init(_ step: DescentStep<Float>) {
    self.init(rate: step.rate, momentum: step.momentum, decay: step.decay, nesterov: step.nesterov ? 1 : 0)
  }
}

extension ck_adam_step {
  fileprivate init(_ step: AdamStep<Float>) {
    self.init(
      rate: step.rate, beta1: step.beta1, beta2: step.beta2, scale: step.secondScale, epsilon: step.epsilon,
      decay: step.decay, keep: step.keep)
  }
}

extension ck_sparse_columns {
  fileprivate init(_ g: SparseOuter<Float>) {
    self.init(
      count: g.count, columns: g.columns, base: g.base, starts: g.starts, rows: g.rows, values: g.values, total: g.total
    )
  }
}
