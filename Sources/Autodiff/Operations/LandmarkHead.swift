import LinearAlgebra

/// One head of one bag in ``LandmarkAttention``: n queries, keys and values of d and e columns, and m landmarks.
///
/// F = softmax(s Q k'), A = softmax(s q k'), B = softmax(s q K'), and the result is F (Z (B V)) with Z the iterated
/// inverse of A.
struct LandmarkHead<Scalar: AttentionScalar> {
  /// The targets of gradients; nil for those that are not requested.
  struct Targets {
    let queries, keys, values: UnsafeMutablePointer<Scalar>?
  }

  let keyOffset, valueOffset: Int
  private let n, m, d, e: Int
  private let keyStride, valueStride: Int
  private let iterations: Int
  private let scale: Scalar
  private let queries, keys, values: UnsafePointer<Scalar>
  private let memory: AlignedStorage<Scalar>

  /// Returns the memory of a head, which heads may use one after the other.
  static func memory(
    _ pass: OperationPass<Scalar>, _ rows: Range<Int>, _ operation: LandmarkAttention
  ) -> AlignedStorage<Scalar> {
    let (n, m, heads) = (rows.count, operation.landmarks, operation.exact.heads)
    let (d, e) = (pass.columns(1) / heads, pass.columns(2) / heads)
    return AlignedStorage(count: 4 * n * m + (operation.iterations + 10) * m * m + 4 * m * d + 4 * m * e)
  }

  init(
    _ pass: OperationPass<Scalar>, _ rows: Range<Int>, _ head: Int, _ operation: LandmarkAttention,
    _ memory: AlignedStorage<Scalar>
  ) {
    self.memory = memory
    (n, m, iterations) = (rows.count, operation.landmarks, operation.iterations)
    (keyStride, valueStride) = (pass.columns(1), pass.columns(2))
    (d, e) = (keyStride / operation.exact.heads, valueStride / operation.exact.heads)
    keyOffset = rows.lowerBound * keyStride + head * d
    valueOffset = rows.lowerBound * valueStride + head * e
    scale = 1 / Scalar(d).squareRoot()
    (queries, keys) = (pass.value(0) + keyOffset, pass.value(1) + keyOffset)
    values = pass.value(2) + valueOffset
  }

  // Parts of the memory: n x m four times, m x m, m x d, m x e.
  private func large(_ index: Int) -> UnsafeMutablePointer<Scalar> { memory.baseAddress + index * n * m }
  private func square(_ index: Int) -> UnsafeMutablePointer<Scalar> { large(4) + index * m * m }
  private func keyed(_ index: Int) -> UnsafeMutablePointer<Scalar> { square(iterations + 10) + index * m * d }
  private func valued(_ index: Int) -> UnsafeMutablePointer<Scalar> { keyed(4) + index * m * e }

  private var f: UnsafeMutablePointer<Scalar> { large(0) }
  private var b: UnsafeMutablePointer<Scalar> { large(1) }
  private var a: UnsafeMutablePointer<Scalar> { square(iterations + 1) }
  /// Returns the inverse after some iterations.
  private func z(_ iteration: Int) -> UnsafeMutablePointer<Scalar> { square(iteration) }
  private func work(_ index: Int) -> UnsafeMutablePointer<Scalar> { square(iterations + 2 + index) }
  private var queryMeans: UnsafeMutablePointer<Scalar> { keyed(0) }
  private var keyMeans: UnsafeMutablePointer<Scalar> { keyed(1) }
  /// B V.
  private var gathered: UnsafeMutablePointer<Scalar> { valued(0) }
  /// Z B V.
  private var inverted: UnsafeMutablePointer<Scalar> { valued(1) }

  /// Writes the result, with the row stride of values.
  func evaluate(into result: UnsafeMutablePointer<Scalar>) {
    prepare()
    product(n, e, m, f, m, inverted, e, result, valueStride)
  }

  /// Computes the intermediate values of the result and its gradients.
  func prepare() {
    means(of: queries, keyStride, queryMeans)
    means(of: keys, keyStride, keyMeans)
    product(n, m, d, queries, keyStride, keyMeans, d, f, m, transposeB: true, alpha: scale)
    product(m, m, d, queryMeans, d, keyMeans, d, a, m, transposeB: true, alpha: scale)
    product(m, n, d, queryMeans, d, keys, keyStride, b, n, transposeB: true, alpha: scale)
    softmax(f, rows: n, columns: m)
    softmax(a, rows: m, columns: m)
    softmax(b, rows: m, columns: n)
    invert()
    product(m, e, n, b, n, values, valueStride, gathered, e)
    product(m, e, m, z(iterations), m, gathered, e, inverted, e)
  }

  /// Adds the gradients, with D the slope: of F it is D (Z B V)', of Z it is F' D (B V)', of B it is Z' F' D V'.
  func differentiate(slope: UnsafePointer<Scalar>, _ targets: Targets) {
    let (toF, toB, toInverted, toGathered) = (large(2), large(3), valued(2), valued(3))
    let (toA, toZ) = (work(0), work(1))
    product(n, m, e, slope, valueStride, inverted, e, toF, m, transposeB: true)
    product(m, e, n, f, m, slope, valueStride, toInverted, e, transposeA: true)
    product(m, m, e, toInverted, e, gathered, e, toZ, m, transposeB: true)
    product(m, e, m, z(iterations), m, toInverted, e, toGathered, e, transposeA: true)
    if let values = targets.values {
      product(n, e, m, b, n, toGathered, e, values, valueStride, transposeA: true, beta: 1)
    }
    if targets.queries == nil && targets.keys == nil { return }
    product(m, n, e, toGathered, e, values, valueStride, toB, n, transposeB: true)
    differentiateInverse(toZ, toA)
    softmaxSlope(f, toF, rows: n, columns: m)
    softmaxSlope(a, toA, rows: m, columns: m)
    softmaxSlope(b, toB, rows: m, columns: n)
    let (toQueryMeans, toKeyMeans) = (keyed(2), keyed(3))
    product(m, d, m, toA, m, keyMeans, d, toQueryMeans, d)
    product(m, d, n, toB, n, keys, keyStride, toQueryMeans, d, beta: 1)
    product(m, d, m, toA, m, queryMeans, d, toKeyMeans, d, transposeA: true)
    product(m, d, n, toF, m, queries, keyStride, toKeyMeans, d, transposeA: true, beta: 1)
    if let queries = targets.queries {
      product(n, d, m, toF, m, keyMeans, d, queries, keyStride, beta: 1)
      spread(toQueryMeans, over: queries)
    }
    if let keys = targets.keys {
      product(n, d, m, toB, n, queryMeans, d, keys, keyStride, transposeA: true, beta: 1)
      spread(toKeyMeans, over: keys)
    }
  }

  // MARK: - Landmarks

  /// Returns the rows whose mean is a landmark.
  private func run(_ landmark: Int) -> Range<Int> { landmark * n / m..<(landmark + 1) * n / m }

  private func means(of rows: UnsafePointer<Scalar>, _ stride: Int, _ result: UnsafeMutablePointer<Scalar>) {
    for landmark in 0..<m {
      let (run, result) = (run(landmark), result + landmark * d)
      result.update(repeating: 0, count: d)
      for row in run {
        for column in 0..<d { result[column] += rows[row * stride + column] }
      }
      for column in 0..<d { result[column] /= Scalar(run.count) }
    }
  }

  private func spread(_ slope: UnsafePointer<Scalar>, over target: UnsafeMutablePointer<Scalar>) {
    for landmark in 0..<m {
      let run = run(landmark)
      for row in run {
        for column in 0..<d { target[row * keyStride + column] += slope[landmark * d + column] / Scalar(run.count) }
      }
    }
  }

  // MARK: - The iterated inverse

  /// Computes Z0 = A' / c with c the largest sum of a column, and Z' = Z (13 - X (15 - X (7 - X))) / 4 with X = A Z.
  private func invert() {
    let largest = largestColumn()
    for row in 0..<m {
      for column in 0..<m { z(0)[row * m + column] = a[column * m + row] / largest.sum }
    }
    for iteration in 0..<iterations {
      factors(iteration)
      product(m, m, m, z(iteration), m, work(5), m, z(iteration + 1), m, alpha: 0.25)
    }
  }

  /// Computes X, 7 - X, 15 - X (7 - X) and 13 - X (15 - X (7 - X)) of an iteration, in work matrices 2 to 5.
  private func factors(_ iteration: Int) {
    product(m, m, m, a, m, z(iteration), m, work(2), m)
    for index in 0..<m * m { work(3)[index] = -work(2)[index] }
    for row in 0..<m { work(3)[row * (m + 1)] += 7 }
    for (from, to, number) in [(3, 4, 15), (4, 5, 13)] as [(Int, Int, Scalar)] {
      product(m, m, m, work(2), m, work(from), m, work(to), m, alpha: -1)
      for row in 0..<m { work(to)[row * (m + 1)] += number }
    }
  }

  /// Computes the slope of A from that of the last Z, which is overwritten.
  private func differentiateInverse(_ toZ: UnsafeMutablePointer<Scalar>, _ toA: UnsafeMutablePointer<Scalar>) {
    toA.update(repeating: 0, count: m * m)
    let (toX, toFactor) = (work(6), work(7))
    for iteration in stride(from: iterations - 1, through: 0, by: -1) {
      factors(iteration)
      product(m, m, m, z(iteration), m, toZ, m, toFactor, m, transposeA: true, alpha: 0.25)
      // The slope of a factor replaces the factor once that has been read.
      product(m, m, m, toFactor, m, work(4), m, toX, m, transposeB: true, alpha: -1)
      product(m, m, m, work(2), m, toFactor, m, work(4), m, transposeA: true, alpha: -1)
      product(m, m, m, work(4), m, work(3), m, toX, m, transposeB: true, alpha: -1, beta: 1)
      product(m, m, m, work(2), m, work(4), m, work(3), m, transposeA: true, alpha: -1)
      for index in 0..<m * m { toX[index] -= work(3)[index] }
      product(m, m, m, toZ, m, work(5), m, toFactor, m, transposeB: true, alpha: 0.25)
      product(m, m, m, a, m, toX, m, toFactor, m, transposeA: true, beta: 1)
      product(m, m, m, toX, m, z(iteration), m, toA, m, transposeB: true, beta: 1)
      toZ.update(from: toFactor, count: m * m)
    }
    let largest = largestColumn()
    var toSum: Scalar = 0
    for row in 0..<m {
      for column in 0..<m {
        let slope = toZ[column * m + row] / largest.sum
        toA[row * m + column] += slope
        toSum -= slope * a[row * m + column] / largest.sum
      }
    }
    for row in 0..<m { toA[row * m + largest.column] += toSum }
  }

  /// Returns the column of A with the largest sum; rows of A sum to one.
  private func largestColumn() -> (column: Int, sum: Scalar) {
    var largest: (column: Int, sum: Scalar) = (0, 0)
    for column in 0..<m {
      var sum: Scalar = 0
      for row in 0..<m { sum += a[row * m + column] }
      if sum > largest.sum { largest = (column, sum) }
    }
    return largest
  }

  // MARK: - Rows

  private func softmax(_ values: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int) {
    for row in 0..<rows {
      let values = values + row * columns
      let factor = 1 / Scalar.exponentialSum(columns, values, shift: Scalar.maximum(columns, values))
      for column in 0..<columns { values[column] *= factor }
    }
  }

  /// Replaces the slope of the shares by that of the softmax's argument, times the scale of the products.
  private func softmaxSlope(
    _ shares: UnsafePointer<Scalar>, _ slopes: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int
  ) {
    for row in 0..<rows {
      let (shares, slopes) = (shares + row * columns, slopes + row * columns)
      let inner = Scalar.dot(n: columns, x: shares, y: slopes)
      Scalar.softmaxSlope(columns, shares, slopes, inner: inner, scale: scale)
    }
  }

  private func product(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Scalar>, _ lda: Int, _ b: UnsafePointer<Scalar>, _ ldb: Int,
    _ c: UnsafeMutablePointer<Scalar>, _ ldc: Int, transposeA: Bool = false, transposeB: Bool = false,
    alpha: Scalar = 1, beta: Scalar = 0
  ) {
    Scalar.product(
      transposeA: transposeA, transposeB: transposeB, m: m, n: n, k: k, alpha: alpha, a: a, lda: lda, b: b, ldb: ldb,
      beta: beta, c: c, ldc: ldc)
  }
}
