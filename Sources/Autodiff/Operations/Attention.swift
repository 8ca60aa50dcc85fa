import CKernels
import LinearAlgebra

/// softmax(Q K' / sqrt(d)) V for each head, within each bag, in tiles of the scores that are recomputed for the
/// gradients.
///
/// It saves the log-sum-exp of each row and head.
struct Attention: BagOperation {
  let heads: Int
  /// The largest number of queries or keys of a bag; larger bags are skipped.
  var longestBag = Int.max

  /// The size of a tile of queries and keys, whose scores fit into the second-level cache.
  private static var tileQueries: Int { 128 }
  private static var tileKeys: Int { 256 }

  var traits: OperationTraits {
    var traits = OperationTraits(saves: .columns(heads))
    traits.scratchColumns = Self.tileQueries * (Self.tileKeys + 2)
    return traits
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    guard arguments.count == 3 else { throw GraphError("attention takes 3 variables, found \(arguments.count)") }
    let (queries, keys, values) = (arguments[0], arguments[1], arguments[2])
    for shape in arguments {
      switch shape.rows {
      case .bags, .slots, .instances: break
      case .single, .pairs: throw GraphError("attention needs rows of bags, found a row for \(shape.rows)")
      }
    }
    if keys.rows != values.rows {
      throw GraphError("attention needs a value for each key, found a row for \(keys.rows) and for \(values.rows)")
    }
    if queries.columns != keys.columns {
      throw GraphError("attention needs keys like queries, found \(queries.columns) and \(keys.columns) columns")
    }
    if heads < 1 || !queries.columns.isMultiple(of: heads) || !values.columns.isMultiple(of: heads) {
      throw GraphError("\(queries.columns) and \(values.columns) columns cannot be shared among \(heads) heads")
    }
    return VariableShape(rows: queries.rows, columns: values.columns)
  }

  func forward(_ pass: OperationPass<Float>) { evaluate(pass) }
  func forward(_ pass: OperationPass<Double>) { evaluate(pass) }
  func backward(_ pass: OperationPass<Float>) { differentiate(pass) }
  func backward(_ pass: OperationPass<Double>) { differentiate(pass) }
}

extension Variable {
  /// Returns the attention of this variable's rows, the queries, over keys of their bag: softmax(Q K' / sqrt(d)) V for
  /// each head.
  ///
  /// Queries, keys and values have a row per bag, slot or instance. The matrix of all scores is never stored: memory is
  /// linear in the rows, and the gradients, which are exact, recompute the scores tile by tile.
  ///
  /// Source: A. Vaswani et al., Attention is all you need, NIPS 2017, arXiv 1706.03762; the tiles after T. Dao,
  /// FlashAttention-2: faster attention with better parallelism and work partitioning, ICLR 2024, arXiv 2307.08691.
  /// - Parameters:
  ///   - keys: K, with as many columns as this variable.
  ///   - values: V, with a row for each key.
  ///   - heads: the number of heads, each with an equal share d of the columns, side by side.
  /// - Returns: a row for each query, with the columns of V.
  public func attention(over keys: Variable, values: Variable, heads: Int = 1) -> Variable {
    Attention(heads: heads).applied(to: self, keys, values)
  }

  /// Returns the attention of all instances of a bag over each other, with learned queries, keys, values and output.
  ///
  /// The linear layers are `name.query`, `name.key`, `name.value` and `name.output`, each with as many columns as this
  /// variable. See ``attention(over:values:heads:)``.
  /// - Parameters:
  ///   - name: the name within the enclosing scope.
  ///   - heads: the number of heads, which divides the number of columns.
  ///   - bias: whether the linear layers have biases.
  public func selfAttention(_ name: String, heads: Int, bias: Bool = true) -> Variable {
    graph.scope(name) {
      linear("query", to: columns, bias: bias)
        .attention(
          over: linear("key", to: columns, bias: bias), values: linear("value", to: columns, bias: bias), heads: heads
        )
        .linear("output", to: columns, bias: bias)
    }
  }
}

// MARK: - Tiles

extension Attention {
  /// One head of one bag: the offsets of its columns in each argument and the result, and their numbers.
  private struct Head<Scalar: AttentionScalar> {
    let (queries, keys): (Range<Int>, Range<Int>)
    let (keyColumns, valueColumns): (Int, Int)
    /// The numbers of columns of all heads.
    let (keyStride, valueStride): (Int, Int)
    let head: Int
    let scale: Scalar

    init(_ pass: OperationPass<Scalar>, bag: Int, head: Int, of heads: Int) {
      queries = pass.rowRange(of: pass.rows(0), inBag: bag)
      keys = pass.rowRange(of: pass.rows(1), inBag: bag)
      (keyStride, valueStride) = (pass.columns(1), pass.columns(2))
      (keyColumns, valueColumns) = (keyStride / heads, valueStride / heads)
      self.head = head
      scale = 1 / Scalar(keyColumns).squareRoot()
    }

    /// Returns the offset of a row's columns of this head in queries or keys.
    func key(_ row: Int) -> Int { row * keyStride + head * keyColumns }
    /// Returns the offset of a row's columns of this head in values or the result.
    func value(_ row: Int) -> Int { row * valueStride + head * valueColumns }

    /// Computes the scaled products of some queries with some keys.
    func scores(
      _ pass: OperationPass<Scalar>, _ rows: Range<Int>, _ columns: Range<Int>, _ result: UnsafeMutablePointer<Scalar>
    ) {
      Scalar.gemm(
        transposeA: false, transposeB: true, m: rows.count, n: columns.count, k: keyColumns, alpha: scale,
        a: pass.value(0) + key(rows.lowerBound), lda: keyStride, b: pass.value(1) + key(columns.lowerBound),
        ldb: keyStride, beta: 0, c: result, ldc: columns.count)
    }
  }

  /// Calls `body` for each head of each bag.
  private func forEachHead<Scalar: AttentionScalar>(_ pass: OperationPass<Scalar>, _ body: (Head<Scalar>) -> Void) {
    for bag in 0..<pass.bagCount {
      if max(pass.rowRange(of: pass.rows(0), inBag: bag).count, pass.rowRange(of: pass.rows(1), inBag: bag).count)
        > longestBag
      {
        continue
      }
      for head in 0..<heads { body(Head(pass, bag: bag, head: head, of: heads)) }
    }
  }

  /// Calls `body` for consecutive parts of some rows.
  private func forEachTile(of rows: Range<Int>, _ size: Int, _ body: (Range<Int>) -> Void) {
    var first = rows.lowerBound
    while first < rows.upperBound {
      let end = min(first + size, rows.upperBound)
      body(first..<end)
      first = end
    }
  }

  private func evaluate<Scalar: AttentionScalar>(_ pass: OperationPass<Scalar>) {
    forEachHead(pass) { head in
      forEachTile(of: head.queries, Self.tileQueries) { rows in
        attend(pass, head, rows)
      }
    }
  }

  /// Computes the result of some queries in one pass over the keys; a new largest score rescales the partial sums.
  private func attend<Scalar: AttentionScalar>(_ pass: OperationPass<Scalar>, _ head: Head<Scalar>, _ rows: Range<Int>)
  {
    let (scores, bounds, sums) = (pass.scratch(0), pass.scratch(1), pass.scratch(1) + Self.tileQueries)
    bounds.update(repeating: -.infinity, count: rows.count)
    sums.update(repeating: 0, count: rows.count)
    forEachTile(of: head.keys, Self.tileKeys) { keys in
      head.scores(pass, rows, keys, scores)
      let isFirst = keys.lowerBound == head.keys.lowerBound
      for (index, row) in rows.enumerated() {
        let scores = scores + index * keys.count
        let bound = max(bounds[index], Scalar.maximum(keys.count, scores))
        let sum = Scalar.exponentialSum(keys.count, scores, shift: bound)
        if bound != bounds[index] && !isFirst {
          let factor = Scalar.exponential(bounds[index] - bound)
          sums[index] *= factor
          scale(pass.result + head.value(row), head.valueColumns, factor)
        }
        bounds[index] = bound
        sums[index] += sum
      }
      Scalar.gemm(
        transposeA: false, transposeB: false, m: rows.count, n: head.valueColumns, k: keys.count, alpha: 1, a: scores,
        lda: keys.count, b: pass.value(2) + head.value(keys.lowerBound), ldb: head.valueStride, beta: isFirst ? 0 : 1,
        c: pass.result + head.value(rows.lowerBound), ldc: head.valueStride)
    }
    for (index, row) in rows.enumerated() {
      scale(pass.result + head.value(row), head.valueColumns, 1 / sums[index])
      if pass.isTraining { pass.saved[row * heads + head.head] = bounds[index] + Scalar.logarithm(sums[index]) }
    }
  }

  /// Multiplies by a number; BLAS returns zeros for NaN factors, which would hide a divergence.
  private func scale<Scalar: AttentionScalar>(_ values: UnsafeMutablePointer<Scalar>, _ count: Int, _ factor: Scalar) {
    for index in 0..<count { values[index] *= factor }
  }

  private func differentiate<Scalar: AttentionScalar>(_ pass: OperationPass<Scalar>) {
    // All three arguments may be one variable; the code below only adds.
    for argument in 0..<3 { pass.clear(argument) }
    forEachHead(pass) { head in
      forEachTile(of: head.queries, Self.tileQueries) { rows in
        let inner = pass.scratch(0) + Self.tileQueries * Self.tileKeys
        for (index, row) in rows.enumerated() {
          inner[index] = Scalar.dot(
            n: head.valueColumns, x: pass.slope + head.value(row), y: pass.result + head.value(row))
        }
        forEachTile(of: head.keys, Self.tileKeys) { keys in
          differentiate(pass, head, rows, keys, inner)
        }
      }
    }
  }

  /// Computes, with P the shares, D the slopes of the result and d = rowsum(D O): dV = P' D, dS = P (D V' - d), dQ = dS
  /// K and dK = dS' Q.
  private func differentiate<Scalar: AttentionScalar>(
    _ pass: OperationPass<Scalar>, _ head: Head<Scalar>, _ rows: Range<Int>, _ keys: Range<Int>,
    _ inner: UnsafePointer<Scalar>
  ) {
    let (shares, slopes) = (pass.scratch(0), pass.scratch(1))
    let (m, n) = (rows.count, keys.count)
    let slope = pass.slope + head.value(rows.lowerBound)
    head.scores(pass, rows, keys, shares)
    for (index, row) in rows.enumerated() {
      let shares = shares + index * n
      Scalar.exponential(n, shares, scale: 1, shift: -pass.saved[row * heads + head.head], shares)
    }
    if pass.flow(2) != .none {
      Scalar.gemm(
        transposeA: true, transposeB: false, m: n, n: head.valueColumns, k: m, alpha: 1, a: shares, lda: n, b: slope,
        ldb: head.valueStride, beta: 1, c: pass.gradient(2) + head.value(keys.lowerBound), ldc: head.valueStride)
    }
    if pass.flow(0) == .none && pass.flow(1) == .none { return }
    Scalar.gemm(
      transposeA: false, transposeB: true, m: m, n: n, k: head.valueColumns, alpha: 1, a: slope, lda: head.valueStride,
      b: pass.value(2) + head.value(keys.lowerBound), ldb: head.valueStride, beta: 0, c: slopes, ldc: n)
    for index in 0..<m {
      Scalar.softmaxSlope(n, shares + index * n, slopes + index * n, inner: inner[index], scale: head.scale)
    }
    if pass.flow(0) != .none {
      Scalar.gemm(
        transposeA: false, transposeB: false, m: m, n: head.keyColumns, k: n, alpha: 1, a: slopes, lda: n,
        b: pass.value(1) + head.key(keys.lowerBound), ldb: head.keyStride, beta: 1,
        c: pass.gradient(0) + head.key(rows.lowerBound), ldc: head.keyStride)
    }
    if pass.flow(1) != .none {
      Scalar.gemm(
        transposeA: true, transposeB: false, m: n, n: head.keyColumns, k: m, alpha: 1, a: slopes, lda: n,
        b: pass.value(0) + head.key(rows.lowerBound), ldb: head.keyStride, beta: 1,
        c: pass.gradient(1) + head.key(keys.lowerBound), ldc: head.keyStride)
    }
  }
}

// MARK: - Rows of scores

/// Loops over a row of scores, implemented in C for `Float`.
protocol AttentionScalar: KernelScalar {
  /// Returns the largest of n values.
  static func maximum(_ n: Int, _ x: UnsafePointer<Self>) -> Self
  /// Computes x = exp(x - shift), and returns the sum of x.
  static func exponentialSum(_ n: Int, _ x: UnsafeMutablePointer<Self>, shift: Self) -> Self
  /// Computes slope = share (slope - inner) scale.
  static func softmaxSlope(
    _ n: Int, _ share: UnsafePointer<Self>, _ slope: UnsafeMutablePointer<Self>, inner: Self, scale: Self)
}

extension Float: AttentionScalar {
  static func maximum(_ n: Int, _ x: UnsafePointer<Float>) -> Float { ck_maximum(n, x) }

  static func exponentialSum(_ n: Int, _ x: UnsafeMutablePointer<Float>, shift: Float) -> Float {
    ck_exp_sum(n, x, shift, x)
  }

  static func softmaxSlope(
    _ n: Int, _ share: UnsafePointer<Float>, _ slope: UnsafeMutablePointer<Float>, inner: Float, scale: Float
  ) {
    ck_softmax_slope(n, share, slope, inner, scale, slope)
  }
}

extension Double: AttentionScalar {
  static func maximum(_ n: Int, _ x: UnsafePointer<Double>) -> Double {
    (0..<n).reduce(-.infinity) { max($0, x[$1]) }
  }

  static func exponentialSum(_ n: Int, _ x: UnsafeMutablePointer<Double>, shift: Double) -> Double {
    exponential(n, x, scale: 1, shift: -shift, x)
    return (0..<n).reduce(0) { $0 + x[$1] }
  }

  static func softmaxSlope(
    _ n: Int, _ share: UnsafePointer<Double>, _ slope: UnsafeMutablePointer<Double>, inner: Double, scale: Double
  ) {
    for i in 0..<n { slope[i] = share[i] * (slope[i] - inner) * scale }
  }
}
