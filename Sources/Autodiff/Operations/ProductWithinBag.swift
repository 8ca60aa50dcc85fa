import LinearAlgebra

/// The product of two matrices of each bag, either of which may be transposed.
struct ProductWithinBag: GenericOperation {
  enum Form: Sendable {
    /// A B.
    case plain
    /// A B'.
    case rightTransposed
    /// A' B.
    case leftTransposed
  }

  let form: Form

  /// Only A' B sums over the rows of A, which may be instances.
  var traits: OperationTraits {
    OperationTraits(treatsInstancesSeparately: form != .leftTransposed, backwardReads: [.arguments])
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    guard arguments.count == 2 else { throw GraphError("a product takes 2 variables, found \(arguments.count)") }
    let (left, right) = (arguments[0], arguments[1])
    if left.rows == .single || right.rows == .single {
      throw GraphError("a product within a bag needs rows of bags, found a single row")
    }
    if form == .leftTransposed {
      guard left.rows == right.rows else {
        throw GraphError("a product sums over rows of one kind, found a row for \(left.rows) and for \(right.rows)")
      }
      return VariableShape(rows: .slots(left.columns), columns: right.columns)
    }
    guard let count = right.slotCount else {
      throw GraphError("the right side of a product needs a row a slot or a bag, found a row for \(right.rows)")
    }
    let (inner, outer) = form == .plain ? (count, right.columns) : (right.columns, count)
    guard left.columns == inner else {
      throw GraphError("a product does not fit: \(left.columns) columns meet \(inner)")
    }
    return VariableShape(rows: left.rows, columns: outer)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (left, right, result) = (Side(pass, 0), Side(pass, 1), pass.result)
    for bag in 0..<pass.bagCount {
      let product = result + pass.rowRange(of: pass.shape.rows, inBag: bag).lowerBound * pass.shape.columns
      multiply(
        left.of(bag, pass), form == .leftTransposed, right.of(bag, pass), form == .rightTransposed, .store, product)
    }
  }

  /// Computes, with D the slope: of A B it is D B' and A' D, of A B' it is D B and D' A, of A' B it is B D' and A D.
  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (left, right) = (Side(pass, 0), Side(pass, 1))
    for bag in 0..<pass.bagCount {
      let (a, b) = (left.of(bag, pass), right.of(bag, pass))
      let rows = pass.rowRange(of: pass.shape.rows, inBag: bag)
      let slope = BagPart(
        start: pass.slope + rows.lowerBound * pass.shape.columns, rows: rows.count, columns: pass.shape.columns)
      let (toLeft, toRight) = (pass.gradient(0) + left.offset(bag, pass), pass.gradient(1) + right.offset(bag, pass))
      switch form {
      case .plain:
        multiply(slope, false, b, true, pass.flow(0), toLeft)
        multiply(a, true, slope, false, pass.flow(1), toRight)
      case .rightTransposed:
        multiply(slope, false, b, false, pass.flow(0), toLeft)
        multiply(slope, true, a, false, pass.flow(1), toRight)
      case .leftTransposed:
        multiply(b, false, slope, true, pass.flow(0), toLeft)
        multiply(a, false, slope, false, pass.flow(1), toRight)
      }
    }
  }

  /// An argument with its value and the rows of each bag.
  private struct Side<Scalar: KernelScalar> {
    let value: UnsafePointer<Scalar>
    let rows: RowKind
    let columns: Int

    init(_ pass: OperationPass<Scalar>, _ argument: Int) {
      (value, rows, columns) = (pass.value(argument), pass.rows(argument), pass.columns(argument))
    }

    func offset(_ bag: Int, _ pass: OperationPass<Scalar>) -> Int {
      pass.rowRange(of: rows, inBag: bag).lowerBound * columns
    }

    func of(_ bag: Int, _ pass: OperationPass<Scalar>) -> BagPart<Scalar> {
      BagPart(
        start: value + offset(bag, pass), rows: pass.rowRange(of: rows, inBag: bag).count, columns: columns)
    }
  }

  /// The rows of one bag.
  private struct BagPart<Scalar> {
    let start: UnsafePointer<Scalar>
    let rows: Int
    let columns: Int
  }

  /// Stores or adds the product of two matrices.
  private func multiply<Scalar: KernelScalar>(
    _ a: BagPart<Scalar>, _ transposeA: Bool, _ b: BagPart<Scalar>, _ transposeB: Bool, _ flow: GradientFlow,
    _ target: UnsafeMutablePointer<Scalar>
  ) {
    if flow == .none { return }
    let (m, k) = transposeA ? (a.columns, a.rows) : (a.rows, a.columns)
    let n = transposeB ? b.rows : b.columns
    let beta: Scalar = flow == .add ? 1 : 0
    // A product with a vector reads a large matrix once, whereas gemm copies it first.
    if n == 1 && a.rows * a.columns >= 1 << 21 {
      return Scalar.vectorProduct(
        transpose: transposeA, m: a.rows, n: a.columns, alpha: 1, a: a.start, lda: a.columns, x: b.start, beta: beta,
        y: target)
    }
    if m == 1 && b.rows * b.columns >= 1 << 21 {
      return Scalar.vectorProduct(
        transpose: !transposeB, m: b.rows, n: b.columns, alpha: 1, a: b.start, lda: b.columns, x: a.start, beta: beta,
        y: target)
    }
    Scalar.product(
      transposeA: transposeA, transposeB: transposeB, m: m, n: n, k: k, alpha: 1, a: a.start, lda: a.columns,
      b: b.start, ldb: b.columns, beta: beta, c: target, ldc: n)
  }
}

extension VariableShape {
  /// The number of rows of a bag if it is the same for all bags; otherwise nil.
  var slotCount: Int? {
    switch rows {
    case .bags: 1
    case .slots(let count): count
    case .single, .instances, .pairs: nil
    }
  }
}

/// A variable whose rows and columns are exchanged in a product within each bag; see ``Variable/transposed``.
public struct TransposedVariable {
  let original: Variable

  /// Returns A' B within each bag: the inner products of each column of A with each column of B, one slot per column of
  /// A.
  ///
  /// With weights A (n x k) and features B (n x d) of a bag's n instances, it contains the k weighted sums of features
  /// (k x d).
  /// - Parameter other: B, with rows of the same kind.
  public func times(_ other: Variable) -> Variable {
    ProductWithinBag(form: .leftTransposed).applied(to: original, other)
  }
}

extension Variable {
  /// This variable with rows and columns exchanged within each bag, for a product.
  ///
  /// The products of bags of n instances with k slots are
  ///
  ///     instances.times(slots.transposed)     (n x d) (k x d)' = n x k, one row per instance
  ///     weights.transposed.times(instances)   (n x k)' (n x d) = k x d, one row per slot
  ///     weights.times(slots)                  (n x k) (k x d) = n x d, one row per instance
  ///     slots.times(slots.transposed)         (k x d) (k x d)' = k x k, one row per slot
  public var transposed: TransposedVariable { TransposedVariable(original: self) }

  /// Returns A B within each bag, with a row for each row of A.
  ///
  /// - Parameter other: B, with a slot for each column of A.
  public func times(_ other: Variable) -> Variable { ProductWithinBag(form: .plain).applied(to: self, other) }

  /// Returns A B' within each bag: the inner products of rows, with a row for each row of A and a column for each slot
  /// of B.
  ///
  /// - Parameter other: B', with as many rows as A has columns.
  public func times(_ other: TransposedVariable) -> Variable {
    ProductWithinBag(form: .rightTransposed).applied(to: self, other.original)
  }
}
